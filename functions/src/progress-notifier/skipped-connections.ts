// Remembers connections that could not be reached, for a limited time each.

export class SkippedConnections {
  readonly #skipMs: number
  /** When each is tried again; in this order, because all are skipped for the same time. */
  readonly #until = new Map<string, number>()

  constructor(skipMs: number) {
    this.#skipMs = skipMs
  }

  get size(): number {
    return this.#until.size
  }

  has(connectionId: string, now: number): boolean {
    return now < (this.#until.get(connectionId) ?? 0)
  }

  /** Also forgets the connections whose time is over: an execution environment exists for hours. */
  add(connectionId: string, now: number): void {
    for (const [id, until] of this.#until) {
      if (now < until) break
      this.#until.delete(id)
    }
    this.#until.delete(connectionId)
    this.#until.set(connectionId, now + this.#skipMs)
  }
}
