// Reads the notifications of buckets: from `NotificationConfiguration`, and from the custom resource that CDK generates.

import type { BucketNotificationDefinition } from "../../definition/storage.ts"
import type { Properties } from "../resolve/properties.ts"
import type { ResolvedTemplate, Resource } from "../resolve/resolve-template.ts"

export function readBucketNotifications(template: ResolvedTemplate): BucketNotificationDefinition[] {
  return [
    ...template.ofType("AWS::S3::Bucket").flatMap((bucket) => {
      const configuration = bucket.properties.object("NotificationConfiguration")
      return configuration ? bucketNotifications(bucket, configuration) : []
    }),
    ...template.ofType("Custom::S3BucketNotifications").flatMap((resource) => {
      const configuration = resource.properties.object("NotificationConfiguration")
      return configuration ? customResourceNotifications(resource, configuration) : []
    }),
  ]
}

/** AWS: an entry has one event, and `Function` or `Queue` as its target (template-bucket-notifications) */
function bucketNotifications(bucket: Resource, configuration: Properties): BucketNotificationDefinition[] {
  reportUnservedTargets(bucket, configuration)
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

/** The form of S3's own API. AWS: S3 itself has a list of events per entry (template-bucket-notifications) */
function customResourceNotifications(resource: Resource, configuration: Properties): BucketNotificationDefinition[] {
  reportUnservedTargets(resource, configuration)
  const entries = [
    ...configuration.objects("QueueConfigurations"),
    ...configuration.objects("LambdaFunctionConfigurations"),
  ]
  return entries.map((entry, index) => ({
    ...resource.origin,
    bucketName: resource.properties.required("BucketName"),
    events: entry.texts("Events"),
    ...filterOf(entry.object("Filter")?.object("Key")?.objects("FilterRules")),
    targetArn: entry.text("QueueArn") ?? entry.required("LambdaFunctionArn"),
    configurationId: entry.text("Id") ?? `${resource.logicalId}-${index}`,
  }))
}

function reportUnservedTargets(resource: Resource, configuration: Properties): void {
  for (const name of ["TopicConfigurations", "EventBridgeConfiguration"]) {
    if (configuration.value(name) !== undefined)
      resource.notice(`${name} of a bucket is not served. Notifications go to queues and functions only.`)
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
