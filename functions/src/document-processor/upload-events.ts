// Parses the messages of the upload queue: S3's notifications of uploads, and those of the same shape that continue a
// document or read it again with a password.
import type { S3Event, S3EventRecord, SQSRecord } from "aws-lambda"
import { documentIdOf } from "../storage/upload-key.ts"

export type UploadEvent = {
  bucketName: string
  key: string
  documentId: string
  sizeBytes: number
  password?: string
  /** The sequence of the end that the password is for. */
  reopens?: number
}

type UnlockFields = Pick<UploadEvent, "password" | "reopens">

/** The uploads of one message: none for S3's test event, and for objects that are not uploads. */
export function uploadEventsOf(record: Pick<SQSRecord, "body">): UploadEvent[] {
  // AWS: S3 sends {"Event":"s3:TestEvent"} without Records when notifications are configured (s3-test-event)
  const { Records: records = [] } = JSON.parse(record.body) as Partial<S3Event>
  return records.flatMap(({ eventName, s3, password, reopens }: S3EventRecord & UnlockFields) => {
    // AWS: the key is URL-encoded, with "+" for a space (s3-event-key)
    const key = decodeURIComponent(s3.object.key.replaceAll("+", " "))
    const documentId = documentIdOf(key)
    if (!documentId || !eventName.startsWith("ObjectCreated:")) return []
    return [
      {
        bucketName: s3.bucket.name,
        key,
        documentId,
        sizeBytes: s3.object.size,
        ...(password !== undefined && { password }),
        ...(reopens !== undefined && { reopens }),
      },
    ]
  })
}
