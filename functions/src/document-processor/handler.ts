// The Lambda handler of the upload queue: creates the clients, and connects them to the processing of a batch.
import { Logger } from "@aws-lambda-powertools/logger"
import { Metrics } from "@aws-lambda-powertools/metrics"
import { DynamoDBClient } from "@aws-sdk/client-dynamodb"
import { LambdaClient } from "@aws-sdk/client-lambda"
import { S3Client } from "@aws-sdk/client-s3"
import { SQSClient } from "@aws-sdk/client-sqs"
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb"
import { systemClock } from "../clock.ts"
import { documentProcessorEnvironment, notifierEnvironment } from "../environment.ts"
import { createDeployedNotifier } from "../progress-notifier/deployed-notifier.ts"
import { queueRequestLimits } from "../request-limits.ts"
import { createDocumentTexts } from "../storage/document-texts.ts"
import { createDocumentsTable } from "../storage/documents-table.ts"
import { createQueue } from "../storage/queue.ts"
import { createWatchersTable } from "../storage/watchers-table.ts"
import { createBatchHandler } from "./process-batch.ts"
import { prepareReading, processDocument } from "./process-document.ts"
import { createRecognitionClient } from "./recognition/recognition-client.ts"
import { bedrockEngine } from "./summary/load-bedrock-engine.ts"
import { quotingEngine } from "./summary/summary-engine.ts"
import { createUploadedObjects } from "./uploaded-object.ts"

const environment = documentProcessorEnvironment()
const logger = new Logger()
const requestHandler = queueRequestLimits
const tables = DynamoDBDocumentClient.from(new DynamoDBClient({ requestHandler }))
// The queues' URLs name AWS's host; the endpoint is the SDK's to choose.
const sqs = new SQSClient({ useQueueUrlAsEndpoint: false, requestHandler })
const documents = createDocumentsTable(tables, environment.documentsTableName)
const watchers = createWatchersTable(tables, environment.watchersTableName)

// While the thread starts, the first document is downloaded.
prepareReading()

export const handler = createBatchHandler({
  documents,
  notifier: createDeployedNotifier({ environment: notifierEnvironment(), documents, watchers, sqs, logger }),
  objects: createUploadedObjects(new S3Client()),
  texts: createDocumentTexts(new S3Client({ requestHandler }), environment.bucketName),
  readDocument: processDocument,
  // Its requests have time limits of their own.
  recognition: environment.recognition && createRecognitionClient(new LambdaClient(), environment.recognition, logger),
  summaryEngine: environment.summaryModel ? bedrockEngine(environment.summaryModel, systemClock) : quotingEngine,
  uploadQueue: createQueue(sqs, environment.uploadQueueUrl),
  maxAttempts: environment.maxAttempts,
  maxContinuations: environment.maxContinuations,
  maxReceiveCount: environment.maxReceiveCount,
  claimSeconds: environment.claimSeconds,
  logger,
  metrics: new Metrics(),
  clock: systemClock,
})
