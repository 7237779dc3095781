// The port through which event source mappings read a stream: its shards, their records, and where their readers are.
import type { StreamMappingDefinition } from "./lambda.ts"

export type StreamRecord = {
  sequenceNumber: string
  /** Milliseconds since the epoch. */
  arrivedAt: number
  /** As the event of a function has it. */
  event: object
  /** What the filters of a mapping are compared with. */
  filtered: object
}

export type ShardOfMapping = { mapping: StreamMappingDefinition; shardId: string }

export type StreamSource = {
  /** The ids of the shards. Empty: the stream is not served. */
  shards(mapping: StreamMappingDefinition): readonly string[]
  /** Where the mapping is in the shard: where it was before, or at its starting position. */
  position(shard: ShardOfMapping): Promise<string>
  /** Waits for a record at most as long, or until the signal. */
  read(
    shard: ShardOfMapping,
    request: { after: string; limit: number; waitMs: number },
    signal: AbortSignal,
  ): Promise<StreamRecord[]>
  savePosition(shard: ShardOfMapping, position: string): Promise<void>
}
