// Creates the tables of a template in DynamoDB.
import { CreateTableCommand, type CreateTableCommandInput, DynamoDBClient } from "@aws-sdk/client-dynamodb"
import type { TableDefinition } from "../../definition/storage.ts"
import { type ClientOptions, ignoring } from "../client-options.ts"

/** Existing tables are not changed. */
export async function createTables(options: ClientOptions, tables: TableDefinition[]): Promise<void> {
  const client = new DynamoDBClient(options)
  try {
    await Promise.all(
      tables.map(async ({ createTable }) => {
        const command = new CreateTableCommand(createTable as unknown as CreateTableCommandInput)
        await client.send(command).catch(ignoring("ResourceInUseException"))
      }),
    )
  } finally {
    client.destroy()
  }
}
