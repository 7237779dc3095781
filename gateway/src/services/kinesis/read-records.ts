// GetShardIterator and GetRecords of Kinesis.
import type { Clock } from "../../foundation/clock.ts"
import type { JsonInput } from "../local/json-service.ts"
import { ServiceError } from "../local/local-service.ts"
import { readIteratorState, writeIteratorState } from "../streams/iterator-state.ts"
import type { ShardRecord } from "../streams/shard.ts"
import type { DataRecord, DataShard, DataStream, DataStreams } from "./data-streams.ts"
import { invalidArgument, limitOf, namedStream, notFound } from "./input.ts"

export type ReadOptions = {
  streams: DataStreams
  clock: Clock
  accountId(): string
}

// AWS: an iterator is valid for five minutes (kinesis-iterator-expiry)
const ITERATOR_MS = 300_000
// AWS: at most 10,000 records or 10 MB are returned at once (kinesis-get-limits)
const MAX_RECORDS = 10_000
const MAX_BYTES = 10 * 1024 ** 2

export function createReadOperations({ streams, clock, accountId }: ReadOptions) {
  function shardOf(stream: DataStream, shardId: unknown): DataShard {
    const found = stream.shards.find((shard) => shard.shardId === shardId)
    if (found) return found
    const name = stream.definition.streamName
    throw notFound(`Shard ${String(shardId)} in stream ${name} under account ${accountId()} does not exist`)
  }

  function iteratorOf(stream: DataStream, { shardId }: DataShard, after: string): string {
    const { streamName } = stream.definition
    return `${streamName}|${shardId}|${writeIteratorState({ after, expiresAt: clock.now() + ITERATOR_MS })}`
  }

  async function getShardIterator(input: JsonInput): Promise<object> {
    const stream = namedStream(streams, input, accountId())
    const shard = shardOf(stream, input.ShardId)
    return { ShardIterator: iteratorOf(stream, shard, await startOf(input, shard)) }
  }

  /** The sequence number that precedes the first record. */
  async function startOf(input: JsonInput, shard: DataShard): Promise<string> {
    const { ShardIteratorType: type, StartingSequenceNumber: number, Timestamp } = input
    switch (type) {
      case "TRIM_HORIZON":
        return ""
      case "LATEST":
        return streams.nextNumber()
      case "AT_TIMESTAMP":
        if (typeof Timestamp !== "number") throw invalidArgument("AT_TIMESTAMP needs a Timestamp.")
        return positionAt(shard, Timestamp * 1000)
      case "AT_SEQUENCE_NUMBER":
      case "AFTER_SEQUENCE_NUMBER":
        if (typeof number !== "string" || !/^\d{1,129}$/.test(number)) {
          throw invalidArgument(`${type} needs the StartingSequenceNumber of a record.`)
        }
        return type === "AT_SEQUENCE_NUMBER" ? before(number) : number
      default: {
        const types = "AFTER_SEQUENCE_NUMBER, AT_SEQUENCE_NUMBER, AT_TIMESTAMP, LATEST, TRIM_HORIZON"
        throw invalidArgument(`ShardIteratorType is ${String(type)}; it must be one of ${types}.`)
      }
    }
  }

  async function getRecords(input: JsonInput): Promise<object> {
    const limit = limitOf(input, "Limit", { most: MAX_RECORDS, otherwise: MAX_RECORDS })
    const { streamName, shardId, after } = readIterator(input.ShardIterator)
    const stream = namedStream(streams, { StreamName: streamName }, accountId())
    const shard = shardOf(stream, shardId)
    const found = withinSize(await shard.read({ after, limit, waitMs: 0 }))
    const last = found.at(-1)
    const newest = shard.newest()
    const isBehind = last !== undefined && newest !== undefined && last.sequenceNumber < newest.sequenceNumber
    return {
      Records: found.map((record) => apiRecord(record, stream)),
      NextShardIterator: iteratorOf(stream, shard, last?.sequenceNumber ?? after),
      // AWS: zero for a reader that has the newest record (kinesis-millis-behind)
      MillisBehindLatest: isBehind ? clock.now() - last.value.arrivedAt : 0,
    }
  }

  function readIterator(value: unknown) {
    const [streamName = "", shardId = "", text = ""] = String(value).split("|")
    const state = readIteratorState(text)
    if (!state) throw invalidArgument("Invalid ShardIterator.")
    if (state.expiresAt < clock.now()) {
      throw new ServiceError("ExpiredIteratorException", "The shard iterator has expired: get another one.")
    }
    return { streamName, shardId, after: state.after }
  }

  return { getShardIterator, getRecords }
}

/** The stream that an iterator belongs to, for the permission to read it. */
export function streamOfIterator(value: unknown): string {
  return String(value).split("|")[0] ?? ""
}

/** The sequence number that precedes the first record of this time or later. */
export async function positionAt(shard: DataShard, time: number): Promise<string> {
  const all = await shard.read({ after: "", limit: Number.MAX_SAFE_INTEGER, waitMs: 0 })
  return all.findLast(({ value }) => value.arrivedAt < time)?.sequenceNumber ?? ""
}

/** Sequence numbers of a stream have the same length, so they are compared as texts. */
function before(sequenceNumber: string): string {
  const number = BigInt(sequenceNumber)
  return number > 0n ? String(number - 1n).padStart(sequenceNumber.length, "0") : ""
}

/** At least one, so that a reader gets on. */
function withinSize(records: readonly ShardRecord<DataRecord>[]): ShardRecord<DataRecord>[] {
  let bytes = 0
  const end = records.findIndex(({ value }, index) => {
    bytes += value.data.length
    return index > 0 && bytes > MAX_BYTES
  })
  return end === -1 ? [...records] : records.slice(0, end)
}

function apiRecord({ sequenceNumber, value }: ShardRecord<DataRecord>, { definition }: DataStream): object {
  return {
    SequenceNumber: sequenceNumber,
    ApproximateArrivalTimestamp: value.arrivedAt / 1000,
    Data: value.data.toString("base64"),
    PartitionKey: value.partitionKey,
    // AWS: the encryption of a record (kinesis-encryption)
    EncryptionType: definition.kmsKeyId === undefined ? "NONE" : "KMS",
  }
}
