// The `$connect` route: accepts every connection. With sign-in, the ticket authorizer has authorized it before; without,
// access is per document: by knowing its unguessable id.
import type { APIGatewayProxyWebsocketEventV2 } from "aws-lambda"
import type { ConnectionHandlerDependencies, ConnectionHandlerResult } from "./dependencies.ts"

/** Nothing is stored: a connection has a row only while it watches a document. */
export function connect(
  event: APIGatewayProxyWebsocketEventV2,
  { logger }: Pick<ConnectionHandlerDependencies, "logger">,
): ConnectionHandlerResult {
  logger.info("connected", { stage: event.requestContext.stage })
  return { statusCode: 200 }
}
