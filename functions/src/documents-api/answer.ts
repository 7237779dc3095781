// What the routes of the HTTP API are given, and what they answer.
import type { Logger } from "@aws-lambda-powertools/logger"
import type { DocumentsTable } from "../storage/documents-table.ts"
import type { UploadsBucket } from "../storage/uploads-bucket.ts"
import type { WatchersTable } from "../storage/watchers-table.ts"

export type DocumentsApiDependencies = {
  documents: DocumentsTable
  watchers: WatchersTable
  uploads: UploadsBucket
  logger: Logger
}

/** What a route answers; a body of `Problem` shape when something is wrong with the request. */
export type Answer = { statusCode: 200 | 201; body: unknown } | { statusCode: 204 } | ProblemAnswer
export type ProblemAnswer = { statusCode: 400 | 404 | 413 | 415 | 500; body: { message: string; field?: string } }

/** The same words wherever a document is not there: never handed in, deleted, or expired. */
export function documentNotFound(): ProblemAnswer {
  const message = "There is no document with this id. It may have been deleted, or its time may be over."
  return { statusCode: 404, body: { message } }
}
