// Sequence numbers of stream records: decimal numbers of a fixed length that grow, also after a restart.
import { systemClock } from "../../foundation/clock.ts"

export class SequenceNumbers {
  readonly #digits: number
  readonly #base: bigint
  #last = 0n

  /** @param base added to each number, so that it has the digits of the service */
  constructor(digits: number, base = 0n) {
    this.#digits = digits
    this.#base = base
  }

  next(): string {
    const now = BigInt(systemClock.now()) * 1_000_000n
    this.#last = now > this.#last ? now : this.#last + 1n
    return String(this.#base + this.#last).padStart(this.#digits, "0")
  }

  /** The next number is higher than this one, of an earlier run. */
  continueAfter(sequenceNumber: string): void {
    const value = BigInt(sequenceNumber) - this.#base
    if (value > this.#last) this.#last = value
  }
}
