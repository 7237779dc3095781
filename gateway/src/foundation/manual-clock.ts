// A clock that only moves when a test says so.
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

  /** How many timers are waiting: a test that ends with some has found a leak. */
  get pending(): number {
    return this.#due.size
  }

  /** Bound, as a clock's methods may be passed on alone. */
  readonly now = (): number => this.#now

  after(ms: number, run: () => void): Timer {
    const due = { at: this.#now + Math.max(0, ms), order: this.#order++, run }
    this.#due.add(due)
    return { cancel: () => this.#due.delete(due) }
  }

  /** Moves time forward by `ms`; every timer due on the way runs in time order and sees its own instant as `now`. */
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
