// A clock that a user can move forward while it runs, so that timeouts of minutes and hours can be watched.
import type { Clock, Timer } from "./clock.ts"

export class MovableClock implements Clock {
  readonly #base: Clock
  readonly #timers = new Set<MovableTimer>()
  #movedMs = 0
  /** While it is moved: what is due until then, in time order. */
  #moving: { end: number; due: MovableTimer[] } | undefined

  /** @param base the clock that goes on without being moved */
  constructor(base: Clock) {
    this.#base = base
  }

  /** How far it was moved in all, in milliseconds. */
  get movedMs(): number {
    return this.#movedMs
  }

  /** Bound, because it is passed on as a function. */
  readonly now = (): number => this.#base.now() + this.#movedMs

  after(ms: number, run: () => void): Timer {
    const timer = new MovableTimer(this, this.now() + Math.max(0, ms), run)
    this.#timers.add(timer)
    this.#arm(timer)
    if (this.#moving && timer.at <= this.#moving.end) {
      const { due } = this.#moving
      due.splice(due.findLastIndex(({ at }) => at <= timer.at) + 1, 0, timer)
    }
    return timer
  }

  cancel(timer: MovableTimer): void {
    timer.timeout?.cancel()
    this.#timers.delete(timer)
  }

  /** Moves the time forward by `ms`. Every timer that is due runs in time order, at its own time. */
  advance(ms: number): void {
    const target = this.#movedMs + ms
    const end = this.now() + ms
    const due = [...this.#timers].filter(({ at }) => at <= end).toSorted((one, other) => one.at - other.at)
    this.#moving = { end, due }
    // Timers that are set meanwhile are inserted behind the current one.
    for (const timer of due) {
      if (!this.#timers.has(timer)) continue
      this.#movedMs = Math.min(target, Math.max(this.#movedMs, timer.at - this.#base.now()))
      this.#fire(timer)
    }
    this.#moving = undefined
    this.#movedMs = target
    for (const timer of this.#timers) {
      timer.timeout?.cancel()
      this.#arm(timer)
    }
  }

  #arm(timer: MovableTimer): void {
    timer.timeout = this.#base.after(timer.at - this.now(), () => this.#fire(timer))
  }

  #fire(timer: MovableTimer): void {
    this.cancel(timer)
    timer.run()
  }
}

/** A class, because every open connection has one: it is smaller than a closure. */
class MovableTimer implements Timer {
  readonly #clock: MovableClock
  readonly at: number
  readonly run: () => void
  timeout: Timer | undefined

  constructor(clock: MovableClock, at: number, run: () => void) {
    this.#clock = clock
    this.at = at
    this.run = run
  }

  cancel(): void {
    this.#clock.cancel(this)
  }
}
