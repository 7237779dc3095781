// A clock that moves only when something waits for it, so that hours of retries take milliseconds.
import type { Clock } from "../src/clock.ts"

type Interval = { ms: number; nextAt: number; action: () => void }

export class ManualClock implements Clock {
  #now: number
  readonly #intervals = new Set<Interval>()

  constructor(now = Date.parse("2026-11-22T21:00:00Z")) {
    this.#now = now
  }

  readonly now = (): number => this.#now

  /** Moves time forward at once: who sleeps is the only one who waits. */
  async sleep(ms: number): Promise<void> {
    this.advance(ms)
  }

  every(ms: number, action: () => void): { stop(): void } {
    const interval = { ms, nextAt: this.#now + ms, action }
    this.#intervals.add(interval)
    return { stop: () => this.#intervals.delete(interval) }
  }

  /** Moves time forward; every action that is due runs at its own instant. */
  advance(ms: number): void {
    const endsAt = this.#now + ms
    for (let next = this.#nextUntil(endsAt); next; next = this.#nextUntil(endsAt)) {
      this.#now = next.nextAt
      next.nextAt += next.ms
      next.action()
    }
    this.#now = endsAt
  }

  /** A view of this clock for one execution environment: `stop` ends its intervals, as the end of a process does. */
  environment(): Clock & { stop(): void } {
    const timers = new Set<{ stop(): void }>()
    return {
      now: this.now,
      sleep: (ms) => this.sleep(ms),
      every: (ms, action) => {
        const timer = this.every(ms, action)
        timers.add(timer)
        return timer
      },
      stop() {
        for (const timer of timers) timer.stop()
      },
    }
  }

  #nextUntil(endsAt: number): Interval | undefined {
    const due = [...this.#intervals].filter(({ nextAt }) => nextAt <= endsAt)
    return due.toSorted((one, other) => one.nextAt - other.nextAt)[0]
  }
}
