// Handles the messages of the queue of pushes: posts a progress to the connections of a page, and removes watchers. An end
// that a connection did not receive returns to the queue, with the connections that are left.
import type { Logger } from "@aws-lambda-powertools/logger"
import { isFinal } from "@document-insight/protocol"
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda"
import type { Clock } from "../clock.ts"
import { handleMessages } from "../handle-messages.ts"
import type { Queue } from "../storage/queue.ts"
import type { WatchersTable } from "../storage/watchers-table.ts"
import type { PostToWatchers } from "./post-to-watchers.ts"
import { bodyOf, messageOf, type Push } from "./pushes.ts"
import { retryDelaySeconds } from "./retry-delay.ts"

export type PushHandlerDependencies = {
  postToWatchers: PostToWatchers
  pushes: Pick<Queue, "send">
  watchers: Pick<WatchersTable, "unwatchAll">
  logger: Logger
  clock: Pick<Clock, "now">
}

export function createPushHandler({ postToWatchers, pushes, watchers, logger, clock }: PushHandlerDependencies) {
  return (event: SQSEvent, context: Context): Promise<SQSBatchResponse> =>
    handleMessages(event, context, { logger, isDone })

  async function isDone({ body }: SQSRecord): Promise<boolean> {
    const message = messageOf(body)
    if ("removal" in message) {
      await watchers.unwatchAll(message.removal)
      return true
    }
    const { push } = message
    logger.appendKeys({ documentId: push.progress.documentId })
    if (clock.now() >= push.dropAtMs) logger.info("push dropped", { sequence: push.progress.sequence })
    else await pushPage(push)
    return true
  }

  async function pushPage({ progress, partition, connectionIds, dropAtMs, attempts }: Push): Promise<void> {
    const left = await postToWatchers(progress, [{ partition, connectionIds }])
    if (!isFinal(progress)) return
    for (const page of left) {
      const body = bodyOf({ progress, ...page, dropAtMs, attempts: attempts + 1 })
      await pushes.send(body, retryDelaySeconds(attempts + 1))
    }
  }
}
