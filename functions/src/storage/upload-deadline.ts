// The message that ends a document whose upload never arrives: sent when the document is created, received when its
// presigned URL has expired.
import * as v from "valibot"
import { maxDelaySeconds, type Queue } from "./queue.ts"

// S3 checks a presigned URL when the request starts, so an upload that started in time may still be running when the
// URL expires. 50 MB in five minutes is 1.3 Mbit/s.
const graceMs = 5 * 60 * 1000

const uploadDeadlineSchema = v.object({ uploadDeadline: v.object({ documentId: v.string(), atMs: v.number() }) })

/** `atMs`: when a document that is still waiting has to end, in epoch milliseconds. */
export type UploadDeadline = { documentId: string; atMs: number }

/** @param uploadExpiresAtMs when the presigned URL expires */
export async function scheduleUploadDeadline(
  queue: Pick<Queue, "send">,
  { documentId, uploadExpiresAtMs }: { documentId: string; uploadExpiresAtMs: number },
): Promise<void> {
  const uploadDeadline: UploadDeadline = { documentId, atMs: uploadExpiresAtMs + graceMs }
  await queue.send(JSON.stringify({ uploadDeadline }), maxDelaySeconds)
}

/** Undefined for any other message. */
export function uploadDeadlineOf(body: string): UploadDeadline | undefined {
  const parsed = v.safeParse(uploadDeadlineSchema, JSON.parse(body))
  return parsed.success ? parsed.output.uploadDeadline : undefined
}
