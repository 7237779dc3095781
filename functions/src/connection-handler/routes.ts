// Which file answers which route. A message's answer is the `body` that is returned: the route response sends it.
import type { ServerMessage } from "@document-insight/protocol"
import type { APIGatewayProxyWebsocketEventV2, Context } from "aws-lambda"
import { connect } from "./connect.ts"
import { answerByDefault } from "./default.ts"
import type { ConnectionHandlerDependencies, ConnectionHandlerResult } from "./dependencies.ts"
import { disconnect } from "./disconnect.ts"
import { answerProgress } from "./progress.ts"

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
