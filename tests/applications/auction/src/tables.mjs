// The tables of the auction, and the pushes to its bidders.
import { ApiGatewayManagementApiClient, PostToConnectionCommand } from "@aws-sdk/client-apigatewaymanagementapi"
import { DynamoDBClient } from "@aws-sdk/client-dynamodb"
import { DynamoDBDocumentClient, ScanCommand } from "@aws-sdk/lib-dynamodb"

export const { ITEMS, BIDS, BIDDERS } = process.env
export const tables = DynamoDBDocumentClient.from(new DynamoDBClient())

export async function pushToAll(endpoint, message) {
  const management = new ApiGatewayManagementApiClient({ endpoint })
  const { Items } = await tables.send(new ScanCommand({ TableName: BIDDERS }))
  const Data = JSON.stringify(message)
  await Promise.allSettled(
    Items.map(({ connectionId }) => management.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data }))),
  )
}
