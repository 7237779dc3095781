// Reads the lines that a process writes to a stream, a few per turn of the event loop, so that no other work waits.
import type { Readable } from "node:stream"
import { LineReader, type OnLine } from "./line-reader.ts"

/** 64 KB of empty lines would keep the gateway busy for a tenth of a second. */
const MAX_LINES_PER_TURN = 500

export type PacedLinesOptions = {
  source: Readable
  maxLineBytes: number
  onLine: OnLine
  /** What has been read; may pause. */
  onRead(bytes: number, lines: number): void
}

export class PacedLines {
  readonly #source: Readable
  readonly #reader: LineReader
  readonly #onRead: PacedLinesOptions["onRead"]
  #lines = 0
  #backlog: Buffer | undefined
  #isPaused = false
  #isScheduled = false

  constructor({ source, maxLineBytes, onLine, onRead }: PacedLinesOptions) {
    this.#source = source
    this.#onRead = onRead
    this.#reader = new LineReader(maxLineBytes, (text, cutBytes) => {
      this.#lines++
      onLine(text, cutBytes)
    })
    source.on("data", (chunk: Buffer) => {
      this.#backlog = chunk
      this.#read()
    })
    source.on("error", () => source.destroy())
  }

  /** Whether all that was written has been read. */
  get isDone(): boolean {
    return this.#source.closed && !this.#backlog
  }

  pause(): void {
    this.#isPaused = true
    this.#source.pause()
  }

  resume(): void {
    this.#isPaused = false
    if (this.#backlog) this.#schedule()
    else this.#source.resume()
  }

  /** Stops reading, and emits a last line that has no end. */
  close(): void {
    this.#source.destroy()
    this.#backlog = undefined
    this.#reader.flush()
  }

  #read(): void {
    const chunk = this.#backlog
    if (!chunk || this.#isPaused) return
    this.#lines = 0
    const bytes = this.#reader.push(chunk, MAX_LINES_PER_TURN)
    this.#backlog = bytes < chunk.length ? chunk.subarray(bytes) : undefined
    if (this.#backlog) {
      this.#source.pause()
      this.#schedule()
    }
    this.#onRead(bytes, this.#lines)
    if (!this.#backlog && !this.#isPaused) this.#source.resume()
  }

  #schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    setImmediate(() => {
      this.#isScheduled = false
      this.#read()
    })
  }
}
