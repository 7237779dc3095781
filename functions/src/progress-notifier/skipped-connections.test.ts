// Tests of how long a connection is skipped, and that it is forgotten afterwards.
import { expect, test } from "vitest"
import { SkippedConnections } from "./skipped-connections.ts"

test("skips a connection for the given time after it was added last", () => {
  const skipped = new SkippedConnections(30)
  skipped.add("a", 0)
  skipped.add("a", 10)
  expect([skipped.has("a", 39), skipped.has("a", 40), skipped.has("b", 0)]).toEqual([true, false, false])
})

test("forgets connections whose time is over, although they are never asked for again", () => {
  const skipped = new SkippedConnections(30)
  for (let now = 0; now < 1_000; now += 1) skipped.add(`connection ${now}`, now)
  expect(skipped.size).toBe(30)
  expect(skipped.has("connection 999", 1_000)).toBe(true)
})
