// The types of the HTTP API's routes: their dependencies and their responses.
import type { Logger } from "@aws-lambda-powertools/logger"
import type { ProgressNotifier } from "../progress-notifier/progress-notifier.ts"
import type { DocumentTexts } from "../storage/document-texts.ts"
import type { DocumentsTable } from "../storage/documents-table.ts"
import type { Queue } from "../storage/queue.ts"
import type { TicketsTable } from "../storage/tickets-table.ts"
import type { UploadsBucket } from "../storage/uploads-bucket.ts"
import type { WatchersTable } from "../storage/watchers-table.ts"

export type DocumentsApiDependencies = {
  documents: DocumentsTable
  watchers: WatchersTable
  uploads: UploadsBucket
  texts: Pick<DocumentTexts, "read" | "remove">
  deadlines: Pick<Queue, "send">
  /** Where documents that were given a password are announced, as uploads are. */
  uploadQueue: Pick<Queue, "send">
  bucketName: string
  /** Undefined without sign-in. */
  tickets: Pick<TicketsTable, "create"> | undefined
  maxDocumentBytes: number
  /** Whether text in images is recognized; by default it is not. */
  acceptsImages?: boolean
  notifier: Pick<ProgressNotifier, "deliver">
  logger: Logger
}

/** What a route returns; a body of `Problem` shape when the request cannot be served. */
export type RouteResult = { statusCode: 200 | 201 | 202; body: unknown } | { statusCode: 204 } | ProblemResult
export type ProblemResult = { statusCode: 400 | 404 | 409 | 413 | 415 | 500; body: { message: string; field?: string } }

/** For a document that was never uploaded, was deleted, or has expired. */
export function documentNotFound(): ProblemResult {
  const message = "There is no document with this id. It may have been deleted, or it has expired."
  return { statusCode: 404, body: { message } }
}

/** For a document that is not processed yet, or could not be. */
export function textNotReady(): ProblemResult {
  return {
    statusCode: 404,
    body: { message: "This document has no text that can be read, or is still being processed." },
  }
}

/** For a document that was read before texts were kept, or whose text has expired. */
export function textIsGone(): ProblemResult {
  return {
    statusCode: 404,
    body: { message: "The text of this document is no longer kept. Upload the document again." },
  }
}
