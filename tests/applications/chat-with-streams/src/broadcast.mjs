// Sends each new message to the connections of its room. A batch stops at the first message that fails.
import {
  ApiGatewayManagementApiClient,
  GoneException,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi"
import { QueryCommand } from "@aws-sdk/lib-dynamodb"
import { CONNECTIONS, tables } from "./table.mjs"

const management = new ApiGatewayManagementApiClient({ endpoint: process.env.ENDPOINT })

export async function handler({ Records }) {
  for (const { dynamodb } of Records) {
    try {
      await send(dynamodb.NewImage)
    } catch (error) {
      console.error("a message was not sent", error)
      return { batchItemFailures: [{ itemIdentifier: dynamodb.SequenceNumber }] }
    }
  }
  return { batchItemFailures: [] }
}

async function send({ room, from, text }) {
  const { Items } = await tables.send(
    new QueryCommand({
      TableName: CONNECTIONS,
      IndexName: "by-room",
      KeyConditionExpression: "room = :room",
      ExpressionAttributeValues: { ":room": room.S },
    }),
  )
  await Promise.all(Items.map(({ connectionId }) => post(connectionId, { from: from.S, text: text.S })))
}

async function post(ConnectionId, message) {
  try {
    await management.send(new PostToConnectionCommand({ ConnectionId, Data: JSON.stringify(message) }))
  } catch (error) {
    // Its item is deleted by $disconnect, or expires.
    if (!(error instanceof GoneException)) throw error
  }
}
