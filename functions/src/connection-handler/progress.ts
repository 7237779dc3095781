// The `progress` route: starts or stops watching a document, and responds with its current progress.
import { type ErrorResponse, type Progress, type ServerMessage, watchRequestSchema } from "@document-insight/protocol"
import * as v from "valibot"
import { isOwner, mayWatch } from "../document-access.ts"
import { isLastingEnd } from "../document-ends.ts"
import type { Session } from "../session.ts"
import type { ConnectionHandlerDependencies } from "./dependencies.ts"
import { parseMessage } from "./parse-message.ts"
import type { RecentIds } from "./recent-ids.ts"

export type ProgressDependencies = Pick<ConnectionHandlerDependencies, "documents" | "watchers" | "logger"> & {
  /** Documents whose watchers are spread over partitions, as far as this execution environment has read them. */
  spreadDocuments: RecentIds
}

export type ProgressMessage = {
  connectionId: string
  /** Undefined without sign-in. */
  session: Session | undefined
  body: string | undefined
}

export async function handleProgress(
  { connectionId, session, body }: ProgressMessage,
  { documents, watchers, logger, spreadDocuments }: ProgressDependencies,
): Promise<ServerMessage> {
  const request = v.safeParse(watchRequestSchema, parseMessage(body))
  if (!request.success) return badRequest(request.issues)
  const { documentId, watch, shareToken } = request.output
  const watcher = { documentId, connectionId }
  logger.appendKeys({ documentId })

  if (!watch) {
    await watchers.unwatch(watcher)
    return { status: "unwatched", documentId }
  }
  let isShared = false
  if (session) {
    // Before the row is written: nothing is pushed to a connection that may not watch, not even for a moment. The response
    // is that of an unknown id, so that ids cannot be guessed.
    const document = await documents.find(documentId)
    if (!document || !mayWatch(document, session, shareToken)) return notFound(documentId)
    isShared = !isOwner(document, session)
  }
  // The row is written before the document is read: a progress stored in between is pushed, one stored before is read.
  const { expiresAt: sessionExpiresAt } = session ?? {}
  await watchers.watch({ ...watcher, sessionExpiresAt, isShared }, spreadDocuments.has(documentId))
  const document = await documents.find(documentId)
  if (document?.watchersAreSpread) spreadDocuments.add(documentId)
  // Checked again: the link may have been revoked in between, before the row could be removed.
  const progress = document && mayWatch(document, session, shareToken) ? document.progress : notFound(documentId)
  if (isLastingEnd(progress)) await watchers.unwatch(watcher)
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
