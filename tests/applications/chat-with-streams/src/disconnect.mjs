import { DeleteCommand } from "@aws-sdk/lib-dynamodb"
import { CONNECTIONS, tables } from "./table.mjs"

export async function handler({ requestContext: { connectionId } }) {
  await tables.send(new DeleteCommand({ TableName: CONNECTIONS, Key: { connectionId } }))
  return { statusCode: 200 }
}
