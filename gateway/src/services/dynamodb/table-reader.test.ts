// Pages of a table, as the console shows them. The table is in the test, behind the HTTP API of DynamoDB.
import { once } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import { createServer } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { createTableReader } from "./table-reader.ts"

type Item = Record<string, Record<string, unknown>>
type Scan = { Limit: number; ExclusiveStartKey?: Item }

const scans: Scan[] = []
let items: Item[] = []
const KeySchema = [{ AttributeName: "id" }, { AttributeName: "at" }]

/** Items are in the order of `at`, which counts from 0. */
const server = createServer(async (request, response) => {
  let text = ""
  for await (const chunk of request) text += chunk
  const input = JSON.parse(text)
  response.setHeader("content-type", "application/x-amz-json-1.0")
  if (String(request.headers["x-amz-target"]).endsWith("DescribeTable")) {
    return response.end(JSON.stringify({ Table: { KeySchema } }))
  }
  scans.push(input)
  const start = input.ExclusiveStartKey ? Number(input.ExclusiveStartKey.at.N) + 1 : 0
  const Items = items.slice(start, start + input.Limit)
  const last = Items.at(-1)
  const hasMore = last !== undefined && start + Items.length < items.length
  response.end(JSON.stringify({ Items, ...(hasMore && { LastEvaluatedKey: { id: last.id, at: last.at } }) }))
})

const folder = mkdtempSync(join(tmpdir(), "table-reader-"))
const socketPath = join(folder, "socket")

beforeAll(async () => {
  server.listen(socketPath)
  await once(server, "listening")
})
afterAll(() => {
  server.close().closeAllConnections()
  rmSync(folder, { recursive: true })
})

function open(count: number, itemOf: (at: number) => Item = () => ({})) {
  scans.length = 0
  items = Array.from({ length: count }, (_, at) => ({ id: { S: "d" }, at: { N: String(at) }, ...itemOf(at) }))
  return createTableReader(async () => ({ socketPath }))
}

test("an item is named by its partition key and its sort key", async () => {
  const page = await open(2).items("table", { filter: "" })
  expect(page).toEqual({ items: [0, 1].map((at) => ({ key: `d / ${at}`, item: { id: "d", at } })), scanned: 2 })
})

test("a page has 100 items, and the next one begins behind them", async () => {
  const reader = open(101)
  const first = await reader.items("table", { filter: "" })
  expect([first.items.length, first.scanned]).toEqual([100, 100])
  const second = await reader.items("table", { filter: "", next: first.next ?? "" })
  expect(second).toMatchObject({ items: [{ key: "d / 100" }], scanned: 1 })
  expect(second.next).toBeUndefined()
  expect(scans.map(({ Limit, ExclusiveStartKey }) => [Limit, ExclusiveStartKey])).toEqual([
    [100, undefined],
    [100, { id: { S: "d" }, at: { N: "99" } }],
  ])
})

test("a page of a filter ends within what was read, and the next one begins behind its last item", async () => {
  const reader = open(300, () => ({ state: { S: "done" } }))
  const first = await reader.items("table", { filter: "done" })
  expect([first.items.length, first.scanned, scans[0]?.Limit]).toEqual([100, 100, 500])
  const second = await reader.items("table", { filter: "done", next: first.next ?? "" })
  expect(second.items[0]?.key).toBe("d / 100")
})

test("a filter that matches nothing reads 10,000 items per page", async () => {
  const reader = open(10_001)
  const page = await reader.items("table", { filter: "missing" })
  expect([page.items.length, page.scanned, scans.length]).toEqual([0, 10_000, 20])
  const rest = await reader.items("table", { filter: "missing", next: page.next ?? "" })
  expect([rest.scanned, rest.next]).toEqual([1, undefined])
})

test("a key may be bytes", async () => {
  const bytes = Buffer.from([0, 255]).toString("base64")
  const reader = open(101, () => ({ id: { B: bytes } }))
  const { next = "" } = await reader.items("table", { filter: "" })
  await reader.items("table", { filter: "", next })
  expect(scans[1]?.ExclusiveStartKey?.id).toEqual({ B: bytes })
})

test.each(['"id"', '[["id",1]]'])("a position that is not one is rejected: %s", async (next) => {
  const page = open(1).items("table", { filter: "", next })
  await expect(page).rejects.toThrow("The position in the table is invalid.")
})
