// Posts one progress to many connections: a progress once, because a newer one follows; an end with retries.
import type { Logger } from "@aws-lambda-powertools/logger"
import { isFinal, type Progress } from "@document-insight/protocol"
import type { Clock } from "../clock.ts"
import { isLastingEnd } from "../document-ends.ts"
import type { WatcherPage, WatchersTable } from "../storage/watchers-table.ts"
import { type ConnectionsClient, type PostResult, type PreparedPost, preparePost } from "./connections-client.ts"
import type { RateLimit } from "./rate-limit.ts"
import { createRetryPause } from "./retry-pause.ts"
import { SkippedConnections } from "./skipped-connections.ts"

const postsAtOnce = 64

// Each failed post costs time, so a connection that could not be reached is skipped for a while, except at the end.
const skipMs = 30_000

// A round of progress that takes longer is given up: the rest of the watchers receives the next one.
const longestRoundMs = 3_000

export type PostToWatchersOptions = {
  connections: ConnectionsClient
  watchers: Pick<WatchersTable, "unwatchAll" | "forgetConnection">
  rateLimit: RateLimit
  logger: Pick<Logger, "warn">
  clock: Clock
  random?: (() => number) | undefined
}

/** @returns the watchers of an end that could not be notified now, but may be later; none for any other progress. */
export type PostToWatchers = (progress: Progress, pages: WatcherPage[], signal?: AbortSignal) => Promise<WatcherPage[]>

type Target = { connectionId: string; data: PreparedPost }

/** It never fails. A connection that received an end that lasts stops watching. */
export function createPostToWatchers(options: PostToWatchersOptions): PostToWatchers {
  const { connections, watchers, rateLimit, logger, clock, random } = options
  const skipped = new SkippedConnections(skipMs)

  return async (progress, pages, signal) => {
    const isEnd = isFinal(progress)
    const data = preparePost(JSON.stringify(progress))
    const pause = createRetryPause(clock, random)
    const roundEndsAt = clock.now() + longestRoundMs
    const isOver = () => signal?.aborted || (!isEnd && clock.now() >= roundEndsAt)
    const results = pages.map(({ partition }) => ({ partition, done: [] as string[], undelivered: [] as string[] }))
    const turns = turnsOf(pages)

    async function postInTurn(): Promise<void> {
      for (let turn = turns.next(); !turn.done && !isOver(); turn = turns.next()) {
        const { connectionId, page } = turn.value
        const target = { connectionId, data }
        if (!isEnd) await postProgress(target)
        else results[page]?.[(await postEnd(target, pause)) ? "done" : "undelivered"].push(connectionId)
      }
    }

    const count = pages.reduce((sum, { connectionIds }) => sum + connectionIds.length, 0)
    await Promise.all(Array.from({ length: Math.min(postsAtOnce, count) }, postInTurn))
    for (const { partition, done } of isLastingEnd(progress) ? results : []) {
      if (done.length > 0) await forget(() => watchers.unwatchAll({ partition, connectionIds: done }))
    }
    return results
      .filter(({ undelivered }) => undelivered.length > 0)
      .map(({ partition, undelivered }) => ({ partition, connectionIds: undelivered }))
  }

  async function postProgress({ connectionId, data }: Target): Promise<void> {
    if (skipped.has(connectionId, clock.now())) return
    const failure = await post({ connectionId, data })
    if (!failure) return
    // A throttled request fails at once and costs no time.
    if (failure.status !== 429) skipped.add(connectionId, clock.now())
    logger.warn("watcher not notified", { watcher: connectionId, ...failure })
  }

  /** @returns whether nothing is left to do for this watcher. */
  async function postEnd(target: Target, pause: ReturnType<typeof createRetryPause>): Promise<boolean> {
    for (let attempt = 0; ; attempt += 1) {
      const failure = await post(target)
      if (!failure) return true
      if (isTransient(failure) && (await pause(attempt))) continue
      logger.warn("watcher not notified of the end", { watcher: target.connectionId, ...failure })
      return !isTransient(failure)
    }
  }

  /** @returns why the connection was not notified; undefined when it was, or when it is gone and is forgotten. */
  async function post({ connectionId, data }: Target): Promise<PostResult | undefined> {
    await rateLimit()
    const result = await connections.post(connectionId, data)
    if (result.status === 200) return undefined
    // AWS: a connection that is gone is 410, whose body may not name the error (system-gone)
    if (result.status !== 410) return result
    await forget(() => watchers.forgetConnection(connectionId))
    return undefined
  }

  /** What stays in the table is removed by TTL. */
  async function forget(remove: () => Promise<unknown>): Promise<void> {
    try {
      await remove()
    } catch (error) {
      logger.warn("watcher not removed", error as Error)
    }
  }
}

function* turnsOf(pages: WatcherPage[]): Generator<{ connectionId: string; page: number }> {
  for (const [page, { connectionIds }] of pages.entries()) {
    for (const connectionId of connectionIds) yield { connectionId, page }
  }
}

/** Throttling, a failure of the service, or no response at all (a timeout, a lost connection). */
function isTransient({ status }: PostResult): boolean {
  return status === undefined || status === 429 || status >= 500
}
