// One upload from its event to its end: leased, read, its progress stored and then told, and never left in silence.
import type { Logger } from "@aws-lambda-powertools/logger"
import { type Metrics, MetricUnit } from "@aws-lambda-powertools/metrics"
import { isFinal, maxDocumentBytes, type Progress } from "@document-insight/protocol"
import type { DocumentsTable, Lease, ProgressChange, StoredDocument } from "../storage/documents-table.ts"
import { DocumentError } from "./document-error.ts"
import { paceNotifications } from "./pace-notifications.ts"
import { processDocument } from "./process-document.ts"
import type { ProgressNotifier } from "./progress-notifier.ts"
import type { UploadEvent } from "./upload-events.ts"

/** What is kept back of the invocation's time, to store and tell the end, and to answer. */
export const reservedMs = 5_000

export type ProcessUploadDependencies = {
  documents: DocumentsTable
  notify: ProgressNotifier
  /** The object's bytes; undefined when it is no longer there. */
  download(upload: UploadEvent): Promise<Uint8Array | undefined>
  maxReceiveCount: number
  logger: Logger
  metrics: Metrics
}

export type Attempt = {
  /** Names this attempt and no other: the lease's owner. */
  id: string
  /** How often the queue handed the message out, this time included. */
  receiveCount: number
  remainingMs(): number
}

/** "retry" leaves the message in the queue: it comes again, or goes to the dead-letter queue when it came often enough. */
export type UploadOutcome = "done" | "retry"

export async function processUpload(
  upload: UploadEvent,
  attempt: Attempt,
  dependencies: ProcessUploadDependencies,
): Promise<UploadOutcome> {
  const { documents, notify, logger, maxReceiveCount } = dependencies
  // The last time a message comes it is not tried again: earlier tries may have ended without a word (out of memory, a
  // crash, the timeout), so this one's only work is to tell. The message then goes where it can be looked at.
  if (attempt.receiveCount >= maxReceiveCount && attempt.receiveCount > 1) {
    const { errorCode, message } = new DocumentError("PROCESSING_FAILED")
    await finish(upload.documentId, await documents.abandon(upload.documentId, errorCode, message), dependencies)
    return "retry"
  }
  // Should this invocation die, its lease ends when it would have ended itself.
  const lease: Lease = { owner: attempt.id, expiresAtMs: Date.now() + attempt.remainingMs() }
  const leased = await documents.start(upload.documentId, lease)
  switch (leased.outcome) {
    case "leased":
      await notify(leased.document.progress)
      return work(upload, leased.document, lease, attempt, dependencies)
    case "finished":
      // Told again, in case the invocation that finished it died before it could.
      await notify(leased.document.progress)
      return "done"
    case "leased-by-another":
      logger.info("document is being processed by another invocation")
      return "retry"
    case "not-found":
      logger.info("document was deleted before it was processed")
      return "done"
  }
}

async function work(
  upload: UploadEvent,
  { contentType }: StoredDocument,
  lease: Lease,
  attempt: Attempt,
  dependencies: ProcessUploadDependencies,
): Promise<UploadOutcome> {
  const { documents, logger } = dependencies
  const notify = paceNotifications(dependencies.notify)
  const record = (change: ProgressChange) => documents.record(upload.documentId, lease, change)
  try {
    if (upload.sizeBytes > maxDocumentBytes) throw new DocumentError("TOO_LARGE")
    const bytes = await dependencies.download(upload)
    if (!bytes) return "done"
    const isOutOfTime = () => attempt.remainingMs() < reservedMs
    const reading = processDocument({ bytes, contentType, isOutOfTime })
    let percentComplete = 0
    let step = await reading.next()
    for (; !step.done; step = await reading.next()) {
      const percent = Math.floor((100 * step.value.pagesProcessed) / step.value.totalPages)
      if (percent === percentComplete) continue
      percentComplete = percent
      const progress = await record({ status: "progress", ...step.value, percentComplete })
      if (!progress) return stopped(reading, logger)
      await notify(progress)
    }
    const insights = step.value
    const complete = await record({ status: "processing_complete", totalPages: insights.pages, insights })
    await finish(upload.documentId, complete, dependencies)
    return "done"
  } catch (error) {
    return fail(error, upload.documentId, record, dependencies)
  }
}

/** The document was deleted, or another invocation took it over: whatever is done from here on would be in vain. */
async function stopped(reading: AsyncGenerator<unknown, unknown>, logger: Logger): Promise<UploadOutcome> {
  await reading.return(undefined)
  logger.info("document is no longer ours: stopped")
  return "done"
}

async function fail(
  error: unknown,
  documentId: string,
  record: (change: ProgressChange) => Promise<Progress | undefined>,
  dependencies: ProcessUploadDependencies,
): Promise<UploadOutcome> {
  if (error instanceof DocumentError) {
    const { errorCode, message } = error
    dependencies.logger.warn("document cannot be read", { errorCode, cause: error.cause as Error })
    await finish(documentId, await record({ status: "error", errorCode, message, recoverable: false }), dependencies)
    return "done"
  }
  dependencies.logger.error("attempt failed", error as Error)
  const message = "Something went wrong on our side. It will be tried again in a few minutes."
  const progress = await record({ status: "error", errorCode: "PROCESSING_FAILED", message, recoverable: true })
  if (progress) await dependencies.notify(progress)
  return "retry"
}

async function finish(
  documentId: string,
  recorded: Progress | undefined,
  { documents, notify, logger, metrics }: ProcessUploadDependencies,
): Promise<void> {
  if (!recorded) {
    // Recorded by an attempt whose answer was lost, or by another invocation: either way it is told, or there is nothing to tell.
    const document = await documents.find(documentId)
    if (document && isFinal(document.progress)) await notify(document.progress)
    return
  }
  const isComplete = recorded.status === "processing_complete"
  metrics.addMetric(isComplete ? "DocumentsCompleted" : "DocumentsFailed", MetricUnit.Count, 1)
  if (isComplete) metrics.addMetric("PagesRead", MetricUnit.Count, recorded.totalPages)
  logger.info("document finished", { status: recorded.status, errorCode: recorded.errorCode })
  await notify(recorded)
}
