// The Lambda handler of the dead-letter queue and of the upload deadlines: ends documents that nothing else will end.
import { Logger } from "@aws-lambda-powertools/logger"
import { Metrics } from "@aws-lambda-powertools/metrics"
import { DynamoDBClient } from "@aws-sdk/client-dynamodb"
import { S3Client } from "@aws-sdk/client-s3"
import { SQSClient } from "@aws-sdk/client-sqs"
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb"
import { systemClock } from "../clock.ts"
import { createManagementClient } from "../document-processor/management-client.ts"
import { createProgressNotifier } from "../document-processor/progress-notifier.ts"
import { createUploadedObjects } from "../document-processor/uploaded-object.ts"
import { documentWatchdogEnvironment } from "../environment.ts"
import { createDocumentsTable } from "../storage/documents-table.ts"
import { createQueue } from "../storage/queue.ts"
import { createWatchersTable } from "../storage/watchers-table.ts"
import { createWatchdog } from "./watchdog.ts"

const environment = documentWatchdogEnvironment()
const logger = new Logger()
const tables = DynamoDBDocumentClient.from(new DynamoDBClient())

export const handler = createWatchdog({
  documents: createDocumentsTable(tables, environment.documentsTableName),
  notify: createProgressNotifier({
    client: createManagementClient(environment.callbackUrl),
    watchers: createWatchersTable(tables, environment.watchersTableName),
    logger,
    clock: systemClock,
  }),
  objects: createUploadedObjects(new S3Client()),
  bucketName: environment.bucketName,
  deadlines: createQueue(new SQSClient({ useQueueUrlAsEndpoint: false }), environment.uploadDeadlineQueueUrl),
  logger,
  metrics: new Metrics(),
  clock: systemClock,
})
