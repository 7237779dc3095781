// Fetches an uploaded document's bytes.
import { GetObjectCommand, NoSuchKey, type S3Client } from "@aws-sdk/client-s3"
import { maxDocumentBytes } from "@document-insight/protocol"
import { DocumentError } from "./document-error.ts"
import type { UploadEvent } from "./upload-events.ts"

/**
 * The whole file: PDFium and the zip format of Word need it at once.
 * @returns undefined when the object is gone: its document was deleted.
 * @throws DocumentError TOO_LARGE, from the object's own size: the event may be older than the object.
 */
export async function downloadUpload(client: S3Client, upload: UploadEvent): Promise<Uint8Array | undefined> {
  try {
    const object = await client.send(new GetObjectCommand({ Bucket: upload.bucketName, Key: upload.key }))
    if ((object.ContentLength ?? 0) > maxDocumentBytes) throw new DocumentError("TOO_LARGE")
    return await object.Body?.transformToByteArray()
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined
    throw error
  }
}
