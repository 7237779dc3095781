// Pushes a document's progress to every connection that watches it: one POST to @connections each.
import type { Logger } from "@aws-lambda-powertools/logger"
import {
  type ApiGatewayManagementApiClient,
  GoneException,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi"
import { isFinal, type Progress } from "@document-insight/protocol"
import type { Clock } from "../clock.ts"
import type { WatchersTable } from "../storage/watchers-table.ts"

const postsAtOnce = 32

// Each failed post costs time, so a connection that could not be reached is skipped for a while, except at the end.
const skipMs = 30_000

// Full jitter for the last message of a document: each pause is random between zero and a bound that doubles. The whole
// takes less than what is reserved of an invocation for its end (`reservedMs`).
const retryForMs = 3_000
const firstPauseMs = 100
const longestPauseMs = 1_000

/** "undelivered": a watcher of a final progress could not be notified now, but may be later. */
export type Delivery = "delivered" | "undelivered"

export type ProgressNotifier = (progress: Progress) => Promise<Delivery>

export type ProgressNotifierOptions = {
  /** Without retries: they are made here. */
  client: ApiGatewayManagementApiClient
  watchers: Pick<WatchersTable, "connectionsWatching" | "unwatch" | "forgetConnection">
  logger: Pick<Logger, "warn">
  clock: Clock
  random?: () => number
}

/**
 * The notifier never fails. A progress is sent once, because a newer one follows. A final progress is retried, and a
 * connection that received it stops watching, so that notifying again reaches only those that did not.
 */
export function createProgressNotifier(options: ProgressNotifierOptions): ProgressNotifier {
  const { client, watchers, logger, clock, random = Math.random } = options
  const skippedUntil = new Map<string, number>()

  return async (progress) => {
    const endsAt = clock.now() + retryForMs
    const isEnd = isFinal(progress)
    const watching = await findWatchers(progress, endsAt)
    if (!watching) return isEnd ? "undelivered" : "delivered"
    const connectionIds = watching.filter((connectionId) => isEnd || !isSkipped(connectionId))
    const data = JSON.stringify(progress)
    let delivery: Delivery = "delivered"
    async function sendInTurn(): Promise<void> {
      for (let connectionId = connectionIds.pop(); connectionId; connectionId = connectionIds.pop()) {
        const isDone = isEnd
          ? await sendEnd({ documentId: progress.documentId, connectionId, data, endsAt })
          : await sendProgress(connectionId, data)
        if (!isDone) delivery = "undelivered"
      }
    }
    await Promise.all(Array.from({ length: Math.min(postsAtOnce, connectionIds.length) }, sendInTurn))
    return delivery
  }

  async function findWatchers(progress: Progress, endsAt: number): Promise<string[] | undefined> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await watchers.connectionsWatching(progress.documentId)
      } catch (error) {
        if (isFinal(progress) && (await pause(attempt, endsAt))) continue
        logger.warn("watchers could not be read", error as Error)
        return undefined
      }
    }
  }

  async function sendProgress(connectionId: string, data: string): Promise<boolean> {
    const error = await post(connectionId, data)
    if (!error) return true
    // A throttled request fails at once and costs no time.
    if (statusOf(error) !== 429) skippedUntil.set(connectionId, clock.now() + skipMs)
    logger.warn("watcher not notified", { watcher: connectionId, error })
    return true
  }

  async function sendEnd(message: { documentId: string; connectionId: string; data: string; endsAt: number }) {
    const { documentId, connectionId, data, endsAt } = message
    for (let attempt = 0; ; attempt += 1) {
      const error = await post(connectionId, data)
      if (!error) {
        await forget(() => watchers.unwatch({ documentId, connectionId }))
        return true
      }
      if (isTransient(error) && (await pause(attempt, endsAt))) continue
      logger.warn("watcher not notified of the end", { watcher: connectionId, error })
      return !isTransient(error)
    }
  }

  /** @returns why the connection was not notified; undefined when it was, or when it is gone and is forgotten. */
  async function post(connectionId: string, data: string): Promise<Error | undefined> {
    try {
      await client.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: data }))
      return undefined
    } catch (error) {
      if (!isGone(error)) return error as Error
      await forget(() => watchers.forgetConnection(connectionId))
      return undefined
    }
  }

  /** What stays in the table is removed by TTL. */
  async function forget(remove: () => Promise<unknown>): Promise<void> {
    try {
      await remove()
    } catch (error) {
      logger.warn("watcher not removed", error as Error)
    }
  }

  /** False when the time for retries is over. */
  async function pause(attempt: number, endsAt: number): Promise<boolean> {
    const ms = random() * Math.min(firstPauseMs * 2 ** attempt, longestPauseMs)
    if (clock.now() + ms >= endsAt) return false
    await clock.sleep(ms)
    return true
  }

  function isSkipped(connectionId: string): boolean {
    const until = skippedUntil.get(connectionId)
    if (until === undefined) return false
    if (clock.now() >= until) skippedUntil.delete(connectionId)
    return clock.now() < until
  }
}

function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode
}

// AWS: a 410 may come without a body that names the error (system-gone)
function isGone(error: unknown): boolean {
  return error instanceof GoneException || statusOf(error) === 410
}

/** Throttling, a failure of the service, or no response at all (a timeout, a lost connection). */
function isTransient(error: unknown): boolean {
  const status = statusOf(error)
  return status === undefined || status === 429 || status >= 500
}
