// The tables in an in-process DynamoDB, reached through the real SDK, for tests of what is stored.
import { once } from "node:events"
import type { AddressInfo } from "node:net"
import { setTimeout } from "node:timers/promises"
import { CreateTableCommand, DescribeTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb"
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb"
import dynalite from "dynalite"
import { inProcess } from "./in-process-tables.ts"

export type LocalTables = Awaited<ReturnType<typeof startLocalTables>>

/** As the storage stack defines them. Every call of `newTables` creates other tables, so that tests do not share any. */
export async function startLocalTables() {
  const server = dynalite({ createTableMs: 0 })
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  const { port } = server.address() as AddressInfo
  const dynamodb = new DynamoDBClient({
    ...inProcess((request, response) => void server.emit("request", request, response)),
    endpoint: `http://127.0.0.1:${port}`,
    region: "eu-west-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  })
  let pairs = 0

  /** A table exists a millisecond after its creation. */
  async function isActive(TableName: string): Promise<boolean> {
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }))
    return Table?.TableStatus === "ACTIVE"
  }

  async function newTables() {
    pairs += 1
    const documentsTableName = `documents-${pairs}`
    const watchersTableName = `watchers-${pairs}`
    await dynamodb.send(
      new CreateTableCommand({
        TableName: documentsTableName,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [{ AttributeName: "documentId", AttributeType: "S" }],
        KeySchema: [{ AttributeName: "documentId", KeyType: "HASH" }],
      }),
    )
    await dynamodb.send(
      new CreateTableCommand({
        TableName: watchersTableName,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [
          { AttributeName: "documentId", AttributeType: "S" },
          { AttributeName: "connectionId", AttributeType: "S" },
        ],
        KeySchema: [
          { AttributeName: "documentId", KeyType: "HASH" },
          { AttributeName: "connectionId", KeyType: "RANGE" },
        ],
        GlobalSecondaryIndexes: [
          {
            IndexName: "by-connection",
            KeySchema: [
              { AttributeName: "connectionId", KeyType: "HASH" },
              { AttributeName: "documentId", KeyType: "RANGE" },
            ],
            Projection: { ProjectionType: "KEYS_ONLY" },
          },
        ],
      }),
    )
    const ticketsTableName = `tickets-${pairs}`
    await dynamodb.send(
      new CreateTableCommand({
        TableName: ticketsTableName,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [{ AttributeName: "ticketHash", AttributeType: "S" }],
        KeySchema: [{ AttributeName: "ticketHash", KeyType: "HASH" }],
      }),
    )
    // The others were created before, and become active in the same order.
    while (!(await isActive(ticketsTableName))) await setTimeout(1)
    return { documentsTableName, watchersTableName, ticketsTableName }
  }

  async function close() {
    dynamodb.destroy()
    await new Promise((closed) => server.close(closed))
  }

  return { endpoint: `http://127.0.0.1:${port}`, client: DynamoDBDocumentClient.from(dynamodb), newTables, close }
}
