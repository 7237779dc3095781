// The Lambda handler of the dead-letter queue and of the upload deadlines: ends documents that nothing else will end.
import { Logger } from "@aws-lambda-powertools/logger"
import { Metrics } from "@aws-lambda-powertools/metrics"
import { DynamoDBClient } from "@aws-sdk/client-dynamodb"
import { S3Client } from "@aws-sdk/client-s3"
import { SQSClient } from "@aws-sdk/client-sqs"
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb"
import { systemClock } from "../clock.ts"
import { createUploadedObjects } from "../document-processor/uploaded-object.ts"
import { documentWatchdogEnvironment, notifierEnvironment } from "../environment.ts"
import { createDeployedNotifier } from "../progress-notifier/deployed-notifier.ts"
import { queueRequestLimits } from "../request-limits.ts"
import { createDocumentTexts } from "../storage/document-texts.ts"
import { createDocumentsTable } from "../storage/documents-table.ts"
import { createQueue } from "../storage/queue.ts"
import { createWatchersTable } from "../storage/watchers-table.ts"
import { createWatchdog } from "./watchdog.ts"

const environment = documentWatchdogEnvironment()
const logger = new Logger()
const requestHandler = queueRequestLimits
const tables = DynamoDBDocumentClient.from(new DynamoDBClient({ requestHandler }))
const sqs = new SQSClient({ useQueueUrlAsEndpoint: false, requestHandler })
const s3 = new S3Client({ requestHandler })
const documents = createDocumentsTable(tables, environment.documentsTableName)
const watchers = createWatchersTable(tables, environment.watchersTableName)

export const handler = createWatchdog({
  documents,
  notifier: createDeployedNotifier({ environment: notifierEnvironment(), documents, watchers, sqs, logger }),
  objects: createUploadedObjects(s3),
  texts: createDocumentTexts(s3, environment.bucketName),
  bucketName: environment.bucketName,
  deadlines: createQueue(sqs, environment.uploadDeadlineQueueUrl),
  logger,
  metrics: new Metrics(),
  clock: systemClock,
})
