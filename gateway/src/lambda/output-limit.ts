// Limits how fast one execution environment may write to its log. The rest waits in the pipe, so only the writer blocks.
import type { Clock, Timer } from "../foundation/clock.ts"

/** AWS?: a line is cut after 256 KB (lambda-log-line-size) */
export const MAX_LINE_BYTES = 256 * 1024

/** Per second, and at once after a second of silence. */
const MAX_BYTES = 16 * 2 ** 20
const MAX_LINES = 20_000
const PAUSE_MS = 50

export class OutputLimit {
  readonly #clock: Clock
  readonly #pause: () => void
  readonly #resume: () => void
  #bytes = MAX_BYTES
  #lines = MAX_LINES
  #filledAt: number
  #timer: Timer | undefined
  #isLifted = false

  constructor(clock: Clock, reading: { pause(): void; resume(): void }) {
    this.#clock = clock
    this.#filledAt = clock.now()
    this.#pause = reading.pause
    this.#resume = reading.resume
  }

  /** Counts what has been read, and pauses reading when it was too much. */
  count(bytes: number, lines: number): void {
    this.#bytes -= bytes
    this.#lines -= lines
    if (this.#timer || this.#isLifted || !this.#isOver()) return
    this.#refill()
    if (!this.#isOver()) return
    this.#pause()
    this.#wait()
  }

  /** Reads without a limit from now on: the process has exited. */
  lift(): void {
    this.#isLifted = true
    this.#timer?.cancel()
    if (this.#timer) this.#resume()
    this.#timer = undefined
  }

  #wait(): void {
    this.#timer = this.#clock.after(PAUSE_MS, () => {
      this.#timer = undefined
      this.#refill()
      if (this.#isOver()) this.#wait()
      else this.#resume()
    })
  }

  #isOver(): boolean {
    return this.#bytes < 0 || this.#lines < 0
  }

  #refill(): void {
    const now = this.#clock.now()
    const seconds = (now - this.#filledAt) / 1000
    this.#filledAt = now
    this.#bytes = Math.min(MAX_BYTES, this.#bytes + seconds * MAX_BYTES)
    this.#lines = Math.min(MAX_LINES, this.#lines + seconds * MAX_LINES)
  }
}
