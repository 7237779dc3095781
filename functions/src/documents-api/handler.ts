// The Lambda handler of the HTTP API: creates the clients, and connects them to the routes.
import { Logger } from "@aws-lambda-powertools/logger"
import { DynamoDBClient } from "@aws-sdk/client-dynamodb"
import { S3Client } from "@aws-sdk/client-s3"
import { SQSClient } from "@aws-sdk/client-sqs"
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb"
import { documentsApiEnvironment, notifierEnvironment } from "../environment.ts"
import { createDeployedNotifier } from "../progress-notifier/deployed-notifier.ts"
import { routeRequestLimits } from "../request-limits.ts"
import { createDocumentTexts } from "../storage/document-texts.ts"
import { createDocumentsTable } from "../storage/documents-table.ts"
import { createQueue } from "../storage/queue.ts"
import { createTicketsTable } from "../storage/tickets-table.ts"
import { createUploadsBucket } from "../storage/uploads-bucket.ts"
import { createWatchersTable } from "../storage/watchers-table.ts"
import { createDocumentsApi } from "./routes.ts"

const environment = documentsApiEnvironment()
const logger = new Logger()
const requestHandler = routeRequestLimits
const client = DynamoDBDocumentClient.from(new DynamoDBClient({ requestHandler }))
// A presigned URL is signed before its bytes are known, so it cannot contain their checksum.
const s3 = new S3Client({ requestChecksumCalculation: "WHEN_REQUIRED", requestHandler })

const sqs = new SQSClient({ useQueueUrlAsEndpoint: false, requestHandler })
const documents = createDocumentsTable(client, environment.documentsTableName)
const watchers = createWatchersTable(client, environment.watchersTableName)

export const handler = createDocumentsApi({
  documents,
  watchers,
  uploads: createUploadsBucket(s3, environment.bucketName),
  texts: createDocumentTexts(s3, environment.bucketName),
  deadlines: createQueue(sqs, environment.uploadDeadlineQueueUrl),
  uploadQueue: createQueue(sqs, environment.uploadQueueUrl),
  bucketName: environment.bucketName,
  notifier: createDeployedNotifier({ environment: notifierEnvironment(), documents, watchers, sqs, logger }),
  tickets:
    environment.ticketsTableName === undefined ? undefined : createTicketsTable(client, environment.ticketsTableName),
  maxDocumentBytes: environment.maxDocumentBytes,
  acceptsImages: environment.acceptsImages,
  logger,
})
