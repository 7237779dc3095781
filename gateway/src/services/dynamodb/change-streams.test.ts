// The streams within the process of the stand-in: what a reader sees of records, and where consumers begin.
import { expect, test } from "vitest"
import { ChangeStreams } from "./change-streams.ts"

const settings = { tableName: "t", streamArn: "arn", viewType: "NEW_IMAGE" as const, keyNames: ["id"] }
const insert = (id: string) => ({ before: undefined, after: { id: { S: id } } })

/** A database in memory with the operations that streams use. */
function database() {
  const values = new Map<string, unknown>()
  const db = {
    get: async (key: string) => values.get(key),
    put: async (key: string, value: unknown) => void values.set(key, value),
    async *iterator({ gte, lt }: { gte: string; lt: string }) {
      for (const [key, value] of [...values].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
        if (key >= gte && key < lt) yield [key, value] as const
      }
    },
  }
  return { values, store: { db } as never }
}

function write(streams: ChangeStreams, id: string, { values }: ReturnType<typeof database>) {
  const prepared = streams.prepare("t", insert(id), false)
  for (const operation of prepared?.operations ?? []) {
    if (operation.type === "put") values.set(operation.key, operation.value)
    else values.delete(operation.key)
  }
  return prepared
}

const idsOf = async (streams: ChangeStreams, after = "") =>
  (await streams.read("t", { after, limit: 100, waitMs: 0 })).map(
    ({ dynamodb }) => (dynamodb.Keys.id as { S: string }).S,
  )

test("keeps the newest records, hides those after one that is being written, and skips one that failed", async () => {
  const data = database()
  const streams = new ChangeStreams()
  streams.use(data.store)
  await streams.enable(settings)
  const [a, b, c] = ["a", "b", "c"].map((id) => write(streams, id, data))
  c?.settle(true)
  a?.settle(true)
  expect(await idsOf(streams)).toEqual(["a"])
  b?.settle(false)
  expect(await idsOf(streams)).toEqual(["a", "c"])
})

test("keeps the newest records whose bytes are within the limit, also those of an earlier run", async () => {
  const data = database()
  const before = new ChangeStreams()
  before.use(data.store)
  await before.enable(settings)
  for (const id of ["a", "b", "c"]) write(before, id, data)?.settle(true)
  const [record] = await before.read("t", { after: "", limit: 1, waitMs: 0 })

  const streams = new ChangeStreams(3 * (record?.dynamodb.SizeBytes ?? 0))
  streams.use(data.store)
  await streams.enable(settings)
  for (const id of ["d", "e"]) write(streams, id, data)?.settle(true)
  expect(await idsOf(streams)).toEqual(["c", "d", "e"])
  expect(data.values.size).toBe(3)
})

test("a reader that waits is woken by the next record", async () => {
  const data = database()
  const streams = new ChangeStreams()
  streams.use(data.store)
  await streams.enable(settings)
  const reading = streams.read("t", { after: "", limit: 1, waitMs: 60_000 })
  write(streams, "a", data)?.settle(true)
  expect(await reading).toHaveLength(1)
})

test("a consumer begins with the latest or the oldest record, and goes on where it was", async () => {
  const data = database()
  const before = new ChangeStreams()
  before.use(data.store)
  await before.enable(settings)
  write(before, "old", data)?.settle(true)
  const [record] = await before.read("t", { after: "", limit: 1, waitMs: 0 })
  await before.save("kept", record?.dynamodb.SequenceNumber ?? "")

  const streams = new ChangeStreams()
  streams.use(data.store)
  await streams.enable(settings)
  write(streams, "new", data)?.settle(true)
  expect(await idsOf(streams, await streams.position("t", "first", "TRIM_HORIZON"))).toEqual(["old", "new"])
  expect(await idsOf(streams, await streams.position("t", "second", "LATEST"))).toEqual(["new"])
  expect(await idsOf(streams, await streams.position("t", "kept", "TRIM_HORIZON"))).toEqual(["new"])
})

test("a consumer whose position cannot be read does not begin again", async () => {
  const data = database()
  const streams = new ChangeStreams()
  streams.use({ db: { ...(data.store as { db: object }).db, get: () => Promise.reject(new Error("disk")) } } as never)
  await streams.enable(settings)
  await expect(streams.position("t", "consumer", "LATEST")).rejects.toThrow("disk")
  expect(data.values.has("consumer~consumer")).toBe(false)
})
