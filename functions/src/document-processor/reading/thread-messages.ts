// The messages between the function and its reading thread.
import type { Insights } from "@document-insight/protocol"
import type { DocumentError } from "../document-error.ts"

export type PageRead = {
  pagesProcessed: number
  totalPages: number
  /** Of the pages since the step before; of a very long page only what is kept, and one character more. */
  texts: string[]
}

/** Given to the thread at its start. */
export type ThreadSettings = {
  /** One element; nonzero when the insights must be completed from what is known. */
  stopAnalysis: Int32Array<SharedArrayBuffer>
}

/** "continue" requests the next "page" or "complete": the thread never reads further ahead. */
export type ToThread =
  | { type: "read"; bytes: Uint8Array; contentType: string; password: string | undefined }
  | { type: "continue" }

export type FromThread =
  | ({ type: "page" } & PageRead)
  | { type: "complete"; insights: Insights }
  | { type: "unreadable"; errorCode: DocumentError["errorCode"]; message: string; cause: unknown }
  | { type: "failed"; error: unknown }
