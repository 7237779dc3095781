// Ends a reading thread whose document exceeds its time or memory.
import { DocumentError } from "../document-error.ts"
import type { ReadingThreadHandle } from "./reading-thread-handle.ts"

/** Why a thread was ended whose document another invocation may continue. */
export class OutOfTime extends Error {
  override readonly name = "OutOfTime"

  constructor() {
    super("the invocation has no time left")
  }
}

export type ReadingLimits = {
  /** JavaScript heap and buffers of the thread. */
  memoryBytes: number
  /** CPU time until the next page. */
  stepMs: number
  /** CPU time of all pages, and what is added for each byte of the file. */
  documentMs: number
  msPerByte: number
  /** CPU time after which the insights are completed from what is known. */
  analysisMs: number
  /** CPU time after which the insights are given up. */
  maxAnalysisMs: number
  /** How long a page, or the insights, may take to complete once the invocation has no time left. */
  completionMs: number
  /** Time without any sign of the thread, which then runs native code that cannot be interrupted. */
  unresponsiveMs: number
}

// Limits of CPU time rather than of time: a busy machine does not change which documents can be read. No page of an
// ordinary document takes a second. The time of all pages grows with the size of the file and not with their number, since a
// file of 1 MB may have 100,000 pages that are all expensive. With the rest of the function the memory stays below 1 GB.
export const readingLimits: ReadingLimits = {
  memoryBytes: 600 * 2 ** 20,
  stepMs: 8_000,
  documentMs: 10_000,
  msPerByte: 10_000 / 1_000_000,
  analysisMs: 5_000,
  maxAnalysisMs: 12_000,
  completionMs: 1_000,
  unresponsiveMs: 15_000,
}

export type MonitoredDocument = {
  sizeBytes: number
  /** CPU time of the pages that earlier invocations read. */
  cpuMsBefore: number
  isOutOfTime(): boolean
  /** Whether the insights can be left to another invocation. */
  canContinue(): boolean
}

/** What the thread does. */
type Phase = "waiting" | "reading" | "analysis"

const checkEveryMs = 25

export class ReadingMonitor {
  readonly #thread: ReadingThreadHandle
  readonly #document: MonitoredDocument
  readonly #limits: ReadingLimits
  readonly #timer: NodeJS.Timeout
  #phase: Phase = "waiting"
  #isMeasuring = false
  #respondedAt = 0
  /** CPU time of the thread at the start of the document and of the step. */
  #documentStart: number | undefined
  #documentMs: number
  #stepStart: number | undefined
  #mustCompleteBy = Number.POSITIVE_INFINITY

  constructor(thread: ReadingThreadHandle, document: MonitoredDocument, limits: ReadingLimits) {
    this.#thread = thread
    this.#document = document
    this.#limits = limits
    this.#documentMs = document.cpuMsBefore
    this.#timer = setInterval(() => this.#check(), checkEveryMs)
  }

  /** CPU time of the document so far. */
  get documentMs(): number {
    return this.#documentMs
  }

  /** Limits the time until the next call. The thread has no limit while it waits for its caller. */
  begin(phase: Phase): void {
    this.#phase = phase
    this.#stepStart = undefined
    this.#respondedAt = performance.now()
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
  }

  #check(): void {
    if (this.#phase === "waiting") return
    const now = performance.now()
    if (this.#document.isOutOfTime()) this.#endInvocation(now)
    else if (now - this.#respondedAt > this.#limits.unresponsiveMs) this.#end(new DocumentError("TIMED_OUT"))
    if (!this.#isMeasuring) void this.#measure()
  }

  #endInvocation(now: number): void {
    if (this.#phase === "analysis" && this.#document.canContinue()) {
      this.#end(new OutOfTime())
      return
    }
    this.#thread.stopAnalysis()
    this.#mustCompleteBy = Math.min(this.#mustCompleteBy, now + this.#limits.completionMs)
    if (now >= this.#mustCompleteBy) this.#end(new OutOfTime())
  }

  async #measure(): Promise<void> {
    this.#isMeasuring = true
    try {
      const { memoryBytes, cpuMs } = await this.#thread.usage()
      this.#respondedAt = performance.now()
      if (this.#phase === "waiting") return
      this.#documentStart ??= cpuMs
      this.#stepStart ??= cpuMs
      this.#documentMs = this.#document.cpuMsBefore + cpuMs - this.#documentStart
      if (memoryBytes > this.#limits.memoryBytes) this.#end(new DocumentError("TOO_LARGE"))
      this.#checkTime(cpuMs - this.#stepStart)
    } catch {
      // The thread has ended meanwhile, which the request reports.
    } finally {
      this.#isMeasuring = false
    }
  }

  #checkTime(stepMs: number): void {
    const limits = this.#limits
    if (this.#phase === "analysis") {
      if (stepMs > limits.analysisMs) this.#thread.stopAnalysis()
      if (stepMs > limits.maxAnalysisMs) this.#end(new DocumentError("TIMED_OUT"))
      return
    }
    const maxDocumentMs = limits.documentMs + limits.msPerByte * this.#document.sizeBytes
    if (stepMs > limits.stepMs || this.#documentMs > maxDocumentMs) this.#end(new DocumentError("TIMED_OUT"))
  }

  #end(reason: DocumentError | OutOfTime): void {
    this.#phase = "waiting"
    void this.#thread.terminate(reason)
  }
}
