// Reads one document from its bytes to its insights, in a thread whose time and memory are limited.
import type { Insights } from "@document-insight/protocol"
import { DocumentError } from "./document-error.ts"
import { type ReadingLimits, ReadingMonitor, readingLimits } from "./reading/reading-monitor.ts"
import { ReadingThreadHandle } from "./reading/reading-thread-handle.ts"
import type { FromThread, PageRead } from "./reading/thread-messages.ts"

export type DocumentToRead = {
  bytes: Uint8Array
  contentType: string
  password?: string | undefined
  /** Whether no time is left; called every few milliseconds while the document is read. */
  isOutOfTime(): boolean
  /** Others than the deployed ones, for tests. */
  limits?: Partial<ReadingLimits>
}

/** Kept between documents: starting a thread takes longer than reading a short document. */
let idleThread: ReadingThreadHandle | undefined

/** Starts the thread before the first document arrives. */
export function prepareReading(): void {
  idleThread ??= new ReadingThreadHandle()
}

/**
 * Yields after each page (of a long document, after each percent) and returns the insights. The thread is at most one
 * step ahead of its caller. A caller that stops early ends the reading.
 *
 * @throws DocumentError when another attempt would end in the same way; any other error is a bug or a passing failure.
 */
export async function* processDocument(document: DocumentToRead): AsyncGenerator<PageRead, Insights> {
  const thread = takeThread()
  let isComplete = false
  try {
    const { bytes, contentType, password } = document
    const monitored = { sizeBytes: bytes.length, isOutOfTime: () => document.isOutOfTime() }
    using monitor = new ReadingMonitor(thread, monitored, { ...readingLimits, ...document.limits })
    let response = await monitor.watch("reading", thread.request({ type: "read", bytes, contentType, password }))
    while (response.type === "page") {
      const { pagesProcessed, totalPages, texts } = response
      if (pagesProcessed < totalPages && document.isOutOfTime()) throw new DocumentError("TIMED_OUT")
      const phase = pagesProcessed === totalPages ? "analysis" : "reading"
      const next = monitor.watch(phase, thread.request({ type: "continue" }))
      // A rejection is handled when the caller requests the next step.
      next.catch(() => {})
      yield { pagesProcessed, totalPages, texts }
      response = await next
    }
    isComplete = response.type !== "failed"
    return insightsOf(response)
  } finally {
    if (isComplete) keep(thread)
    else await thread.terminate()
  }
}

function takeThread(): ReadingThreadHandle {
  const idle = idleThread
  idleThread = undefined
  return idle && !idle.isEnded ? idle : new ReadingThreadHandle()
}

function keep(thread: ReadingThreadHandle): void {
  if (idleThread && !idleThread.isEnded) void thread.terminate()
  else idleThread = thread
}

function insightsOf(response: Exclude<FromThread, { type: "page" }>): Insights {
  switch (response.type) {
    case "complete":
      return response.insights
    case "unreadable":
      throw new DocumentError(response.errorCode, { message: response.message, cause: response.cause })
    case "failed":
      throw response.error
  }
}
