// The records of a DynamoDB stream, in events of functions and in the API of streams.

/** A stream has one shard here. */
export const SHARD_ID = "shardId-00000000000000000000-00000000"

/** What a record has in both. `eventID`: 32 hexadecimal digits, the same for each delivery. */
export function streamRecord<Change extends { SequenceNumber: string }>(
  { eventName, dynamodb }: { eventName: string; dynamodb: Change },
  streamArn: string,
) {
  return {
    eventID: BigInt(dynamodb.SequenceNumber).toString(16).padStart(32, "0"),
    eventName,
    eventVersion: "1.1",
    eventSource: "aws:dynamodb",
    awsRegion: streamArn.split(":")[3] ?? "",
    dynamodb,
  }
}
