// Ends documents that nothing else will end: those whose message was given up by the upload queue, and those whose
// upload never arrived. A message stays in its queue until its document has ended and every watcher was notified.
import type { Logger } from "@aws-lambda-powertools/logger"
import { type Metrics, MetricUnit } from "@aws-lambda-powertools/metrics"
import { isFinal } from "@document-insight/protocol"
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda"
import type { Clock } from "../clock.ts"
import { DocumentError } from "../document-processor/document-error.ts"
import { uploadEventsOf } from "../document-processor/upload-events.ts"
import type { UploadedObjects } from "../document-processor/uploaded-object.ts"
import { handleMessages } from "../handle-messages.ts"
import type { ProgressNotifier } from "../progress-notifier/progress-notifier.ts"
import type { DocumentTexts } from "../storage/document-texts.ts"
import type { DocumentsTable, EndCondition, EndReason } from "../storage/documents-table.ts"
import type { Queue } from "../storage/queue.ts"
import { type UploadDeadline, uploadDeadlineOf } from "../storage/upload-deadline.ts"
import { uploadKey } from "../storage/upload-key.ts"

const uploadNeverArrived: EndReason = {
  errorCode: "TIMED_OUT",
  message: "The file was not uploaded in time. Upload it again.",
}

export type WatchdogDependencies = {
  documents: DocumentsTable
  notifier: Pick<ProgressNotifier, "deliver">
  objects: Pick<UploadedObjects, "exists" | "remove">
  texts: Pick<DocumentTexts, "remove">
  bucketName: string
  deadlines: Pick<Queue, "changeVisibility">
  logger: Logger
  metrics: Metrics
  clock: Pick<Clock, "now">
}

export function createWatchdog(dependencies: WatchdogDependencies) {
  const { documents, notifier, objects, texts, bucketName, deadlines, logger, metrics, clock } = dependencies

  return async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    const response = await handleMessages(event, context, { logger, isDone })
    metrics.publishStoredMetrics()
    return response
  }

  async function isDone(record: SQSRecord): Promise<boolean> {
    const deadline = uploadDeadlineOf(record.body)
    return deadline ? await isPast(deadline, record) : await isGivenUp(record)
  }

  async function isPast({ documentId, atMs }: UploadDeadline, { receiptHandle }: SQSRecord): Promise<boolean> {
    const leftMs = atMs - clock.now()
    if (leftMs > 0) {
      await deadlines.changeVisibility(receiptHandle, leftMs / 1000)
      return false
    }
    // An upload that is there waits for the processor, and its message ends it.
    if (await objects.exists({ bucketName, key: uploadKey(documentId) })) return true
    return (await end(documentId, uploadNeverArrived, "waiting")) !== "undelivered"
  }

  async function isGivenUp(record: SQSRecord): Promise<boolean> {
    const { errorCode, message } = new DocumentError("PROCESSING_FAILED")
    let allEnded = true
    for (const upload of uploadEventsOf(record)) {
      const outcome = await end(upload.documentId, { errorCode, message }, "unleased")
      if (outcome === "deleted") {
        await objects.remove(upload)
        await texts.remove(upload.documentId)
      }
      // An open document is leased by an invocation that may still finish it.
      if (outcome === "open" || outcome === "undelivered") allEnded = false
    }
    return allEnded
  }

  async function end(documentId: string, reason: EndReason, when: EndCondition) {
    logger.appendKeys({ documentId })
    const ended = await documents.end(documentId, reason, when)
    if (ended) {
      metrics.addMetric("DocumentsFailed", MetricUnit.Count, 1)
      logger.error("document ended by the watchdog", { ...reason })
      return notifier.deliver(ended)
    }
    const document = await documents.find(documentId)
    if (!document) return "deleted"
    return isFinal(document.progress) ? notifier.deliver(document) : "open"
  }
}
