// Exchanges the messages of one document with a reading thread, and monitors the thread meanwhile.
import type { ReadingMonitor } from "./reading-monitor.ts"
import type { ReadingThreadHandle } from "./reading-thread-handle.ts"
import { StepWindow } from "./step-window.ts"
import type { FromThread, ToThread } from "./thread-messages.ts"

const ends: ReadonlySet<FromThread["type"]> = new Set(["complete", "unreadable", "failed"])

export class ReadingSession {
  readonly #thread: ReadingThreadHandle
  readonly #monitor: ReadingMonitor
  readonly #window = new StepWindow()
  /** What the thread does when it does not wait. */
  #phase: "reading" | "analysis" = "reading"
  #isWaiting = true
  #lastMessage: FromThread["type"] | undefined

  constructor(thread: ReadingThreadHandle, monitor: ReadingMonitor) {
    this.#thread = thread
    this.#monitor = monitor
  }

  start(file: Extract<ToThread, { type: "read" }>): Promise<FromThread> {
    this.#thread.start(file, (message) => this.#arrive(message))
    this.#resume()
    return this.#thread.receive()
  }

  /** Sends what the thread asked for. @param phase what it does next */
  respond(message: ToThread, phase: "reading" | "analysis" = "reading"): Promise<FromThread> {
    this.#phase = phase
    this.#thread.send(message)
    this.#resume()
    return this.#thread.receive()
  }

  /** Takes the first step that arrived and was not taken, so that the thread may read one more. */
  take(): void {
    this.#window.take()
    this.#thread.send({ type: "continue" })
    if (this.#isWaiting && !this.#window.mustWait && !this.#hasEnded) this.#resume()
  }

  receive(): Promise<FromThread> {
    return this.#thread.receive()
  }

  /**
   * Ends the reading when the thread has completed the page that it reads. Node.js aborts the process when a thread is ended
   * while it creates a zlib stream.
   *
   * @returns whether the thread can read another document
   */
  async stop(): Promise<boolean> {
    this.#thread.stopAnalysis()
    while (!this.#isWaiting || this.#thread.hasMessages) await this.receive()
    if (!this.#hasEnded) this.#thread.send({ type: "stop" })
    return this.#lastMessage !== "failed"
  }

  get #hasEnded(): boolean {
    return this.#lastMessage !== undefined && ends.has(this.#lastMessage)
  }

  #arrive(message: FromThread): void {
    this.#isWaiting = true
    if (message.type === "page") {
      this.#window.post(message)
      if (message.pagesProcessed === message.totalPages) this.#phase = "analysis"
      this.#isWaiting = this.#window.mustWait
    }
    this.#lastMessage = message.type
    this.#monitor.begin(this.#isWaiting ? "waiting" : this.#phase)
  }

  #resume(): void {
    this.#isWaiting = false
    this.#monitor.begin(this.#phase)
  }
}
