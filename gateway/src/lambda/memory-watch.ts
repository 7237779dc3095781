// Ends execution environments whose process uses more memory than their function has.
import { readFileSync } from "node:fs"
import type { Clock, Timer } from "../foundation/clock.ts"

/** An invocation shorter than this is never checked. */
const CHECK_EVERY_MS = 50
// Differs: the limit is 1.5 times the memory size, because garbage that V8 has not collected yet counts here, and a
// function that works on Lambda should not be ended (lambda-memory-limit)
const TOLERANCE = 1.5

/** Linux shows the memory of a process; elsewhere its runtime reports it. */
export const readsMemory = process.platform === "linux"

export class MemoryWatch {
  readonly #pid: () => number | undefined
  readonly #maxBytes: number
  readonly #clock: Clock
  readonly #onExceeded: (bytes: number) => void
  #timer: Timer | undefined
  #isWatching = false
  #lastBytes = 0

  constructor(options: {
    pid: () => number | undefined
    memoryMb: number
    clock: Clock
    onExceeded(bytes: number): void
  }) {
    this.#pid = options.pid
    this.#maxBytes = options.memoryMb * 2 ** 20 * TOLERANCE
    this.#clock = options.clock
    this.#onExceeded = options.onExceeded
  }

  /** What the process used when it was last checked; 0 before that. */
  get lastBytes(): number {
    return this.#lastBytes
  }

  /** Begins to check, while code of the function runs. A timer of the invocation before is used again. */
  start(): void {
    if (!readsMemory) return
    this.#isWatching = true
    this.#timer ??= this.#clock.after(CHECK_EVERY_MS, () => this.#check())
  }

  /** The timer that may be waiting finds nothing to do and is not armed again. */
  pause(): void {
    this.#isWatching = false
  }

  stop(): void {
    this.#isWatching = false
    this.#timer?.cancel()
    this.#timer = undefined
  }

  /** Compares what the runtime reports. */
  report(bytes: number): void {
    this.#lastBytes = bytes
    if (bytes > this.#maxBytes) this.#onExceeded(bytes)
  }

  #check(): void {
    this.#timer = undefined
    const pid = this.#pid()
    if (!this.#isWatching || pid === undefined) return
    const bytes = readResidentBytes(pid)
    if (bytes === undefined) return
    this.#lastBytes = bytes
    if (bytes > this.#maxBytes) this.#onExceeded(bytes)
    else this.start()
  }
}

/**
 * Reads synchronously: the kernel writes the file when it is read, which takes less time than to wake a thread.
 *
 * @returns undefined when the process has exited
 */
export function readResidentBytes(pid: number): number | undefined {
  try {
    // mutants: equivalent, a regular expression reads bytes as text
    const status = readFileSync(`/proc/${pid}/status`, "utf8")
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024
  } catch {
    return undefined
  }
}
