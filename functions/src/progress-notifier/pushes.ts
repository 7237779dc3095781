// The messages of the queue between the functions that change documents and `progress-notifier`: a progress, and a page
// of the connections that it is pushed to.
import { isFinal, type Progress, progressSchema } from "@document-insight/protocol"
import * as v from "valibot"
import { type WatcherPage, watchSeconds } from "../storage/watchers-table.ts"

// A page is large enough that its message costs little beside its posts, and small enough that the invocations that
// share a round end together.
const connectionsPerPage = 250

// A progress is dropped when its posts are overdue by more than the time of its round: a newer one follows.
const graceMs = 5_000

const pushSchema = v.object({
  push: v.object({
    progress: progressSchema,
    partition: v.string(),
    connectionIds: v.array(v.string()),
    /** Epoch milliseconds. */
    dropAtMs: v.number(),
    /** How often the end was pushed to these connections before. */
    attempts: v.number(),
  }),
})

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

/** @throws when the message is not a push */
export function pushOf(body: string): Push {
  return v.parse(pushSchema, JSON.parse(body)).push
}
