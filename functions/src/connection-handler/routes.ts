// Dispatches the WebSocket API's routes. The route response sends the `body` that is returned.
import type { ServerMessage } from "@document-insight/protocol"
import type { APIGatewayProxyWebsocketEventV2, Context } from "aws-lambda"
import { connect } from "./connect.ts"
import { handleDefault } from "./default.ts"
import type { ConnectionHandlerDependencies, ConnectionHandlerResult } from "./dependencies.ts"
import { disconnect } from "./disconnect.ts"
import { handleProgress } from "./progress.ts"
import { RecentIds } from "./recent-ids.ts"

// Only popular documents are remembered; one that is forgotten gets a few more watchers in its first partition.
const rememberedDocuments = 1_000

export function createConnectionHandler(dependencies: ConnectionHandlerDependencies) {
  const { logger } = dependencies
  const spreadDocuments = new RecentIds(rememberedDocuments)
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
        return toResult(await handleProgress(connectionId, event.body, { ...dependencies, spreadDocuments }))
      default:
        return toResult(handleDefault(event.body))
    }
  }
}

function toResult(message: ServerMessage): ConnectionHandlerResult {
  return { statusCode: 200, body: JSON.stringify(message) }
}
