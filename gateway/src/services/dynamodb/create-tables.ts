// Creates the tables of a template in DynamoDB.
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  DynamoDBClient,
} from "@aws-sdk/client-dynamodb"
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
        const created = await client.send(command).catch(ignoring("ResourceInUseException"))
        const tableName = String(createTable.TableName)
        if (created) await untilActive(client, tableName)
        if (!stream) return
        const keyNames = (createTable.KeySchema as { AttributeName: string }[]).map((key) => key.AttributeName)
        await sendOwnRequest({ socketPath }, "EnableStream", { tableName, ...stream, keyNames })
      }),
    )
  } finally {
    client.destroy()
  }
}

/** A table is active a moment after its creation. Until then, requests to it fail. */
async function untilActive(client: DynamoDBClient, tableName: string): Promise<void> {
  const command = new DescribeTableCommand({ TableName: tableName })
  while ((await client.send(command)).Table?.TableStatus === "CREATING");
}
