// Tells every connection that watches a document how far it is: a POST to @connections each.
import type { Logger } from "@aws-lambda-powertools/logger"
import {
  type ApiGatewayManagementApiClient,
  GoneException,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi"
import type { Progress } from "@document-insight/protocol"
import type { WatchersTable } from "../storage/watchers-table.ts"

const postsAtOnce = 32

export type ProgressNotifier = (progress: Progress) => Promise<void>

type Dependencies = {
  client: ApiGatewayManagementApiClient
  watchers: Pick<WatchersTable, "connectionsWatching" | "unwatch">
  logger: Pick<Logger, "warn">
}

/** The notifier never fails: a watcher that cannot be told reads the stored progress when it comes back. */
export function createProgressNotifier({ client, watchers, logger }: Dependencies): ProgressNotifier {
  return async (progress) => {
    const { documentId } = progress
    const data = JSON.stringify(progress)
    try {
      const waiting = await watchers.connectionsWatching(documentId)
      const sender = async () => {
        for (let connectionId = waiting.pop(); connectionId; connectionId = waiting.pop()) await post(connectionId)
      }
      await Promise.all(Array.from({ length: Math.min(postsAtOnce, waiting.length) }, sender))
    } catch (error) {
      logger.warn("watchers could not be read", error as Error)
    }

    async function post(connectionId: string): Promise<void> {
      try {
        await client.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: data }))
      } catch (error) {
        if (isGone(error)) await watchers.unwatch({ documentId, connectionId })
        else logger.warn("watcher could not be told", { watcher: connectionId, error: error as Error })
      }
    }
  }
}

// AWS: a 410 may come without a body that names the error (https://github.com/aws/aws-sdk-js/issues/3773).
function isGone(error: unknown): boolean {
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode
  return error instanceof GoneException || status === 410
}
