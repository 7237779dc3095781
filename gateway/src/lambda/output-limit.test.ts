// The rate at which one execution environment may write to its log.
import { expect, test } from "vitest"
import { ManualClock } from "../foundation/manual-clock.ts"
import { OutputLimit } from "./output-limit.ts"

const MB = 2 ** 20

function start() {
  const clock = new ManualClock()
  const calls: string[] = []
  const limit = new OutputLimit(clock, { pause: () => calls.push("pause"), resume: () => calls.push("resume") })
  return { clock, calls, limit }
}

test("pauses reading over the limit, and resumes when the time allows more", () => {
  const { clock, calls, limit } = start()
  limit.count(16 * MB, 1)
  expect(calls).toEqual([])
  limit.count(8 * MB, 1)
  expect(calls).toEqual(["pause"])
  clock.advance(450)
  expect(calls).toEqual(["pause"])
  clock.advance(100)
  expect(calls).toEqual(["pause", "resume"])
})

test("counts lines too", () => {
  const { calls, limit } = start()
  limit.count(1, 20_001)
  expect(calls).toEqual(["pause"])
})

test("never pauses a writer that stays within the limit", () => {
  const { clock, calls, limit } = start()
  for (let second = 0; second < 60; second++) {
    limit.count(15 * MB, 19_000)
    clock.advance(1000)
  }
  expect(calls).toEqual([])
})

test("resumes at once when it is lifted, and leaves no timer behind", () => {
  const { clock, calls, limit } = start()
  limit.count(100 * MB, 1)
  limit.lift()
  limit.count(100 * MB, 1)
  expect(calls).toEqual(["pause", "resume"])
  expect(clock.pending).toBe(0)
})
