// A clock that moves only when a test advances it.
import type { Clock, Timer } from "./clock.ts"

type Due = { at: number; order: number; run: () => void }

export class ManualClock implements Clock {
  readonly #due = new Set<Due>()
  #now: number
  #order = 0

  /** @param now where the clock starts, in milliseconds since the epoch. */
  constructor(now = 1_700_000_000_000) {
    this.#now = now
  }

  /** The number of waiting timers: a test that ends with some has found a leak. */
  get pending(): number {
    return this.#due.size
  }

  /** Bound, because it is passed on as a function. */
  readonly now = (): number => this.#now

  after(ms: number, run: () => void): Timer {
    const due = { at: this.#now + Math.max(0, ms), order: this.#order++, run }
    this.#due.add(due)
    return { cancel: () => this.#due.delete(due) }
  }

  /** Moves time forward by `ms`. Every timer that is due runs in time order, at its own time. */
  advance(ms: number): void {
    const end = this.#now + ms
    for (let next = this.#nextUntil(end); next; next = this.#nextUntil(end)) {
      this.#due.delete(next)
      this.#now = next.at
      next.run()
    }
    this.#now = end
  }

  #nextUntil(end: number): Due | undefined {
    let first: Due | undefined
    for (const due of this.#due) {
      if (due.at > end) continue
      if (!first || due.at < first.at || (due.at === first.at && due.order < first.order)) first = due
    }
    return first
  }
}
