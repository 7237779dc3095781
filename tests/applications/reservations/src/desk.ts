import { DynamoDBClient } from "@aws-sdk/client-dynamodb"
import { DeleteCommand, DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb"

type ConnectionEvent = { requestContext: { connectionId: string; eventType: "CONNECT" | "DISCONNECT" } }

const TableName = process.env.TABLE_NAME
const table = DynamoDBDocumentClient.from(new DynamoDBClient())

export async function handler({ requestContext: { connectionId, eventType } }: ConnectionEvent) {
  const id = `connection ${connectionId}`
  if (eventType === "CONNECT") await table.send(new PutCommand({ TableName, Item: { id, connectionId } }))
  else await table.send(new DeleteCommand({ TableName, Key: { id } }))
  return { statusCode: 200 }
}
