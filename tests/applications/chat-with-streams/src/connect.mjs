import { PutCommand } from "@aws-sdk/lib-dynamodb"
import { CONNECTIONS, expiry, tables } from "./table.mjs"

export async function handler({ requestContext: { connectionId }, queryStringParameters }) {
  const { room, name } = queryStringParameters ?? {}
  if (!room || !name) return { statusCode: 400 }
  await tables.send(new PutCommand({ TableName: CONNECTIONS, Item: { connectionId, room, name, expiresAt: expiry() } }))
  return { statusCode: 200 }
}
