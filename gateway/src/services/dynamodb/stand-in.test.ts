// What the stand-in for DynamoDB keeps when its process is killed, and how much a transaction reads.
import { type ChildProcess, fork } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { Agent, type AgentOptions } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb"
import dynalite from "dynalite"
import { afterEach, expect, test } from "vitest"
import type { FromStandIn, StandInSettings } from "../stand-in/messages.ts"
import { standInProgram } from "../stand-in/stand-in-program.ts"

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "dynamodb-"))
  closers.push(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

async function startProcess(folder: string) {
  const socketPath = join(temporaryFolder(), "socket")
  const settings: StandInSettings = { name: "dynamodb", region: "eu-west-1", socketPath, folder }
  const child = fork(await standInProgram("dynamodb"), [JSON.stringify(settings)], { execArgv: ["--no-warnings"] })
  closers.push(() => child.kill("SIGKILL"))
  const [message] = (await once(child, "message")) as [FromStandIn]
  return { child, client: clientOf(socketPath), message }
}

function clientOf(socketPath: string): DynamoDBClient {
  const client = new DynamoDBClient({
    endpoint: "http://localhost",
    region: "eu-west-1",
    maxAttempts: 1,
    credentials: { accessKeyId: "key", secretAccessKey: "secret" },
    requestHandler: { httpAgent: new Agent({ socketPath, keepAlive: true } as AgentOptions) },
  })
  closers.push(() => client.destroy())
  return client
}

async function kill(child: ChildProcess): Promise<void> {
  const exited = once(child, "exit")
  child.kill("SIGKILL")
  await exited
}

const TableName = "table"
const createTable = new CreateTableCommand({
  TableName,
  KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  AttributeDefinitions: [
    { AttributeName: "id", AttributeType: "S" },
    { AttributeName: "owner", AttributeType: "S" },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: "by-owner",
      KeySchema: [{ AttributeName: "owner", KeyType: "HASH" }],
      Projection: { ProjectionType: "ALL" },
    },
  ],
  BillingMode: "PAY_PER_REQUEST",
})

/** Returns when the table is active, because requests to it fail before. */
async function createActiveTable(client: DynamoDBClient): Promise<void> {
  await client.send(createTable)
  const describe = new DescribeTableCommand({ TableName })
  while ((await client.send(describe)).Table?.TableStatus === "CREATING");
}

test("an index has the items of its table, and items that were put are kept, after a kill at any time", async () => {
  const folder = temporaryFolder()
  const versions = new Map<string, number>()
  let writes = 0
  let before = await startProcess(folder)
  await createActiveTable(before.client)
  for (let run = 0; run < 3; run++) {
    const { child, client } = before
    let isKilled = false
    // After a number of writes, and not after a time.
    const goal = writes + 40 + 17 * run
    const reached = Promise.withResolvers<void>()
    const write = async (id: string) => {
      while (!isKilled) {
        const version = (versions.get(id) ?? 0) + 1
        const Item = { id: { S: id }, owner: { S: `owner ${version % 3}` }, version: { N: String(version) } }
        await client.send(new PutItemCommand({ TableName, Item })).then(
          () => {
            versions.set(id, version)
            if (++writes === goal) reached.resolve()
          },
          (error) => {
            isKilled = true
            // An error before the kill is one of the stand-in.
            reached.reject(error)
          },
        )
      }
    }
    const writing = Array.from({ length: 20 }, (_, n) => write(`item ${n}`))
    await reached.promise
    await kill(child)
    await Promise.all(writing)

    const after = await startProcess(folder)
    const { Items: items = [] } = await after.client.send(new ScanCommand({ TableName }))
    expect(items).toHaveLength(20)
    for (const { id, version } of items) {
      // What was being written may be there.
      const kept = versions.get(id!.S!) ?? 0
      expect([kept, kept + 1]).toContain(Number(version!.N))
      versions.set(id!.S!, Number(version!.N))
    }
    const indexed = await Promise.all(
      [0, 1, 2].map((n) =>
        after.client.send(
          new QueryCommand({
            TableName,
            IndexName: "by-owner",
            KeyConditionExpression: "#owner = :owner",
            ExpressionAttributeNames: { "#owner": "owner" },
            ExpressionAttributeValues: { ":owner": { S: `owner ${n}` } },
          }),
        ),
      ),
    )
    const byId = (one: typeof items) => one.toSorted((a, b) => a.id!.S!.localeCompare(b.id!.S!))
    expect(byId(indexed.flatMap(({ Items = [] }) => Items))).toEqual(byId(items))
    before = after
  }
}, 60_000)

test("a transaction is written as a whole or not at all after a kill, and is not made again with its token", async () => {
  const folder = temporaryFolder()
  let made = 0
  let before = await startProcess(folder)
  await createActiveTable(before.client)
  for (let run = 0; run < 3; run++) {
    const { child, client } = before
    let isKilled = false
    const goal = made + 20 + 7 * run
    const reached = Promise.withResolvers<void>()
    const transaction = (version: number) =>
      new TransactWriteItemsCommand({
        ClientRequestToken: `version ${version}`,
        TransactItems: ["a", "b", "c"].map((id) => ({
          Update: {
            TableName,
            Key: { id: { S: id } },
            UpdateExpression: "ADD version :one",
            ExpressionAttributeValues: { ":one": { N: "1" } },
          },
        })),
      })
    const write = async () => {
      while (!isKilled) {
        await client.send(transaction(made + 1)).then(
          () => {
            if (++made === goal) reached.resolve()
          },
          (error) => {
            isKilled = true
            // An error before the kill is one of the stand-in.
            reached.reject(error)
          },
        )
      }
    }
    const writing = write()
    await reached.promise
    await kill(child)
    await writing

    const after = await startProcess(folder)
    // The last one that is known to be made is not made again.
    await after.client.send(transaction(made))
    // The one that was being made may be there, and is there after it was sent again.
    await after.client.send(transaction(made + 1))
    made++
    const { Items: items = [] } = await after.client.send(new ScanCommand({ TableName }))
    expect(items.map(({ version }) => Number(version!.N))).toEqual([made, made, made])
    before = after
  }
}, 60_000)

test("a transaction reads items of exactly 4 MB, and is rejected when they have one byte more", async () => {
  const { client } = await startProcess(temporaryFolder())
  await createActiveTable(client)
  const ids = Array.from({ length: 11 }, (_, n) => `${n}`.padStart(2, "0"))
  // The names of attributes count as well: "id", two digits and "text" are eight bytes.
  const sizes = ids.map((_, n) => (n < 10 ? 400_000 : 4 * 1024 ** 2 - 10 * 400_000))
  const put = async (n: number, size: number) => {
    const Item = { id: { S: ids[n]! }, text: { S: "x".repeat(size - 8) } }
    await client.send(new PutItemCommand({ TableName, Item }))
  }
  for (const [n, size] of sizes.entries()) await put(n, size)
  const read = new TransactGetItemsCommand({
    TransactItems: ids.map((id) => ({ Get: { TableName, Key: { id: { S: id } } } })),
  })
  const { Responses = [] } = await client.send(read)
  expect(Responses.map(({ Item }) => Item?.id?.S)).toEqual(ids)
  await put(10, sizes[10]! + 1)
  await expect(client.send(read)).rejects.toMatchObject({
    name: "ValidationException",
    message: "The items of the transaction have 4194305 bytes; at most 4194304 are allowed",
  })
})

test("a table that was being created is active in the next run, with its indexes", async () => {
  const folder = temporaryFolder()
  const socketPath = join(temporaryFolder(), "socket")
  // A stand-in that is as slow as DynamoDB, so that it stops in between.
  const slow = dynalite({ path: folder, createTableMs: 60_000 })
  slow.listen(socketPath)
  await once(slow, "listening")
  const before = clientOf(socketPath)
  await before.send(createTable)
  await before.send(new CreateTableCommand({ ...createTable.input, TableName: "other" }))
  const { Table: creating } = await before.send(new DescribeTableCommand({ TableName }))
  expect(creating).toMatchObject({ TableStatus: "CREATING" })
  before.destroy()
  await new Promise((resolve) => slow.close(resolve))

  const { client } = await startProcess(folder)
  for (const name of [TableName, "other"]) {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: name }))
    expect(Table).toMatchObject({ TableStatus: "ACTIVE", GlobalSecondaryIndexes: [{ IndexStatus: "ACTIVE" }] })
  }
})

test("a database that cannot be read is reported in one sentence", async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, "CURRENT"), "damaged")
  const { message } = await startProcess(folder)
  expect(message).toMatchObject({
    type: "failed",
    code: "DATA_UNUSABLE",
    message: expect.stringMatching(/^\S+ cannot be used: .+\.$/),
  })
})
