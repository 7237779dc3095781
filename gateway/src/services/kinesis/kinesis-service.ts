// The operations of Kinesis Data Streams that write to streams, read and describe them.
import type { NeededPermission } from "../../definition/permission.ts"
import type { Clock } from "../../foundation/clock.ts"
import { createJsonService, type JsonInput, type JsonOperation } from "../local/json-service.ts"
import type { LocalService } from "../local/local-service.ts"
import type { DataStreams } from "./data-streams.ts"
import { createDescribeOperations } from "./describe-streams.ts"
import { namedStream, streamNameOf } from "./input.ts"
import { readRecord, readRecords } from "./put-records.ts"
import { createReadOperations, streamOfIterator } from "./read-records.ts"

export type KinesisServiceOptions = {
  streams: DataStreams
  /** The ARN of the stream with this name. */
  arnOf(streamName: string): string
  accountId(): string
  clock: Clock
}

export function createKinesisService(options: KinesisServiceOptions): LocalService {
  const { streams, arnOf, accountId } = options
  const { getShardIterator, getRecords } = createReadOperations(options)
  const describing = createDescribeOperations(options)

  function putRecord(input: JsonInput): object {
    const { definition, put } = namedStream(streams, input, accountId())
    const { shardId, sequenceNumber } = put(readRecord(input, definition.maxRecordBytes))
    return { ShardId: shardId, SequenceNumber: sequenceNumber, EncryptionType: encryptionOf(definition) }
  }

  function putRecords(input: JsonInput): object {
    const { definition, put } = namedStream(streams, input, accountId())
    const added = readRecords(input, definition.maxRecordBytes).map(put)
    return {
      // AWS: a record fails when its shard is throttled, which does not happen here (kinesis-throughput)
      FailedRecordCount: 0,
      Records: added.map(({ shardId, sequenceNumber }) => ({ ShardId: shardId, SequenceNumber: sequenceNumber })),
      EncryptionType: encryptionOf(definition),
    }
  }

  // AWS: each operation needs its permission on the stream (kinesis-permissions)
  const onStream = (action: string, nameOf: (input: JsonInput) => string | undefined) => (input: JsonInput) => {
    const name = nameOf(input)
    return name === undefined ? [] : [{ action: `kinesis:${action}`, resource: arnOf(name) }]
  }
  const operation = (
    name: string,
    run: JsonOperation["run"],
    permissions: (input: JsonInput) => NeededPermission[] = onStream(name, streamNameOf),
  ): [string, JsonOperation] => [name, { run, permissions }]

  return createJsonService({
    name: "kinesis",
    target: "Kinesis_20131202",
    operations: new Map([
      operation("PutRecord", putRecord),
      operation("PutRecords", putRecords),
      operation("GetShardIterator", getShardIterator),
      operation(
        "GetRecords",
        getRecords,
        onStream("GetRecords", ({ ShardIterator }) => streamOfIterator(ShardIterator)),
      ),
      operation("DescribeStream", describing.describeStream),
      operation("DescribeStreamSummary", describing.describeStreamSummary),
      operation(
        "ListShards",
        describing.listShards,
        onStream("ListShards", (input) =>
          typeof input.NextToken === "string" ? streamOfIterator(input.NextToken) : streamNameOf(input),
        ),
      ),
      operation("ListStreams", describing.listStreams, () => [{ action: "kinesis:ListStreams", resource: "*" }]),
    ]),
  })
}

function encryptionOf({ kmsKeyId }: { kmsKeyId?: string }): string {
  return kmsKeyId === undefined ? "NONE" : "KMS"
}
