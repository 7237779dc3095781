// Creates the tables of a template in the stand-in for DynamoDB.
import type { TableDefinition } from "../../definition/storage.ts"
import { sendOperation } from "../stand-in/private-request.ts"
import type { StandIn } from "../stand-in/stand-in-process.ts"
import { sendOwnRequest } from "./stream-requests.ts"

type PrivateSocket = Pick<StandIn, "socketPath">

// Of a signature, the package asks for its form only.
const headers = {
  authorization: "AWS4-HMAC-SHA256 Credential=gateway, SignedHeaders=host, Signature=none",
  "x-amz-date": "20260101T000000Z",
}

/** Existing tables are not changed, except for their streams. */
export async function createTables(standIn: PrivateSocket, tables: TableDefinition[]): Promise<void> {
  await Promise.all(
    tables.map(async ({ createTable, stream }) => {
      const tableName = String(createTable.TableName)
      if (await create(standIn, createTable)) await untilActive(standIn, tableName)
      if (!stream) return
      const keyNames = (createTable.KeySchema as { AttributeName: string }[]).map((key) => key.AttributeName)
      await sendOwnRequest(standIn, "EnableStream", { tableName, ...stream, keyNames })
    }),
  )
}

/** @returns false when the table exists */
async function create(standIn: PrivateSocket, input: object): Promise<boolean> {
  const { status, body } = await sendOperation(standIn, "DynamoDB_20120810.CreateTable", input, { headers })
  if (status === 200) return true
  const { __type: type = "", message } = JSON.parse(body) as { __type?: string; message?: string }
  const name = type.split("#").at(-1) ?? ""
  if (name === "ResourceInUseException") return false
  throw Object.assign(new Error(message), { name })
}

/** A table is active a moment after its creation. Until then, requests to it fail. */
async function untilActive(standIn: PrivateSocket, TableName: string): Promise<void> {
  for (;;) {
    const { body } = await sendOperation(standIn, "DynamoDB_20120810.DescribeTable", { TableName }, { headers })
    const { Table } = JSON.parse(body) as { Table?: { TableStatus: string } }
    if (Table?.TableStatus !== "CREATING") return
  }
}
