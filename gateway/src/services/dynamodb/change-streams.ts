// The streams of tables, within the process of the stand-in: a record is written in one batch with its item, so there is
// one for each change that was made, in the order of the changes of an item.
import type db from "dynalite/db/index.js"
import { systemClock } from "../../foundation/clock.ts"
import { type Change, type ChangeRecord, changeRecord, type ViewType } from "./change-record.ts"

export type StreamSettings = {
  tableName: string
  streamArn: string
  viewType: ViewType
  /** The partition key, then the sort key. */
  keyNames: string[]
}

type Store = ReturnType<typeof db.create>
type Operation = Parameters<Store["db"]["batch"]>[0][number]
type Entry = { record: ChangeRecord; state: "writing" | "written" | "failed" }
type Stream = { settings: StreamSettings; entries: Entry[]; beginsAfter: string; waiting: Set<() => void> }

/** A batch writes the operations with the item; `settle` says whether it was written. */
export type PreparedChange = { operations: Operation[]; settle(isWritten: boolean): void }

/** Differs: the newest records are kept, and not those of 24 hours (streams-retention) */
const MAX_RECORDS = 100_000
const LAST = "\uffff"

export class ChangeStreams {
  readonly #streams = new Map<string, Stream>()
  #store: Store | undefined
  #sequence = 0n

  use(store: Store): void {
    this.#store = store
  }

  /** Records of an earlier run are read once. */
  async enable(settings: StreamSettings): Promise<void> {
    const existing = this.#streams.get(settings.tableName)
    if (existing) {
      existing.settings = settings
      return
    }
    const stream: Stream = { settings, entries: [], beginsAfter: this.#next(), waiting: new Set() }
    // First, so that no change is missed while the others are read.
    this.#streams.set(settings.tableName, stream)
    const prefix = `stream~${settings.tableName}~`
    const kept: Entry[] = []
    const range = { gte: prefix, lt: prefix + LAST }
    for await (const [, record] of this.#store?.db.iterator(range) ?? []) {
      kept.push({ record: record as unknown as ChangeRecord, state: "written" })
    }
    const lastKept = BigInt(kept.at(-1)?.record.dynamodb.SequenceNumber ?? 0)
    if (lastKept >= this.#sequence) this.#sequence = lastKept
    if (stream.entries.length === 0) stream.beginsAfter = this.#next()
    const known = new Set(stream.entries.map(({ record }) => record.dynamodb.SequenceNumber))
    stream.entries.unshift(...kept.filter(({ record }) => !known.has(record.dynamodb.SequenceNumber)))
  }

  /** Of every stream, by the names of their tables. */
  settings(): StreamSettings[] {
    const settings = [...this.#streams.values()].map((stream) => stream.settings)
    return settings.toSorted((a, b) => (a.tableName < b.tableName ? -1 : 1))
  }

  /** The sequence numbers of the oldest and the newest record. */
  ends(tableName: string): { oldest: string; newest: string } | undefined {
    const numbers = this.#streams
      .get(tableName)
      ?.entries.flatMap(({ record, state }) => (state === "written" ? record.dynamodb.SequenceNumber : []))
    const [oldest] = numbers ?? []
    const newest = numbers?.at(-1)
    return oldest === undefined || newest === undefined ? undefined : { oldest, newest }
  }

  prepare(tableName: string, change: Change, isExpiry: boolean): PreparedChange | undefined {
    const stream = this.#streams.get(tableName)
    if (!stream) return undefined
    const written = { sequenceNumber: this.#next(), time: systemClock.now(), isExpiry }
    const record = changeRecord(change, stream.settings, written)
    if (!record) return undefined
    const entry: Entry = { record, state: "writing" }
    stream.entries.push(entry)
    const keyOf = (one: ChangeRecord) => `stream~${tableName}~${one.dynamodb.SequenceNumber}`
    const dropped = stream.entries.splice(0, Math.max(0, stream.entries.length - MAX_RECORDS))
    return {
      operations: [
        { type: "put", key: keyOf(record), value: record },
        ...dropped.map((one): Operation => ({ type: "del", key: keyOf(one.record) })),
      ],
      settle(isWritten) {
        entry.state = isWritten ? "written" : "failed"
        for (const wake of [...stream.waiting]) wake()
      },
    }
  }

  /**
   * The position of a consumer: where it was in an earlier run, or where it begins.
   * AWS: the latest records are those after the consumer was created (streams-starting-position)
   */
  async position(tableName: string, consumer: string, from: "LATEST" | "TRIM_HORIZON"): Promise<string> {
    const kept = await this.#store?.db.get(`consumer~${consumer}`).catch(() => undefined)
    if (typeof kept === "string") return kept
    const begin = from === "LATEST" ? (this.#streams.get(tableName)?.beginsAfter ?? "") : ""
    await this.save(consumer, begin)
    return begin
  }

  async save(consumer: string, position: string): Promise<void> {
    await this.#store?.db.put(`consumer~${consumer}`, position)
  }

  /** Waits for the first record, at most `waitMs`. */
  async read(tableName: string, request: { after: string; limit: number; waitMs: number }): Promise<ChangeRecord[]> {
    const stream = this.#streams.get(tableName)
    const found = stream ? recordsAfter(stream, request.after, request.limit) : []
    if (found.length > 0 || request.waitMs <= 0) return found
    await new Promise<void>((resolve) => {
      const wake = () => {
        if (stream && recordsAfter(stream, request.after, 1).length === 0) return
        finish()
      }
      const finish = () => {
        timer.cancel()
        stream?.waiting.delete(wake)
        resolve()
      }
      const timer = systemClock.after(request.waitMs, finish)
      stream?.waiting.add(wake)
    })
    return stream ? recordsAfter(stream, request.after, request.limit) : []
  }

  /** Grows also after a restart. */
  #next(): string {
    const now = BigInt(systemClock.now()) * 1_000_000n
    this.#sequence = now > this.#sequence ? now : this.#sequence + 1n
    return String(this.#sequence).padStart(24, "0")
  }
}

/** A record whose item is being written hides those after it, so that none is skipped. */
function recordsAfter({ entries }: Stream, after: string, limit: number): ChangeRecord[] {
  const found: ChangeRecord[] = []
  for (let at = firstAfter(entries, after); at < entries.length && found.length < limit; at++) {
    const entry = entries[at]
    if (!entry || entry.state === "writing") break
    if (entry.state === "written") found.push(entry.record)
  }
  return found
}

function firstAfter(entries: readonly Entry[], after: string): number {
  let [low, high] = [0, entries.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((entries[middle]?.record.dynamodb.SequenceNumber ?? "") <= after) low = middle + 1
    else high = middle
  }
  return low
}
