// The clock that users move forward.
import { expect, test } from "vitest"
import { ManualClock } from "./manual-clock.ts"
import { MovableClock } from "./movable-clock.ts"

function createClock() {
  const base = new ManualClock(1000)
  return { base, clock: new MovableClock(base) }
}

test("goes on with its base, ahead by what it was moved", () => {
  const { base, clock } = createClock()
  expect(clock.now()).toBe(1000)
  clock.advance(500)
  base.advance(10)
  expect(clock.now()).toBe(1510)
  expect(clock.movedMs).toBe(500)
  expect(base.now()).toBe(1010)
})

test("runs every timer that becomes due in time order, at its own time", () => {
  const { base, clock } = createClock()
  const ran: [string, number][] = []
  clock.after(300, () => ran.push(["late", clock.now()]))
  clock.after(100, () => {
    ran.push(["early", clock.now()])
    clock.after(50, () => ran.push(["set by early", clock.now()]))
    clock.after(10_000, () => ran.push(["not due", clock.now()]))
  })
  clock.after(200, () => ran.push(["cancelled", clock.now()])).cancel()
  clock.advance(1000)
  expect(ran).toEqual([
    ["early", 1100],
    ["set by early", 1150],
    ["late", 1300],
  ])
  expect(clock.now()).toBe(2000)
  expect(base.pending).toBe(1)
})

test("a timer that is not due yet runs earlier by what the clock was moved, and once", () => {
  const { base, clock } = createClock()
  const ran: number[] = []
  clock.after(1000, () => ran.push(clock.now()))
  clock.advance(900)
  base.advance(99)
  expect(ran).toEqual([])
  base.advance(1)
  expect(ran).toEqual([2000])
  clock.advance(5000)
  base.advance(5000)
  expect(ran).toHaveLength(1)
  expect(base.pending).toBe(0)
})

test("a timer can cancel one that is due after it", () => {
  const { base, clock } = createClock()
  const ran: string[] = []
  const later = clock.after(200, () => ran.push("later"))
  clock.after(100, () => later.cancel())
  clock.advance(1000)
  expect(ran).toEqual([])
  expect(base.pending).toBe(0)
})
