// Reads the Kinesis streams.
import type { DataStreamDefinition } from "../../definition/storage.ts"
import { withoutUndefined } from "../../foundation/without-undefined.ts"
import type { ResolvedTemplate } from "../resolve/resolve-template.ts"
import type { Resource } from "../resolve/resource.ts"

const modes = ["PROVISIONED", "ON_DEMAND"] as const
/** AWS: a new stream of the on-demand mode has the throughput of four shards (kinesis-on-demand) */
const ON_DEMAND_SHARDS = 4

export function readDataStreams(template: ResolvedTemplate): DataStreamDefinition[] {
  return template.ofType("AWS::Kinesis::Stream").map(readDataStream)
}

function readDataStream(resource: Resource): DataStreamDefinition {
  const { properties } = resource
  const count = properties.number("ShardCount")
  const stated = properties.object("StreamModeDetails")?.oneOf("StreamMode", modes)
  const mode = stated ?? "PROVISIONED"
  // AWS?: a stream without a mode and a number of shards has one (kinesis-default-shards)
  const shardCount = mode === "ON_DEMAND" ? ON_DEMAND_SHARDS : (count ?? 1)
  // AWS: the number of shards belongs to the provisioned mode (kinesis-on-demand)
  if (mode === "ON_DEMAND" && count !== undefined) {
    resource.problem("ShardCount cannot be given with the stream mode ON_DEMAND.")
  }
  if (count !== undefined && !(Number.isInteger(count) && count >= 1)) {
    resource.problem(`ShardCount must be a whole number of at least 1, not ${count}.`)
  }
  // AWS: 24 hours to 365 days (kinesis-retention)
  const retentionHours = bounded(resource, "RetentionPeriodHours", { least: 24, most: 8760, otherwise: 24 })
  // AWS: 1 to 10 MiB (kinesis-record-size)
  const recordKiB = bounded(resource, "MaxRecordSizeInKiB", { least: 1024, most: 10_240, otherwise: 1024 })
  return {
    ...resource.origin,
    streamName: resource.ref,
    arn: resource.attribute("Arn"),
    mode,
    shardCount,
    retentionHours,
    maxRecordBytes: recordKiB * 1024,
    ...withoutUndefined({ kmsKeyId: properties.object("StreamEncryption")?.text("KeyId") }),
  }
}

function bounded(
  { properties, problem }: Resource,
  name: string,
  { least, most, otherwise }: { least: number; most: number; otherwise: number },
): number {
  const value = properties.number(name) ?? otherwise
  if (value < least || value > most) problem(`${name} must be between ${least} and ${most}, not ${value}.`)
  return value
}
