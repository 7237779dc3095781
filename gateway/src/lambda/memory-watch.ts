// Ends threads whose handlers use more memory than their function has. V8's own limit cannot be relied on for that: one
// large allocation beyond it ends the whole process, and it does not count buffers at all. So V8's limit lies well
// above the function's memory, and in between it is us who look.
import type { Worker } from "node:worker_threads"
import type { Clock, Timer } from "../foundation/clock.ts"

/** An invocation shorter than this is never looked at. */
const WATCH_EVERY_MS = 50
// Differs: the limit is 1.5 times the memory size, because garbage that V8 has not collected yet counts here, and a
// function that works on Lambda should not be ended (lambda-memory-limit)
const TOLERANCE = 1.5

export class MemoryWatch {
  readonly #worker: Worker
  readonly #maxBytes: number
  readonly #clock: Clock
  readonly #onExceeded: (bytes: number) => void
  #timer: Timer | undefined
  #watching = false

  constructor(options: { worker: Worker; memoryMb: number; clock: Clock; onExceeded(bytes: number): void }) {
    this.#worker = options.worker
    this.#maxBytes = options.memoryMb * 2 ** 20 * TOLERANCE
    this.#clock = options.clock
    this.#onExceeded = options.onExceeded
  }

  /** While code of the function runs. Cheap: the timer of the invocation before is used on. */
  start(): void {
    this.#watching = true
    this.#timer ??= this.#clock.after(WATCH_EVERY_MS, () => void this.#look())
  }

  /** The timer that may be waiting finds nothing to do and is not armed again. */
  pause(): void {
    this.#watching = false
  }

  stop(): void {
    this.#watching = false
    this.#timer?.cancel()
    this.#timer = undefined
  }

  async #look(): Promise<void> {
    this.#timer = undefined
    if (!this.#watching) return
    const statistics = await this.#worker.getHeapStatistics().catch(() => undefined)
    if (!this.#watching || !statistics) return
    const bytes = statistics.used_heap_size + statistics.external_memory
    if (bytes > this.#maxBytes) this.#onExceeded(bytes)
    else this.start()
  }
}
