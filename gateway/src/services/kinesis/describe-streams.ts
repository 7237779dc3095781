// The operations of Kinesis that list and describe streams.
import type { JsonInput } from "../local/json-service.ts"
import type { DataShard, DataStream, DataStreams } from "./data-streams.ts"
import { invalidArgument, limitOf, namedStream } from "./input.ts"

export function createDescribeOperations(options: { streams: DataStreams; accountId(): string }) {
  const { streams, accountId } = options

  function describeStream(input: JsonInput): object {
    const stream = namedStream(streams, input, accountId())
    const limit = limitOf(input, "Limit", { most: 10_000, otherwise: 100 })
    const { page, isLast } = pageOf(stream.shards, { after: input.ExclusiveStartShardId, limit, nameOf: shardIdOf })
    return {
      StreamDescription: {
        ...described(stream),
        Shards: page.map(describedShard),
        HasMoreShards: !isLast,
        EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
      },
    }
  }

  function describeStreamSummary(input: JsonInput): object {
    const stream = namedStream(streams, input, accountId())
    return {
      StreamDescriptionSummary: {
        ...described(stream),
        EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
        OpenShardCount: stream.shards.length,
        ConsumerCount: 0,
      },
    }
  }

  function listShards(input: JsonInput): object {
    const { NextToken, ...named } = input
    const limit = limitOf(input, "MaxResults", { most: 10_000, otherwise: 1000 })
    const token = typeof NextToken === "string" ? NextToken.split("|") : undefined
    // AWS: a token names the stream as well (kinesis-list-shards)
    if (token && (input.StreamName !== undefined || input.StreamARN !== undefined)) {
      throw invalidArgument("NextToken and the name of a stream cannot be given together.")
    }
    const stream = namedStream(streams, token ? { StreamName: token[0] } : named, accountId())
    const after = token ? token[1] : input.ExclusiveStartShardId
    const { page, isLast } = pageOf(stream.shards, { after, limit, nameOf: shardIdOf })
    return {
      Shards: page.map(describedShard),
      ...(!isLast && { NextToken: `${stream.definition.streamName}|${page.at(-1)?.shardId}` }),
    }
  }

  function listStreams(input: JsonInput): object {
    const limit = limitOf(input, "Limit", { most: 10_000, otherwise: 100 })
    const after = input.ExclusiveStartStreamName ?? input.NextToken
    const { page, isLast } = pageOf(streams.all(), { after, limit, nameOf: ({ definition }) => definition.streamName })
    const names = page.map(({ definition }) => definition.streamName)
    return {
      StreamNames: names,
      HasMoreStreams: !isLast,
      StreamSummaries: page.map((stream) => {
        const { RetentionPeriodHours: _, EncryptionType: __, KeyId: ___, ...summary } = described(stream)
        return summary
      }),
      ...(!isLast && { NextToken: names.at(-1) }),
    }
  }

  return { describeStream, describeStreamSummary, listShards, listStreams }
}

function shardIdOf({ shardId }: DataShard): string {
  return shardId
}

/** @param of.after the name that precedes the page */
function pageOf<One>(
  all: readonly One[],
  of: { after: unknown; limit: number; nameOf(one: One): string },
): { page: One[]; isLast: boolean } {
  const { after, limit, nameOf } = of
  const rest = typeof after === "string" ? all.filter((one) => nameOf(one) > after) : all
  return { page: rest.slice(0, limit), isLast: rest.length <= limit }
}

function described({ definition, createdAt }: DataStream) {
  const { streamName, arn, mode, retentionHours, kmsKeyId } = definition
  return {
    StreamName: streamName,
    StreamARN: arn,
    StreamStatus: "ACTIVE",
    StreamModeDetails: { StreamMode: mode },
    RetentionPeriodHours: retentionHours,
    StreamCreationTimestamp: createdAt / 1000,
    EncryptionType: kmsKeyId === undefined ? "NONE" : "KMS",
    KeyId: kmsKeyId,
  }
}

function describedShard({ shardId, range, startsAt }: DataShard): object {
  return {
    ShardId: shardId,
    HashKeyRange: { StartingHashKey: String(range.start), EndingHashKey: String(range.end) },
    SequenceNumberRange: { StartingSequenceNumber: startsAt },
  }
}
