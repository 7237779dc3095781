// One document: its name, where it stands, and what was learned from it.
import { useDocumentProgress } from "@document-insight/client/react"
import { useEffect } from "react"
import { Button } from "react-aria-components"
import type { DocumentItem } from "../documents/document-list.ts"
import { inBytes } from "../words/in-bytes.ts"
import { sayStatus } from "../words/say-status.ts"
import { DocumentInsights } from "./DocumentInsights.tsx"
import { ReadingBar } from "./ReadingBar.tsx"

type DocumentCardProps = {
  item: DocumentItem
  onRemove: () => void
  onTryAgain: () => void
  /** The document has been read: its insights can be fetched. */
  onComplete: () => void
}

export function DocumentCard({ item, onRemove, onTryAgain, onComplete }: DocumentCardProps) {
  const { fileName, sizeBytes, handover, insights } = item
  const isOnServer = handover.step === "uploading" || handover.step === "done"
  const progress = useDocumentProgress(isOnServer ? item.documentId : undefined)
  const said = sayStatus(item, progress)
  const isComplete = said.status === "processing_complete"
  const isFailed = said.status === "error" || said.status === "refused"

  // biome-ignore lint/correctness/useExhaustiveDependencies: completion is the event; onComplete is new at each render
  useEffect(() => {
    if (isComplete) onComplete()
  }, [isComplete])

  return (
    <article className="document" aria-label={fileName} data-testid="document" data-status={said.status}>
      <header className="document-header">
        <span className="document-type" aria-hidden="true">
          {extensionOf(fileName)}
        </span>
        <div className="document-name">
          <h2>{fileName}</h2>
          <p className="document-facts">
            {inBytes(sizeBytes)}
            <span aria-hidden="true"> · </span>
            {isFailed ? "Not read" : said.line}
          </p>
        </div>
        <Button className="button-quiet" aria-label={`Remove ${fileName}`} onPress={onRemove}>
          <svg viewBox="0 0 20 20" aria-hidden="true">
            <path d="M5.5 5.5l9 9M14.5 5.5l-9 9" />
          </svg>
        </Button>
      </header>
      <p className="visually-hidden" role="status">
        {said.news}
      </p>

      {!isFailed && !isComplete && (
        <ReadingBar
          label={`${said.status === "uploading" ? "Uploading" : "Reading"} ${fileName}`}
          isUpload={said.status === "uploading"}
          line={said.line}
          percent={said.percent}
          pagesRead={progress?.pagesProcessed ?? 0}
          pages={progress?.totalPages ?? 0}
        />
      )}

      {isFailed && (
        <div className="trouble">
          <p className="trouble-line">{said.line}</p>
          {said.advice && <p>{said.advice}</p>}
          {handover.step === "failed" && handover.isRetryable && (
            <Button className="button" onPress={onTryAgain}>
              Try again
            </Button>
          )}
        </div>
      )}

      {insights.step === "loaded" && <DocumentInsights fileName={fileName} insights={insights.insights} />}
      {insights.step === "loading" && <p className="document-facts">Fetching the insights</p>}
      {insights.step === "failed" && (
        <div className="trouble">
          <p className="trouble-line">{insights.sentence}</p>
          <Button className="button" onPress={onComplete}>
            Try again
          </Button>
        </div>
      )}
    </article>
  )
}

function extensionOf(fileName: string): string {
  const dot = fileName.lastIndexOf(".")
  return dot > 0 ? fileName.slice(dot + 1, dot + 5).toUpperCase() : "?"
}
