// The Kinesis streams of the template with their records, in memory.
import type { DataStreamDefinition } from "../../definition/storage.ts"
import type { Clock } from "../../foundation/clock.ts"
import type { Log } from "../../foundation/log.ts"
import { SequenceNumbers } from "../streams/sequence-numbers.ts"
import { type ReadRequest, Shard, type ShardRecord } from "../streams/shard.ts"
import { type HashKeyRange, splitHashKeys } from "./hash-keys.ts"

export type DataRecord = {
  partitionKey: string
  data: Buffer
  /** Milliseconds since the epoch. */
  arrivedAt: number
}

export type NewRecord = Pick<DataRecord, "partitionKey" | "data"> & { hashKey: bigint }

export type DataShard = {
  shardId: string
  range: HashKeyRange
  startsAt: string
  /** Without the records whose time is over. */
  oldest(): ShardRecord<DataRecord> | undefined
  newest(): ShardRecord<DataRecord> | undefined
  read(request: ReadRequest): Promise<ShardRecord<DataRecord>[]>
}

export type DataStream = {
  definition: DataStreamDefinition
  /** Milliseconds since the epoch. */
  createdAt: number
  shards: readonly DataShard[]
  put(record: NewRecord): { shardId: string; sequenceNumber: string }
}

export type DataStreams = {
  /** Serves these streams from now on. A stream that was served before keeps its records. */
  use(definitions: readonly DataStreamDefinition[]): void
  all(): DataStream[]
  find(streamName: string): DataStream | undefined
  /** A number that is higher than those of all records so far. */
  nextNumber(): string
}

// Differs: beside the retention period, the memory of a shard is limited (kinesis-retention)
const MAX_RECORDS = 100_000
const MAX_BYTES = 128 * 1024 ** 2
const HOUR_MS = 3_600_000

type StoredStream = DataStream & { update(definition: DataStreamDefinition): void }

export function createDataStreams(clock: Clock, log: Log): DataStreams {
  // AWS: sequence numbers have up to 129 digits; those of streams have 56 (kinesis-sequence-number)
  const numbers = new SequenceNumbers(56, 49n * 10n ** 54n)
  const stored = new Map<string, StoredStream>()
  let used = new Set<string>()

  function create(definition: DataStreamDefinition): StoredStream {
    let current = definition
    const keptSince = () => clock.now() - current.retentionHours * HOUR_MS
    const shards = splitHashKeys(definition.shardCount).map((range, index) =>
      createShard({ shardId: shardIdOf(index), range, startsAt: numbers.next(), keptSince }),
    )
    return {
      get definition() {
        return current
      },
      createdAt: clock.now(),
      shards,
      update(next) {
        current = next
        // Differs: a stream is not resharded while it is served (kinesis-resharding)
        if (next.shardCount === shards.length) return
        const message = `${next.logicalId}: the number of its shards stays ${shards.length} until the gateway starts again`
        log.warn("Not served locally", { message })
      },
      put({ hashKey, partitionKey, data }) {
        const shard = shards.find(({ range }) => hashKey <= range.end) as (typeof shards)[number]
        const sequenceNumber = numbers.next()
        shard.append({ sequenceNumber, value: { partitionKey, data, arrivedAt: clock.now() } })
        return { shardId: shard.shardId, sequenceNumber }
      },
    }
  }

  return {
    use(definitions) {
      used = new Set(definitions.map(({ streamName }) => streamName))
      for (const definition of definitions) {
        const existing = stored.get(definition.streamName)
        if (existing) existing.update(definition)
        else stored.set(definition.streamName, create(definition))
      }
    },
    all: () =>
      [...used].toSorted().flatMap((name) => {
        const stream = stored.get(name)
        return stream ? [stream] : []
      }),
    find: (streamName) => (used.has(streamName) ? stored.get(streamName) : undefined),
    nextNumber: () => numbers.next(),
  }
}

function createShard(options: Pick<DataShard, "shardId" | "range" | "startsAt"> & { keptSince(): number }) {
  const { keptSince, ...description } = options
  const shard = new Shard<DataRecord>()
  let bytes = 0

  /** AWS: records are accessible until the retention period is over (kinesis-retention) */
  function trim(): void {
    const since = keptSince()
    let excess = shard.length - MAX_RECORDS
    shard.dropWhile(({ value }) => {
      const isDropped = value.arrivedAt < since || excess > 0 || bytes > MAX_BYTES
      if (isDropped) {
        excess--
        bytes -= value.data.length
      }
      return isDropped
    })
  }

  return {
    ...description,
    oldest() {
      trim()
      return shard.oldest
    },
    newest() {
      trim()
      return shard.newest
    },
    read(request: ReadRequest) {
      trim()
      return shard.read(request)
    },
    append(record: ShardRecord<DataRecord>) {
      bytes += record.value.data.length
      shard.append(record)(true)
      trim()
    },
  } satisfies DataShard & { append(record: ShardRecord<DataRecord>): void }
}

/** AWS: the id of a shard ends in twelve digits (kinesis-describe) */
function shardIdOf(index: number): string {
  return `shardId-${String(index).padStart(12, "0")}`
}
