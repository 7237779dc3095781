// Reads Kinesis streams for event source mappings: the records as the events of functions have them.
import type { FunctionDefinition, StreamMappingDefinition } from "../../definition/lambda.ts"
import type { ShardOfMapping, StreamRecord, StreamSource } from "../../definition/stream-source.ts"
import { parseJson } from "../../foundation/parse-json.ts"
import type { ShardRecord } from "../streams/shard.ts"
import type { DataRecord, DataShard, DataStream, DataStreams } from "./data-streams.ts"
import { positionAt } from "./read-records.ts"

export function createKinesisSource(options: {
  streams: DataStreams
  functions(): readonly FunctionDefinition[]
}): StreamSource {
  const { streams, functions } = options
  const positions = new Map<string, string>()

  function streamOf({ streamArn }: StreamMappingDefinition): DataStream | undefined {
    return streams.all().find(({ definition }) => definition.arn === streamArn)
  }

  function shardOf({ mapping, shardId }: ShardOfMapping): DataShard {
    const found = streamOf(mapping)?.shards.find((shard) => shard.shardId === shardId)
    if (!found) throw new Error(`${shardId} of ${mapping.streamArn} no longer exists`)
    return found
  }

  async function start(shard: DataShard, { startingPosition, startingTime = 0 }: StreamMappingDefinition) {
    if (startingPosition === "TRIM_HORIZON") return ""
    return startingPosition === "LATEST" ? streams.nextNumber() : positionAt(shard, startingTime)
  }

  return {
    shards: (mapping) => streamOf(mapping)?.shards.map(({ shardId }) => shardId) ?? [],
    async position(one) {
      const key = keyOf(one)
      const known = positions.get(key)
      if (known !== undefined) return known
      const position = await start(shardOf(one), one.mapping)
      positions.set(key, position)
      return position
    },
    async read(one, request, signal) {
      const { mapping, shardId } = one
      const found = await shardOf(one).read({ ...request, signal })
      // AWS: a record names the role of the function (kinesis-event)
      const role = functions().find(({ arn }) => arn === mapping.functionArn)?.roleArn ?? ""
      return found.map((record) => toStreamRecord(record, { streamArn: mapping.streamArn, shardId, role }))
    },
    async savePosition(one, position) {
      positions.set(keyOf(one), position)
    },
  }
}

function keyOf({ mapping, shardId }: ShardOfMapping): string {
  return `${mapping.mappingId}/${shardId}`
}

/** AWS: a record in an event has its data in Base64, and its id begins with the shard (kinesis-event) */
function toStreamRecord(
  { sequenceNumber, value }: ShardRecord<DataRecord>,
  { streamArn, shardId, role }: { streamArn: string; shardId: string; role: string },
): StreamRecord {
  const { partitionKey, data, arrivedAt } = value
  return {
    sequenceNumber,
    arrivedAt,
    event: {
      kinesis: {
        kinesisSchemaVersion: "1.0",
        partitionKey,
        sequenceNumber,
        data: data.toString("base64"),
        approximateArrivalTimestamp: arrivedAt / 1000,
      },
      eventSource: "aws:kinesis",
      eventVersion: "1.0",
      eventID: `${shardId}:${sequenceNumber}`,
      eventName: "aws:kinesis:record",
      invokeIdentityArn: role,
      awsRegion: streamArn.split(":")[3] ?? "",
      eventSourceARN: streamArn,
    },
    get filtered() {
      return filteredOf(data)
    },
  }
}

/** AWS: filters are compared with the data as JSON; a pattern matches no data of another form (kinesis-filter) */
function filteredOf(data: Buffer): object {
  const parsed = parseJson(data.toString())
  return parsed === undefined ? {} : { data: parsed }
}
