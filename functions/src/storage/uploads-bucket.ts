// The bucket that documents are uploaded to: one object per document, at `uploads/{documentId}`.
import { DeleteObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3"
import { getSignedUrl } from "@aws-sdk/s3-request-presigner"
import { uploadKey } from "./upload-key.ts"

const uploadSeconds = 15 * 60

export type UploadsBucket = ReturnType<typeof createUploadsBucket>

export type Upload = { documentId: string; contentType: string; sizeBytes: number }

export function createUploadsBucket(client: S3Client, bucketName: string, now = Date.now) {
  /**
   * A URL to which exactly this document can be uploaded for 15 minutes: type and length are signed, so S3 rejects any
   * other. `headers` are those that the uploader has to set; a browser sets the length and lets no script set it.
   */
  async function presign({ documentId, contentType, sizeBytes }: Upload) {
    const signedAt = now()
    const uploadUrl = await getSignedUrl(
      client,
      new PutObjectCommand({
        Bucket: bucketName,
        Key: uploadKey(documentId),
        ContentType: contentType,
        ContentLength: sizeBytes,
      }),
      {
        expiresIn: uploadSeconds,
        signingDate: new Date(signedAt),
        signableHeaders: new Set(["host", "content-type", "content-length"]),
      },
    )
    return {
      uploadUrl,
      method: "PUT" as const,
      headers: { "content-type": contentType },
      expiresAt: new Date(signedAt + uploadSeconds * 1000).toISOString(),
    }
  }

  /** Also succeeds when nothing was uploaded. */
  async function remove(documentId: string): Promise<void> {
    await client.send(new DeleteObjectCommand({ Bucket: bucketName, Key: uploadKey(documentId) }))
  }

  return { presign, remove }
}
