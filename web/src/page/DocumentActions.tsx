// What can be done with the insights of a document: copy and download them as Markdown and as JSON.
import type { Insights } from "@document-insight/protocol"
import { useEffect, useState } from "react"
import { Button } from "react-aria-components"
import { exportName, insightsMarkdown } from "../formatting/insights-markdown.ts"

type DocumentActionsProps = { fileName: string; insights: Insights }

export function DocumentActions({ fileName, insights }: DocumentActionsProps) {
  const markdown = () => insightsMarkdown(fileName, insights)
  const json = () => `${JSON.stringify({ fileName, ...insights }, null, 2)}\n`
  return (
    <div className="actions">
      <CopyButton label="Copy Markdown" text={markdown} />
      <CopyButton label="Copy JSON" text={json} />
      <Button
        className="button button-small"
        onPress={() => download(exportName(fileName, "md"), "text/markdown", markdown())}
      >
        Download Markdown
      </Button>
      <Button
        className="button button-small"
        onPress={() => download(exportName(fileName, "json"), "application/json", json())}
      >
        Download JSON
      </Button>
    </div>
  )
}

const shownMs = 2_000

function CopyButton({ label, text }: { label: string; text: () => string }) {
  const [outcome, setOutcome] = useState<"copied" | "failed">()
  useEffect(() => {
    if (outcome === undefined) return
    const timer = setTimeout(() => setOutcome(undefined), shownMs)
    return () => clearTimeout(timer)
  }, [outcome])
  // Without TLS a browser has no clipboard.
  const copy = async () => {
    const isCopied = await navigator.clipboard?.writeText(text()).then(
      () => true,
      () => false,
    )
    setOutcome(isCopied ? "copied" : "failed")
  }
  return (
    <>
      <Button className="button button-small" onPress={copy}>
        {outcome === "copied" ? "Copied" : outcome === "failed" ? "Not allowed" : label}
      </Button>
      <span className="visually-hidden" role="status">
        {outcome === "copied" && `${label}: copied`}
        {outcome === "failed" && "The browser does not allow copying. Download the file instead."}
      </span>
    </>
  )
}

function download(name: string, type: string, content: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }))
  const link = document.createElement("a")
  link.href = url
  link.download = name
  link.click()
  // The download starts in a later task.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
