// The client of @connections, for notifiers.
import { ApiGatewayManagementApiClient } from "@aws-sdk/client-apigatewaymanagementapi"

/**
 * Gives up on a post after a second: a connection that takes no message must not hold up the document, and by default
 * the SDK waits for minutes. Retries are the notifier's.
 */
export function createManagementClient(endpoint: string): ApiGatewayManagementApiClient {
  return new ApiGatewayManagementApiClient({
    endpoint,
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 500, requestTimeout: 1_000, throwOnRequestTimeout: true },
  })
}
