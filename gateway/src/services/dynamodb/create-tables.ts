// Creates the tables of a template in DynamoDB.
import { CreateTableCommand, type CreateTableCommandInput, DynamoDBClient } from "@aws-sdk/client-dynamodb"
import type { TableDefinition } from "../../definition/storage.ts"
import { type ClientOptions, ignoring } from "../client-options.ts"
import { sendOwnRequest } from "./stream-requests.ts"

/** Existing tables are not changed, except for their streams. */
export async function createTables(
  socketPath: string,
  options: ClientOptions,
  tables: TableDefinition[],
): Promise<void> {
  const client = new DynamoDBClient(options)
  try {
    await Promise.all(
      tables.map(async ({ createTable, stream }) => {
        const command = new CreateTableCommand(createTable as unknown as CreateTableCommandInput)
        await client.send(command).catch(ignoring("ResourceInUseException"))
        if (!stream) return
        const keyNames = (createTable.KeySchema as { AttributeName: string }[]).map((key) => key.AttributeName)
        const tableName = String(createTable.TableName)
        await sendOwnRequest({ socketPath }, "EnableStream", { tableName, ...stream, keyNames })
      }),
    )
  } finally {
    client.destroy()
  }
}
