import { UpdateCommand } from "@aws-sdk/lib-dynamodb"
import { push, UPLOADS, uploads } from "./uploads.mjs"

export async function handler({ body, requestContext: { connectionId } }) {
  const { Attributes } = await uploads.send(
    new UpdateCommand({
      TableName: UPLOADS,
      Key: { upload: JSON.parse(body).upload },
      UpdateExpression: "ADD watchers :watcher",
      ExpressionAttributeValues: { ":watcher": new Set([connectionId]) },
      ReturnValues: "ALL_NEW",
    }),
  )
  await push({ ...Attributes, watchers: [connectionId] })
  return { statusCode: 200 }
}
