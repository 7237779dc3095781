// What identifies the records of a DynamoDB stream, in events of functions and in the API of streams.

/** A stream has one shard here. */
export const SHARD_ID = "shardId-00000000000000000000-00000000"

/** 32 hexadecimal digits, the same for each delivery. */
export function streamEventId(sequenceNumber: string): string {
  return BigInt(sequenceNumber).toString(16).padStart(32, "0")
}
