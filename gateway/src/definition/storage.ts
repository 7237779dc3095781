// DynamoDB, S3, SQS and Kinesis resources.
import type { Origin } from "./origin.ts"

export type TableDefinition = Origin & {
  arn: string
  /** The input of DynamoDB's CreateTable, without streams and TTL, which the gateway adds, and without encryption. */
  createTable: Record<string, unknown>
  timeToLiveAttribute?: string
  stream?: { streamArn: string; viewType: "KEYS_ONLY" | "NEW_IMAGE" | "OLD_IMAGE" | "NEW_AND_OLD_IMAGES" }
}

export type BucketDefinition = Origin & {
  bucketName: string
  cors: BucketCorsRule[]
}

export type BucketCorsRule = {
  allowedOrigins: string[]
  allowedMethods: string[]
  allowedHeaders: string[]
  exposedHeaders: string[]
  maxAgeSeconds?: number
}

export type BucketNotificationDefinition = Origin & {
  bucketName: string
  /** `s3:ObjectCreated:*` */
  events: string[]
  prefix?: string
  suffix?: string
  /** ARN of the queue, topic or function that receives the events, or `eventbridge`. */
  targetArn: string
  configurationId: string
}

export type QueueDefinition = Origin & {
  queueName: string
  arn: string
  /** SQS's own attributes, as strings: `VisibilityTimeout`, `RedrivePolicy`, ... */
  attributes: Record<string, string>
}

export type DataStreamDefinition = Origin & {
  streamName: string
  arn: string
  mode: "PROVISIONED" | "ON_DEMAND"
  shardCount: number
  retentionHours: number
  /** Of a record, with its partition key. */
  maxRecordBytes: number
  /** The key that encrypts the records. */
  kmsKeyId?: string
}
