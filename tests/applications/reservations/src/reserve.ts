import { ApiGatewayManagementApiClient, PostToConnectionCommand } from "@aws-sdk/client-apigatewaymanagementapi"
import { DynamoDBClient } from "@aws-sdk/client-dynamodb"
import { DynamoDBDocumentClient, ScanCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb"

type HttpEvent = { body: string; rawPath: string; requestContext: { domainName: string } }

const { TABLE_NAME: TableName, CALLBACK_URL: endpoint = "", SEATS = "" } = process.env
const table = DynamoDBDocumentClient.from(new DynamoDBClient())
const management = new ApiGatewayManagementApiClient({ endpoint })

/** Reserves the first free seat, and notifies the desk. */
export async function handler({ body: guest, rawPath, requestContext: { domainName } }: HttpEvent) {
  for (const seat of SEATS.split(",")) {
    try {
      await table.send(
        new UpdateCommand({
          TableName,
          Key: { id: seat },
          UpdateExpression: "SET guest = :guest",
          ConditionExpression: "attribute_exists(id) AND attribute_not_exists(guest)",
          ExpressionAttributeValues: { ":guest": guest },
        }),
      )
    } catch (error) {
      if (error instanceof Error && error.name === "ConditionalCheckFailedException") continue
      throw error
    }
    const { Items = [] } = await table.send(new ScanCommand({ TableName }))
    const connections = Items.flatMap(({ connectionId }) => (connectionId ? [String(connectionId)] : []))
    const Data = JSON.stringify({ seat, guest, hours: Items.find(({ id }) => id === "hours")?.text })
    await Promise.all(
      connections.map((ConnectionId) => management.send(new PostToConnectionCommand({ ConnectionId, Data }))),
    )
    return { statusCode: 201, body: JSON.stringify({ seat, rawPath, domainName }) }
  }
  return { statusCode: 409, body: JSON.stringify({ message: "No seat is free." }) }
}
