// Limits how much memory the requests that are being handled take together.

export type MemoryLease = {
  /** Takes more for the same request. @returns false, with nothing taken, when the budget has not enough left */
  take(bytes: number): boolean
  /** Gives everything back. Later calls do nothing. */
  release(): void
}

export class MemoryBudget {
  #freeBytes: number

  constructor(bytes: number) {
    this.#freeBytes = bytes
  }

  get freeBytes(): number {
    return this.#freeBytes
  }

  lease(): MemoryLease {
    let taken = 0
    let isReleased = false
    return {
      take: (bytes) => {
        if (isReleased || bytes > this.#freeBytes) return false
        this.#freeBytes -= bytes
        taken += bytes
        return true
      },
      release: () => {
        isReleased = true
        this.#freeBytes += taken
        taken = 0
      },
    }
  }
}
