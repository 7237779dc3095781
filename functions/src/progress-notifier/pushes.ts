// The messages of the queue between the functions that change documents and `progress-notifier`: a progress with a page of
// the connections that it is pushed to, and the removal of watchers that have received an end.
import { isFinal, type Progress, progressSchema } from "@document-insight/protocol"
import * as v from "valibot"
import type { Queue } from "../storage/queue.ts"
import { type WatcherPage, type WatchersTable, watchSeconds } from "../storage/watchers-table.ts"

// A page is large enough that its message costs little beside its posts, and small enough that the invocations that
// share a round end together.
const connectionsPerPage = 250

// A progress is dropped when its posts are overdue by more than the time of its round: a newer one follows.
const graceMs = 5_000

const pageFields = { partition: v.string(), connectionIds: v.array(v.string()) }

const messageSchema = v.union([
  v.object({
    push: v.object({
      progress: progressSchema,
      ...pageFields,
      /** Epoch milliseconds. */
      dropAtMs: v.number(),
      /** How often the end was pushed to these connections before. */
      attempts: v.number(),
    }),
  }),
  v.object({ removal: v.object(pageFields) }),
])

export type Push = WatcherPage & { progress: Progress; dropAtMs: number; attempts: number }

export type Round = { progress: Progress; pages: WatcherPage[]; roundMs: number; nowMs: number }

/** The messages of a round. An end is pushed for as long as a connection can exist. */
export function sharedRound({ progress, pages, roundMs, nowMs }: Round): string[] {
  const dropAtMs = nowMs + (isFinal(progress) ? watchSeconds * 1000 : 2 * roundMs + graceMs)
  return pages.flatMap(({ partition, connectionIds }) =>
    Array.from({ length: Math.ceil(connectionIds.length / connectionsPerPage) }, (_, index) => {
      const page = connectionIds.slice(index * connectionsPerPage, (index + 1) * connectionsPerPage)
      return bodyOf({ progress, partition, connectionIds: page, dropAtMs, attempts: 0 })
    }),
  )
}

export function bodyOf(push: Push): string {
  return JSON.stringify({ push })
}

export function removalOf({ partition, connectionIds }: WatcherPage): string {
  return JSON.stringify({ removal: { partition, connectionIds } })
}

/** Removes the watchers of an end by a message, behind the posts that wait: no watcher waits for the removal of others. */
export function removingLater(
  { forgetConnection }: Pick<WatchersTable, "forgetConnection">,
  pushes: Pick<Queue, "send">,
): Pick<WatchersTable, "forgetConnection" | "unwatchAll"> {
  return { forgetConnection, unwatchAll: (page) => pushes.send(removalOf(page), 0) }
}

/** @throws when the message is neither */
export function messageOf(body: string): { push: Push } | { removal: WatcherPage } {
  return v.parse(messageSchema, JSON.parse(body))
}
