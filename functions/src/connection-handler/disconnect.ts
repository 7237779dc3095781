// `$disconnect`: removes the connection as a watcher. What it misses is removed by the processor on a 410, or by TTL.
// AWS: delivery is best effort, and the result is ignored (disconnect-once, disconnect-result-ignored)
import type { APIGatewayProxyWebsocketEventV2 } from "aws-lambda"
import type { ConnectionHandlerDependencies, ConnectionHandlerResult } from "./dependencies.ts"

// The published types lack them. AWS: only a DISCONNECT event has these two (event-disconnect-context)
type DisconnectContext = { disconnectStatusCode?: number; disconnectReason?: string }

export async function disconnect(
  event: APIGatewayProxyWebsocketEventV2,
  { watchers, logger }: Pick<ConnectionHandlerDependencies, "watchers" | "logger">,
): Promise<ConnectionHandlerResult> {
  const { disconnectStatusCode, disconnectReason } = event.requestContext as DisconnectContext
  const watched = await watchers.forgetConnection(event.requestContext.connectionId)
  logger.info("disconnected", { watched, disconnectStatusCode, disconnectReason })
  return { statusCode: 200 }
}
