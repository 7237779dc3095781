// The next times of schedule expressions. What they mean is in the user guide of EventBridge.
import { describe, expect, test } from "vitest"
import { calendarDay, dayNumber } from "./calendar.ts"
import { dateOf, isoTime } from "./clock.ts"
import { parseSchedule } from "./schedule-expression.ts"

const at = (text: string) => dateOf(text).getTime()

/** The next times, to the minute. */
function times(expression: string, from: string, count: number, zone?: string): string[] {
  const schedule = parseSchedule(expression, zone)
  const found: string[] = []
  let now = at(from)
  while (found.length < count) {
    const next = schedule.next(now, at(from))
    if (next === undefined) break
    found.push(isoTime(next).slice(0, 16))
    now = next
  }
  return found
}

test.each<[expression: string, from: string, expected: string[]]>([
  ["rate(1 minute)", "2026-01-01T00:00:30Z", ["2026-01-01T00:01", "2026-01-01T00:02"]],
  ["rate(5 minutes)", "2026-01-01T00:00:00Z", ["2026-01-01T00:05", "2026-01-01T00:10"]],
  ["rate(12 hours)", "2026-01-01T00:00:00Z", ["2026-01-01T12:00", "2026-01-02T00:00"]],
  ["rate(1 day)", "2026-01-01T08:00:00Z", ["2026-01-02T08:00"]],
  ["cron(0 10 * * ? *)", "2026-01-01T10:00:00Z", ["2026-01-02T10:00", "2026-01-03T10:00"]],
  ["cron(15 12 * * ? *)", "2026-01-01T00:00:00Z", ["2026-01-01T12:15"]],
  ["cron(0 18 ? * MON-FRI *)", "2026-01-02T18:00:00Z", ["2026-01-05T18:00", "2026-01-06T18:00"]],
  ["cron(0 8 1 * ? *)", "2026-01-15T00:00:00Z", ["2026-02-01T08:00", "2026-03-01T08:00"]],
  ["cron(0/15 * * * ? *)", "2026-01-01T00:50:00Z", ["2026-01-01T01:00", "2026-01-01T01:15"]],
  ["cron(0/5 8-17 ? * MON-FRI *)", "2026-01-02T17:50:00Z", ["2026-01-02T17:55", "2026-01-05T08:00"]],
  ["cron(0 9 ? * 2#1 *)", "2026-01-06T00:00:00Z", ["2026-02-02T09:00", "2026-03-02T09:00"]],
  ["cron(0 0 ? * 6L *)", "2026-01-01T00:00:00Z", ["2026-01-30T00:00", "2026-02-27T00:00"]],
  ["cron(30 23 L * ? *)", "2026-01-31T23:30:00Z", ["2026-02-28T23:30", "2026-03-31T23:30"]],
  ["cron(0 0 1W * ? *)", "2026-07-31T00:00:00Z", ["2026-08-03T00:00", "2026-09-01T00:00"]],
  ["cron(0 0 15W * ? *)", "2026-08-01T00:00:00Z", ["2026-08-14T00:00"]],
  ["cron(0 0 15W 3 ? 2026)", "2026-01-01T00:00:00Z", ["2026-03-16T00:00"]],
  ["cron(0 0 31W 5 ? 2026)", "2026-01-01T00:00:00Z", ["2026-05-29T00:00"]],
  ["cron(0 0 29 2 ? *)", "2026-01-01T00:00:00Z", ["2028-02-29T00:00", "2032-02-29T00:00"]],
  ["cron(0 0 ? JAN,JUN SUN 2027)", "2026-01-01T00:00:00Z", ["2027-01-03T00:00", "2027-01-10T00:00"]],
  ["cron(0 0 ? * FRI-SUN *)", "2026-01-01T00:00:00Z", ["2026-01-02T00:00", "2026-01-03T00:00", "2026-01-04T00:00"]],
  ["cron(0 0 1 1 ? 2020)", "2026-01-01T00:00:00Z", []],
  ["at(2026-05-01T12:30:00)", "2026-01-01T00:00:00Z", ["2026-05-01T12:30"]],
  ["at(2025-05-01T12:30:00)", "2026-01-01T00:00:00Z", []],
])("%s after %s runs at %j", (expression, from, expected) => {
  expect(times(expression, from, Math.max(1, expected.length))).toEqual(expected)
})

describe("in a time zone", () => {
  test("cron and at are local times, before and after the change to summer time", () => {
    expect(times("cron(0 8 * * ? *)", "2026-03-27T12:00:00Z", 2, "Europe/Berlin")).toEqual([
      "2026-03-28T07:00",
      "2026-03-29T06:00",
    ])
    expect(times("at(2026-07-01T08:00:00)", "2026-01-01T00:00:00Z", 1, "America/New_York")).toEqual([
      "2026-07-01T12:00",
    ])
  })

  test("a time that the clock skips is not run, and one that it repeats is run once", () => {
    expect(times("cron(30 2 * * ? *)", "2026-03-28T12:00:00Z", 1, "Europe/Berlin")).toEqual(["2026-03-30T00:30"])
    expect(times("cron(30 2 * * ? *)", "2026-10-24T12:00:00Z", 2, "Europe/Berlin")).toEqual([
      "2026-10-25T00:30",
      "2026-10-26T01:30",
    ])
  })
})

test.each([
  ["every(5 minutes)", '"every(5 minutes)" is not of the form rate(...), cron(...) or at(...)'],
  ["rate(1 minutes)", "rate(1 minutes) must be a number with"],
  ["rate(5 minute)", "rate(5 minute) must be a number with"],
  ["rate(0 minutes)", "rate(0 minutes) must be a number with"],
  ["cron(0 10 * * *)", "cron(0 10 * * *) must have six fields"],
  ["cron(0 10 * * * *)", "must have ? either as its day of the month or as its day of the week"],
  ["cron(0 10 ? * ? *)", "must have ? either as its day of the month or as its day of the week"],
  ["cron(60 10 * * ? *)", '"60" is not a minutes from 0 to 59'],
  ["cron(0 10 ? * MOO *)", '"MOO" is not a day of the week from 1 to 7'],
  ["at(tomorrow)", "at(tomorrow) must be of the form at(2027-01-31T08:30:00)"],
])("%s is rejected", (expression, message) => {
  expect(() => parseSchedule(expression)).toThrow(message)
})

test("days are numbered as the clock numbers them, for 400 years", () => {
  for (let number = -40_000; number < 110_000; number += 7) {
    const { year, month, day } = calendarDay(number)
    const expected = isoTime(number * 86_400_000).slice(0, 10)
    expect(`${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`).toBe(expected)
    expect(dayNumber({ year, month, day })).toBe(number)
  }
})
