// Ends a wait that takes too long: for init, for an invocation, for the next one.
import type { Clock, Timer } from "../foundation/clock.ts"

/**
 * One timer for all of them: it fires when the earliest wait that it was set for could be over, and checks then. A wait
 * that ends in time costs two assignments and no timer.
 */
export class Deadline {
  readonly #clock: Clock
  readonly #onReached: () => void
  #since: number
  #durationMs = Number.POSITIVE_INFINITY
  #timer: Timer | undefined
  #timerEndsAt = 0

  constructor(clock: Clock, onReached: () => void) {
    this.#clock = clock
    this.#onReached = onReached
    this.#since = clock.now()
  }

  get durationMs(): number {
    return this.#durationMs
  }

  get elapsedMs(): number {
    return this.#clock.now() - this.#since
  }

  /** Replaces the wait before. */
  start(durationMs: number): void {
    this.#since = this.#clock.now()
    this.#durationMs = durationMs
    if (this.#timer && this.#timerEndsAt <= this.#since + durationMs) return
    this.#timer?.cancel()
    this.#setTimer(durationMs)
  }

  /** Shortens the current wait. */
  skip(ms: number): void {
    this.#since -= ms
    this.#timer?.cancel()
    this.#check()
  }

  stop(): void {
    this.#timer?.cancel()
    this.#timer = undefined
  }

  #setTimer(ms: number): void {
    this.#timerEndsAt = this.#clock.now() + ms
    this.#timer = this.#clock.after(ms, () => this.#check())
  }

  #check(): void {
    this.#timer = undefined
    const leftMs = this.#durationMs - this.elapsedMs
    if (leftMs > 0) this.#setTimer(leftMs)
    else this.#onReached()
  }
}
