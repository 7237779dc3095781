// The Lambda handler of thumbnails: creates the clients, and converts the result to a response (payload format 2.0).
import { Logger } from "@aws-lambda-powertools/logger"
import { DynamoDBClient } from "@aws-sdk/client-dynamodb"
import { S3Client } from "@aws-sdk/client-s3"
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb"
import { documentPasswordHeader, shareTokenHeader } from "@document-insight/protocol"
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from "aws-lambda"
import { createUploadedObjects } from "../document-processor/uploaded-object.ts"
import { pageThumbnailsEnvironment } from "../environment.ts"
import { routeRequestLimits } from "../request-limits.ts"
import { sessionOfRequest } from "../session.ts"
import { createDocumentsTable } from "../storage/documents-table.ts"
import { createPageThumbnails } from "../storage/page-thumbnails.ts"
import { uploadKey } from "../storage/upload-key.ts"
import { readThumbnail, type ThumbnailResult } from "./read-thumbnail.ts"

const { bucketName, documentsTableName, requiresSignIn } = pageThumbnailsEnvironment()
const logger = new Logger()
// Of a download, until its first bytes.
const requestHandler = routeRequestLimits
const s3 = new S3Client({ requestHandler })
const objects = createUploadedObjects(s3)

const dependencies = {
  documents: createDocumentsTable(
    DynamoDBDocumentClient.from(new DynamoDBClient({ requestHandler })),
    documentsTableName,
  ),
  thumbnails: createPageThumbnails(s3, bucketName),
  download: async (documentId: string) => (await objects.download({ bucketName, key: uploadKey(documentId) }))?.bytes,
  logger,
}

export async function handler(
  event: APIGatewayProxyEventV2,
  context: Context,
): Promise<APIGatewayProxyStructuredResultV2> {
  logger.addContext(context)
  // mutants: equivalent, the route always has both
  const { documentId = "", page = "" } = event.pathParameters ?? {}
  const session = requiresSignIn ? sessionOfRequest(event) : undefined
  try {
    const shareToken = event.headers?.[shareTokenHeader]
    const password = passwordOf(event.headers?.[documentPasswordHeader])
    const request = { documentId, page, session, shareToken, password }
    return toResponse(await readThumbnail(request, dependencies))
  } catch (error) {
    logger.error("request failed", { documentId, page, error: error as Error })
    return toResponse({ statusCode: 500, body: { message: "Something went wrong on our side. Try again." } })
  }
}

function passwordOf(header: string | undefined): string | undefined {
  try {
    return header === undefined ? undefined : decodeURIComponent(header)
  } catch {
    // Not encoded as documented: the page is rendered without it.
    return undefined
  }
}

// A page never changes. Private: a cache of others must not have it. With its password, a protected page has an image.
const cacheHeaders = { "cache-control": "private, max-age=3600", vary: documentPasswordHeader }

function toResponse(result: ThumbnailResult): APIGatewayProxyStructuredResultV2 {
  if (result.statusCode === 204) return { statusCode: 204, headers: cacheHeaders }
  if (!("png" in result)) {
    const headers = { "cache-control": "no-store", "content-type": "application/json" }
    return { statusCode: result.statusCode, headers, body: JSON.stringify(result.body) }
  }
  return {
    statusCode: result.statusCode,
    headers: { ...cacheHeaders, "content-type": "image/png" },
    body: Buffer.from(result.png).toString("base64"),
    isBase64Encoded: true,
  }
}
