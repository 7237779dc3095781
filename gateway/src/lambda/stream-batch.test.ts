// Which records of a batch are processed again, for every form of a function's result.
import { expect, test } from "vitest"
import type { StreamRecord } from "../definition/stream-source.ts"
import { firstFailure } from "./stream-batch.ts"

const batchOf = (length: number) =>
  Array.from({ length }, (_, index) => ({ sequenceNumber: `number ${index}` })) as StreamRecord[]

function failureOf(result: unknown, batch = batchOf(3)): number | undefined {
  return firstFailure({ outcome: "responded", requestId: "1", payload: JSON.stringify(result) }, batch, true)
}

const reporting = (...ids: unknown[]) => ({ batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) })

test.each([
  ["null", null, undefined],
  ["an empty list", reporting(), undefined],
  ["no list", {}, undefined],
  ["one record", reporting("number 1"), 1],
  ["several records: the first one counts", reporting("number 2", "number 1"), 1],
  ["an unknown record: all have failed", reporting("number 2", "other"), 0],
  ["an id that is not a text", reporting(2), 0],
  ["a list that is not one", { batchItemFailures: "number 1" }, 0],
  ["a text", "number 1", 0],
])("a result with %s", (_description, result, expected) => {
  expect(failureOf(result)).toBe(expected)
})

test("the time grows linearly with the batch and the reported records", () => {
  const timeOf = (count: number) => {
    const result = reporting(...Array.from({ length: count }, (_, index) => `number ${index + count}`))
    const batch = batchOf(count)
    const startedAt = performance.now()
    failureOf(result, batch)
    return performance.now() - startedAt
  }
  const small = timeOf(2_000)
  // Twenty times as many. Quadratic time would be 400 times as long.
  expect(timeOf(40_000)).toBeLessThan(Math.max(small, 20) * 80)
})
