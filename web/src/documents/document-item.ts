// One document on the page: its upload, its progress and its insights.
import type { Insights, Progress } from "@document-insight/protocol"
import type { Sample } from "./pace.ts"

export type DocumentItem = {
  /** Identifies the item on this page; a document has an id only after it is created on the server. */
  readonly key: string
  /** Empty until it is known, for a document that was opened by its address. */
  readonly fileName: string
  /** Zero while it is unknown. */
  readonly sizeBytes: number
  readonly documentId?: string | undefined
  /** False for a document that another browser uploaded: it is shown here, but never deleted. */
  readonly isOwn: boolean
  /** Whether the file can be uploaded again without choosing it again. */
  readonly hasFile: boolean
  /** Increases with every file that is queued; uploads start in this order. */
  readonly queuedAt: number
  readonly upload: UploadState
  /** The newest progress on the server. */
  readonly progress?: Progress | undefined
  readonly insights: InsightsState
  /** The bytes sent, or the pages processed, over the last seconds. */
  readonly samples: readonly Sample[]
  /** When anything about the document last changed, in milliseconds since the epoch. */
  readonly newsAt: number
}

/** The state of the upload. After it, the progress of the document applies. */
export type UploadState =
  | { step: "restoring" } // uploaded before this page was loaded; its progress is being requested
  | { step: "queued" }
  | { step: "uploading"; fraction: number }
  | { step: "elsewhere" } // another tab of this browser uploads it
  | { step: "done" }
  | { step: "cancelled" }
  | { step: "failed"; message: string; isRetryable: boolean }

export type InsightsState =
  | { step: "none" }
  | { step: "loading" }
  | { step: "loaded"; insights: Insights }
  | { step: "failed"; message: string }

/** What an item has before its upload, and after a cancellation. */
export function beforeUpload(queuedAt: number, now: number) {
  return {
    documentId: undefined,
    queuedAt,
    upload: { step: "queued" } as UploadState,
    progress: undefined,
    insights: { step: "none" } as const,
    samples: [],
    newsAt: now,
  }
}

/** `active` until the document is complete or has failed for good. */
export type Phase = "active" | "complete" | "failed" | "cancelled"

export function phaseOf({ upload, progress }: DocumentItem): Phase {
  if (upload.step === "failed") return "failed"
  if (upload.step === "cancelled") return "cancelled"
  if (upload.step !== "done") return "active"
  if (progress?.status === "processing_complete") return "complete"
  return progress?.status === "error" && progress.recoverable !== true ? "failed" : "active"
}

/** Whether uploading the same file again may help, and the file is still at hand. */
export function canRetry(item: DocumentItem): boolean {
  return item.hasFile && mayRetry(item)
}

/** Whether uploading the same file again may help, once it is chosen again: a reload forgets files. */
export function canChooseFile(item: DocumentItem): boolean {
  return !item.hasFile && item.isOwn && mayRetry(item)
}

function mayRetry(item: DocumentItem): boolean {
  if (item.upload.step === "failed") return item.upload.isRetryable
  if (item.upload.step === "cancelled") return true
  const errorCode = phaseOf(item) === "failed" ? item.progress?.errorCode : undefined
  return errorCode !== undefined && ["PROCESSING_FAILED", "TIMED_OUT", "DOCUMENT_NOT_FOUND"].includes(errorCode)
}

/** Whether the document can be read with its password: only PDFs can, and only for the user who uploaded them. */
export function canUnlock(item: DocumentItem): boolean {
  const isEncrypted = phaseOf(item) === "failed" && item.progress?.errorCode === "ENCRYPTED"
  return isEncrypted && item.isOwn && item.fileName.toLowerCase().endsWith(".pdf")
}

/** Another browser's document, and the upload of another tab, cannot be cancelled here. */
export function canCancel(item: DocumentItem): boolean {
  const { step } = item.upload
  return item.isOwn && step !== "restoring" && step !== "elsewhere" && phaseOf(item) === "active"
}

/** The upload of another tab goes on when the document is removed here. */
export function canRemove(item: DocumentItem): boolean {
  return item.upload.step !== "elsewhere" && !canCancel(item)
}
