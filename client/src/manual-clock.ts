// A clock that only moves when a test says so.
import type { Clock, Timer } from "./clock.ts"

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

  /** Runs what is due within `ms`, in time order, each at its own instant. */
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
