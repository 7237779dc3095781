// A clock for many programs at once: time moves to the next timer when nothing else can run.
import type { Timer } from "../../client/src/clock.ts"
import type { Clock } from "../../functions/src/clock.ts"

type Due = { at: number; order: number; run: () => void }

export class SimulatedClock implements Clock {
  #now = Date.parse("2026-11-22T21:00:00Z")
  #order = 0
  readonly #due = new Set<Due>()

  readonly now = (): number => this.#now

  get pending(): number {
    return this.#due.size
  }

  /** When the next timer is due. */
  get nextAt(): number | undefined {
    return this.#next()?.at
  }

  after(ms: number, run: () => void): Timer {
    const due = { at: this.#now + Math.max(0, ms), order: this.#order++, run }
    this.#due.add(due)
    return { cancel: () => this.#due.delete(due) }
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.after(ms, resolve)
      signal?.addEventListener("abort", () => {
        timer.cancel()
        resolve()
      })
    })
  }

  every(ms: number, action: () => void): { stop(): void } {
    let timer: Timer | undefined
    const schedule = () => {
      timer = this.after(ms, () => {
        schedule()
        action()
      })
    }
    schedule()
    return { stop: () => timer?.cancel() }
  }

  /** Moves to this time, or to the next timer if that is due before, and runs it. */
  moveTo(time: number): void {
    const next = this.#next()
    if (!next || next.at > time) {
      this.#now = time
      return
    }
    this.#now = next.at
    this.#due.delete(next)
    next.run()
  }

  #next(): Due | undefined {
    let next: Due | undefined
    for (const due of this.#due) {
      if (!next || due.at < next.at || (due.at === next.at && due.order < next.order)) next = due
    }
    return next
  }
}
