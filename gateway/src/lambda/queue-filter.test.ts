// Which messages of a queue the patterns of a mapping match.
import { expect, test } from "vitest"
import { createQueueFilter } from "./queue-filter.ts"

const record = (body: string) => ({ messageId: "1", body, messageAttributes: { kind: { stringValue: "a" } } })

test.each<[string, Record<string, unknown>, boolean]>([
  ["plain", { body: ["plain"] }, true],
  ["plain", { body: { a: [1] } }, false],
  ['{"a":1}', { body: ['{"a":1}'] }, false],
  ['{"a":1}', { body: { a: [1] } }, true],
  ['{"a":1}', { body: { a: [{ numeric: [">", 1] }] } }, false],
  ["plain", { messageAttributes: { kind: { stringValue: ["a"] } } }, true],
  ['{"a":1}', { messageAttributes: { kind: { stringValue: ["b"] } } }, false],
])("the body %s with the pattern %j: %j", (body, pattern, expected) => {
  expect(createQueueFilter([pattern])(record(body))).toBe(expected)
})

test("one of several patterns is enough, and without patterns every message is wanted", () => {
  expect(createQueueFilter([{ body: ["a"] }, { body: ["b"] }])(record("b"))).toBe(true)
  expect(createQueueFilter([])(record("x"))).toBe(true)
})
