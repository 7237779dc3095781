// Reads one document from its bytes to its insights, in a thread whose time and memory are limited.
import type { Insights } from "@document-insight/protocol"
import { DocumentError } from "./document-error.ts"
import { OutOfTime, type ReadingLimits, ReadingMonitor, readingLimits } from "./reading/reading-monitor.ts"
import { ReadingSession } from "./reading/reading-session.ts"
import { ReadingThreadHandle } from "./reading/reading-thread-handle.ts"
import type { FromThread, PageRead, PagesReadBefore } from "./reading/thread-messages.ts"
import type { Recognition } from "./recognition/recognition-client.ts"
import { RecognitionPort } from "./recognition/recognition-port.ts"

export type DocumentToRead = {
  bytes: Uint8Array
  contentType: string
  password?: string | undefined
  /** Whether no time is left; called every few milliseconds while the document is read. */
  isOutOfTime(): boolean
  /** Whether another invocation can continue: if not, the insights are completed from what is known when no time is left. */
  mayContinue?: boolean
  /** What earlier invocations read. */
  readBefore?: ReadBefore | undefined
  /** Recognizes the text of pages that have none; undefined when that is off. */
  recognition?: Recognition | undefined
  /** Others than the deployed ones, for tests. */
  limits?: Partial<ReadingLimits>
}

export type ReadBefore = PagesReadBefore & {
  cpuMs: number
  /** The texts of these pages, in order, as they are stored. */
  texts: AsyncIterable<readonly string[]>
}

/** A step of the reading; `cpuMs` is the CPU time of the document so far. */
export type ReadingStep = PageRead & { cpuMs: number }

/** Kept between documents: starting a thread takes longer than reading a short document. */
let idleThread: ReadingThreadHandle | undefined

/** Starts the thread before the first document arrives. */
export function prepareReading(): void {
  idleThread ??= new ReadingThreadHandle()
}

/**
 * Yields after each page (of a long document, after each percent) and returns the insights, or "out-of-time": then the pages
 * up to the last step are read, and another invocation can continue after them. The thread reads ahead of its
 * caller within bounds (StepWindow). A caller that stops early ends the reading.
 *
 * @throws DocumentError when another attempt would end in the same way; any other error is a bug or a passing failure.
 */
export async function* processDocument(
  document: DocumentToRead,
): AsyncGenerator<ReadingStep, Insights | "out-of-time"> {
  const thread = takeThread()
  let isReusable = false
  try {
    const end = yield* readPages(document, thread)
    isReusable = end.type === "stopped" ? end.isReusable : end.type !== "failed"
    return end.type === "stopped" ? "out-of-time" : insightsOf(end)
  } catch (error) {
    if (error instanceof OutOfTime) return "out-of-time"
    throw error
  } finally {
    if (isReusable) keep(thread)
    else await thread.terminate()
  }
}

async function* readPages(
  document: DocumentToRead,
  thread: ReadingThreadHandle,
): AsyncGenerator<ReadingStep, LastMessage | { type: "stopped"; isReusable: boolean }> {
  const { bytes, contentType, password, readBefore, mayContinue = false } = document
  let hasReadPages = false
  using monitor = new ReadingMonitor(
    thread,
    {
      sizeBytes: bytes.length,
      cpuMsBefore: readBefore?.cpuMs ?? 0,
      isOutOfTime: () => document.isOutOfTime(),
      canContinue: () => mayContinue && hasReadPages,
    },
    { ...readingLimits, ...document.limits },
  )
  using port = document.recognition && new RecognitionPort(document.recognition)
  const session = new ReadingSession(thread, monitor)
  const before = readBefore && {
    pages: readBefore.pages,
    counts: readBefore.counts,
    recognition: readBefore.recognition,
  }
  const texts = readBefore?.texts[Symbol.asyncIterator]()
  const recognition = port?.forThread
  let message = await session.start({ type: "read", bytes, contentType, password, readBefore: before, recognition })
  while (message.type === "texts-needed") {
    const next = await texts?.next()
    if (!next || next.done) throw new Error("the stored text ends before the pages that were read")
    message = await session.respond({ type: "texts", texts: next.value })
  }
  if (message.type === "restored") {
    const isAnalysis = readBefore?.pages === message.totalPages
    message = await session.respond({ type: "continue" }, isAnalysis ? "analysis" : "reading")
  }
  while (message.type === "page") {
    const { type: _type, isStopped: _isStopped, ...page } = message
    const isLastPage = page.pagesProcessed === page.totalPages
    const mustStop = () => (mayContinue || !isLastPage) && document.isOutOfTime()
    const isLastStep = mustStop()
    if (!isLastStep) session.take()
    yield { ...page, cpuMs: monitor.documentMs }
    hasReadPages = true
    if (isLastStep || mustStop()) {
      // What was read ahead of this page is read again. An analysis that is not complete at once is ended by the monitor.
      return { type: "stopped", isReusable: await session.stop() }
    }
    message = await session.receive()
  }
  if (message.type === "texts-needed" || message.type === "restored") {
    throw new Error(`the reading thread sent ${message.type} after a page`)
  }
  return message
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

type LastMessage = Exclude<FromThread, { type: "page" | "texts-needed" | "restored" }>

function insightsOf(message: LastMessage): Insights {
  switch (message.type) {
    case "complete":
      return message.insights
    case "unreadable":
      throw new DocumentError(message.errorCode, { message: message.message, cause: message.cause })
    case "failed":
      throw message.error
  }
}
