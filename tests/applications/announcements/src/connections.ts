import { DynamoDBClient } from "@aws-sdk/client-dynamodb"
import { DeleteCommand, DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb"

type ConnectionEvent = { requestContext: { connectionId: string; eventType: "CONNECT" | "DISCONNECT" } }

const TableName = process.env.TABLE_NAME
const table = DynamoDBDocumentClient.from(new DynamoDBClient())

export async function handler({ requestContext: { connectionId, eventType } }: ConnectionEvent) {
  if (eventType === "CONNECT") await table.send(new PutCommand({ TableName, Item: { connectionId } }))
  else await table.send(new DeleteCommand({ TableName, Key: { connectionId } }))
  return { statusCode: 200 }
}
