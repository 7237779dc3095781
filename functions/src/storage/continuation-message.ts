// Creates the message that continues the reading of a document. It has the shape of S3's notification of an upload, so
// that the queue, its dead-letter queue and the watchdog treat both alike.
//
// A new message replaces the received one, so that its receive count and its age, which an alarm monitors, start again.
import { uploadKey } from "./upload-key.ts"

export type Continuation = { bucketName: string; documentId: string; sizeBytes: number; password?: string }

export function continuationMessage({ bucketName, documentId, sizeBytes, password }: Continuation): string {
  const object = { key: encodeURIComponent(uploadKey(documentId)), size: sizeBytes }
  const s3 = { bucket: { name: bucketName }, object }
  // The password is in the messages of the queue only, as in that of `unlockMessage`.
  return JSON.stringify({ Records: [{ eventName: "ObjectCreated:Continuation", s3, password }] })
}
