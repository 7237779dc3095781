// The stack of everything that stores data: the uploads bucket, the queues, and the two tables.
import { Aws, Duration, RemovalPolicy, Validations } from "aws-cdk-lib"
import { AttributeType, BillingMode, ProjectionType, Table, type TableProps } from "aws-cdk-lib/aws-dynamodb"
import { Effect, PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam"
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CfnBucket,
  HttpMethods,
  ObjectOwnership,
} from "aws-cdk-lib/aws-s3"
import { Queue, QueueEncryption, type QueueProps } from "aws-cdk-lib/aws-sqs"
import type { Construct } from "constructs"
import { BaseDocumentInsightStack, type DocumentInsightStackProps } from "./base-stack.ts"
import { webOrigins } from "./web-origins.ts"

/** The prefix of uploads in the bucket; the key is `{prefix}{documentId}`. */
export const uploadPrefix = "uploads/"
/** The prefix of the text of documents; the keys are `{prefix}{documentId}/{block}`. */
export const textPrefix = "texts/"
export const byConnectionIndex = "by-connection"

/** As long as the functions keep a document's row, so that file and row expire together. */
export const documentRetentionDays = 7

const visibilityMarginSeconds = 60

/** How soon the watchdog retries a message that it could not finish; longer than its timeout. */
const watchdogRetry = Duration.seconds(60)

/** How soon a page of watchers is notified again after its invocation died; longer than the notifier's timeout. */
const notifierRetry = Duration.seconds(60)

export class StorageStack extends BaseDocumentInsightStack {
  readonly documentsBucket: Bucket
  /** The ARN of every upload. */
  readonly uploadsArn: string
  /** The ARN of the text of every document. */
  readonly textsArn: string
  /** `https://{host}` that presigned uploads are sent to. */
  readonly uploadsOrigin: string
  readonly uploadQueue: Queue
  readonly uploadDeadLetterQueue: Queue
  /** Delayed messages that end documents whose upload never arrived. */
  readonly uploadDeadlineQueue: Queue
  /** Pages of the watchers of a document that has many, for the progress notifier. */
  readonly pushQueue: Queue
  readonly pushDeadLetterQueue: Queue
  readonly documentsTable: Table
  readonly watchersTable: Table
  /** The tickets of the WebSocket API; only with sign-in. */
  readonly ticketsTable: Table | undefined

  constructor(scope: Construct, props: DocumentInsightStackProps) {
    super(scope, "storage", props, "Documents: the uploads bucket, the queue that announces them, and the tables")
    this.uploadDeadLetterQueue = this.addQueue("UploadDeadLetterQueue", {
      queueName: this.resourceName("uploads-dead-letter"),
      retentionPeriod: Duration.days(14),
      visibilityTimeout: watchdogRetry,
    })
    const deadLetterQueue = { queue: this.uploadDeadLetterQueue, maxReceiveCount: this.config.max_receive_count }
    this.uploadQueue = this.addQueue("UploadQueue", {
      queueName: this.resourceName("uploads"),
      // The processor hides its message itself, for document_processor_claim_seconds at a time: this applies when Lambda
      // throttles the invocation. AWS: it is no shorter than the function's timeout (system-visibility-minimum)
      visibilityTimeout: Duration.seconds(this.config.document_processor_timeout_seconds + visibilityMarginSeconds),
      deadLetterQueue,
    })
    this.uploadDeadlineQueue = this.addQueue("UploadDeadlineQueue", {
      queueName: this.resourceName("upload-deadlines"),
      visibilityTimeout: watchdogRetry,
      // At least ten receives: the first may only postpone the message until the deadline.
      deadLetterQueue: { ...deadLetterQueue, maxReceiveCount: Math.max(10, this.config.max_receive_count) },
    })
    this.pushDeadLetterQueue = this.addQueue("PushDeadLetterQueue", {
      queueName: this.resourceName("pushes-dead-letter"),
      retentionPeriod: Duration.days(14),
    })
    this.pushQueue = this.addQueue("PushQueue", {
      queueName: this.resourceName("pushes"),
      visibilityTimeout: notifierRetry,
      // More minutes than an end is pushed for, so that only a message that cannot be handled is given up.
      deadLetterQueue: { queue: this.pushDeadLetterQueue, maxReceiveCount: 200 },
    })
    // The name is a constant because the queue's policy names the bucket before the bucket exists (see below).
    const bucketName = this.resourceName(`uploads-${Aws.ACCOUNT_ID}-${Aws.REGION}`)
    this.documentsBucket = this.addDocumentsBucket(bucketName)
    this.uploadsArn = `arn:${Aws.PARTITION}:s3:::${bucketName}/${uploadPrefix}*`
    this.textsArn = `arn:${Aws.PARTITION}:s3:::${bucketName}/${textPrefix}*`
    this.uploadsOrigin = `https://${bucketName}.s3.${Aws.REGION}.${Aws.URL_SUFFIX}`
    this.documentsTable = this.addTable("DocumentsTable", "documents", {
      partitionKey: { name: "documentId", type: AttributeType.STRING },
    })
    this.watchersTable = this.addTable("WatchersTable", "watchers", {
      partitionKey: { name: "documentId", type: AttributeType.STRING },
      sortKey: { name: "connectionId", type: AttributeType.STRING },
    })
    this.watchersTable.addGlobalSecondaryIndex({
      indexName: byConnectionIndex,
      partitionKey: { name: "connectionId", type: AttributeType.STRING },
      sortKey: { name: "documentId", type: AttributeType.STRING },
      projectionType: ProjectionType.KEYS_ONLY,
    })
    if (this.config.sign_in === "cognito") this.ticketsTable = this.addTicketsTable()
  }

  private addTicketsTable(): Table {
    const table = new Table(this, "TicketsTable", {
      partitionKey: { name: "ticketHash", type: AttributeType.STRING },
      tableName: this.resourceName("tickets"),
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: "expiresAt",
      // A ticket is valid for a minute, so data_removal does not apply: there is nothing to keep.
      removalPolicy: RemovalPolicy.DESTROY,
    })
    Validations.of(table).acknowledge({
      id: "AwsSolutions-DDB3",
      reason: "A ticket is valid for a minute, so a restored table would contain no valid one.",
    })
    return table
  }

  private addQueue(id: string, props: QueueProps): Queue {
    return new Queue(this, id, { ...props, encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true })
  }

  private addDocumentsBucket(bucketName: string): Bucket {
    const bucket = new Bucket(this, "DocumentsBucket", {
      bucketName,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      lifecycleRules: [
        {
          id: "expire-documents",
          prefix: uploadPrefix,
          expiration: Duration.days(documentRetentionDays),
        },
        {
          id: "expire-texts",
          prefix: textPrefix,
          expiration: Duration.days(documentRetentionDays),
        },
        { id: "abort-incomplete-uploads", abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
      cors: [
        {
          // For the presigned upload only: the page never reads the bucket.
          allowedMethods: [HttpMethods.PUT],
          allowedOrigins: webOrigins(this.config),
          allowedHeaders: ["content-type"],
          exposedHeaders: ["etag"],
          maxAge: 3600,
        },
      ],
      removalPolicy: this.removalPolicy,
      autoDeleteObjects: this.config.data_removal === "destroy",
    })
    this.announceUploads(bucket, bucketName)
    Validations.of(bucket).acknowledge({
      id: "AwsSolutions-S1",
      reason: "The HTTP API's access log contains every upload; a second bucket of server access logs would repeat it.",
    })
    return bucket
  }

  /**
   * Native notification rather than CDK's `addEventNotification`: that one adds a Lambda-backed custom resource that
   * rewrites the bucket at deployment, one more function with permissions on every bucket. The cost is the order: S3
   * checks that it may write to the queue when the bucket is created, so the queue's policy is created first, and
   * names the bucket by the text of its ARN and not by a reference.
   */
  private announceUploads(bucket: Bucket, bucketName: string): void {
    this.uploadQueue.addToResourcePolicy(
      new PolicyStatement({
        sid: "AllowUploadsBucketToSend",
        effect: Effect.ALLOW,
        principals: [new ServicePrincipal("s3.amazonaws.com")],
        actions: ["sqs:SendMessage"],
        resources: [this.uploadQueue.queueArn],
        conditions: {
          StringEquals: { "aws:SourceAccount": Aws.ACCOUNT_ID },
          ArnLike: { "aws:SourceArn": `arn:${Aws.PARTITION}:s3:::${bucketName}` },
        },
      }),
    )
    const resource = bucket.node.defaultChild as CfnBucket
    resource.notificationConfiguration = {
      queueConfigurations: [
        {
          event: "s3:ObjectCreated:*",
          queue: this.uploadQueue.queueArn,
          filter: { s3Key: { rules: [{ name: "prefix", value: uploadPrefix }] } },
        },
      ],
    }
    resource.node.addDependency(this.uploadQueue)
  }

  private addTable(id: string, name: string, keys: Pick<TableProps, "partitionKey" | "sortKey">): Table {
    const table = new Table(this, id, {
      ...keys,
      tableName: this.resourceName(name),
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: "expiresAt",
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: this.config.point_in_time_recovery },
      deletionProtection: this.config.table_deletion_protection,
      removalPolicy: this.removalPolicy,
    })
    if (!this.config.point_in_time_recovery) {
      Validations.of(table).acknowledge({
        id: "AwsSolutions-DDB3",
        reason: "Disabled in environments with test data (point_in_time_recovery); prod has it.",
      })
    }
    return table
  }
}
