// The port through which event source mappings read a stream: its shards, their records, and the position of each mapping.
import type { StreamMappingDefinition } from "./lambda.ts"

export type StreamRecord = {
  sequenceNumber: string
  /** Milliseconds since the epoch. */
  arrivedAt: number
  /** The record in the event of a function. */
  event: object
  /** What the filters of a mapping match. */
  filtered: object
}

export type ShardOfMapping = { mapping: StreamMappingDefinition; shardId: string }

export type StreamSource = {
  /** The ids of the shards. Empty: the stream is not served. */
  shards(mapping: StreamMappingDefinition): readonly string[]
  /** The position of the mapping in the shard: the saved one, or its starting position. */
  position(shard: ShardOfMapping): Promise<string>
  /** Resolves with the records after a position: at least one, or none after `waitMs` or the signal. */
  read(
    shard: ShardOfMapping,
    request: { after: string; limit: number; waitMs: number },
    signal: AbortSignal,
  ): Promise<StreamRecord[]>
  savePosition(shard: ShardOfMapping, position: string): Promise<void>
}
