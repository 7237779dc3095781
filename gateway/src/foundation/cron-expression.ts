// Parses the cron expressions of EventBridge: minutes, hours, day of the month, month, day of the week, year.
// AWS: fields and their wildcards (schedule-cron)
import { calendarDay, DAY_MS, daysInMonth, type TimeZone, weekday } from "./calendar.ts"

type DayTest = (day: { number: number; year: number; month: number; day: number }) => boolean

// A schedule that does not run in this time does not run any more: leap days are at most eight years apart.
const MAX_DAYS = 12 * 366

const monthNames = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
const weekdayNames = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]

type Field = { name: string; min: number; max: number; names?: readonly string[] }

const fields = {
  minutes: { name: "minutes", min: 0, max: 59 },
  hours: { name: "hours", min: 0, max: 23 },
  day: { name: "day of the month", min: 1, max: 31 },
  month: { name: "month", min: 1, max: 12, names: monthNames },
  weekday: { name: "day of the week", min: 1, max: 7, names: weekdayNames },
  year: { name: "year", min: 1970, max: 2199 },
} as const satisfies Record<string, Field>

/** @throws Error that says what is wrong */
export function parseCron(content: string, zone: TimeZone): { next(after: number): number | undefined } {
  const parts = content.trim().split(/\s+/)
  const [minutes = "", hours = "", days = "", months = "", weekdays = "", years = ""] = parts
  if (parts.length !== 6) throw new Error(`cron(${content}) must have six fields`)
  // AWS: one of the two days is `?` (schedule-cron)
  if ((days === "?") === (weekdays === "?")) {
    throw new Error(`cron(${content}) must have ? either as its day of the month or as its day of the week`)
  }
  const minuteList = [...valuesOf(minutes, fields.minutes)]
  const hourList = [...valuesOf(hours, fields.hours)]
  const monthSet = valuesOf(months, fields.month)
  const yearSet = valuesOf(years, fields.year)
  const isDay = days === "?" ? weekdayTest(weekdays) : dayTest(days)

  function next(after: number): number | undefined {
    const first = Math.floor(zone.wallTime(after) / DAY_MS)
    for (let number = first; number < first + MAX_DAYS; number++) {
      const day = calendarDay(number)
      if (!yearSet.has(day.year) || !monthSet.has(day.month) || !isDay({ number, ...day })) continue
      for (const hour of hourList) {
        for (const minute of minuteList) {
          // AWS: a time that a clock skips in spring is not run (schedule-daylight-saving)
          const instant = zone.instantOf(number * DAY_MS + hour * 3_600_000 + minute * 60_000)
          if (instant !== undefined && instant > after) return instant
        }
      }
    }
    return undefined
  }
  return { next }
}

/** In ascending order. */
function valuesOf(text: string, field: Field): Set<number> {
  const values = text.split(",").flatMap((part) => rangeOf(part, field))
  return new Set(values.toSorted((a, b) => a - b))
}

function rangeOf(part: string, field: Field): number[] {
  const [range = "", step] = part.split("/")
  const [from = "", to] = range.split("-")
  const start = range === "*" ? field.min : parseValue(from, field)
  const end = to === undefined ? (range === "*" || step !== undefined ? field.max : start) : parseValue(to, field)
  const by = step === undefined ? 1 : Number(step)
  if (!Number.isInteger(by) || by < 1) throw invalid(part, field)
  // A range of days of the week or months can pass the end: FRI-MON.
  const span = end >= start ? end - start : end - start + field.max - field.min + 1
  return Array.from(
    { length: Math.floor(span / by) + 1 },
    (_, index) => ((start - field.min + index * by) % (field.max - field.min + 1)) + field.min,
  )
}

function parseValue(text: string, field: Field): number {
  const named = field.names?.indexOf(text.toUpperCase()) ?? -1
  const value = named === -1 ? Number(text || Number.NaN) : named + field.min
  if (!Number.isInteger(value) || value < field.min || value > field.max) throw invalid(text, field)
  return value
}

function invalid(text: string, { name, min, max }: Field): Error {
  return new Error(`"${text}" is not a ${name} from ${min} to ${max}`)
}

/** `L`: the last day; `15W`: the weekday that is nearest to the 15th. */
function dayTest(text: string): DayTest {
  if (text === "L") return ({ year, month, day }) => day === daysInMonth(year, month)
  const [, digits] = /^(\d+)W$/.exec(text) ?? []
  if (digits === undefined) {
    const values = valuesOf(text, fields.day)
    return ({ day }) => values.has(day)
  }
  const wanted = parseValue(digits, fields.day)
  return ({ number, year, month, day }) => day === nearestWeekday(wanted, number - day, daysInMonth(year, month))
}

/** @param before the number of the day before the first of the month */
function nearestWeekday(wanted: number, before: number, last: number): number {
  const on = weekday(before + wanted)
  if (on === 7) return wanted > 1 ? wanted - 1 : wanted + 2
  if (on === 1) return wanted < last ? wanted + 1 : wanted - 2
  return wanted
}

/** `6L`: the last Friday of the month; `3#2`: the second Tuesday. */
function weekdayTest(text: string): DayTest {
  const [, last] = /^(\w+)L$/.exec(text) ?? []
  if (text === "L") return ({ number }) => weekday(number) === 7
  if (last !== undefined) {
    const wanted = parseValue(last, fields.weekday)
    return ({ number, year, month, day }) => weekday(number) === wanted && day + 7 > daysInMonth(year, month)
  }
  const [on = "", nth] = text.split("#")
  if (nth !== undefined) {
    const wanted = parseValue(on, fields.weekday)
    return ({ number, day }) => weekday(number) === wanted && Math.ceil(day / 7) === Number(nth)
  }
  const values = valuesOf(text, fields.weekday)
  return ({ number }) => values.has(weekday(number))
}
