// Reads the event source mappings that poll SQS queues.
import type { EventSourceMappingDefinition } from "../../definition/lambda.ts"
import { withoutUndefined } from "../../foundation/without-undefined.ts"
import { functionArnFrom } from "../resolve/function-arn.ts"
import type { ResolvedTemplate } from "../resolve/resolve-template.ts"
import type { Resource } from "../resolve/resource.ts"
import { readFilters } from "./event-pattern-property.ts"
import { isStreamArn } from "./stream-mappings.ts"

export function readEventSourceMappings(template: ResolvedTemplate): EventSourceMappingDefinition[] {
  return template.ofType("AWS::Lambda::EventSourceMapping").flatMap((resource) => readMapping(resource) ?? [])
}

function readMapping(resource: Resource): EventSourceMappingDefinition | undefined {
  const { properties } = resource
  const sourceArn = properties.text("EventSourceArn") ?? ""
  // Read elsewhere.
  if (isStreamArn(sourceArn)) return undefined
  if (sourceArn.split(":")[2] !== "sqs") {
    const source = sourceArn || "this event source"
    return resource.notice(
      `Only SQS queues and streams of DynamoDB and Kinesis are polled, so ${source} never invokes the function.`,
    )
  }
  const batchSize = properties.number("BatchSize") ?? 10
  // AWS: a batch of a standard queue has 1 to 10,000 messages (lambda-sqs-batch)
  if (batchSize < 1 || batchSize > 10_000) resource.problem(`BatchSize must be between 1 and 10000, not ${batchSize}.`)
  const batchingWindowSeconds = properties.number("MaximumBatchingWindowInSeconds") ?? 0
  if (batchSize > 10 && batchingWindowSeconds < 1) {
    // AWS: batches over ten messages need a window (lambda-sqs-window)
    resource.problem("MaximumBatchingWindowInSeconds must be at least 1 when BatchSize is greater than 10.")
  }
  return {
    ...resource.origin,
    functionArn: functionArnFrom(resource, properties.required("FunctionName")),
    queueArn: sourceArn,
    enabled: properties.flag("Enabled") ?? true,
    batchSize,
    batchingWindowSeconds,
    filters: readFilters(resource),
    reportBatchItemFailures: properties.texts("FunctionResponseTypes").includes("ReportBatchItemFailures"),
    ...withoutUndefined({ maximumConcurrency: properties.object("ScalingConfig")?.number("MaximumConcurrency") }),
  }
}
