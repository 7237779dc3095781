// The Lambda behind the upload queue: wires a batch of messages to the work on each upload.
import { Logger } from "@aws-lambda-powertools/logger"
import { Metrics } from "@aws-lambda-powertools/metrics"
import { ApiGatewayManagementApiClient } from "@aws-sdk/client-apigatewaymanagementapi"
import { DynamoDBClient } from "@aws-sdk/client-dynamodb"
import { S3Client } from "@aws-sdk/client-s3"
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb"
import { documentProcessorEnvironment } from "../environment.ts"
import { createDocumentsTable } from "../storage/documents-table.ts"
import { createWatchersTable } from "../storage/watchers-table.ts"
import { downloadUpload } from "./download-upload.ts"
import { createBatchHandler } from "./process-batch.ts"
import { prepareReading } from "./process-document.ts"
import { createProgressNotifier } from "./progress-notifier.ts"

const environment = documentProcessorEnvironment()
const logger = new Logger()
const client = DynamoDBDocumentClient.from(new DynamoDBClient())
const s3 = new S3Client()

// While the thread starts, the first document is downloaded.
prepareReading()

export const handler = createBatchHandler({
  documents: createDocumentsTable(client, environment.documentsTableName),
  notify: createProgressNotifier({
    // A connection that takes no message must not hold up the document: by default the SDK would wait for minutes.
    // With its three attempts, the end of a document is told within what is kept back of the invocation's time.
    client: new ApiGatewayManagementApiClient({
      endpoint: environment.callbackUrl,
      requestHandler: { connectionTimeout: 500, requestTimeout: 1_000, throwOnRequestTimeout: true },
    }),
    watchers: createWatchersTable(client, environment.watchersTableName),
    logger,
  }),
  download: (upload) => downloadUpload(s3, upload),
  maxReceiveCount: environment.maxReceiveCount,
  logger,
  metrics: new Metrics(),
})
