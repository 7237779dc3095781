// The texts for a document's status: the line under its name, the announcement for screen readers, advice on errors.
import type { DocumentErrorCode, Progress } from "@document-insight/protocol"
import type { DocumentItem } from "../documents/document-item.ts"
import { paceOf } from "../documents/pace.ts"
import { formatBytes } from "./format-bytes.ts"
import { formatDuration } from "./format-duration.ts"

/** The state of the upload until it is done, `rejected` when it failed; after it the status of the progress. */
export type RowStatus = Progress["status"] | "queued" | "uploading" | "cancelled" | "rejected"

export type StatusText = {
  status: RowStatus
  /** Changes with every page. */
  line: string
  /** The rate and the time that is left, while they are known. */
  pace?: string | undefined
  /** What keeps the line from being up to date. */
  warning?: string | undefined
  /** Changes only with events that are worth interrupting a screen reader for. */
  announcement: string
  /** 0 to 100; absent while it is unknown. */
  percent?: number | undefined
  /** What to do, with `error` and `rejected`. */
  advice?: string | undefined
}

export type StatusContext = {
  now: number
  /** What keeps news about documents from arriving, as a sentence; undefined while nothing does. */
  outage: string | undefined
  /** How many uploads of this page start before this one. */
  uploadsAhead: number
  /** How many documents of this page were uploaded before this one and wait too. */
  documentsAhead: number
}

export const quietAfterMs = 120_000

export function statusText(item: DocumentItem, context: StatusContext): StatusText {
  const { fileName, upload } = item
  if (upload.step === "failed") {
    return { status: "rejected", line: upload.message, announcement: `${fileName}: ${upload.message}` }
  }
  if (upload.step === "cancelled") return { status: "cancelled", line: "Cancelled", announcement: "" }
  if (upload.step === "restoring") return { status: "waiting", line: "Loading", announcement: "" }
  if (upload.step === "elsewhere") {
    return { status: "uploading", line: "Uploading in another tab", announcement: "" }
  }
  if (upload.step === "queued") return { status: "queued", line: queueLine(context.uploadsAhead), announcement: "" }
  if (upload.step === "uploading") return uploadText(item, upload.fraction, context)
  const text = progressText(item, context)
  const warning = warningOf(item, context)
  // Without news, a rate is one of the past.
  return { ...text, warning, pace: warning === undefined ? text.pace : undefined }
}

function queueLine(ahead: number): string {
  if (ahead === 0) return "Next to be uploaded"
  return `Waiting to upload, ${ahead} ${ahead === 1 ? "file" : "files"} ahead`
}

function uploadText({ fileName, sizeBytes, samples, newsAt }: DocumentItem, fraction: number, { now }: StatusContext) {
  const percent = Math.floor(fraction * 100)
  const text: StatusText = { status: "uploading", line: "", announcement: `Uploading ${fileName}`, percent }
  if (percent >= 100) return { ...text, line: "Finishing upload" }
  const pace = paceOf(samples, sizeBytes, now)
  return {
    ...text,
    line: `Uploading, ${percent}%`,
    pace: pace && `${formatBytes(pace.perSecond)}/s, ${formatDuration(pace.secondsLeft)} left`,
    warning: quietText(now - newsAt, "The upload has not advanced"),
  }
}

function waitingLine(ahead: number): string {
  if (ahead === 0) return "Waiting to be processed"
  // The queue keeps the order of most messages, not of all.
  return `Waiting, about ${ahead} ${ahead === 1 ? "document" : "documents"} ahead`
}

function progressText(
  { fileName, progress, samples }: DocumentItem,
  { now, documentsAhead }: StatusContext,
): StatusText {
  const processing = `Processing ${fileName}`
  switch (progress?.status) {
    case undefined:
    case "waiting":
      return { status: "waiting", line: waitingLine(documentsAhead), announcement: `${fileName} is uploaded` }
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
        pace: pageProgressPace(progress, samples, now),
        announcement: progress.summaryText === undefined ? processing : `Writing the summary of ${fileName}`,
        percent: progress.percentComplete,
      }
    case "processing_complete":
      return { status: progress.status, line: "Complete", announcement: `${fileName} is complete`, percent: 100 }
    case "error":
      return errorText(fileName, progress)
  }
}

function pageLine({ pagesProcessed, totalPages, summaryText }: Progress): string {
  if (summaryText !== undefined) return "All pages read, writing the summary"
  if (totalPages === 0) return "Processing"
  if (pagesProcessed >= totalPages) return "All pages read, preparing insights"
  return `Page ${pagesProcessed + 1} of ${totalPages}`
}

function pageProgressPace({ totalPages }: Progress, samples: DocumentItem["samples"], now: number) {
  const pace = paceOf(samples, totalPages, now)
  if (pace === undefined || pace.secondsLeft === 0) return undefined
  return `${formatRate(pace.perSecond)}, ${formatDuration(pace.secondsLeft)} left`
}

function formatRate(perSecond: number): string {
  if (perSecond < 0.95) return `${pages(String(Math.max(1, Math.round(perSecond * 60))))}/min`
  return `${pages(perSecond < 10 ? perSecond.toFixed(1).replace(/\.0$/, "") : String(Math.round(perSecond)))}/s`
}

function pages(count: string): string {
  return `${count} ${count === "1" ? "page" : "pages"}`
}

function warningOf({ progress, newsAt }: DocumentItem, { now, outage }: StatusContext): string | undefined {
  if (progress?.status === "processing_complete" || (progress?.status === "error" && !progress.recoverable)) return
  if (outage !== undefined) return outage
  return quietText(now - newsAt, "No news")
}

function quietText(quietMs: number, what: string): string | undefined {
  return quietMs < quietAfterMs ? undefined : `${what} for ${formatDuration(quietMs / 1000)}`
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
