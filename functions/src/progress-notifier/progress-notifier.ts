// Pushes a document's progress to the connections that watch it. Few watchers are notified here; many are shared out in
// pages, through a queue, to the invocations of the function `progress-notifier`.
import type { Logger } from "@aws-lambda-powertools/logger"
import type { Progress } from "@document-insight/protocol"
import type { Clock } from "../clock.ts"
import type { StoredDocument } from "../storage/document-item.ts"
import type { DocumentsTable } from "../storage/documents-table.ts"
import type { Queue } from "../storage/queue.ts"
import type { WatcherPage, WatchersTable } from "../storage/watchers-table.ts"
import type { EndSessions } from "./end-sessions.ts"
import { LatestOnly } from "./latest-only.ts"
import type { PostToWatchers } from "./post-to-watchers.ts"
import { sharedRound } from "./pushes.ts"
import { createRetryPause } from "./retry-pause.ts"

const deployedLimits = {
  /** With more watchers, a round is shared out. */
  fewWatchers: 300,
  /** With more watchers in one partition, new ones are spread. */
  watchersPerPartition: 2_000,
}

/** "delivered": every watcher was notified, or the queue has those that were not. */
export type Delivery = "delivered" | "undelivered"

/** A document as it was stored by the change that its watchers are notified of. */
export type ChangedDocument = Pick<StoredDocument, "progress" | "watchersAreSpread">

/** No method fails. */
export type ProgressNotifier = {
  /** Pushes in the background. While one is being pushed, only the newest of the others waits. */
  announce(document: ChangedDocument): void
  /** Pushes the end of a document to every watcher, with retries, in place of what is announced. */
  deliver(document: ChangedDocument): Promise<Delivery>
  /** Pushes what still waits. Resolves when nothing is being pushed. */
  settle(): Promise<void>
}

export type ProgressNotifierOptions = {
  postToWatchers: PostToWatchers
  endSessions: EndSessions
  watchers: Pick<WatchersTable, "connectionsWatching">
  documents: Pick<DocumentsTable, "spreadWatchers">
  /** The queue of the function `progress-notifier`. */
  pushes: Pick<Queue, "sendAll">
  /** The rate of the posts of all its invocations together. */
  sharedPostsPerSecond: number
  logger: Pick<Logger, "warn">
  clock: Clock
  random?: (() => number) | undefined
  /** Others than the deployed ones, for tests. */
  limits?: typeof deployedLimits
}

export function createProgressNotifier(options: ProgressNotifierOptions): ProgressNotifier {
  const { postToWatchers, endSessions, watchers, documents, pushes, sharedPostsPerSecond, logger, clock, random } =
    options
  const { fewWatchers, watchersPerPartition } = options.limits ?? deployedLimits
  const announced = new Map<string, LatestOnly<ChangedDocument>>()

  function announce(document: ChangedDocument): void {
    const { documentId } = document.progress
    const latest = announced.get(documentId) ?? announcer()
    announced.set(documentId, latest)
    latest.offer(document)
  }

  function announcer(): LatestOnly<ChangedDocument> {
    let roundMs = 0
    return new LatestOnly(
      async (document, signal) => {
        roundMs = await pushProgress(document, signal)
      },
      // The posts of a shared round are sent elsewhere, and take about this long.
      // mutants: equivalent, a millisecond more or less is not noticed
      (_, signal) => (roundMs > 0 ? clock.sleep(roundMs, signal) : Promise.resolve()),
    )
  }

  /** @returns for how long other functions are busy with it. */
  async function pushProgress(document: ChangedDocument, signal: AbortSignal): Promise<number> {
    const pages = await findWatchers(document, async () => false)
    if (!pages || signal.aborted) return 0
    if (countOf(pages) <= fewWatchers) {
      await postToWatchers(document.progress, pages, signal)
      return 0
    }
    const roundMs = (1000 * countOf(pages)) / sharedPostsPerSecond
    await share({ progress: document.progress, pages, roundMs }, async () => false)
    return roundMs
  }

  async function deliver(document: ChangedDocument): Promise<Delivery> {
    const { documentId } = document.progress
    const cancelled = announced.get(documentId)?.cancel()
    announced.delete(documentId)
    const delivery = await pushEnd(document)
    await cancelled
    return delivery
  }

  async function pushEnd(document: ChangedDocument): Promise<Delivery> {
    const { progress } = document
    const pause = createRetryPause(clock, random)
    const pages = await findWatchers(document, pause)
    if (!pages) return "undelivered"
    const left = countOf(pages) <= fewWatchers ? await postToWatchers(progress, pages) : pages
    if (left.length === 0) return "delivered"
    // From here on the queue has the end, and keeps it until every watcher was notified.
    return (await share({ progress, pages: left, roundMs: 0 }, pause)) ? "delivered" : "undelivered"
  }

  async function findWatchers(
    { progress: { documentId }, watchersAreSpread }: ChangedDocument,
    pause: RetryPause,
  ): Promise<WatcherPage[] | undefined> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        const pages = await watchers.connectionsWatching({ documentId, watchersAreSpread })
        if (!watchersAreSpread && countOf(pages) > watchersPerPartition) await spreadWatchers(documentId)
        await endSessions(pages.flatMap(({ endedConnectionIds = [] }) => endedConnectionIds))
        return pages
      } catch (error) {
        if (await pause(attempt)) continue
        logger.warn("watchers could not be read", error as Error)
        return undefined
      }
    }
  }

  async function spreadWatchers(documentId: string): Promise<void> {
    try {
      await documents.spreadWatchers(documentId)
    } catch (error) {
      logger.warn("watchers not spread", error as Error)
    }
  }

  /** @returns whether the queue accepted every page. */
  async function share(
    round: { progress: Progress; pages: WatcherPage[]; roundMs: number },
    pause: RetryPause,
  ): Promise<boolean> {
    let left = sharedRound({ ...round, nowMs: clock.now() })
    for (let attempt = 0; ; attempt += 1) {
      try {
        left = await pushes.sendAll(left)
        if (left.length === 0) return true
      } catch (error) {
        logger.warn("watchers not shared out", error as Error)
      }
      if (!(await pause(attempt))) return false
    }
  }

  return {
    announce,
    deliver,
    async settle() {
      await Promise.all([...announced.values()].map((latest) => latest.flush()))
      for (const [documentId, latest] of announced) if (latest.isIdle) announced.delete(documentId)
    },
  }
}

type RetryPause = (attempt: number) => Promise<boolean>

function countOf(pages: WatcherPage[]): number {
  return pages.reduce((sum, { connectionIds }) => sum + connectionIds.length, 0)
}
