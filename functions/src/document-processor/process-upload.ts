// Processes one upload, from its event to the end of its document: takes the lease, reads, records and pushes progress,
// and decides whether a failure is final or is retried.
import type { Logger } from "@aws-lambda-powertools/logger"
import { type Metrics, MetricUnit } from "@aws-lambda-powertools/metrics"
import { type Insights, isFinal, maxDocumentBytes } from "@document-insight/protocol"
import type { Clock } from "../clock.ts"
import type { Delivery, ProgressNotifier } from "../progress-notifier/progress-notifier.ts"
import { retryDelaySeconds } from "../progress-notifier/retry-delay.ts"
import type { DocumentTexts } from "../storage/document-texts.ts"
import type { DocumentsTable, EndReason, Lease, ProgressChange, StoredDocument } from "../storage/documents-table.ts"
import type { TextWriter } from "../storage/text-writer.ts"
import { DocumentError } from "./document-error.ts"
import { type Heartbeat, leaseMs, startHeartbeat } from "./heartbeat.ts"
import type { processDocument } from "./process-document.ts"
import type { PageRead } from "./reading/thread-messages.ts"
import type { UploadEvent } from "./upload-events.ts"
import type { UploadedObjects } from "./uploaded-object.ts"

/** The part of the invocation's time that is reserved for recording and pushing the end, and for the response. */
export const reservedMs = 5_000

export type ProcessUploadDependencies = {
  documents: DocumentsTable
  notifier: ProgressNotifier
  objects: Pick<UploadedObjects, "download" | "remove">
  texts: Pick<DocumentTexts, "writer" | "remove">
  readDocument: typeof processDocument
  /** How many attempts a document gets. */
  maxAttempts: number
  /** The queue's limit: a message that was received so often comes no more. */
  maxReceiveCount: number
  /** For how long an attempt claims its document without a heartbeat. */
  claimSeconds: number
  logger: Logger
  metrics: Metrics
  clock: Clock
}

const uploadIsMissing = "The uploaded file is no longer available. Upload it again."
const willBeRetried = "Something went wrong on our side. It will be tried again within two minutes."

export type Attempt = {
  /** Unique to this attempt: the lease's owner. */
  id: string
  /** How often the message was received, this time included. */
  receiveCount: number
  remainingMs(): number
  /** Keeps the message hidden for this long, from now on. Never fails: it is visible again in time in any case. */
  hideMessage(seconds: number): Promise<void>
}

/** "retry" leaves the message in the queue, visible again after `afterSeconds`. */
export type UploadOutcome = { outcome: "done" } | { outcome: "retry"; afterSeconds: number }

type Work = { upload: UploadEvent; attempt: Attempt; lease: Lease }

const done: UploadOutcome = { outcome: "done" }

export async function processUpload(
  upload: UploadEvent,
  attempt: Attempt,
  dependencies: ProcessUploadDependencies,
): Promise<UploadOutcome> {
  const { documents, notifier, logger, claimSeconds, maxAttempts } = dependencies
  const work: Work = { upload, attempt, lease: newLease(attempt, dependencies) }
  const leased = await documents.start(upload.documentId, work.lease, maxAttempts)
  switch (leased.outcome) {
    case "leased": {
      const heartbeat = beginHeartbeat(work, dependencies)
      try {
        await attempt.hideMessage(claimSeconds)
        notifier.announce(leased.document)
        return await readUpload(work, leased, dependencies)
      } finally {
        // An execution environment is frozen when its invocation ends.
        await notifier.settle()
        await heartbeat.stop()
      }
    }
    case "attempts-exhausted": {
      // The attempts ended without recording anything: out of memory, a crash, the timeout.
      const ended = await documents.end(upload.documentId, reasonOf(undefined), "unleased")
      return finish(work, ended, dependencies)
    }
    case "finished":
      return finishAgain(leased.document, work, dependencies)
    case "leased-by-another":
      logger.info("document is being processed by another invocation")
      return { outcome: "retry", afterSeconds: claimSeconds }
    case "not-found":
      logger.info("document was deleted before it was processed")
      await removeFiles(upload, dependencies)
      return done
  }
}

/** Never longer than the invocation itself. */
function newLease({ id, remainingMs }: Attempt, { clock, claimSeconds }: ProcessUploadDependencies): Lease {
  return { owner: id, expiresAtMs: clock.now() + Math.min(leaseMs(claimSeconds), remainingMs()) }
}

function beginHeartbeat({ upload, attempt }: Work, dependencies: ProcessUploadDependencies): Heartbeat {
  const { documents, claimSeconds, clock, logger } = dependencies
  return startHeartbeat({
    claimSeconds,
    renewLease: () => documents.renew(upload.documentId, newLease(attempt, dependencies)),
    hideMessage: (seconds) => attempt.hideMessage(seconds),
    clock,
    logger,
  })
}

async function readUpload(
  work: Work,
  { document, attempts }: { document: StoredDocument; attempts: number },
  dependencies: ProcessUploadDependencies,
): Promise<UploadOutcome> {
  const { upload, attempt, lease } = work
  const { documents, objects, readDocument } = dependencies
  try {
    if (upload.sizeBytes > maxDocumentBytes) throw new DocumentError("TOO_LARGE")
    const bytes = await objects.download(upload)
    if (!bytes) throw new DocumentError("PROCESSING_FAILED", { message: uploadIsMissing })
    const isOutOfTime = () => attempt.remainingMs() < reservedMs
    const { password } = upload
    const reading = readDocument({ bytes, contentType: document.contentType, password, isOutOfTime })
    const content = await readPages(reading, work, dependencies)
    if (!content) return await settle(work, dependencies)
    const change: ProgressChange = {
      status: "processing_complete",
      totalPages: content.insights.pages,
      ...content,
    }
    return await finish(work, await documents.record(upload.documentId, lease, change), dependencies)
  } catch (error) {
    return fail(error, { ...work, attempts }, dependencies)
  }
}

/** Stores the text and reports the progress while the pages are read. @returns undefined when the document is no longer ours */
async function readPages(
  reading: AsyncGenerator<PageRead, Insights>,
  work: Work,
  dependencies: ProcessUploadDependencies,
): Promise<{ insights: Insights; firstPages: number[] } | undefined> {
  const writer = dependencies.texts.writer(work.upload.documentId)
  try {
    const insights = await reportPages(reading, { ...work, writer }, dependencies)
    return insights && { insights, firstPages: await writer.finish() }
  } finally {
    await reading.return(undefined as never)
    // A block that is stored later would outlive a document that was deleted.
    await writer.settle()
  }
}

async function reportPages(
  reading: AsyncGenerator<PageRead, Insights>,
  { upload, lease, writer }: Work & { writer: TextWriter },
  { documents, notifier, logger }: ProcessUploadDependencies,
): Promise<Insights | undefined> {
  let percentComplete = 0
  let step = await reading.next()
  for (; !step.done; step = await reading.next()) {
    const { pagesProcessed, totalPages, texts } = step.value
    await writer.add(texts)
    const percent = Math.floor((100 * pagesProcessed) / totalPages)
    if (percent === percentComplete) continue
    percentComplete = percent
    const change: ProgressChange = { status: "progress", pagesProcessed, totalPages, percentComplete }
    const recorded = await documents.record(upload.documentId, lease, change).catch((error: Error) => {
      // The next progress makes up for it: only the end has to be recorded.
      logger.warn("progress not recorded", error)
      return "not-recorded" as const
    })
    if (recorded === "not-recorded") continue
    if (!recorded) return undefined
    notifier.announce(recorded)
  }
  return step.value
}

async function fail(
  error: unknown,
  work: Work & { attempts: number },
  dependencies: ProcessUploadDependencies,
): Promise<UploadOutcome> {
  const { documents, notifier, logger, maxAttempts, maxReceiveCount, claimSeconds } = dependencies
  const { upload, attempt, lease, attempts } = work
  const record = (change: ProgressChange) => documents.record(upload.documentId, lease, change)
  if (error instanceof DocumentError) {
    logger.warn("document cannot be read", { errorCode: error.errorCode, cause: error.cause as Error })
  } else logger.error("attempt failed", error as Error)
  const isLast = attempts >= maxAttempts || attempt.receiveCount >= maxReceiveCount
  try {
    if (error instanceof DocumentError || isLast) {
      const recorded = await record({ status: "error", ...reasonOf(error), recoverable: false })
      return await finish(work, recorded, dependencies)
    }
    const recorded = await record({
      status: "error",
      errorCode: "PROCESSING_FAILED",
      message: willBeRetried,
      recoverable: true,
    })
    if (recorded) notifier.announce(recorded)
    return { outcome: "retry", afterSeconds: retryDelaySeconds(attempt.receiveCount) }
  } catch (recordError) {
    logger.error("failure not recorded", recordError as Error)
    // The lease is still ours and expires within this time.
    return { outcome: "retry", afterSeconds: claimSeconds }
  }
}

async function finish(
  { upload, attempt }: Work,
  recorded: StoredDocument | undefined,
  dependencies: ProcessUploadDependencies,
): Promise<UploadOutcome> {
  const { notifier, logger, metrics } = dependencies
  if (!recorded) return settle({ upload, attempt }, dependencies)
  const { status, errorCode, totalPages } = recorded.progress
  const isComplete = status === "processing_complete"
  metrics.addMetric(isComplete ? "DocumentsCompleted" : "DocumentsFailed", MetricUnit.Count, 1)
  if (isComplete) metrics.addMetric("PagesRead", MetricUnit.Count, totalPages)
  logger.info("document finished", { status, errorCode })
  return afterDelivery(await notifier.deliver(recorded), attempt)
}

/** What remains to be done for a document that is no longer ours: deleted, ended, or taken over by another attempt. */
async function settle(
  { upload, attempt }: Pick<Work, "upload" | "attempt">,
  dependencies: ProcessUploadDependencies,
): Promise<UploadOutcome> {
  const { documents, claimSeconds, logger } = dependencies
  const document = await documents.find(upload.documentId)
  logger.info("document is no longer ours", { status: document?.progress.status ?? "deleted" })
  if (!document) {
    await removeFiles(upload, dependencies)
    return done
  }
  if (isFinal(document.progress)) return finishAgain(document, { upload, attempt }, dependencies)
  // Its message stays in the queue until it is finished.
  return { outcome: "retry", afterSeconds: claimSeconds }
}

/** Reaches the watchers that could not be notified when the document finished. */
async function finishAgain(
  document: StoredDocument,
  { upload, attempt }: Pick<Work, "upload" | "attempt">,
  { notifier, texts }: ProcessUploadDependencies,
): Promise<UploadOutcome> {
  // An attempt may have stored text after a deletion that ended the document had removed it.
  if (document.progress.status === "error") await texts.remove(upload.documentId)
  return afterDelivery(await notifier.deliver(document), attempt)
}

/** What arrived or was stored while the document was being deleted. */
async function removeFiles(upload: UploadEvent, { objects, texts }: ProcessUploadDependencies): Promise<void> {
  await objects.remove(upload)
  await texts.remove(upload.documentId)
}

function reasonOf(error: unknown): EndReason {
  const { errorCode, message } = error instanceof DocumentError ? error : new DocumentError("PROCESSING_FAILED")
  return { errorCode, message }
}

/** An end that a watcher did not receive is pushed again when the message comes again. */
function afterDelivery(delivery: Delivery, { receiveCount }: Attempt): UploadOutcome {
  return delivery === "delivered" ? done : { outcome: "retry", afterSeconds: retryDelaySeconds(receiveCount) }
}
