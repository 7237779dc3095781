// One document: its name, its progress or error, and its insights.
import { useDocumentProgress } from "@document-insight/client/react"
import { useEffect } from "react"
import { Button } from "react-aria-components"
import type { DocumentItem } from "../documents/document-list.ts"
import { formatBytes } from "../formatting/format-bytes.ts"
import { statusText } from "../formatting/status-text.ts"
import { DocumentInsights } from "./DocumentInsights.tsx"
import { DocumentProgressBar } from "./DocumentProgressBar.tsx"

type DocumentCardProps = {
  item: DocumentItem
  onRemove: () => void
  onRetry: () => void
  /** Called when the document is processed and its insights can be fetched. */
  onComplete: () => void
}

export function DocumentCard({ item, onRemove, onRetry, onComplete }: DocumentCardProps) {
  const { fileName, sizeBytes, upload, insights } = item
  const isOnServer = upload.step === "uploading" || upload.step === "done"
  const progress = useDocumentProgress(isOnServer ? item.documentId : undefined)
  const text = statusText(item, progress)
  const isComplete = text.status === "processing_complete"
  const isFailed = text.status === "error" || text.status === "rejected"

  // biome-ignore lint/correctness/useExhaustiveDependencies: only completion triggers the effect; onComplete is new at each render
  useEffect(() => {
    if (isComplete) onComplete()
  }, [isComplete])

  return (
    <article className="document" aria-label={fileName} data-testid="document" data-status={text.status}>
      <header className="document-header">
        <span className="document-type" aria-hidden="true">
          {extensionOf(fileName)}
        </span>
        <div className="document-name">
          <h2>{fileName}</h2>
          <p className="document-facts">
            {formatBytes(sizeBytes)}
            <span aria-hidden="true"> · </span>
            {isFailed ? "Failed" : text.line}
          </p>
        </div>
        <Button className="button-quiet" aria-label={`Remove ${fileName}`} onPress={onRemove}>
          <svg viewBox="0 0 20 20" aria-hidden="true">
            <path d="M5.5 5.5l9 9M14.5 5.5l-9 9" />
          </svg>
        </Button>
      </header>
      <p className="visually-hidden" role="status">
        {text.announcement}
      </p>

      {!isFailed && !isComplete && (
        <DocumentProgressBar
          label={`${text.status === "uploading" ? "Uploading" : "Processing"} ${fileName}`}
          isUpload={text.status === "uploading"}
          line={text.line}
          percent={text.percent}
          pagesProcessed={progress?.pagesProcessed ?? 0}
          pages={progress?.totalPages ?? 0}
        />
      )}

      {isFailed && (
        <div className="error-box">
          <p className="error-message">{text.line}</p>
          {text.advice && <p>{text.advice}</p>}
          {upload.step === "failed" && upload.isRetryable && (
            <Button className="button" onPress={onRetry}>
              Try again
            </Button>
          )}
        </div>
      )}

      {insights.step === "loaded" && <DocumentInsights fileName={fileName} insights={insights.insights} />}
      {insights.step === "loading" && <p className="document-facts">Loading insights</p>}
      {insights.step === "failed" && (
        <div className="error-box">
          <p className="error-message">{insights.message}</p>
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
