// Dispatches the WebSocket API's routes. The route response sends the `body` that is returned.
import type { ErrorResponse, ServerMessage } from "@document-insight/protocol"
import type { APIGatewayProxyWebsocketEventV2, Context } from "aws-lambda"
import { sessionOfConnection } from "../session.ts"
import { connect } from "./connect.ts"
import { handleDefault } from "./default.ts"
import type { ConnectionHandlerDependencies, ConnectionHandlerResult } from "./dependencies.ts"
import { disconnect } from "./disconnect.ts"
import { handleProgress } from "./progress.ts"
import { RecentIds } from "./recent-ids.ts"

// Only popular documents are remembered; one that is forgotten gets a few more watchers in its first partition.
const rememberedDocuments = 1_000

const sessionExpired: ErrorResponse = {
  status: "error",
  errorCode: "SESSION_EXPIRED",
  message: "The session of this connection has expired. Connect again with a new ticket.",
}

export function createConnectionHandler(dependencies: ConnectionHandlerDependencies) {
  const { requiresSignIn, logger, now = Date.now } = dependencies
  const spreadDocuments = new RecentIds(rememberedDocuments)
  return async (event: APIGatewayProxyWebsocketEventV2, context: Context): Promise<ConnectionHandlerResult> => {
    const { routeKey, connectionId } = event.requestContext
    logger.addContext(context)
    logger.resetKeys()
    logger.appendKeys({ connectionId, routeKey })
    if (routeKey === "$connect") return connect(event, dependencies)
    if (routeKey === "$disconnect") return disconnect(event, dependencies)
    const session = requiresSignIn ? sessionOfConnection(event) : undefined
    if (session && session.expiresAt * 1000 <= now()) return toResult(sessionExpired)
    if (routeKey !== "progress") return toResult(handleDefault(event.body))
    return toResult(
      await handleProgress({ connectionId, session, body: event.body }, { ...dependencies, spreadDocuments }),
    )
  }
}

function toResult(message: ServerMessage): ConnectionHandlerResult {
  return { statusCode: 200, body: JSON.stringify(message) }
}
