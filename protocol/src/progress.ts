// The schema of a document's progress, which is sent to every watcher.
import * as v from "valibot"

export const documentStatuses = ["waiting", "processing_started", "progress", "processing_complete", "error"] as const
export type DocumentStatus = (typeof documentStatuses)[number]

export const errorCodes = [
  "DOCUMENT_NOT_FOUND",
  "UNSUPPORTED_TYPE",
  "TOO_LARGE",
  "ENCRYPTED",
  "CORRUPT",
  "EMPTY",
  "TIMED_OUT",
  "PROCESSING_FAILED",
] as const
export type DocumentErrorCode = (typeof errorCodes)[number]

const count = v.pipe(v.number(), v.integer(), v.minValue(0))

export const progressSchema = v.object({
  status: v.picklist(documentStatuses),
  documentId: v.string(),
  /** Increases by one with every change of the document and never repeats. A receiver keeps the highest. */
  sequence: count,
  pagesProcessed: count,
  /** Zero until the document is opened. */
  totalPages: count,
  /** 0 to 100, an integer. */
  percentComplete: v.pipe(count, v.maxValue(100)),
  /** ISO 8601, UTC. */
  timestamp: v.string(),
  /** The summary so far, while a model writes it; only with `progress`, when every page is processed. */
  summaryText: v.optional(v.string()),
  /** The last three only with `error`. */
  errorCode: v.optional(v.picklist(errorCodes)),
  message: v.optional(v.string()),
  recoverable: v.optional(v.boolean()),
})
export type Progress = v.InferOutput<typeof progressSchema>

/** Whether no progress follows: the document is processed, or failed for good. */
export function isFinal(progress: Pick<Progress, "status" | "recoverable">): boolean {
  return progress.status === "processing_complete" || (progress.status === "error" && progress.recoverable !== true)
}
