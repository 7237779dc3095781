// The Lambda behind the HTTP API: wires its three routes to the tables and the bucket.
import { Logger } from "@aws-lambda-powertools/logger"
import { DynamoDBClient } from "@aws-sdk/client-dynamodb"
import { S3Client } from "@aws-sdk/client-s3"
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb"
import { documentsApiEnvironment } from "../environment.ts"
import { createDocumentsTable } from "../storage/documents-table.ts"
import { createUploadsBucket } from "../storage/uploads-bucket.ts"
import { createWatchersTable } from "../storage/watchers-table.ts"
import { createDocumentsApi } from "./routes.ts"

const environment = documentsApiEnvironment()
const client = DynamoDBDocumentClient.from(new DynamoDBClient())
// A presigned URL is signed before its bytes are known: a checksum of "nothing" must not become part of it.
const s3 = new S3Client({ requestChecksumCalculation: "WHEN_REQUIRED" })

export const handler = createDocumentsApi({
  documents: createDocumentsTable(client, environment.documentsTableName),
  watchers: createWatchersTable(client, environment.watchersTableName),
  uploads: createUploadsBucket(s3, environment.bucketName),
  logger: new Logger(),
})
