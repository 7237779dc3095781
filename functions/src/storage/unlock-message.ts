// Creates the message that starts to read a document again, with a password. It has the shape of S3's notification of an
// upload, so that the queue, its dead-letter queue and the watchdog treat both alike.
//
// The password is in this message only, which is encrypted at rest and deleted when the document has ended: a table would
// keep it in its backups, and an object for a week.
import { uploadKey } from "./upload-key.ts"

export type Unlock = {
  bucketName: string
  documentId: string
  password: string
  /** Of the end that the password is for: its receiver may be faster than the request, which then reopens the document. */
  sequence: number
}

export function unlockMessage({ bucketName, documentId, password, sequence }: Unlock): string {
  // The size is read from the object.
  const s3 = { bucket: { name: bucketName }, object: { key: encodeURIComponent(uploadKey(documentId)), size: 0 } }
  return JSON.stringify({ Records: [{ eventName: "ObjectCreated:Unlock", s3, password, reopens: sequence }] })
}
