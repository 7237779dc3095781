// Reads the notifications of buckets: from `NotificationConfiguration`, and from the custom resource that CDK generates.
import type { BucketNotificationDefinition } from "../../definition/storage.ts"
import type { Properties } from "../resolve/properties.ts"
import type { ResolvedTemplate } from "../resolve/resolve-template.ts"
import type { Resource } from "../resolve/resource.ts"

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
  const entries = [
    ...configuration.objects("QueueConfigurations"),
    ...configuration.objects("TopicConfigurations"),
    ...configuration.objects("LambdaConfigurations"),
  ]
  const notifications = entries.map((entry, index) => ({
    ...bucket.origin,
    bucketName: bucket.ref,
    events: entry.texts("Event"),
    ...filterOf(entry.object("Filter")?.object("S3Key")?.objects("Rules")),
    targetArn: entry.text("Queue") ?? entry.text("Topic") ?? entry.required("Function"),
    configurationId: `${bucket.logicalId}-${index}`,
  }))
  const toEventBridge = configuration.object("EventBridgeConfiguration")?.flag("EventBridgeEnabled") ?? false
  return toEventBridge ? [...notifications, eventBridgeNotification(bucket, bucket.ref)] : notifications
}

/** The form of S3's own API. AWS: S3 itself has a list of events per entry (template-bucket-notifications) */
function customResourceNotifications(resource: Resource, configuration: Properties): BucketNotificationDefinition[] {
  const bucketName = resource.properties.required("BucketName")
  const entries = [
    ...configuration.objects("QueueConfigurations"),
    ...configuration.objects("TopicConfigurations"),
    ...configuration.objects("LambdaFunctionConfigurations"),
  ]
  const notifications = entries.map((entry, index) => ({
    ...resource.origin,
    bucketName,
    events: entry.texts("Events"),
    ...filterOf(entry.object("Filter")?.object("Key")?.objects("FilterRules")),
    targetArn: entry.text("QueueArn") ?? entry.text("TopicArn") ?? entry.required("LambdaFunctionArn"),
    configurationId: entry.text("Id") ?? `${resource.logicalId}-${index}`,
  }))
  const toEventBridge = configuration.value("EventBridgeConfiguration") !== undefined
  return toEventBridge ? [...notifications, eventBridgeNotification(resource, bucketName)] : notifications
}

/** Of every change: rules select the events. */
function eventBridgeNotification({ origin, logicalId }: Resource, bucketName: string): BucketNotificationDefinition {
  const events = ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"]
  return { ...origin, bucketName, events, targetArn: "eventbridge", configurationId: `${logicalId}-eventbridge` }
}

function filterOf(rules: Properties[] | undefined): { prefix?: string; suffix?: string } {
  const filter: { prefix?: string; suffix?: string } = {}
  for (const rule of rules ?? []) {
    const name = rule.text("Name")?.toLowerCase()
    if (name === "prefix" || name === "suffix") filter[name] = rule.text("Value") ?? ""
  }
  return filter
}
