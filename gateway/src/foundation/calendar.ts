// Days, months and time zones, without the time of this machine.

export const DAY_MS = 86_400_000

export type CalendarDay = { year: number; month: number; day: number }

/** Days since 1970-01-01 in the Gregorian calendar. @param month 1 to 12 */
export function dayNumber({ year, month, day }: CalendarDay): number {
  // Years begin in March, so that the leap day is the last one.
  const shifted = month <= 2 ? year - 1 : year
  const era = Math.floor(shifted / 400)
  const yearOfEra = shifted - era * 400
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
}

export function calendarDay(number: number): CalendarDay {
  const shifted = number + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153)
  const month = ((monthFromMarch + 2) % 12) + 1
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day }
}

export function daysInMonth(year: number, month: number): number {
  const next = month === 12 ? { year: year + 1, month: 1, day: 1 } : { year, month: month + 1, day: 1 }
  return dayNumber(next) - dayNumber({ year, month, day: 1 })
}

/** 1 is Sunday, 7 is Saturday. */
export function weekday(number: number): number {
  return ((((number + 4) % 7) + 7) % 7) + 1
}

export type TimeZone = {
  /** What a clock on the wall shows at an instant, as if it were UTC. */
  wallTime(instant: number): number
  /** The first instant at which the wall clock shows this; undefined when it is put forward over it. */
  instantOf(wallTime: number): number | undefined
}

const utc: TimeZone = { wallTime: (instant) => instant, instantOf: (wallTime) => wallTime }

/** @throws RangeError for an unknown name */
export function timeZone(name: string): TimeZone {
  if (name === "UTC") return utc
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: name,
    calendar: "gregory",
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  })
  function wallTime(instant: number): number {
    const parts = new Map(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]))
    const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0
    const days = dayNumber({ year: part("year"), month: part("month"), day: part("day") })
    return days * DAY_MS + part("hour") * 3_600_000 + part("minute") * 60_000 + part("second") * 1000
  }
  function instantOf(wall: number): number | undefined {
    // The offsets of the day before and the day after include the one that holds.
    const offsets = [wall - DAY_MS, wall + DAY_MS].map((near) => wallTime(near) - near)
    const instants = offsets.map((offset) => wall - offset).filter((instant) => wallTime(instant) === wall)
    return instants.length === 0 ? undefined : Math.min(...instants)
  }
  return { wallTime, instantOf }
}
