// Tests of the watchers table.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest"
import { type LocalTables, startLocalTables } from "../../test/local-tables.ts"
import { createWatchersTable, type WatchersTable } from "./watchers-table.ts"

let local: LocalTables
let watchers: WatchersTable
let now = 0

beforeAll(async () => {
  local = await startLocalTables()
})
afterAll(() => local.close())
beforeEach(async () => {
  now = Date.parse("2026-11-22T21:00:00Z")
  const { watchersTableName } = await local.newTables()
  watchers = createWatchersTable(local.client, watchersTableName, () => now)
})

test("lists each connection that watches a document once", async () => {
  await watchers.watch({ documentId: "d1", connectionId: "a=" })
  await watchers.watch({ documentId: "d1", connectionId: "a=" })
  await watchers.watch({ documentId: "d1", connectionId: "b=" })
  await watchers.watch({ documentId: "d2", connectionId: "c=" })
  await watchers.unwatch({ documentId: "d1", connectionId: "c=" })
  expect(await watchers.connectionsWatching("d1")).toEqual(["a=", "b="])
  await watchers.unwatch({ documentId: "d1", connectionId: "a=" })
  expect(await watchers.connectionsWatching("d1")).toEqual(["b="])
})

test("removes everything that a connection watches, and nothing of other connections", async () => {
  const documentIds = Array.from({ length: 60 }, (_, index) => `d${index}`)
  for (const documentId of documentIds) await watchers.watch({ documentId, connectionId: "a=" })
  await watchers.watch({ documentId: "d7", connectionId: "b=" })
  expect(await watchers.forgetConnection("a=")).toBe(60)
  expect(await watchers.connectionsWatching("d7")).toEqual(["b="])
  expect(await watchers.connectionsWatching("d8")).toEqual([])
  expect(await watchers.forgetConnection("a=")).toBe(0)
})

test("removes a document's watchers", async () => {
  await watchers.watch({ documentId: "d1", connectionId: "a=" })
  await watchers.watch({ documentId: "d2", connectionId: "a=" })
  await watchers.forgetDocument("d1")
  expect(await watchers.connectionsWatching("d1")).toEqual([])
  expect(await watchers.connectionsWatching("d2")).toEqual(["a="])
})

test("ignores rows that are older than a connection can be", async () => {
  await watchers.watch({ documentId: "d1", connectionId: "a=" })
  now += 2 * 3600 * 1000
  expect(await watchers.connectionsWatching("d1")).toEqual(["a="])
  now += 300_000
  expect(await watchers.connectionsWatching("d1")).toEqual([])
})
