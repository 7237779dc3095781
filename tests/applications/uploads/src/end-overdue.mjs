// Invoked by a schedule: ends the uploads that were created more than 15 minutes before.
import { DeleteCommand, ScanCommand } from "@aws-sdk/lib-dynamodb"
import { push, UPLOADS, uploads } from "./uploads.mjs"

export async function handler({ time }) {
  const { Items } = await uploads.send(
    new ScanCommand({
      TableName: UPLOADS,
      FilterExpression: "#status = :waiting AND createdAt < :overdue",
      ExpressionAttributeNames: { "#status": "status" },
      ExpressionAttributeValues: { ":waiting": "waiting", ":overdue": Date.parse(time) - 15 * 60_000 },
    }),
  )
  for (const item of Items) {
    await uploads.send(new DeleteCommand({ TableName: UPLOADS, Key: { upload: item.upload } }))
    await push({ ...item, status: "overdue" })
  }
}
