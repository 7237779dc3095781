// The thumbnail of a document's first page in the bucket, beside its text: at `texts/{documentId}/thumbnail`.
//
// Those of other pages are not kept: their number is not bounded, and a function that may not list the bucket deletes only
// what it can name.
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3"
import { isMissingObject } from "./is-missing-object.ts"
import { thumbnailKey } from "./thumbnail-key.ts"

export type PageThumbnails = ReturnType<typeof createPageThumbnails>

export function createPageThumbnails(client: S3Client, bucketName: string) {
  /** @returns undefined when it was not made yet, or has expired */
  async function read(documentId: string): Promise<Uint8Array | undefined> {
    try {
      const object = await client.send(new GetObjectCommand({ Bucket: bucketName, Key: thumbnailKey(documentId) }))
      return await object.Body?.transformToByteArray()
    } catch (error) {
      if (isMissingObject(error)) return undefined
      throw error
    }
  }

  async function write(documentId: string, png: Uint8Array): Promise<void> {
    const object = { Bucket: bucketName, Key: thumbnailKey(documentId), ContentType: "image/png", Body: png }
    await client.send(new PutObjectCommand(object))
  }

  /** Also succeeds when there is none. */
  async function remove(documentId: string): Promise<void> {
    await client.send(new DeleteObjectCommand({ Bucket: bucketName, Key: thumbnailKey(documentId) }))
  }

  return { read, write, remove }
}
