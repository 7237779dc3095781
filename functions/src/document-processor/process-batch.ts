// Handles a batch of the upload queue's messages, one after the other, and reports those that stay in the queue.
import { MetricUnit } from "@aws-lambda-powertools/metrics"
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda"
import { retryDelaySeconds } from "../progress-notifier/retry-delay.ts"
import type { Queue } from "../storage/queue.ts"
import { type ProcessUploadDependencies, processUpload, reservedMs, type UploadOutcome } from "./process-upload.ts"
import { uploadEventsOf } from "./upload-events.ts"

export type BatchDependencies = ProcessUploadDependencies & { uploadQueue: Pick<Queue, "changeVisibility"> }

export function createBatchHandler(dependencies: BatchDependencies) {
  const { logger, metrics, uploadQueue } = dependencies

  return async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    logger.addContext(context)
    const batchItemFailures: SQSBatchResponse["batchItemFailures"] = []
    // Not in parallel: reading is CPU-bound, so two at a time would only make both slower.
    for (const record of event.Records) {
      const result = await handle(record, context)
      if (result.outcome === "done") continue
      await hideMessage(record, result.afterSeconds)
      batchItemFailures.push({ itemIdentifier: record.messageId })
    }
    metrics.addMetric("UploadsReceived", MetricUnit.Count, event.Records.length)
    metrics.publishStoredMetrics()
    return { batchItemFailures }
  }

  async function handle(record: SQSRecord, context: Context): Promise<UploadOutcome> {
    const receiveCount = Number(record.attributes.ApproximateReceiveCount)
    const attempt = {
      id: `${context.awsRequestId}/${record.messageId}`,
      receiveCount,
      remainingMs: () => context.getRemainingTimeInMillis(),
      hideMessage: (seconds: number) => hideMessage(record, seconds),
    }
    logger.resetKeys()
    logger.appendKeys({ messageId: record.messageId, receiveCount })
    let result: UploadOutcome = { outcome: "done" }
    try {
      for (const upload of uploadEventsOf(record)) {
        logger.appendKeys({ documentId: upload.documentId })
        // Earlier messages of the batch may have used up the time.
        if (attempt.remainingMs() < reservedMs) return { outcome: "retry", afterSeconds: 0 }
        const outcome = await processUpload(upload, attempt, dependencies)
        if (outcome.outcome === "retry") result = outcome
      }
      return result
    } catch (error) {
      logger.error("message failed", error as Error)
      return { outcome: "retry", afterSeconds: retryDelaySeconds(receiveCount) }
    }
  }

  async function hideMessage({ receiptHandle }: SQSRecord, seconds: number): Promise<void> {
    try {
      await uploadQueue.changeVisibility(receiptHandle, seconds)
    } catch (error) {
      logger.warn("visibility of the message not changed", error as Error)
    }
  }
}
