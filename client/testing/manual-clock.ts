// A clock for tests: time passes only in `advance`.
import type { Clock, Timer } from "../src/clock.ts"

export class ManualClock implements Clock {
  readonly #due = new Set<{ at: number; run: () => void }>()
  #now = 0

  get pending(): number {
    return this.#due.size
  }

  now(): number {
    return this.#now
  }

  after(ms: number, run: () => void): Timer {
    const due = { at: this.#now + ms, run }
    this.#due.add(due)
    return { cancel: () => this.#due.delete(due) }
  }

  /** Runs the timers that are due within `ms` in time order, each with `now()` at its due time. */
  advance(ms: number): void {
    const end = this.#now + ms
    for (;;) {
      const [next] = [...this.#due].filter(({ at }) => at <= end).sort((one, other) => one.at - other.at)
      if (!next) break
      this.#due.delete(next)
      this.#now = next.at
      next.run()
    }
    this.#now = end
  }
}
