// Where a document stands, in words: for the line under its name, for screen readers, and when something went wrong.
import type { DocumentErrorCode, Progress } from "@document-insight/protocol"
import type { DocumentItem } from "../documents/document-list.ts"

/** `uploading` until the bytes are there, `refused` when they never will be; after that the progress' own status. */
export type CardStatus = Progress["status"] | "queued" | "uploading" | "refused"

export type SaidStatus = {
  status: CardStatus
  /** Changes with every page. */
  line: string
  /** Changes only when something happened that is worth interrupting a screen reader for. */
  news: string
  /** 0 to 100; absent while nobody can tell. */
  percent?: number | undefined
  /** What a person can do, with `error` and `refused`. */
  advice?: string | undefined
}

export function sayStatus({ fileName, handover }: DocumentItem, progress: Progress | undefined): SaidStatus {
  if (handover.step === "failed") {
    return { status: "refused", line: handover.sentence, news: `${fileName}: ${handover.sentence}` }
  }
  if (handover.step === "restoring") return { status: "waiting", line: "Looking it up", news: "" }
  if (handover.step === "queued") return { status: "queued", line: "Waiting to be uploaded", news: "" }
  if (handover.step === "uploading") {
    const percent = Math.floor(handover.fraction * 100)
    const line = percent < 100 ? `Uploading, ${percent}%` : "Finishing the upload"
    return { status: "uploading", line, news: `Uploading ${fileName}`, percent }
  }
  return sayProgress(fileName, progress)
}

function sayProgress(fileName: string, progress: Progress | undefined): SaidStatus {
  const reading = `Reading ${fileName}`
  switch (progress?.status) {
    case undefined:
    case "waiting":
      return { status: "waiting", line: "Uploaded, waiting to be read", news: `${fileName} is uploaded` }
    case "processing_started":
      return { status: progress.status, line: "Opening the document", news: reading, percent: progress.percentComplete }
    case "progress":
      return { status: progress.status, line: pageLine(progress), news: reading, percent: progress.percentComplete }
    case "processing_complete":
      return { status: progress.status, line: "Read", news: `${fileName} has been read`, percent: 100 }
    case "error":
      return sayError(fileName, progress)
  }
}

function pageLine({ pagesProcessed, totalPages }: Progress): string {
  if (totalPages === 0) return "Reading"
  if (pagesProcessed >= totalPages) return `All ${totalPages} pages read, gathering the insights`
  return `Reading page ${pagesProcessed + 1} of ${totalPages}`
}

function sayError(fileName: string, { errorCode, message, recoverable }: Progress): SaidStatus {
  const line = message ?? "The document could not be read."
  if (recoverable) {
    return {
      status: "error",
      line,
      news: `${fileName}: ${line}`,
      advice: "It is tried again by itself. Nothing to do.",
    }
  }
  return { status: "error", line, news: `${fileName}: ${line}`, advice: advice[errorCode ?? "PROCESSING_FAILED"] }
}

// For the codes whose own message only says what is wrong.
const advice: Partial<Record<DocumentErrorCode, string>> = {
  DOCUMENT_NOT_FOUND: "Remove it here, and hand it in again if you still need it.",
  TOO_LARGE: "Split it into parts, or save it with smaller pictures.",
  EMPTY: "Check that it was saved completely, then hand it in again.",
  PROCESSING_FAILED: "Hand it in again. If it fails again, the document may be damaged.",
}
