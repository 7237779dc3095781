import { PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb"
import { CONNECTIONS, expiry, MESSAGES, tables } from "./table.mjs"

export async function handler({ body, requestContext: { connectionId, requestId, requestTimeEpoch } }) {
  const { Attributes: sender } = await tables.send(
    new UpdateCommand({
      TableName: CONNECTIONS,
      Key: { connectionId },
      UpdateExpression: "SET expiresAt = :expiry",
      ConditionExpression: "attribute_exists(connectionId)",
      ExpressionAttributeValues: { ":expiry": expiry() },
      ReturnValues: "ALL_NEW",
    }),
  )
  const message = { room: sender.room, id: `${requestTimeEpoch}-${requestId}`, from: sender.name }
  await tables.send(new PutCommand({ TableName: MESSAGES, Item: { ...message, text: JSON.parse(body).text } }))
  return { statusCode: 200 }
}
