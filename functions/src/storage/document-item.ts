// A document's item in the table: its attributes, and what each change sets.
import { type DocumentErrorCode, type Insights, isFinal, type Progress } from "@document-insight/protocol"

export type StoredDocument = {
  documentId: string
  fileName: string
  contentType: string
  /** The user who created it; undefined when it was created without sign-in. */
  ownerId?: string
  /** The hash of the secret in its shared link, if it has one. */
  shareHash?: string
  progress: Progress
  insights: Insights | null
  /** The first page of each block of its text; undefined until it is complete, and for one that was read before texts were kept. */
  firstPages?: number[]
  /** What the next invocation continues from; undefined unless an invocation ended before the document did. */
  checkpoint?: Checkpoint
  /** Whether new watchers are spread over partitions: there were too many for one. */
  watchersAreSpread: boolean
}

/** What the invocations so far have read of a document that takes several. */
export type Checkpoint = {
  /** How many pages have been read and stored. */
  pages: number
  totalPages: number
  /** The first page of each block that is stored; the last block may be a part of one. */
  firstPages: number[]
  words: number
  characters: number
  /** Of these pages; undefined when text recognition is off. */
  recognition?: Pick<Insights, "recognizedPages" | "pagesNotRecognized">
  /** CPU time that the pages took. */
  cpuMs: number
  /** How often the document was continued, this time included. */
  continuations: number
  /** Of the object that was read: a document can be uploaded again while its URL is valid. */
  eTag?: string
}

/** The next progress of a document, without what the table adds: id, sequence and time. */
export type ProgressChange =
  | { status: "processing_started" }
  | { status: "progress"; pagesProcessed: number; totalPages: number; percentComplete: number; summaryText?: string }
  | { status: "processing_complete"; totalPages: number; insights: Insights; firstPages: number[] }
  | { status: "error"; errorCode: DocumentErrorCode; message: string; recoverable: boolean }

/** The progress that a document has reached stays as it is: an invocation continues it. */
export type ContinuedChange = { status: "progress" }

export type ItemChange = { set: Record<string, unknown>; remove: string[] }

/** The attributes that a change sets and removes. */
export function itemChange(change: ProgressChange | ContinuedChange, timestamp: string): ItemChange {
  const isEnd = isFinal({ recoverable: false, ...change })
  const set = { ...attributesOf(change), timestamp, ...(isEnd && { finishedAt: timestamp }) }
  const remove = change.status === "error" ? ["leaseOwner", "leaseExpiresAt"] : ["errorCode", "message", "recoverable"]
  if (!("summaryText" in set)) remove.push("summaryText")
  return { set, remove: isEnd ? [...remove, "checkpoint"] : remove }
}

function attributesOf(change: ProgressChange | ContinuedChange): Record<string, unknown> {
  switch (change.status) {
    case "processing_started":
      return { ...change, pagesProcessed: 0, totalPages: 0, percentComplete: 0 }
    case "processing_complete":
      return { ...change, pagesProcessed: change.totalPages, percentComplete: 100 }
    default:
      return change
  }
}

export function toDocument(item: Record<string, unknown>): StoredDocument {
  const { documentId, fileName, contentType, ownerId, shareHash } = item as StoredDocument
  const { insights, firstPages, checkpoint } = item as StoredDocument
  const { status, sequence, pagesProcessed, totalPages, percentComplete, timestamp } = item as Progress
  const { errorCode, message, recoverable, summaryText } = item as Progress
  return {
    documentId,
    fileName,
    contentType,
    ...(ownerId !== undefined && { ownerId }),
    ...(shareHash !== undefined && { shareHash }),
    progress: {
      status,
      documentId,
      sequence,
      pagesProcessed,
      totalPages,
      percentComplete,
      timestamp,
      ...(status === "progress" && summaryText !== undefined && { summaryText }),
      ...(status === "error" && { errorCode, message, recoverable }),
    } as Progress,
    insights: insights ?? null,
    ...(firstPages && { firstPages }),
    ...(checkpoint && { checkpoint }),
    watchersAreSpread: item.watchersAreSpread === true,
  }
}
