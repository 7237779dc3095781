// What the handler of each route receives, and what it returns.
import type { Logger } from "@aws-lambda-powertools/logger"
import type { DocumentsTable } from "../storage/documents-table.ts"
import type { WatchersTable } from "../storage/watchers-table.ts"

export type ConnectionHandlerDependencies = {
  documents: DocumentsTable
  watchers: WatchersTable
  /** Whether every connection has a session. */
  requiresSignIn: boolean
  logger: Logger
  now?: () => number
}

/** Always 200: an invalid message gets an error message as its response, and its connection stays open. */
export type ConnectionHandlerResult = { statusCode: 200; body?: string }
