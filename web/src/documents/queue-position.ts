// Counts how many documents of this page are before another one, in the queue of uploads and in that of the server.
import type { DocumentItem } from "./document-item.ts"

export type QueuePosition = { uploadsAhead: number; documentsAhead: number }

export function positionOf(items: readonly DocumentItem[], item: DocumentItem): QueuePosition {
  const before = items.filter(({ queuedAt }) => queuedAt < item.queuedAt)
  return { uploadsAhead: before.filter(isQueued).length, documentsAhead: before.filter(isWaiting).length }
}

function isQueued({ upload }: DocumentItem): boolean {
  return upload.step === "queued"
}

function isWaiting({ upload, progress }: DocumentItem): boolean {
  return upload.step === "done" && (progress === undefined || progress.status === "waiting")
}
