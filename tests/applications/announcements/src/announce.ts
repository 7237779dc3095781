import {
  ApiGatewayManagementApiClient,
  GoneException,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi"
import { DynamoDBClient } from "@aws-sdk/client-dynamodb"
import { DynamoDBDocumentClient, paginateScan } from "@aws-sdk/lib-dynamodb"

const { TABLE_NAME: TableName, CALLBACK_URL: endpoint = "" } = process.env
const table = DynamoDBDocumentClient.from(new DynamoDBClient())
const management = new ApiGatewayManagementApiClient({ endpoint })

export async function handler({ body }: { body: string }) {
  let reached = 0
  for await (const { Items = [] } of paginateScan({ client: table, pageSize: 2 }, { TableName })) {
    const results = await Promise.all(Items.map(({ connectionId }) => post(connectionId, body)))
    reached += results.filter(Boolean).length
  }
  return { reached }
}

async function post(ConnectionId: string, Data: string): Promise<boolean> {
  try {
    await management.send(new PostToConnectionCommand({ ConnectionId, Data }))
    return true
  } catch (error) {
    if (error instanceof GoneException) return false
    throw error
  }
}
