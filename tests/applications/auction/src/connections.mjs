import { DeleteCommand, PutCommand } from "@aws-sdk/lib-dynamodb"
import { BIDDERS as TableName, tables } from "./tables.mjs"

export async function handler({ queryStringParameters, requestContext: { connectionId, eventType } }) {
  if (eventType === "DISCONNECT") await tables.send(new DeleteCommand({ TableName, Key: { connectionId } }))
  else await tables.send(new PutCommand({ TableName, Item: { connectionId, name: queryStringParameters.name } }))
  return { statusCode: 200 }
}
