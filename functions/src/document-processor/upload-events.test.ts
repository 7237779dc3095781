// Tests of parsing S3 event notifications.
import { expect, test } from "vitest"
import { uploadEventsOf } from "./upload-events.ts"

const message = (...records: unknown[]) => ({ body: JSON.stringify({ Records: records }) })
const created = (key: string) => ({
  eventName: "ObjectCreated:Put",
  s3: { bucket: { name: "bucket" }, object: { key, size: 12 } },
})

test("returns each upload with its decoded key", () => {
  expect(uploadEventsOf(message(created("uploads/a+b%C3%A9%2B"), created("uploads/c")))).toEqual([
    { bucketName: "bucket", key: "uploads/a bé+", documentId: "a bé+", sizeBytes: 12 },
    { bucketName: "bucket", key: "uploads/c", documentId: "c", sizeBytes: 12 },
  ])
})

test("ignores S3's test event, other keys and deletions", () => {
  expect(uploadEventsOf({ body: JSON.stringify({ Service: "Amazon S3", Event: "s3:TestEvent" }) })).toEqual([])
  expect(uploadEventsOf(message(created("other/a"), created("uploads/"), created("uploads/a/b")))).toEqual([])
  expect(uploadEventsOf(message({ ...created("uploads/a"), eventName: "ObjectRemoved:Delete" }))).toEqual([])
})
