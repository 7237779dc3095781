import { expect, test } from "vitest"
import { requestTime } from "./stamp.ts"

test("a request time changes with every second, and only then", () => {
  const start = Date.UTC(2026, 6, 9, 3, 4, 5)
  expect([0, 999, 1000, 1999, 2000, 0].map((ms) => requestTime(start + ms))).toEqual([
    "09/Jul/2026:03:04:05 +0000",
    "09/Jul/2026:03:04:05 +0000",
    "09/Jul/2026:03:04:06 +0000",
    "09/Jul/2026:03:04:06 +0000",
    "09/Jul/2026:03:04:07 +0000",
    "09/Jul/2026:03:04:05 +0000",
  ])
})

test("a request time has the English name of its month", () => {
  const months = Array.from({ length: 12 }, (_, month) => requestTime(Date.UTC(2026, month, 1)).slice(3, 6))
  expect(months).toEqual(["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"])
})
