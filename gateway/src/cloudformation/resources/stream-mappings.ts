// Reads the event source mappings of DynamoDB streams.
import type { StreamMappingDefinition } from "../../definition/lambda.ts"
import { functionArnFrom } from "../resolve/function-arn.ts"
import type { ResolvedTemplate, Resource } from "../resolve/resolve-template.ts"
import { readFilters } from "./event-pattern-property.ts"

export function readStreamMappings(template: ResolvedTemplate): StreamMappingDefinition[] {
  return template.ofType("AWS::Lambda::EventSourceMapping").flatMap((resource) => {
    const streamArn = resource.properties.text("EventSourceArn") ?? ""
    return streamArn.split(":")[2] === "dynamodb" ? readMapping(resource, streamArn) : []
  })
}

// AWS: the defaults and bounds of mappings of streams (streams-mapping)
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
    startingPosition: properties.oneOf("StartingPosition", ["LATEST", "TRIM_HORIZON"]) ?? "LATEST",
    filters: readFilters(resource),
    bisects: properties.flag("BisectBatchOnFunctionError") ?? false,
    maximumRetryAttempts: unlimited(properties.number("MaximumRetryAttempts")),
    maximumRecordAgeSeconds: unlimited(properties.number("MaximumRecordAgeInSeconds")),
    reportBatchItemFailures: properties.texts("FunctionResponseTypes").includes("ReportBatchItemFailures"),
  }
  const onFailureArn = properties.object("DestinationConfig")?.object("OnFailure")?.text("Destination")
  if (onFailureArn !== undefined) mapping.onFailureArn = onFailureArn
  if ((properties.number("ParallelizationFactor") ?? 1) > 1) {
    resource.notice("ParallelizationFactor is not applied: batches of a stream are processed one after the other.")
  }
  return mapping
}

function unlimited(value = -1): number {
  return value === -1 ? Number.MAX_SAFE_INTEGER : value
}
