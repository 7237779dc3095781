// The S3 object of an uploaded document: downloads it, checks for it, and removes it when its document was deleted.
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  type S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3"
import { maxDocumentBytes } from "@document-insight/protocol"
import { isMissingObject } from "../storage/is-missing-object.ts"
import { DocumentError } from "./document-error.ts"
import type { UploadEvent } from "./upload-events.ts"

type ObjectLocation = Pick<UploadEvent, "bucketName" | "key">

export type UploadedFile = {
  bytes: Uint8Array
  /** Identifies the content of the object; undefined when the store sends none. */
  eTag?: string | undefined
}

export type UploadedObjects = ReturnType<typeof createUploadedObjects>

export function createUploadedObjects(client: S3Client) {
  /**
   * The whole file: PDFium and the zip format of Word need it at once.
   *
   * @returns undefined when the object is gone.
   * @throws DocumentError TOO_LARGE, by the object's own size: the event may be older than the object.
   */
  async function download({ bucketName, key }: ObjectLocation): Promise<UploadedFile | undefined> {
    try {
      const object = await client.send(new GetObjectCommand({ Bucket: bucketName, Key: key }))
      // mutants: equivalent, any small number stands for an unknown size
      if ((object.ContentLength ?? 0) > maxDocumentBytes) throw new DocumentError("TOO_LARGE")
      const bytes = await object.Body?.transformToByteArray()
      return bytes && { bytes, eTag: object.ETag }
    } catch (error) {
      if (isMissingObject(error)) return undefined
      throw error
    }
  }

  async function exists({ bucketName, key }: ObjectLocation): Promise<boolean> {
    try {
      await client.send(new HeadObjectCommand({ Bucket: bucketName, Key: key }))
      return true
    } catch (error) {
      // A response to HEAD has no body that names the error.
      const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined
      if (status === 404 || status === 403) return false
      throw error
    }
  }

  /** Also succeeds when the object is gone. */
  async function remove({ bucketName, key }: ObjectLocation): Promise<void> {
    await client.send(new DeleteObjectCommand({ Bucket: bucketName, Key: key }))
  }

  return { download, exists, remove }
}
