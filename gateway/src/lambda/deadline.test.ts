// When a wait ends that takes too long, and that waits which end in time set no timers.
import { expect, test } from "vitest"
import type { Clock } from "../foundation/clock.ts"
import { ManualClock } from "../foundation/manual-clock.ts"
import { Deadline } from "./deadline.ts"

function create() {
  const manual = new ManualClock()
  let timers = 0
  const clock: Clock = {
    now: () => manual.now(),
    after(ms, run) {
      timers++
      return manual.after(ms, run)
    },
  }
  let reached = 0
  const deadline = new Deadline(clock, () => reached++)
  return { deadline, advance: (ms: number) => manual.advance(ms), reached: () => reached, timers: () => timers }
}

test("a wait is over after its duration, and is reported once", () => {
  const { deadline, advance, reached } = create()
  deadline.start(100)
  advance(99)
  expect([reached(), deadline.elapsedMs, deadline.durationMs]).toEqual([0, 99, 100])
  advance(1)
  expect(reached()).toBe(1)
  advance(1000)
  expect(reached()).toBe(1)
})

test("the next wait replaces the one before, with its own duration", () => {
  const { deadline, advance, reached } = create()
  deadline.start(100)
  advance(60)
  deadline.start(200)
  advance(199)
  expect([reached(), deadline.elapsedMs]).toEqual([0, 199])
  advance(1)
  expect(reached()).toBe(1)
})

test("a shorter wait ends before the timer of a longer one", () => {
  const { deadline, advance, reached } = create()
  deadline.start(1000)
  deadline.start(10)
  advance(10)
  expect(reached()).toBe(1)
})

test("waits that end in time share one timer", () => {
  const { deadline, advance, timers } = create()
  for (let wait = 0; wait < 50; wait++) {
    deadline.start(1000)
    advance(10)
  }
  expect(timers()).toBe(1)
})

test("time that passes elsewhere shortens the current wait", () => {
  const { deadline, advance, reached } = create()
  deadline.start(100)
  deadline.skip(60)
  expect([reached(), deadline.elapsedMs]).toEqual([0, 60])
  advance(39)
  expect(reached()).toBe(0)
  advance(1)
  expect(reached()).toBe(1)
  deadline.start(100)
  deadline.skip(100)
  expect(reached()).toBe(2)
})

test("a wait that was stopped does not end", () => {
  const { deadline, advance, reached } = create()
  deadline.start(100)
  deadline.stop()
  advance(1000)
  expect(reached()).toBe(0)
  deadline.start(100)
  advance(100)
  expect(reached()).toBe(1)
})
