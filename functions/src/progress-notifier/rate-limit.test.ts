// Tests of the rate of posts.
import { expect, test } from "vitest"
import { createRateLimit } from "./rate-limit.ts"

function clockOf(sleeps: number[]) {
  let now = 1_000_000
  return {
    now: () => now,
    sleep: async (ms: number) => void sleeps.push(ms),
    advance: (ms: number) => {
      now += ms
    },
  }
}

test("allows half a second's posts at once, and delays the others to the rate", () => {
  const sleeps: number[] = []
  const take = createRateLimit(100, clockOf(sleeps))
  for (let post = 0; post < 50; post += 1) expect(take()).toBeUndefined()
  for (let post = 0; post < 5; post += 1) expect(take()).toBeInstanceOf(Promise)
  expect(sleeps).toEqual([10, 20, 30, 40, 50])
})

test("refills with time, up to its burst", () => {
  const sleeps: number[] = []
  const clock = clockOf(sleeps)
  const take = createRateLimit(100, clock)
  for (let post = 0; post < 60; post += 1) take()
  clock.advance(110)
  expect(take()).toBeUndefined()
  expect(take()).toBeInstanceOf(Promise)
  clock.advance(3_600_000)
  for (let post = 0; post < 50; post += 1) expect(take()).toBeUndefined()
  expect(take()).toBeInstanceOf(Promise)
})

test("a rate of one post per second lets the first one through", () => {
  const take = createRateLimit(1, clockOf([]))
  expect(take()).toBeUndefined()
  expect(take()).toBeInstanceOf(Promise)
})
