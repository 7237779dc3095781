// Parses the schedule expressions of EventBridge (rate, cron and at) and computes when they run.
import { DAY_MS, dayNumber, timeZone } from "./calendar.ts"
import { parseCron } from "./cron-expression.ts"

export type Schedule = {
  /**
   * The first instant after `after` at which it runs; undefined when it does not run any more.
   * @param startedAt when the schedule was created, where rates begin
   */
  next(after: number, startedAt: number): number | undefined
}

/** An expression that AWS would reject: the message says what is wrong with it. */
export class InvalidSchedule extends Error {}

const unitMs: ReadonlyMap<string, number> = new Map([
  ["minute", 60_000],
  ["hour", 3_600_000],
  ["day", DAY_MS],
])

/** @param zone the IANA name of a time zone @throws InvalidSchedule */
export function parseSchedule(expression: string, zone = "UTC"): Schedule {
  const [, kind, content = ""] = /^(rate|cron|at)\((.*)\)$/.exec(expression.trim()) ?? []
  if (kind === "rate") return rateOf(content)
  if (kind === "at") return at(content, zone)
  if (kind !== "cron") throw new InvalidSchedule(`"${expression}" is not of the form rate(...), cron(...) or at(...)`)
  try {
    return parseCron(content, timeZone(zone))
  } catch (error) {
    throw new InvalidSchedule((error as Error).message)
  }
}

/** AWS: the unit is singular for 1 and plural for other values (schedule-rate) */
function rateOf(content: string): Schedule {
  const [, digits = "", singular = "", plural] = /^(\d+) (minute|hour|day)(s?)$/.exec(content.trim()) ?? []
  const value = Number(digits)
  const unit = unitMs.get(singular)
  if (unit === undefined || value < 1 || (value === 1) === (plural === "s")) {
    throw new InvalidSchedule(
      `rate(${content}) must be a number with minute(s), hour(s) or day(s), as in rate(5 minutes)`,
    )
  }
  const period = value * unit
  return { next: (after, startedAt) => startedAt + (Math.floor((after - startedAt) / period) + 1) * period }
}

/** AWS: a one-time schedule is at a local time without a fraction (schedule-at) */
function at(content: string, zone: string): Schedule {
  const [, ...parts] = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)$/.exec(content.trim()) ?? []
  if (parts.length === 0) throw new InvalidSchedule(`at(${content}) must be of the form at(2027-01-31T08:30:00)`)
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.map(Number)
  const wall = dayNumber({ year, month, day }) * DAY_MS + hour * 3_600_000 + minute * 60_000 + second * 1000
  const instant = timeZone(zone).instantOf(wall)
  return { next: (after) => (instant !== undefined && instant > after ? instant : undefined) }
}
