// Tells every connection that watches a document how far it is: a POST to @connections each.
import type { Logger } from "@aws-lambda-powertools/logger"
import {
  type ApiGatewayManagementApiClient,
  GoneException,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi"
import { isFinal, type Progress } from "@document-insight/protocol"
import type { WatchersTable } from "../storage/watchers-table.ts"

const postsAtOnce = 32

// A connection that could not be told costs time with each try: it is left alone for a while, but for the end.
const restMs = 30_000

export type ProgressNotifier = (progress: Progress) => Promise<void>

type Dependencies = {
  client: ApiGatewayManagementApiClient
  watchers: Pick<WatchersTable, "connectionsWatching" | "unwatch">
  logger: Pick<Logger, "warn">
}

/** The notifier never fails: a watcher that cannot be told reads the stored progress when it comes back. */
export function createProgressNotifier(
  { client, watchers, logger }: Dependencies,
  now: () => number = Date.now,
): ProgressNotifier {
  const restingUntil = new Map<string, number>()

  return async (progress) => {
    const { documentId } = progress
    const data = JSON.stringify(progress)
    try {
      const watching = await watchers.connectionsWatching(documentId)
      const waiting = watching.filter((connectionId) => isFinal(progress) || !isResting(connectionId))
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
        else {
          restingUntil.set(connectionId, now() + restMs)
          logger.warn("watcher could not be told", { watcher: connectionId, error: error as Error })
        }
      }
    }
  }

  function isResting(connectionId: string): boolean {
    const until = restingUntil.get(connectionId)
    if (until === undefined) return false
    if (now() >= until) restingUntil.delete(connectionId)
    return now() < until
  }
}

// AWS: a 410 may come without a body that names the error (system-gone)
function isGone(error: unknown): boolean {
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode
  return error instanceof GoneException || status === 410
}
