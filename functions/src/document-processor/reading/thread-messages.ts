// The messages between the function and its reading thread.
import type { Insights } from "@document-insight/protocol"
import type { DocumentError } from "../document-error.ts"
import type { TextCounts } from "../insights/insights-collector.ts"
import type { ThreadRecognition } from "../recognition/recognition-port.ts"

export type PageRead = {
  pagesProcessed: number
  totalPages: number
  /** Of the pages since the step before; of a very long page only what is kept, and one character more. */
  texts: string[]
  /** Of all pages so far. */
  counts: TextCounts
  recognition?: RecognizedPages
}

/** The numbers of pages whose text was recognized, and of those for which that failed; empty when recognition is off. */
export type RecognizedPages = Pick<Insights, "recognizedPages" | "pagesNotRecognized">

/** The pages that earlier invocations read. */
export type PagesReadBefore = { pages: number; counts: TextCounts; recognition?: RecognizedPages | undefined }

/** Given to the thread at its start. */
export type ThreadSettings = {
  /** One element; nonzero when the thread must end its step and wait, and complete the insights from what is known. */
  stopAnalysis: Int32Array<SharedArrayBuffer>
}

/**
 * "continue" takes the first "page" that was not taken, or follows "restored". See StepWindow for how far the thread reads.
 * "stop" ends the reading of a thread that waits after a "page", without a response.
 */
export type ToThread =
  | {
      type: "read"
      bytes: Uint8Array
      contentType: string
      password: string | undefined
      readBefore: PagesReadBefore | undefined
      /** Undefined when text recognition is off. Its port is transferred. */
      recognition: ThreadRecognition | undefined
    }
  | { type: "continue" }
  | { type: "stop" }
  /** The next texts of the pages that were read before, in their order; the response to "texts-needed". */
  | { type: "texts"; texts: readonly string[] }

export type FromThread =
  | { type: "texts-needed" }
  /** The pages that were read before are known again. */
  | { type: "restored"; totalPages: number }
  /** @property isStopped whether the thread waits until this page is taken, because it must stop */
  | ({ type: "page"; isStopped: boolean } & PageRead)
  | { type: "complete"; insights: Insights }
  | { type: "unreadable"; errorCode: DocumentError["errorCode"]; message: string; cause: unknown }
  | { type: "failed"; error: unknown }
