// Processes one upload, from its event to the end of its document: takes the lease, reads, records and pushes progress,
// and decides whether a failure is final or is retried.
import { type Metrics, MetricUnit } from "@aws-lambda-powertools/metrics"
import { isFinal } from "@document-insight/protocol"
import type { Clock } from "../clock.ts"
import { needsPassword } from "../document-ends.ts"
import type { Delivery, ProgressNotifier } from "../progress-notifier/progress-notifier.ts"
import { retryDelaySeconds } from "../progress-notifier/retry-delay.ts"
import { continuationMessage } from "../storage/continuation-message.ts"
import type { Checkpoint, ProgressChange, StoredDocument } from "../storage/document-item.ts"
import type { DocumentTexts } from "../storage/document-texts.ts"
import type { DocumentsTable, EndReason, Lease } from "../storage/documents-table.ts"
import type { Queue } from "../storage/queue.ts"
import { DocumentError } from "./document-error.ts"
import { type Heartbeat, leaseMs, startHeartbeat } from "./heartbeat.ts"
import { type ReadUploadDependencies, readUpload } from "./read-upload.ts"
import type { UploadEvent } from "./upload-events.ts"
import type { UploadedObjects } from "./uploaded-object.ts"

/** The part of the invocation's time that is reserved for recording and pushing the end, and for the response. */
export const reservedMs = 5_000

export type ProcessUploadDependencies = ReadUploadDependencies & {
  documents: DocumentsTable
  notifier: ProgressNotifier
  objects: Pick<UploadedObjects, "download" | "remove">
  texts: Pick<DocumentTexts, "writer" | "read" | "remove">
  uploadQueue: Pick<Queue, "send">
  /** How many attempts a document gets without any progress between them. */
  maxAttempts: number
  /** The queue's limit: a message that was received so often comes no more. */
  maxReceiveCount: number
  /** For how long an attempt claims its document without a heartbeat. */
  claimSeconds: number
  metrics: Metrics
  clock: Clock
}

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
        return await read(work, { ...leased, isClaimLost: heartbeat.isClaimLost }, dependencies)
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
      // The request with the password has not reopened the document yet, or has ended before it could. When it does so at
      // the same time, one of the two succeeds.
      if (needsPassword(leased.document.progress) && upload.reopens === leased.document.progress.sequence) {
        await documents.reopen(upload.documentId, upload.reopens)
        return processUpload(upload, attempt, dependencies)
      }
      return finishAgain(leased.document, work, dependencies)
    case "leased-by-another":
      logger.info("document is being processed by another invocation")
      // A second message about a long document returns again and again, and must not be given up before the document
      // ends.
      return { outcome: "retry", afterSeconds: claimSeconds * attempt.receiveCount }
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

async function read(
  work: Work,
  { document, attempts, isClaimLost }: { document: StoredDocument; attempts: number } & Pick<Heartbeat, "isClaimLost">,
  dependencies: ProcessUploadDependencies,
): Promise<UploadOutcome> {
  const { upload, attempt, lease } = work
  const { documents, maxAttempts } = dependencies
  try {
    const remainingMs = () => attempt.remainingMs() - reservedMs
    const isOutOfTime = () => remainingMs() < 0
    const result = await readUpload({ upload, lease, document, isClaimLost, isOutOfTime, remainingMs }, dependencies)
    switch (result.outcome) {
      case "complete": {
        const { insights, firstPages } = result
        const change = { status: "processing_complete", totalPages: insights.pages, insights, firstPages } as const
        return await finish(work, await documents.record(upload.documentId, lease, change), dependencies)
      }
      case "paused":
        return await pause(work, { document, checkpoint: result.checkpoint }, dependencies)
      case "no-progress":
        if (attempts >= maxAttempts) throw new DocumentError("TIMED_OUT")
        throw new Error("no page was read within the time of the invocation")
      case "lost":
        return await settle(work, dependencies)
    }
  } catch (error) {
    return fail(error, { ...work, attempts }, dependencies)
  }
}

/** Leaves the rest of a document to the next invocation. */
async function pause(
  work: Work,
  { document, checkpoint }: { document: StoredDocument; checkpoint: Checkpoint },
  dependencies: ProcessUploadDependencies,
): Promise<UploadOutcome> {
  const { upload, lease } = work
  const { documents, uploadQueue, logger } = dependencies
  const { pages, totalPages } = checkpoint
  // An attempt that died may have been further than the checkpoint.
  const before = document.checkpoint ? document.progress.pagesProcessed : 0
  const pagesProcessed = Math.min(totalPages, Math.max(pages, before))
  const percentComplete = Math.floor((100 * pagesProcessed) / totalPages)
  const progress = { pagesProcessed, totalPages, percentComplete, checkpoint }
  const paused = await documents.pause(upload.documentId, lease, progress)
  if (!paused) return settle(work, dependencies)
  logger.info("document is continued by the next invocation", { pages, continuations: checkpoint.continuations })
  try {
    await uploadQueue.send(continuationMessage(upload), 0)
    return done
  } catch (error) {
    // The message that was received continues the document.
    logger.warn("continuation not sent", error as Error)
    return { outcome: "retry", afterSeconds: 0 }
  }
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
