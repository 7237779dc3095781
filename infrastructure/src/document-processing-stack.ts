// The stack of the functions that bring documents to their end: the processor reads them, and the watchdog ends those
// that nothing else will end. Both push progress through the WebSocket API.
import type { Code, Function as LambdaFunction } from "aws-cdk-lib/aws-lambda"
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources"
import type { Construct } from "constructs"
import { BaseDocumentInsightStack, type DocumentInsightStackProps } from "./base-stack.ts"
import { addFunction } from "./document-insight-function.ts"
import { acknowledgeConnections, acknowledgeUploads, mayQueryIndex, mayUseTable, mayUseUploads } from "./permissions.ts"
import { byConnectionIndex, type StorageStack } from "./storage-stack.ts"
import type { WebSocketApiStack } from "./websocket-api-stack.ts"

export type DocumentProcessingStackProps = DocumentInsightStackProps & {
  storage: StorageStack
  webSocketApi: WebSocketApiStack
  code: Code
  watchdogCode: Code
}

// AWS: an event source mapping accepts no less (system-source-concurrency)
const watchdogMaxConcurrency = 2

export class DocumentProcessingStack extends BaseDocumentInsightStack {
  readonly documentProcessor: LambdaFunction
  readonly documentWatchdog: LambdaFunction

  constructor(scope: Construct, props: DocumentProcessingStackProps) {
    super(scope, "document-processing", props, "The functions that read documents and push their progress")
    this.documentProcessor = this.addProcessor(props)
    this.documentWatchdog = this.addWatchdog(props)
    for (const pushing of [this.documentProcessor, this.documentWatchdog]) {
      props.webSocketApi.grantManageConnections(pushing)
      acknowledgeUploads(pushing, this.envName)
      acknowledgeConnections(pushing, props.webSocketApi)
    }
  }

  private addProcessor({ storage, webSocketApi, code }: DocumentProcessingStackProps): LambdaFunction {
    const { documentsTable, watchersTable, uploadQueue } = storage
    const processor = addFunction(this, "DocumentProcessor", {
      name: "document-processor",
      description: "Reads an uploaded document page by page, pushes its progress and stores its insights",
      code,
      memoryMb: this.config.document_processor_memory_mb,
      timeoutSeconds: this.config.document_processor_timeout_seconds,
      environment: {
        DOCUMENTS_TABLE_NAME: documentsTable.tableName,
        WATCHERS_TABLE_NAME: watchersTable.tableName,
        WEBSOCKET_CALLBACK_URL: webSocketApi.callbackUrl,
        UPLOAD_QUEUE_URL: uploadQueue.queueUrl,
        MAX_ATTEMPTS: String(this.config.max_attempts),
        MAX_RECEIVE_COUNT: String(this.config.max_receive_count),
        CLAIM_SECONDS: String(this.config.document_processor_claim_seconds),
      },
      permissions: [
        mayUseTable(documentsTable, "dynamodb:GetItem", "dynamodb:UpdateItem"),
        mayUseTable(watchersTable, "dynamodb:Query", "dynamodb:DeleteItem"),
        mayQueryIndex(watchersTable, byConnectionIndex),
        // DeleteObject: an upload that arrives after its document was deleted.
        mayUseUploads(storage, "s3:GetObject", "s3:DeleteObject"),
      ],
    })
    // One document per invocation: a long one neither delays another nor uses up its time.
    processor.addEventSource(
      new SqsEventSource(uploadQueue, {
        batchSize: 1,
        reportBatchItemFailures: true,
        maxConcurrency: this.config.document_processor_max_concurrency,
      }),
    )
    return processor
  }

  /** A function of its own, so that it also works when the processor cannot start. */
  private addWatchdog({ storage, webSocketApi, watchdogCode }: DocumentProcessingStackProps): LambdaFunction {
    const { documentsBucket, documentsTable, watchersTable, uploadDeadLetterQueue, uploadDeadlineQueue } = storage
    const watchdog = addFunction(this, "DocumentWatchdog", {
      name: "document-watchdog",
      description: "Ends documents whose processing was given up and those whose upload never arrived",
      code: watchdogCode,
      memoryMb: 512,
      timeoutSeconds: 30,
      environment: {
        DOCUMENTS_TABLE_NAME: documentsTable.tableName,
        WATCHERS_TABLE_NAME: watchersTable.tableName,
        DOCUMENTS_BUCKET_NAME: documentsBucket.bucketName,
        WEBSOCKET_CALLBACK_URL: webSocketApi.callbackUrl,
        UPLOAD_DEADLINE_QUEUE_URL: uploadDeadlineQueue.queueUrl,
      },
      permissions: [
        mayUseTable(documentsTable, "dynamodb:GetItem", "dynamodb:UpdateItem"),
        mayUseTable(watchersTable, "dynamodb:Query", "dynamodb:DeleteItem"),
        mayQueryIndex(watchersTable, byConnectionIndex),
        // GetObject: for HEAD, to tell an upload that never arrived from one that waits for the processor.
        mayUseUploads(storage, "s3:GetObject", "s3:DeleteObject"),
      ],
    })
    for (const queue of [uploadDeadLetterQueue, uploadDeadlineQueue]) {
      watchdog.addEventSource(
        new SqsEventSource(queue, {
          batchSize: 5,
          reportBatchItemFailures: true,
          maxConcurrency: watchdogMaxConcurrency,
        }),
      )
    }
    return watchdog
  }
}
