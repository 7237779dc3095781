// Handles the messages of a batch one after the other, and reports those that return to their queue.
import type { Logger } from "@aws-lambda-powertools/logger"
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda"

/** @param isDone false: the message returns to its queue, as it does when this throws */
export async function handleMessages(
  event: SQSEvent,
  context: Context,
  { logger, isDone }: { logger: Logger; isDone(record: SQSRecord): Promise<boolean> },
): Promise<SQSBatchResponse> {
  logger.addContext(context)
  const batchItemFailures: SQSBatchResponse["batchItemFailures"] = []
  for (const record of event.Records) {
    logger.resetKeys()
    logger.appendKeys({ messageId: record.messageId })
    const done = await isDone(record).catch((error: Error) => {
      logger.error("message failed", error)
      return false
    })
    if (!done) batchItemFailures.push({ itemIdentifier: record.messageId })
  }
  return { batchItemFailures }
}
