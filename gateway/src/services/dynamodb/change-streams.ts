// The streams of tables, within the process of the stand-in: a record is written in one batch with its item, so there is
// one for each change that was made, in the order of the changes of an item.
import type db from "dynalite/db/index.js"
import { systemClock } from "../../foundation/clock.ts"
import { SequenceNumbers } from "../streams/sequence-numbers.ts"
import { type ReadRequest, Shard, type ShardRecord } from "../streams/shard.ts"
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
type Stream = { settings: StreamSettings; shard: Shard<ChangeRecord>; bytes: number; beginsAfter: string }

/** A batch writes the operations with the item; `settle` says whether it was written. */
export type PreparedChange = { operations: Operation[]; settle(isWritten: boolean): void }

/** Differs: the newest records are kept, and not those of 24 hours (streams-retention) */
const MAX_RECORDS = 100_000
const MAX_BYTES = 128 * 1024 ** 2
const LAST = "\uffff"

export class ChangeStreams {
  readonly #streams = new Map<string, Stream>()
  #store: Store | undefined
  readonly #numbers = new SequenceNumbers(24)
  readonly #maxBytes: number

  /** @param maxBytes of the records of one stream */
  constructor(maxBytes = MAX_BYTES) {
    this.#maxBytes = maxBytes
  }

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
    const stream: Stream = { settings, shard: new Shard(), bytes: 0, beginsAfter: this.#numbers.next() }
    // First, so that no change is missed while the others are read.
    this.#streams.set(settings.tableName, stream)
    const prefix = `stream~${settings.tableName}~`
    const kept: ShardRecord<ChangeRecord>[] = []
    const range = { gte: prefix, lt: prefix + LAST }
    for await (const [, stored] of this.#store?.db.iterator(range) ?? []) {
      const value = stored as unknown as ChangeRecord
      kept.push({ sequenceNumber: value.dynamodb.SequenceNumber, value })
      stream.bytes += value.dynamodb.SizeBytes
    }
    const lastKept = kept.at(-1)
    if (lastKept) this.#numbers.continueAfter(lastKept.sequenceNumber)
    if (stream.shard.length === 0) stream.beginsAfter = this.#numbers.next()
    stream.shard.prepend(kept)
  }

  /** The settings of every stream, in the order of the table names. */
  settings(): StreamSettings[] {
    const settings = [...this.#streams.values()].map((stream) => stream.settings)
    return settings.toSorted((a, b) => (a.tableName < b.tableName ? -1 : 1))
  }

  /** The sequence numbers of the oldest and the newest record. */
  ends(tableName: string): { oldest: string; newest: string } | undefined {
    const { oldest, newest } = this.#streams.get(tableName)?.shard ?? {}
    return oldest && newest && { oldest: oldest.sequenceNumber, newest: newest.sequenceNumber }
  }

  prepare(tableName: string, change: Change, isExpiry: boolean): PreparedChange | undefined {
    const stream = this.#streams.get(tableName)
    if (!stream) return undefined
    const sequenceNumber = this.#numbers.next()
    const record = changeRecord(change, stream.settings, { sequenceNumber, time: systemClock.now(), isExpiry })
    if (!record) return undefined
    const keyOf = (number: string) => `stream~${tableName}~${number}`
    const settle = stream.shard.append({ sequenceNumber, value: record })
    stream.bytes += record.dynamodb.SizeBytes
    return {
      operations: [
        { type: "put", key: keyOf(sequenceNumber), value: record },
        ...this.#dropExcess(stream).map((one): Operation => ({ type: "del", key: keyOf(one.sequenceNumber) })),
      ],
      settle,
    }
  }

  #dropExcess(stream: Stream): ShardRecord<ChangeRecord>[] {
    let excess = stream.shard.length - MAX_RECORDS
    return stream.shard.dropWhile(({ value }) => {
      const isDropped = excess > 0 || stream.bytes > this.#maxBytes
      if (isDropped) {
        excess--
        stream.bytes -= value.dynamodb.SizeBytes
      }
      return isDropped
    })
  }

  /**
   * The position of a consumer: where it was in an earlier run, or where it begins.
   * AWS: the latest records are those after the consumer was created (streams-starting-position)
   */
  async position(tableName: string, consumer: string, from: "LATEST" | "TRIM_HORIZON"): Promise<string> {
    const kept = await this.#store?.db.get(`consumer~${consumer}`)
    if (typeof kept === "string") return kept
    const begin = from === "LATEST" ? (this.#streams.get(tableName)?.beginsAfter ?? "") : ""
    await this.save(consumer, begin)
    return begin
  }

  async save(consumer: string, position: string): Promise<void> {
    await this.#store?.db.put(`consumer~${consumer}`, position)
  }

  /** Waits for the first record, at most `waitMs`. */
  async read(tableName: string, request: ReadRequest): Promise<ChangeRecord[]> {
    const shard = this.#streams.get(tableName)?.shard ?? new Shard<ChangeRecord>()
    const found = await shard.read(request)
    return found.map(({ value }) => value)
  }
}
