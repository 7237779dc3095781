// Values and keys from outside: which are objects, and keys that an ordinary object has already.
import { expect, test } from "vitest"
import { isRecord } from "./is-record.ts"
import { recordFrom } from "./record-from.ts"

test.each([
  [{}, true],
  [{ a: 1 }, true],
  [Object.create(null), true],
  [[], false],
  [null, false],
  [undefined, false],
  ["text", false],
  [1, false],
  [() => {}, false],
])("%j is a record: %s", (value, expected) => {
  expect(isRecord(value)).toBe(expected)
})

test("a record has exactly the given keys, also those of Object.prototype", () => {
  const record = recordFrom([
    ["constructor", 1],
    ["__proto__", 2],
    ["a", 3],
  ])
  expect(Object.entries(record)).toEqual([
    ["constructor", 1],
    ["__proto__", 2],
    ["a", 3],
  ])
  expect(record.toString).toBe(undefined)
  expect("valueOf" in record).toBe(false)
})
