// Which file answers which route. A message's answer is the `body` that is returned: the route response sends it.
import type { Logger } from "@aws-lambda-powertools/logger"
import type { ServerMessage } from "@document-insight/protocol"
import type { APIGatewayProxyWebsocketEventV2, Context } from "aws-lambda"
import type { DocumentsTable } from "../storage/documents-table.ts"
import type { WatchersTable } from "../storage/watchers-table.ts"
import { connect } from "./connect.ts"
import { answerByDefault } from "./default.ts"
import { disconnect } from "./disconnect.ts"
import { answerProgress } from "./progress.ts"

export type ConnectionHandlerDependencies = { documents: DocumentsTable; watchers: WatchersTable; logger: Logger }

/** 200 always: a message that cannot be understood is answered in words, and its connection stays open. */
export type ConnectionHandlerResult = { statusCode: 200; body?: string }

export function createConnectionHandler(dependencies: ConnectionHandlerDependencies) {
  const { logger } = dependencies
  return async (event: APIGatewayProxyWebsocketEventV2, context: Context): Promise<ConnectionHandlerResult> => {
    const { routeKey, connectionId } = event.requestContext
    logger.addContext(context)
    logger.resetKeys()
    logger.appendKeys({ connectionId, routeKey })
    switch (routeKey) {
      case "$connect":
        return connect(event, dependencies)
      case "$disconnect":
        return disconnect(event, dependencies)
      case "progress":
        return answer(await answerProgress(connectionId, event.body, dependencies))
      default:
        return answer(answerByDefault(event.body))
    }
  }
}

function answer(message: ServerMessage): ConnectionHandlerResult {
  return { statusCode: 200, body: JSON.stringify(message) }
}
