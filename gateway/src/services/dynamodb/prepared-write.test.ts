// The parts of a transaction that are prepared before it is made.
import { expect, test } from "vitest"
import { checkCondition } from "./prepared-write.ts"

test("a condition whose item cannot be read fails, and does not leave the writes beside it unsettled", async () => {
  const disk = new Error("disk")
  const store = { getItemDb: () => ({ get: (_: string, done: (error: Error) => void) => done(disk) }) }
  expect(await checkCondition(store as never, "key", { TableName: "t" })).toEqual({
    existing: undefined,
    failure: disk,
  })
})
