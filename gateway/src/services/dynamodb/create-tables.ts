// Creates the tables of a template in the stand-in for DynamoDB.
import type { TableDefinition } from "../../definition/storage.ts"
import { rejectedResource } from "../rejected-resource.ts"
import type { StandInSocket } from "../stand-in/private-request.ts"
import { sendToTables } from "./send-to-tables.ts"
import { sendOwnRequest } from "./stream-requests.ts"

/** Existing tables are not changed, except for their streams. */
export async function createTables(standIn: StandInSocket, tables: TableDefinition[]): Promise<void> {
  await Promise.all(
    tables.map(async (table) => {
      const { createTable, stream } = table
      const tableName = String(createTable.TableName)
      if (await create(standIn, table)) await untilActive(standIn, tableName)
      if (!stream) return
      const keyNames = (createTable.KeySchema as { AttributeName: string }[]).map((key) => key.AttributeName)
      await sendOwnRequest(standIn, "EnableStream", { tableName, ...stream, keyNames })
    }),
  )
}

/**
 * @returns false when the table exists
 * @throws GatewayError TEMPLATE_INVALID when DynamoDB rejects the table
 */
async function create(standIn: StandInSocket, table: TableDefinition): Promise<boolean> {
  try {
    await sendToTables(standIn, "CreateTable", table.createTable)
    return true
  } catch (error) {
    const { name } = error as Error
    if (name === "ResourceInUseException") return false
    throw name === "ValidationException" ? rejectedResource(table, error) : error
  }
}

/** A table is active a moment after its creation. Until then, requests to it fail. */
async function untilActive(standIn: StandInSocket, TableName: string): Promise<void> {
  for (;;) {
    const { Table } = await sendToTables<{ Table: { TableStatus: string } }>(standIn, "DescribeTable", { TableName })
    if (Table.TableStatus !== "CREATING") return
  }
}
