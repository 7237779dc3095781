// Many timers of one clock, with one timer of the clock: a binary heap, because a timer of Node.js takes a microsecond to
// set and to cancel, and 200 bytes.
import type { Clock, Timer } from "./clock.ts"

const NOT_QUEUED = -1

/** Has its place in the queue, so that it can be removed without a search. */
export abstract class QueuedTimer {
  /** Milliseconds since the epoch. */
  dueAt = 0
  queueIndex = NOT_QUEUED

  /** Called once it is due; it is no longer in the queue then. */
  abstract onDue(): void
}

const queues = new WeakMap<Clock, TimerQueue>()

/** The queue that everything with this clock shares. */
export function timerQueueOf(clock: Clock): TimerQueue {
  const queue = queues.get(clock) ?? new TimerQueue(clock)
  queues.set(clock, queue)
  return queue
}

export class TimerQueue {
  readonly #clock: Clock
  /** A heap: none is due before the one at half of its index. */
  readonly #heap: QueuedTimer[] = []
  #wakeUp: Timer | undefined
  #wakeUpAt = 0
  #isFiring = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get length(): number {
    return this.#heap.length
  }

  /** Adds a timer that is not in the queue. */
  add(timer: QueuedTimer, dueAt: number): void {
    timer.dueAt = dueAt
    this.#heap.push(timer)
    this.#moveUp(timer, this.#heap.length - 1)
    if (!this.#isFiring && timer.queueIndex === 0) this.#wakeAtFirst()
  }

  /** Does nothing for a timer that is not in the queue. */
  remove(timer: QueuedTimer): void {
    const index = timer.queueIndex
    if (index === NOT_QUEUED) return
    timer.queueIndex = NOT_QUEUED
    const last = this.#heap.pop()
    if (last && last !== timer) {
      this.#moveUp(last, index)
      this.#moveDown(last, last.queueIndex)
    }
    // A timer of the clock that comes too early costs less than to replace it; none keeps an idle process running.
    if (this.#heap.length === 0) this.#cancelWakeUp()
  }

  #wakeAtFirst(): void {
    const [first] = this.#heap
    if (!first || (this.#wakeUp && this.#wakeUpAt <= first.dueAt)) return
    this.#cancelWakeUp()
    this.#wakeUpAt = first.dueAt
    this.#wakeUp = this.#clock.after(first.dueAt - this.#clock.now(), this.#fire)
  }

  #cancelWakeUp(): void {
    this.#wakeUp?.cancel()
    this.#wakeUp = undefined
  }

  readonly #fire = (): void => {
    this.#wakeUp = undefined
    this.#isFiring = true
    try {
      const now = this.#clock.now()
      for (let first = this.#heap[0]; first && first.dueAt <= now; first = this.#heap[0]) {
        this.remove(first)
        first.onDue()
      }
    } finally {
      this.#isFiring = false
      this.#wakeAtFirst()
    }
  }

  /** Puts the timer at an index, or above it, below what is due no later. */
  #moveUp(timer: QueuedTimer, index: number): void {
    const heap = this.#heap
    let at = index
    while (at > 0) {
      const above = (at - 1) >> 1
      const parent = heap[above]
      if (!parent || parent.dueAt <= timer.dueAt) break
      heap[at] = parent
      parent.queueIndex = at
      at = above
    }
    heap[at] = timer
    timer.queueIndex = at
  }

  /** Puts the timer at an index, or below it, above what is due later. */
  #moveDown(timer: QueuedTimer, index: number): void {
    const heap = this.#heap
    let at = index
    for (let below = 2 * at + 1; below < heap.length; below = 2 * at + 1) {
      const left = heap[below]
      const right = heap[below + 1]
      const isRight = left !== undefined && right !== undefined && right.dueAt < left.dueAt
      const earlier = isRight ? right : left
      if (!earlier || earlier.dueAt >= timer.dueAt) break
      heap[at] = earlier
      earlier.queueIndex = at
      at = isRight ? below + 1 : below
    }
    heap[at] = timer
    timer.queueIndex = at
  }
}
