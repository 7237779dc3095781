// What can be done with the insights of a document: copy its link, and copy and download them as Markdown and as JSON.
import type { Insights } from "@document-insight/protocol"
import type { ReactNode } from "react"
import { Button } from "react-aria-components"
import { exportName, insightsMarkdown } from "../formatting/insights-markdown.ts"
import { CopyButton } from "./CopyButton.tsx"

const copyAdvice = "Download the file instead."

type DocumentActionsProps = { fileName: string; insights: Insights /** More buttons, first. */; children?: ReactNode }

export function DocumentActions({ fileName, insights, children }: DocumentActionsProps) {
  const markdown = () => insightsMarkdown(fileName, insights)
  const json = () => `${JSON.stringify({ fileName, ...insights }, null, 2)}\n`
  return (
    <div className="actions">
      {children}
      <CopyButton label="Copy Markdown" text={markdown} advice={copyAdvice} />
      <CopyButton label="Copy JSON" text={json} advice={copyAdvice} />
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

function download(name: string, type: string, content: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }))
  const link = document.createElement("a")
  link.href = url
  link.download = name
  link.click()
  // The download starts in a later task.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
