// The Lambda handler of text recognition: the document processor invokes it for each page without text.
import { Logger } from "@aws-lambda-powertools/logger"
import { S3Client } from "@aws-sdk/client-s3"
import type { Context } from "aws-lambda"
import { createUploadedObjects } from "../document-processor/uploaded-object.ts"
import { textRecognizerEnvironment } from "../environment.ts"
import { uploadKey } from "../storage/upload-key.ts"
import type { RecognitionRequest, RecognitionResponse } from "./recognition-request.ts"
import { createPageRecognizer } from "./recognize-page.ts"
import { loadTesseract } from "./tesseract.ts"

const { bucketName, languages } = textRecognizerEnvironment()
const logger = new Logger()
const requestHandler = { connectionTimeout: 2_000, requestTimeout: 15_000, throwOnRequestTimeout: true }
const objects = createUploadedObjects(new S3Client({ requestHandler }))

const recognizePage = createPageRecognizer({
  download: async (documentId) => (await objects.download({ bucketName, key: uploadKey(documentId) }))?.bytes,
  loadTesseract: () => loadTesseract(languages),
  logger,
})

export async function handler(request: RecognitionRequest, context: Context): Promise<RecognitionResponse> {
  logger.addContext(context)
  return await recognizePage(request)
}
