// Closes the connections whose items have expired.
import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GoneException,
} from "@aws-sdk/client-apigatewaymanagementapi"

const management = new ApiGatewayManagementApiClient({ endpoint: process.env.ENDPOINT })

export async function handler({ Records }) {
  for (const { dynamodb } of Records) {
    const ConnectionId = dynamodb.Keys.connectionId.S
    try {
      await management.send(new DeleteConnectionCommand({ ConnectionId }))
    } catch (error) {
      if (!(error instanceof GoneException)) throw error
    }
  }
}
