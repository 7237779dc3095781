// The texts for a document's status: the line under its name, the announcement for screen readers, advice on errors.
import type { DocumentErrorCode, Progress } from "@document-insight/protocol"
import type { DocumentItem } from "../documents/document-list.ts"

/** The state of the upload until it is done, `rejected` when it failed; after it the status of the progress. */
export type CardStatus = Progress["status"] | "queued" | "uploading" | "rejected"

export type StatusText = {
  status: CardStatus
  /** Changes with every page. */
  line: string
  /** Changes only with events that are worth interrupting a screen reader for. */
  announcement: string
  /** 0 to 100; absent while it is unknown. */
  percent?: number | undefined
  /** What to do, with `error` and `rejected`. */
  advice?: string | undefined
}

export function statusText({ fileName, upload }: DocumentItem, progress: Progress | undefined): StatusText {
  if (upload.step === "failed") {
    return { status: "rejected", line: upload.message, announcement: `${fileName}: ${upload.message}` }
  }
  if (upload.step === "restoring") return { status: "waiting", line: "Loading", announcement: "" }
  if (upload.step === "queued") return { status: "queued", line: "Queued", announcement: "" }
  if (upload.step === "uploading") {
    const percent = Math.floor(upload.fraction * 100)
    const line = percent < 100 ? `Uploading, ${percent}%` : "Finishing upload"
    return { status: "uploading", line, announcement: `Uploading ${fileName}`, percent }
  }
  return progressText(fileName, progress)
}

function progressText(fileName: string, progress: Progress | undefined): StatusText {
  const processing = `Processing ${fileName}`
  switch (progress?.status) {
    case undefined:
    case "waiting":
      return { status: "waiting", line: "Uploaded, waiting to be processed", announcement: `${fileName} is uploaded` }
    case "processing_started":
      return {
        status: progress.status,
        line: "Processing started",
        announcement: processing,
        percent: progress.percentComplete,
      }
    case "progress":
      return {
        status: progress.status,
        line: pageLine(progress),
        announcement: processing,
        percent: progress.percentComplete,
      }
    case "processing_complete":
      return { status: progress.status, line: "Completed", announcement: `${fileName} is completed`, percent: 100 }
    case "error":
      return errorText(fileName, progress)
  }
}

function pageLine({ pagesProcessed, totalPages }: Progress): string {
  if (totalPages === 0) return "Processing"
  if (pagesProcessed >= totalPages) return `All ${totalPages} pages processed, preparing insights`
  return `Processing page ${pagesProcessed + 1} of ${totalPages}`
}

function errorText(fileName: string, { errorCode, message, recoverable }: Progress): StatusText {
  const line = message ?? "The document could not be processed."
  return {
    status: "error",
    line,
    announcement: `${fileName}: ${line}`,
    advice: recoverable ? "Processing is retried automatically." : advice[errorCode ?? "PROCESSING_FAILED"],
  }
}

// Only for the codes whose message does not say what to do.
const advice: Partial<Record<DocumentErrorCode, string>> = {
  DOCUMENT_NOT_FOUND: "Remove it here, and upload it again if you still need it.",
  TOO_LARGE: "Split it into parts, or save it with smaller images.",
  EMPTY: "Check that it was saved completely, then upload it again.",
  PROCESSING_FAILED: "Upload it again. If it fails again, the document may be damaged.",
}
