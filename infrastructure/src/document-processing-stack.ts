// The stack of the functions that bring documents to their end: the processor reads them, the watchdog ends those that
// nothing else will end, and the notifier pushes to the watchers of a document that has many.
import type { Code, Function as LambdaFunction } from "aws-cdk-lib/aws-lambda"
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources"
import type { Construct } from "constructs"
import { BaseDocumentInsightStack, type DocumentInsightStackProps } from "./base-stack.ts"
import { addFunction } from "./document-insight-function.ts"
import {
  acknowledgeConnections,
  acknowledgeObjects,
  mayInvoke,
  mayInvokeModel,
  mayNotifyWatchers,
  maySendMessages,
  mayUseTable,
  mayUseTexts,
  mayUseUploads,
} from "./permissions.ts"
import { notifierVariables, pushRates } from "./push-rates.ts"
import { type StorageStack, uploadPrefix } from "./storage-stack.ts"
import { noSummaryModel } from "./summary-model.ts"
import type { WebSocketApiStack } from "./websocket-api-stack.ts"

export type DocumentProcessingStackProps = DocumentInsightStackProps & {
  storage: StorageStack
  webSocketApi: WebSocketApiStack
  code: Code
  watchdogCode: Code
  notifierCode: Code
  /** Called when text recognition is on, because its code is large. */
  recognizerCode: () => Code
}

// AWS: an event source mapping accepts no less (system-source-concurrency)
const watchdogMaxConcurrency = 2

export class DocumentProcessingStack extends BaseDocumentInsightStack {
  readonly documentProcessor: LambdaFunction
  readonly documentWatchdog: LambdaFunction
  readonly progressNotifier: LambdaFunction
  /** Undefined when text recognition is off. */
  readonly textRecognizer: LambdaFunction | undefined

  constructor(scope: Construct, props: DocumentProcessingStackProps) {
    super(scope, "document-processing", props, "The functions that read documents and push their progress")
    this.textRecognizer = this.config.ocr === "none" ? undefined : this.addRecognizer(props)
    this.documentProcessor = this.addProcessor(props)
    this.documentWatchdog = this.addWatchdog(props)
    this.progressNotifier = this.addNotifier(props)
    for (const using of [this.documentProcessor, this.documentWatchdog]) acknowledgeObjects(using, this.envName)
    for (const pushing of [this.documentProcessor, this.documentWatchdog, this.progressNotifier]) {
      props.webSocketApi.grantManageConnections(pushing)
      acknowledgeConnections(pushing, props.webSocketApi)
    }
  }

  private addProcessor({ storage, webSocketApi, code }: DocumentProcessingStackProps): LambdaFunction {
    const { documentsBucket, documentsTable, watchersTable, uploadQueue } = storage
    const { summary_model: model, summary_model_regions: regions } = this.config
    const processor = addFunction(this, "DocumentProcessor", {
      name: "document-processor",
      description: "Reads an uploaded document page by page, pushes its progress and stores its insights",
      code,
      memoryMb: this.config.document_processor_memory_mb,
      timeoutSeconds: this.config.document_processor_timeout_seconds,
      environment: {
        DOCUMENTS_TABLE_NAME: documentsTable.tableName,
        WATCHERS_TABLE_NAME: watchersTable.tableName,
        DOCUMENTS_BUCKET_NAME: documentsBucket.bucketName,
        ...notifierVariables(this.config, { storage, webSocketApi }),
        UPLOAD_QUEUE_URL: uploadQueue.queueUrl,
        MAX_ATTEMPTS: String(this.config.max_attempts),
        MAX_CONTINUATIONS: String(this.config.document_processor_max_continuations),
        MAX_RECEIVE_COUNT: String(this.config.max_receive_count),
        CLAIM_SECONDS: String(this.config.document_processor_claim_seconds),
        ...(this.textRecognizer && {
          TEXT_RECOGNIZER_NAME: this.textRecognizer.functionName,
          OCR_PAGES_AT_A_TIME: String(this.config.ocr_pages_at_a_time),
          OCR_TIMEOUT_SECONDS: String(this.config.ocr_timeout_seconds),
        }),
        ...(model !== noSummaryModel && { SUMMARY_MODEL: model }),
      },
      permissions: [
        mayUseTable(documentsTable, "dynamodb:GetItem", "dynamodb:UpdateItem"),
        mayUseTable(watchersTable, "dynamodb:Query"),
        ...mayNotifyWatchers(storage),
        // DeleteObject: an upload that arrives after its document was deleted.
        mayUseUploads(storage, "s3:GetObject", "s3:DeleteObject"),
        // GetObject: the text of the pages before a checkpoint.
        mayUseTexts(storage, "s3:GetObject", "s3:PutObject", "s3:DeleteObject"),
        // To have a long document continued.
        maySendMessages(uploadQueue),
        ...(this.textRecognizer ? [mayInvoke(this.textRecognizer)] : []),
        ...(model === noSummaryModel ? [] : mayInvokeModel(this, { model, regions })),
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

  /**
   * A function of its own, because recognizing a page takes seconds and much memory: pages are recognized side by side, and
   * one that exceeds the time or the memory fails alone.
   */
  private addRecognizer({ storage, recognizerCode }: DocumentProcessingStackProps): LambdaFunction {
    const recognizer = addFunction(this, "TextRecognizer", {
      name: "text-recognizer",
      description: "Recognizes the text of a scanned page or an image",
      code: recognizerCode(),
      memoryMb: this.config.ocr_memory_mb,
      timeoutSeconds: this.config.ocr_timeout_seconds,
      environment: {
        DOCUMENTS_BUCKET_NAME: storage.documentsBucket.bucketName,
        OCR_LANGUAGES: this.config.ocr,
      },
      permissions: [mayUseUploads(storage, "s3:GetObject")],
    })
    acknowledgeObjects(recognizer, this.envName, [uploadPrefix])
    return recognizer
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
        ...notifierVariables(this.config, { storage, webSocketApi }),
        UPLOAD_DEADLINE_QUEUE_URL: uploadDeadlineQueue.queueUrl,
      },
      permissions: [
        mayUseTable(documentsTable, "dynamodb:GetItem", "dynamodb:UpdateItem"),
        mayUseTable(watchersTable, "dynamodb:Query"),
        ...mayNotifyWatchers(storage),
        // GetObject: for HEAD, to tell an upload that never arrived from one that waits for the processor.
        mayUseUploads(storage, "s3:GetObject", "s3:DeleteObject"),
        // Text that an attempt stored while its document was being deleted.
        mayUseTexts(storage, "s3:DeleteObject"),
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

  /** Its executions share the rate of the posts, so their number is limited. */
  private addNotifier({ storage, webSocketApi, notifierCode }: DocumentProcessingStackProps): LambdaFunction {
    const { watchersTable, pushQueue } = storage
    const notifier = addFunction(this, "ProgressNotifier", {
      name: "progress-notifier",
      description: "Pushes progress to the watchers of a document that has many, a page of them per message",
      code: notifierCode,
      memoryMb: this.config.progress_notifier_memory_mb,
      timeoutSeconds: 30,
      environment: {
        WATCHERS_TABLE_NAME: watchersTable.tableName,
        WEBSOCKET_CALLBACK_URL: webSocketApi.callbackUrl,
        PUSH_QUEUE_URL: pushQueue.queueUrl,
        POSTS_PER_SECOND: String(pushRates(this.config).perNotifier),
      },
      permissions: mayNotifyWatchers(storage),
    })
    notifier.addEventSource(
      new SqsEventSource(pushQueue, {
        batchSize: 1,
        reportBatchItemFailures: true,
        maxConcurrency: this.config.progress_notifier_max_concurrency,
      }),
    )
    return notifier
  }
}
