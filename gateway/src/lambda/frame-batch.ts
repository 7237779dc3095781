// Collects the frames for a process and writes them together, because each write wakes the process.
import type { Clock } from "../foundation/clock.ts"
import { FrameWriter, type InvokeHeader } from "./frames.ts"

/** So many frames are not kept waiting for more. */
const ENOUGH_FRAMES = 8

/**
 * Writes at the end of the event loop's turn. A busy gateway gets one invocation per turn, for example from each
 * handshake: while every turn adds a frame, the batch waits for the next one, for less than a millisecond. Without load
 * that costs one empty turn, which takes two microseconds.
 */
export class FrameBatch {
  readonly #clock: Clock
  readonly #write: (bytes: Buffer) => void
  readonly #frames = new FrameWriter()
  #frameCount = 0
  /** As of the turn before. */
  #previousCount = 0
  #startedAt = 0

  /** @param write receives a buffer that is its own */
  constructor(clock: Clock, write: (bytes: Buffer) => void) {
    this.#clock = clock
    this.#write = write
  }

  add(message: object, payload?: string): void {
    this.#frames.add(message, payload)
    this.#count()
  }

  addInvoke(header: Omit<InvokeHeader, "type">, payload: string): void {
    this.#frames.addInvoke(header, payload)
    this.#count()
  }

  #count(): void {
    this.#frameCount++
    if (this.#frameCount > 1) return
    this.#startedAt = this.#clock.now()
    setImmediate(this.#endTurn)
  }

  readonly #endTurn = (): void => {
    const isGrowing = this.#frameCount > this.#previousCount
    if (isGrowing && this.#frameCount < ENOUGH_FRAMES && this.#clock.now() === this.#startedAt) {
      this.#previousCount = this.#frameCount
      setImmediate(this.#endTurn)
      return
    }
    this.#frameCount = 0
    this.#previousCount = 0
    this.#write(Buffer.from(this.#frames.take()))
  }
}
