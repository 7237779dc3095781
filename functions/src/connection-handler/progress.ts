// The `progress` route: starts or stops watching a document, and responds with its current progress.
import {
  type ErrorResponse,
  isFinal,
  type Progress,
  type ServerMessage,
  watchRequestSchema,
} from "@document-insight/protocol"
import * as v from "valibot"
import type { ConnectionHandlerDependencies } from "./dependencies.ts"
import { parseMessage } from "./parse-message.ts"
import type { RecentIds } from "./recent-ids.ts"

export type ProgressDependencies = ConnectionHandlerDependencies & {
  /** Documents whose watchers are spread over partitions, as far as this execution environment has read them. */
  spreadDocuments: RecentIds
}

export async function handleProgress(
  connectionId: string,
  body: string | undefined,
  { documents, watchers, logger, spreadDocuments }: ProgressDependencies,
): Promise<ServerMessage> {
  const request = v.safeParse(watchRequestSchema, parseMessage(body))
  if (!request.success) return badRequest(request.issues)
  const { documentId, watch } = request.output
  const watcher = { documentId, connectionId }
  logger.appendKeys({ documentId })

  if (!watch) {
    await watchers.unwatch(watcher)
    return { status: "unwatched", documentId }
  }
  // The row is written before the document is read: a progress stored in between is pushed, one stored before is read.
  await watchers.watch(watcher, spreadDocuments.has(documentId))
  const document = await documents.find(documentId)
  if (document?.watchersAreSpread) spreadDocuments.add(documentId)
  const progress = document?.progress ?? notFound(documentId)
  if (isFinal(progress)) await watchers.unwatch(watcher)
  logger.info("watched", { status: progress.status, sequence: progress.sequence })
  return progress
}

function notFound(documentId: string): Progress {
  return {
    status: "error",
    documentId,
    sequence: 0,
    pagesProcessed: 0,
    totalPages: 0,
    percentComplete: 0,
    timestamp: new Date().toISOString(),
    errorCode: "DOCUMENT_NOT_FOUND",
    message: "There is no document with this id. It may have been deleted, or it has expired.",
    recoverable: false,
  }
}

function badRequest(issues: readonly v.BaseIssue<unknown>[]): ErrorResponse {
  const field = issues[0]?.path?.map((item) => String(item.key)).join(".")
  const what =
    field === "watch"
      ? `"watch" must be true or false.`
      : `"documentId" must be a document's id: a string of 1 to 128 characters, as returned by POST /documents.`
  return { status: "error", errorCode: "BAD_REQUEST", message: `Cannot watch this: ${what}` }
}
