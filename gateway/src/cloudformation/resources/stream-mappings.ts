// Reads the event source mappings of streams: of DynamoDB tables, and of Kinesis.
import type { StreamMappingDefinition } from "../../definition/lambda.ts"
import { functionArnFrom } from "../resolve/function-arn.ts"
import type { ResolvedTemplate } from "../resolve/resolve-template.ts"
import type { Resource } from "../resolve/resource.ts"
import { readFilters } from "./event-pattern-property.ts"

export function readStreamMappings(template: ResolvedTemplate): StreamMappingDefinition[] {
  return template.ofType("AWS::Lambda::EventSourceMapping").flatMap((resource) => {
    const streamArn = resource.properties.text("EventSourceArn") ?? ""
    return isStreamArn(streamArn) ? readMapping(resource, streamArn) : []
  })
}

export function isStreamArn(arn: string): boolean {
  return ["dynamodb", "kinesis"].includes(arn.split(":")[2] ?? "")
}

// AWS: the defaults and bounds of mappings of streams (streams-mapping, kinesis-mapping)
function readMapping(resource: Resource, streamArn: string): StreamMappingDefinition {
  const { properties } = resource
  const batchSize = properties.number("BatchSize") ?? 100
  if (batchSize < 1 || batchSize > 10_000) resource.problem(`BatchSize must be between 1 and 10000, not ${batchSize}.`)
  properties.required("StartingPosition")
  const mapping: StreamMappingDefinition = {
    ...resource.origin,
    functionArn: functionArnFrom(resource, properties.required("FunctionName")),
    streamArn,
    mappingId: resource.ref,
    enabled: properties.flag("Enabled") ?? true,
    batchSize,
    batchingWindowSeconds: properties.number("MaximumBatchingWindowInSeconds") ?? 0,
    startingPosition: properties.oneOf("StartingPosition", positionsOf(streamArn)) ?? "LATEST",
    filters: readFilters(resource),
    bisects: properties.flag("BisectBatchOnFunctionError") ?? false,
    maximumRetryAttempts: unlimited(properties.number("MaximumRetryAttempts")),
    maximumRecordAgeSeconds: unlimited(properties.number("MaximumRecordAgeInSeconds")),
    reportBatchItemFailures: properties.texts("FunctionResponseTypes").includes("ReportBatchItemFailures"),
  }
  const startingSeconds = properties.number("StartingPositionTimestamp")
  if (startingSeconds !== undefined) mapping.startingTime = startingSeconds * 1000
  if (mapping.startingPosition === "AT_TIMESTAMP" && startingSeconds === undefined) {
    resource.problem("StartingPosition AT_TIMESTAMP needs StartingPositionTimestamp.")
  }
  const onFailureArn = properties.object("DestinationConfig")?.object("OnFailure")?.text("Destination")
  if (onFailureArn !== undefined) mapping.onFailureArn = onFailureArn
  if ((properties.number("ParallelizationFactor") ?? 1) > 1) {
    resource.notice("ParallelizationFactor is not applied: the batches of a shard are processed in order.")
  }
  if (properties.number("TumblingWindowInSeconds") !== undefined) {
    resource.notice("TumblingWindowInSeconds is not applied: every batch is a separate event without state.")
  }
  return mapping
}

/** AWS: only streams of Kinesis are read from a time (kinesis-mapping-positions) */
function positionsOf(streamArn: string) {
  const positions = ["LATEST", "TRIM_HORIZON"] as const
  return streamArn.split(":")[2] === "kinesis" ? ([...positions, "AT_TIMESTAMP"] as const) : positions
}

function unlimited(value = -1): number {
  return value === -1 ? Number.MAX_SAFE_INTEGER : value
}
