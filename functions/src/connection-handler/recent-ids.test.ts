// Tests of the set with a limit.
import { expect, test } from "vitest"
import { RecentIds } from "./recent-ids.ts"

test("keeps the ids that were added last, each once", () => {
  const ids = new RecentIds(2)
  for (const id of ["a", "b", "a", "c"]) ids.add(id)
  expect(["a", "b", "c"].filter((id) => ids.has(id))).toEqual(["a", "c"])
})
