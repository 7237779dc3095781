// The address of a table, a queue or a bucket, and the line of an item.
import { expect, test } from "vitest"
import { noteOfItem, readStoreItem, storeItem } from "./stored-data.ts"

test.each(["table", "queue", "bucket"] as const)("a %s has an address with its kind and its name", (kind) => {
  const place = { kind, name: "a:b/c" }
  expect(readStoreItem(storeItem(place))).toEqual(place)
})

test.each([undefined, "", "table:", "topic:t", "xtable:t"])("%j is not an address of a store", (item) => {
  expect(readStoreItem(item)).toBeUndefined()
})

test("the line of an item has its fields without the keys: texts as they are, the rest as JSON", () => {
  const item = { id: "7", name: "Ada", count: 3, tags: ["a"] }
  expect(noteOfItem(item, ["id"])).toBe('name: Ada  count: 3  tags: ["a"]')
  expect(noteOfItem({ text: "x".repeat(400) }, [])).toHaveLength(300)
})
