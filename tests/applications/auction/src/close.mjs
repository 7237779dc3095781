import { UpdateCommand } from "@aws-sdk/lib-dynamodb"
import { ITEMS, pushToAll, tables } from "./tables.mjs"

export async function handler({ item, endpoint }) {
  const { Attributes } = await tables.send(
    new UpdateCommand({
      TableName: ITEMS,
      Key: { item },
      UpdateExpression: "SET closed = :true",
      ExpressionAttributeValues: { ":true": true },
      ReturnValues: "ALL_NEW",
    }),
  )
  await pushToAll(endpoint, { item, soldTo: Attributes.leader, amount: Attributes.amount })
}
