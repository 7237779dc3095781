// The clock that users move forward: how far, and who learns of it.
import { expect, test } from "vitest"
import { ManualClock } from "./foundation/manual-clock.ts"
import { MovableClock } from "./foundation/movable-clock.ts"
import { createGatewayClock } from "./gateway-clock.ts"
import type { GatewayEvent } from "./observe/gateway-event.ts"

const maxMs = 30 * 24 * 60 * 60_000

function createClock() {
  const steady = new ManualClock()
  const passed: number[] = []
  const events: GatewayEvent[] = []
  const clock = createGatewayClock({
    clock: new MovableClock(steady),
    lambda: { timePassed: (ms) => passed.push(ms) },
    report: (event) => events.push(event),
  })
  return { clock, steady, passed, events }
}

test("functions and observers learn how far the clock was moved", () => {
  const { clock, steady, passed, events } = createClock()
  clock.advance(1000)
  clock.advance(500)
  expect([clock.movedMs, clock.now() - steady.now(), passed]).toEqual([1500, 1500, [1000, 500]])
  expect(events).toEqual([
    { event: "clock", ms: 1000, movedMs: 1000 },
    { event: "clock", ms: 500, movedMs: 1500 },
  ])
})

test.each([0.5, 1, maxMs])("the clock can be moved by %d ms", (ms) => {
  const { clock } = createClock()
  clock.advance(ms)
  expect(clock.movedMs).toBe(ms)
})

test.each([0, -1, Number.NaN, maxMs + 1])("the clock is not moved by %d ms, and nothing is reported", (ms) => {
  const { clock, passed, events } = createClock()
  expect(() => clock.advance(ms)).toThrow(
    `"ms" is ${ms}. Give the milliseconds to move forward, more than 0 and at most 30 days.`,
  )
  expect([clock.movedMs, passed, events]).toEqual([0, [], []])
})
