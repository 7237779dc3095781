import { expect, onTestFinished, test, vi } from "vitest"
import { dateOf, isoTime, systemClock } from "./clock.ts"

test("the system clock runs a timer once, not before its time, and in order of time", async () => {
  const startedAt = systemClock.now()
  const order: string[] = []
  await new Promise<void>((resolve) => {
    systemClock.after(30, () => {
      order.push("later")
      resolve()
    })
    systemClock.after(1, () => order.push("sooner"))
    systemClock.after(1, () => order.push("cancelled")).cancel()
  })
  expect(order).toEqual(["sooner", "later"])
  // Timers round to a millisecond.
  expect(systemClock.now() - startedAt).toBeGreaterThanOrEqual(29)
  expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(1000)
})

test("a timer of the system clock for more than 24.8 days fires at its time and can be cancelled until then", () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const days = 86_400_000
  const fired: string[] = []
  systemClock.after(60 * days, () => fired.push("60 days"))
  const cancelled = systemClock.after(60 * days, () => fired.push("cancelled"))
  vi.advanceTimersByTime(59 * days)
  expect(fired).toEqual([])
  cancelled.cancel()
  vi.advanceTimersByTime(1 * days)
  expect(fired).toEqual(["60 days"])
  expect(vi.getTimerCount()).toBe(0)
})

test("writes a time in ISO 8601 with milliseconds, in UTC", () => {
  expect(isoTime(1_700_000_000_001)).toBe("2023-11-14T22:13:20.001Z")
})

test("reads a time in ISO 8601", () => {
  expect(dateOf("2023-11-14T22:13:20.001Z").getTime()).toBe(1_700_000_000_001)
})
