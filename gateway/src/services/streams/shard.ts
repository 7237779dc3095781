// The records of one shard of a stream in the order of their sequence numbers, and the readers that wait for the next one.
import { systemClock } from "../../foundation/clock.ts"

export type ShardRecord<Value> = { sequenceNumber: string; value: Value }

export type ReadRequest = {
  /** The sequence number that precedes the first record. Empty: the oldest one. */
  after: string
  limit: number
  /** How long to wait for the first record. */
  waitMs: number
  /** Ends the wait. */
  signal?: AbortSignal
}

type Entry<Value> = ShardRecord<Value> & { state: "writing" | "written" | "failed" }

export class Shard<Value> {
  readonly #entries: Entry<Value>[] = []
  readonly #waiting = new Set<() => void>()

  get length(): number {
    return this.#entries.length
  }

  /** The written records. */
  get oldest(): ShardRecord<Value> | undefined {
    return this.#entries.find(isWritten)
  }

  get newest(): ShardRecord<Value> | undefined {
    return this.#entries.findLast(isWritten)
  }

  /**
   * A record hides those after it until it is settled, so that no reader skips one.
   * @returns called once with whether the record was written
   */
  append(record: ShardRecord<Value>): (isWritten: boolean) => void {
    const entry: Entry<Value> = { ...record, state: "writing" }
    this.#entries.push(entry)
    return (written) => {
      entry.state = written ? "written" : "failed"
      for (const wake of [...this.#waiting]) wake()
    }
  }

  /** Adds written records of an earlier run, except for those that are there. */
  prepend(records: readonly ShardRecord<Value>[]): void {
    const known = new Set(this.#entries.map(({ sequenceNumber }) => sequenceNumber))
    const added = records.filter(({ sequenceNumber }) => !known.has(sequenceNumber))
    this.#entries.unshift(...added.map((record) => ({ ...record, state: "written" as const })))
  }

  /** Removes the oldest records, up to the first one that is kept. */
  dropWhile(isDropped: (record: ShardRecord<Value>) => boolean): ShardRecord<Value>[] {
    const kept = this.#entries.findIndex((entry) => !isDropped(entry))
    return this.#entries.splice(0, kept === -1 ? this.#entries.length : kept)
  }

  /** Waits for the first record, at most `waitMs`. */
  async read(request: ReadRequest): Promise<ShardRecord<Value>[]> {
    const { after, limit, waitMs, signal } = request
    const found = this.#after(after, limit)
    if (found.length > 0 || waitMs <= 0 || signal?.aborted) return found
    await new Promise<void>((resolve) => {
      const wake = () => {
        if (this.#after(after, 1).length > 0) finish()
      }
      const finish = () => {
        timer.cancel()
        this.#waiting.delete(wake)
        signal?.removeEventListener("abort", finish)
        resolve()
      }
      const timer = systemClock.after(waitMs, finish)
      this.#waiting.add(wake)
      signal?.addEventListener("abort", finish)
    })
    return this.#after(after, limit)
  }

  #after(after: string, limit: number): ShardRecord<Value>[] {
    const found: ShardRecord<Value>[] = []
    for (let at = this.#firstAfter(after); at < this.#entries.length && found.length < limit; at++) {
      const entry = this.#entries[at]
      if (!entry || entry.state === "writing") break
      if (entry.state === "written") found.push(entry)
    }
    return found
  }

  #firstAfter(after: string): number {
    let [low, high] = [0, this.#entries.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#entries[middle]?.sequenceNumber ?? "") <= after) low = middle + 1
      else high = middle
    }
    return low
  }
}

function isWritten({ state }: { state: string }): boolean {
  return state === "written"
}
