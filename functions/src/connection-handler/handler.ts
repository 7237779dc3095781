// The Lambda handler of every WebSocket route: creates the clients, and connects them to the routes.
import { Logger } from "@aws-lambda-powertools/logger"
import { DynamoDBClient } from "@aws-sdk/client-dynamodb"
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb"
import { connectionHandlerEnvironment } from "../environment.ts"
import { routeRequestLimits } from "../request-limits.ts"
import { createDocumentsTable } from "../storage/documents-table.ts"
import { createWatchersTable } from "../storage/watchers-table.ts"
import { createConnectionHandler } from "./routes.ts"

const environment = connectionHandlerEnvironment()
const client = DynamoDBDocumentClient.from(new DynamoDBClient({ requestHandler: routeRequestLimits }))

export const handler = createConnectionHandler({
  documents: createDocumentsTable(client, environment.documentsTableName),
  watchers: createWatchersTable(client, environment.watchersTableName),
  requiresSignIn: environment.requiresSignIn,
  logger: new Logger(),
})
