// The table of uploads, and the pushes to those who watch one.
import { ApiGatewayManagementApiClient, PostToConnectionCommand } from "@aws-sdk/client-apigatewaymanagementapi"
import { DynamoDBClient } from "@aws-sdk/client-dynamodb"
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb"

export const { UPLOADS } = process.env
export const uploads = DynamoDBDocumentClient.from(new DynamoDBClient())
const management = new ApiGatewayManagementApiClient({ endpoint: process.env.ENDPOINT })

export async function push({ watchers = [], upload, name, status, bytes }) {
  const Data = JSON.stringify({ upload, name, status, bytes })
  const results = await Promise.allSettled(
    [...watchers].map((ConnectionId) => management.send(new PostToConnectionCommand({ ConnectionId, Data }))),
  )
  for (const { reason } of results) if (reason && reason.name !== "GoneException") throw reason
}
