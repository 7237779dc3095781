// Tables, buckets and queues of the template, as the stand-ins need them.
import type { BucketDefinition, QueueDefinition, TableDefinition } from "../../definition/storage.ts"
import type { Properties } from "../resolve/properties.ts"
import type { ResolvedTemplate, Resource } from "../resolve/resolve-template.ts"

export function readTables(template: ResolvedTemplate): TableDefinition[] {
  return template.ofType("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable").map((resource) => {
    const { properties, ref: tableName } = resource
    // The capacity of global tables is not scaled. AWS: the default is PROVISIONED (template-tables)
    const isProvisioned =
      properties.text("BillingMode") !== "PAY_PER_REQUEST" && resource.type === "AWS::DynamoDB::Table"
    const throughput = (of: Properties) => (isProvisioned ? { ProvisionedThroughput: capacityOf(of) } : {})
    const createTable: Record<string, unknown> = {
      TableName: tableName,
      AttributeDefinitions: properties.value("AttributeDefinitions") ?? [],
      KeySchema: properties.value("KeySchema") ?? resource.problem("KeySchema is required."),
      BillingMode: isProvisioned ? "PROVISIONED" : "PAY_PER_REQUEST",
      ...throughput(properties),
    }
    const index = (of: Properties) => ({
      IndexName: of.required("IndexName"),
      KeySchema: of.value("KeySchema"),
      Projection: of.value("Projection"),
    })
    const globalIndexes = properties
      .objects("GlobalSecondaryIndexes")
      .map((of) => ({ ...index(of), ...throughput(of) }))
    if (globalIndexes.length > 0) createTable.GlobalSecondaryIndexes = globalIndexes
    const localIndexes = properties.objects("LocalSecondaryIndexes").map(index)
    if (localIndexes.length > 0) createTable.LocalSecondaryIndexes = localIndexes

    const timeToLive = properties.object("TimeToLiveSpecification")
    const attribute = timeToLive?.flag("Enabled") ? timeToLive.text("AttributeName") : undefined
    const table: TableDefinition = {
      ...resource.origin,
      tableName,
      arn: resource.attribute("Arn"),
      createTable,
      hasStream: properties.value("StreamSpecification") !== undefined,
    }
    if (attribute !== undefined) table.timeToLiveAttribute = attribute
    return table
  })
}

function capacityOf(properties: Properties): { ReadCapacityUnits: number; WriteCapacityUnits: number } {
  const throughput = properties.object("ProvisionedThroughput")
  return {
    ReadCapacityUnits: throughput?.number("ReadCapacityUnits") ?? 5,
    WriteCapacityUnits: throughput?.number("WriteCapacityUnits") ?? 5,
  }
}

export function readBuckets(template: ResolvedTemplate): BucketDefinition[] {
  return template.ofType("AWS::S3::Bucket").map((resource) => {
    const bucketName = resource.ref
    // AWS: 3 to 63 lower-case letters, digits, hyphens and dots (template-bucket-name)
    if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucketName)) resource.problem(`"${bucketName}" is no bucket name.`)
    const rules = resource.properties.object("CorsConfiguration")?.objects("CorsRules") ?? []
    return { ...resource.origin, bucketName, arn: resource.attribute("Arn"), cors: rules.map(readCorsRule) }
  })
}

function readCorsRule(rule: Properties): BucketDefinition["cors"][number] {
  const cors: BucketDefinition["cors"][number] = {
    allowedOrigins: rule.texts("AllowedOrigins"),
    allowedMethods: rule.texts("AllowedMethods"),
    allowedHeaders: rule.texts("AllowedHeaders"),
    exposedHeaders: rule.texts("ExposedHeaders"),
  }
  const maxAge = rule.number("MaxAge")
  if (maxAge !== undefined) cors.maxAgeSeconds = maxAge
  return cors
}

// AWS: CreateQueue takes these properties as attributes of the same name (template-queues)
const queueAttributes = {
  DelaySeconds: "DelaySeconds",
  MaximumMessageSize: "MaximumMessageSize",
  MessageRetentionPeriod: "MessageRetentionPeriod",
  ReceiveMessageWaitTimeSeconds: "ReceiveMessageWaitTimeSeconds",
  VisibilityTimeout: "VisibilityTimeout",
  RedrivePolicy: "RedrivePolicy",
  RedriveAllowPolicy: "RedriveAllowPolicy",
  FifoQueue: "FifoQueue",
  ContentBasedDeduplication: "ContentBasedDeduplication",
  DeduplicationScope: "DeduplicationScope",
  FifoThroughputLimit: "FifoThroughputLimit",
}

export function readQueues(template: ResolvedTemplate): QueueDefinition[] {
  return template.ofType("AWS::SQS::Queue").map((resource) => ({
    ...resource.origin,
    queueName: resource.attribute("QueueName"),
    arn: resource.attribute("Arn"),
    attributes: attributesOf(resource),
  }))
}

function attributesOf(resource: Resource): Record<string, string> {
  const attributes: Record<string, string> = {}
  for (const [property, attribute] of Object.entries(queueAttributes)) {
    const value = resource.properties.value(property)
    if (value === undefined) continue
    attributes[attribute] = typeof value === "object" ? JSON.stringify(value) : String(value)
  }
  return attributes
}
