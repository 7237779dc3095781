import { getEventListeners } from "node:events"
import { expect, test } from "vitest"
import { ManualClock } from "../foundation/manual-clock.ts"
import { pause } from "./pause.ts"

test("a pause ends after its time, and leaves nothing behind", async () => {
  const clock = new ManualClock()
  const { signal } = new AbortController()
  const paused = pause(1000, { clock, signal })
  clock.advance(999)
  expect(clock.pending).toBe(1)
  clock.advance(1)
  await paused
  expect([clock.pending, getEventListeners(signal, "abort").length]).toEqual([0, 0])
})

test("a pause ends when its signal is aborted, and none begins after that", async () => {
  const clock = new ManualClock()
  const controller = new AbortController()
  const paused = pause(1000, { clock, signal: controller.signal })
  controller.abort()
  await paused
  await pause(1000, { clock, signal: controller.signal })
  expect(clock.pending).toBe(0)
})
