// `$disconnect`: forgets what the connection watched. API Gateway ignores the answer, and may not call at all
// (AWS: "best-effort", https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-keys-connect-disconnect.html),
// so what stays behind is removed by the processor on a 410, or by TTL.
import type { APIGatewayProxyWebsocketEventV2 } from "aws-lambda"
import type { ConnectionHandlerDependencies, ConnectionHandlerResult } from "./routes.ts"

// AWS: only a DISCONNECT event has these two (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-logging.html);
// the published types leave them out.
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
