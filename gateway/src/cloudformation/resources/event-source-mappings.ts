// What invokes functions without an API: queues that are polled, and buckets that tell of changes.

import type { EventSourceMappingDefinition } from "../../definition/lambda.ts"
import type { Origin } from "../../definition/origin.ts"
import type { BucketNotificationDefinition } from "../../definition/storage.ts"
import { functionArnFrom } from "../resolve/attributes.ts"
import type { Properties } from "../resolve/properties.ts"
import type { ResolvedTemplate, Resource } from "../resolve/resolve-template.ts"

export function readEventSourceMappings(template: ResolvedTemplate): EventSourceMappingDefinition[] {
  return template.ofType("AWS::Lambda::EventSourceMapping").flatMap((resource) => {
    const { properties } = resource
    const sourceArn = properties.text("EventSourceArn") ?? ""
    if (sourceArn.split(":")[2] !== "sqs") {
      resource.notice(
        `Only SQS queues are polled, not ${sourceArn || "this source"}: the function is never invoked by it.`,
      )
      return []
    }
    if (properties.value("FilterCriteria") !== undefined)
      resource.notice("FilterCriteria is not applied: every message passes.")
    const batchSize = properties.number("BatchSize") ?? 10
    // AWS: a batch of a standard queue has 1 to 10,000 messages (lambda-sqs-batch)
    if (batchSize < 1 || batchSize > 10_000)
      resource.problem(`BatchSize must be between 1 and 10000, not ${batchSize}.`)
    const batchingWindowSeconds = properties.number("MaximumBatchingWindowInSeconds") ?? 0
    if (batchSize > 10 && batchingWindowSeconds < 1) {
      // AWS: batches over ten messages need a window (lambda-sqs-window)
      resource.problem("MaximumBatchingWindowInSeconds must be at least 1 when BatchSize is greater than 10.")
    }
    const mapping: EventSourceMappingDefinition = {
      ...resource.origin,
      functionArn: functionArnFrom(resource, properties.required("FunctionName")),
      queueArn: sourceArn,
      enabled: properties.flag("Enabled") ?? true,
      batchSize,
      batchingWindowSeconds,
      reportBatchItemFailures: properties.texts("FunctionResponseTypes").includes("ReportBatchItemFailures"),
    }
    const maximum = properties.object("ScalingConfig")?.number("MaximumConcurrency")
    if (maximum !== undefined) mapping.maximumConcurrency = maximum
    return [mapping]
  })
}

/** From buckets' own `NotificationConfiguration` and from CDK's custom resource, which says the same in S3's own words. */
export function readBucketNotifications(template: ResolvedTemplate): BucketNotificationDefinition[] {
  return [
    ...template.ofType("AWS::S3::Bucket").flatMap((bucket) => {
      const configuration = bucket.properties.object("NotificationConfiguration")
      return configuration ? nativeNotifications(bucket, configuration) : []
    }),
    ...template.ofType("Custom::S3BucketNotifications").flatMap((resource) => {
      const configuration = resource.properties.object("NotificationConfiguration")
      return configuration ? customNotifications(resource, configuration) : []
    }),
  ]
}

/** AWS: an entry has one event, and `Function` or `Queue` as its target (template-bucket-notifications) */
function nativeNotifications(bucket: Resource, configuration: Properties): BucketNotificationDefinition[] {
  noticeUnservedTargets(bucket, configuration, ["TopicConfigurations", "EventBridgeConfiguration"])
  const entries = [...configuration.objects("QueueConfigurations"), ...configuration.objects("LambdaConfigurations")]
  return entries.map((entry, index) => ({
    ...bucket.origin,
    bucketName: bucket.ref,
    events: entry.texts("Event"),
    ...filterOf(entry.object("Filter")?.object("S3Key")?.objects("Rules")),
    targetArn: entry.text("Queue") ?? entry.required("Function"),
    configurationId: `${bucket.logicalId}-${index}`,
  }))
}

/** AWS: S3 itself has a list of events per entry (template-bucket-notifications) */
function customNotifications(resource: Resource, configuration: Properties): BucketNotificationDefinition[] {
  noticeUnservedTargets(resource, configuration, ["TopicConfigurations", "EventBridgeConfiguration"])
  const entries = [
    ...configuration.objects("QueueConfigurations"),
    ...configuration.objects("LambdaFunctionConfigurations"),
  ]
  const origin: Origin = resource.origin
  return entries.map((entry, index) => ({
    ...origin,
    bucketName: resource.properties.required("BucketName"),
    events: entry.texts("Events"),
    ...filterOf(entry.object("Filter")?.object("Key")?.objects("FilterRules")),
    targetArn: entry.text("QueueArn") ?? entry.required("LambdaFunctionArn"),
    configurationId: entry.text("Id") ?? `${resource.logicalId}-${index}`,
  }))
}

function noticeUnservedTargets(resource: Resource, configuration: Properties, names: string[]): void {
  for (const name of names) {
    if (configuration.value(name) !== undefined)
      resource.notice(`${name} of a bucket is not served: queues and functions are.`)
  }
}

function filterOf(rules: Properties[] | undefined): { prefix?: string; suffix?: string } {
  const filter: { prefix?: string; suffix?: string } = {}
  for (const rule of rules ?? []) {
    const name = rule.text("Name")?.toLowerCase()
    if (name === "prefix" || name === "suffix") filter[name] = rule.text("Value") ?? ""
  }
  return filter
}
