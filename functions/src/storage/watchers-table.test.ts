// Tests of the watchers table.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest"
import { comparedWithMemory } from "../../test/compared-tables.ts"
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
  watchers = createWatchersTable(comparedWithMemory(local.client), watchersTableName, () => now)
})

/** The connections that watch a document, from all of its partitions. */
async function watching(documentId: string, watchersAreSpread = false): Promise<string[]> {
  const pages = await watchers.connectionsWatching({ documentId, watchersAreSpread })
  return pages.flatMap(({ connectionIds }) => connectionIds).toSorted()
}

test("lists each connection that watches a document once", async () => {
  await watchers.watch({ documentId: "d1", connectionId: "a=" })
  await watchers.watch({ documentId: "d1", connectionId: "a=" })
  await watchers.watch({ documentId: "d1", connectionId: "b=" })
  await watchers.watch({ documentId: "d2", connectionId: "c=" })
  await watchers.unwatch({ documentId: "d1", connectionId: "c=" })
  expect(await watching("d1")).toEqual(["a=", "b="])
  await watchers.unwatch({ documentId: "d1", connectionId: "a=" })
  expect(await watching("d1")).toEqual(["b="])
})

test("removes everything that a connection watches, and nothing of other connections", async () => {
  const documentIds = Array.from({ length: 60 }, (_, index) => `d${index}`)
  for (const documentId of documentIds) await watchers.watch({ documentId, connectionId: "a=" })
  await watchers.watch({ documentId: "d7", connectionId: "b=" })
  expect(await watchers.forgetConnection("a=")).toBe(60)
  expect(await watching("d7")).toEqual(["b="])
  expect(await watching("d8")).toEqual([])
  expect(await watchers.forgetConnection("a=")).toBe(0)
})

test("removes a document's watchers", async () => {
  await watchers.watch({ documentId: "d1", connectionId: "a=" })
  await watchers.watch({ documentId: "d2", connectionId: "a=" })
  await watchers.forgetDocument({ documentId: "d1", watchersAreSpread: false })
  expect(await watching("d1")).toEqual([])
  expect(await watching("d2")).toEqual(["a="])
})

test("ignores rows that are older than a connection can be", async () => {
  await watchers.watch({ documentId: "d1", connectionId: "a=" })
  now += 2 * 3600 * 1000
  expect(await watching("d1")).toEqual(["a="])
  now += 300_000
  expect(await watching("d1")).toEqual([])
})

describe("watchers that are spread", () => {
  const connectionIds = Array.from({ length: 60 }, (_, index) => `c${index}=`).toSorted()
  const spread = { documentId: "d1", watchersAreSpread: true }

  beforeEach(async () => {
    await watchers.watch({ documentId: "d1", connectionId: "before=" })
    for (const connectionId of connectionIds) await watchers.watch({ documentId: "d1", connectionId }, true)
  })

  test("are read together with those of the first partition, in many partitions", async () => {
    expect(await watching("d1", true)).toEqual(["before=", ...connectionIds])
    const pages = await watchers.connectionsWatching(spread)
    expect(pages.length).toBeGreaterThan(10)
    expect(await watching("d1", false)).toEqual(["before="])
  })

  test("stop watching in the partition that they are in, whichever it is", async () => {
    for (const connectionId of ["before=", "c7="]) await watchers.unwatch({ documentId: "d1", connectionId })
    expect(await watching("d1", true)).toEqual(connectionIds.filter((id) => id !== "c7="))
    await watchers.forgetConnection("c8=")
    for (const page of await watchers.connectionsWatching(spread)) {
      if (!page.connectionIds.includes("c9=")) await watchers.unwatchAll(page)
    }
    const [page] = await watchers.connectionsWatching(spread)
    expect(page?.connectionIds).toContain("c9=")
  })

  test("are all removed with their document", async () => {
    await watchers.watch({ documentId: "d2", connectionId: "a=" }, true)
    await watchers.forgetDocument(spread)
    expect(await watching("d1", true)).toEqual([])
    expect(await watching("d2", true)).toEqual(["a="])
  })

  test("of a document whose id looks like a partition are not mixed up with them", async () => {
    for (let partition = 0; partition < 16; partition += 1) {
      await watchers.watch({ documentId: `d1#${partition}`, connectionId: "foreign=" })
    }
    expect(await watching("d1", true)).not.toContain("foreign=")
    expect(await watching("d1#3")).toEqual(["foreign="])
  })
})

test("separates connections whose session has ended, and has no sessions without sign-in", async () => {
  const endsAt = Math.floor(now / 1000) + 10
  await watchers.watch({ documentId: "d1", connectionId: "a=" })
  await watchers.watch({ documentId: "d1", connectionId: "b=", sessionExpiresAt: endsAt })
  const document = { documentId: "d1", watchersAreSpread: false }
  now += 9_000
  expect(await watchers.connectionsWatching(document)).toEqual([{ partition: "d1", connectionIds: ["a=", "b="] }])
  now += 1_000
  expect(await watchers.connectionsWatching(document)).toEqual([
    { partition: "d1", connectionIds: ["a="], endedConnectionIds: ["b="] },
  ])
})

test("removes the watchers that used a shared link, in every partition, and no others", async () => {
  for (const isSpread of [false, true]) {
    for (let index = 0; index < 30; index += 1) {
      await watchers.watch({ documentId: "d1", connectionId: `shared-${isSpread}-${index}=`, isShared: true }, isSpread)
    }
    await watchers.watch({ documentId: "d1", connectionId: `own-${isSpread}=` }, isSpread)
  }
  const document = { documentId: "d1", watchersAreSpread: true }
  await watchers.forgetShared(document)
  const left = (await watchers.connectionsWatching(document)).flatMap(({ connectionIds }) => connectionIds)
  expect(left.toSorted()).toEqual(["own-false=", "own-true="])
})
