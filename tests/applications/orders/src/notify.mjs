import { ApiGatewayManagementApiClient, PostToConnectionCommand } from "@aws-sdk/client-apigatewaymanagementapi"

const management = new ApiGatewayManagementApiClient({ endpoint: process.env.ENDPOINT })

export async function handler({ connectionId, message }) {
  await management.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: JSON.stringify(message) }))
}
