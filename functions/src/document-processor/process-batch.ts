// A batch of the queue's messages: each is worked on by itself, and those that are to come again are named in the answer.
import { MetricUnit } from "@aws-lambda-powertools/metrics"
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda"
import { type ProcessUploadDependencies, processUpload, reservedMs } from "./process-upload.ts"
import { uploadEventsOf } from "./upload-events.ts"

export function createBatchHandler(dependencies: ProcessUploadDependencies) {
  const { logger, metrics } = dependencies

  return async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    logger.addContext(context)
    const batchItemFailures: SQSBatchResponse["batchItemFailures"] = []
    // One after the other: reading is computing, so two at once would only make both slower.
    for (const record of event.Records) {
      if (!(await isDone(record, context))) batchItemFailures.push({ itemIdentifier: record.messageId })
    }
    metrics.addMetric("UploadsReceived", MetricUnit.Count, event.Records.length)
    metrics.publishStoredMetrics()
    return { batchItemFailures }
  }

  async function isDone(record: SQSRecord, context: Context): Promise<boolean> {
    const attempt = {
      id: `${context.awsRequestId}/${record.messageId}`,
      receiveCount: Number(record.attributes.ApproximateReceiveCount),
      remainingMs: () => context.getRemainingTimeInMillis(),
    }
    logger.resetKeys()
    logger.appendKeys({ messageId: record.messageId, receiveCount: attempt.receiveCount })
    try {
      let isDone = true
      for (const upload of uploadEventsOf(record)) {
        logger.appendKeys({ documentId: upload.documentId })
        // Not begun without time to do it: an earlier message of the batch took it.
        if (attempt.remainingMs() < reservedMs) return false
        if ((await processUpload(upload, attempt, dependencies)) === "retry") isDone = false
      }
      return isDone
    } catch (error) {
      logger.error("message failed", error as Error)
      return false
    }
  }
}
