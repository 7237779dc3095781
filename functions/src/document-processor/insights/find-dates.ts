// Finds dates with a day, a month and a year in a text: 2026-11-26, 26.11.2026, November 26, 2026, 26 de noviembre de 2026.
//
// Each year of four digits is found first, and then a few characters around it are compared with the forms of a date, so
// that time grows with the length of the text.
import { monthNumbers } from "./month-names.ts"

/** `date` is YYYY-MM-DD, `text` is as written. */
export type FoundDate = { date: string; text: string }

const year = /\d{4,}/g
/** More characters than a day and a month have before their year. */
const reach = 40

export function* findDates(text: string): Iterable<FoundDate> {
  for (const { 0: digits, index } of text.matchAll(year)) {
    if (digits.length !== 4 || digits < "1000" || digits > "2999") continue
    const before = text.slice(Math.max(0, index - reach), index)
    const after = text.slice(index + 4, index + 4 + reach)
    const found =
      yearFirst(before, digits, after) ?? numericYearLast(before, digits, after) ?? named(before, digits, after)
    if (found) yield found
  }
}

/** 2026-11-26 and 2026/11/26, a time may follow; 2026年11月26日. */
function yearFirst(before: string, digits: string, after: string): FoundDate | undefined {
  const match =
    /^(?:([-/])(\d{1,2})\1(\d{1,2})(?![\d\p{L}])(?![-/.,]\d)|-(\d{2})-(\d{2})(?=T\d))/u.exec(after) ??
    /^( ?)年 ?(\d{1,2}) ?月 ?(\d{1,2}) ?日/.exec(after)
  if (!match) return undefined
  // Part of a path, of an identifier or of a longer number.
  if (match[1] !== "" && match[1] !== " " && /[\p{L}\p{N}\-/.,_]$/u.test(before)) return undefined
  return dateOf({ year: digits, month: match[2] ?? match[4], day: match[3] ?? match[5] }, digits + match[0])
}

/** 26.11.2026 is day first in each language that writes it; 26/11/2026 only when no other order is possible. */
function numericYearLast(before: string, digits: string, after: string): FoundDate | undefined {
  const match = /(?<![\p{L}\p{N}./_])(\d{1,2})(?:\. ?(\d{1,2})\. ?|\/(\d{1,2})\/)$/u.exec(before)
  if (!match || /^(?:[\p{L}_]|[./]\d)/u.test(after)) return undefined
  const [written, first = "", second, third] = match
  const text = written + digits
  if (second !== undefined) {
    const isVersion = /\b(?:v|ver|version|release|rev|revision)[.: ]*$/i.test(before.slice(0, match.index))
    return isVersion ? undefined : dateOf({ year: digits, month: second, day: first }, text)
  }
  const dayFirst = dateOf({ year: digits, month: third, day: first }, text)
  const monthFirst = dateOf({ year: digits, month: first, day: third }, text)
  if (dayFirst && monthFirst && dayFirst.date !== monthFirst.date) return undefined
  return dayFirst ?? monthFirst
}

/** With the month as a word: "26. November 2026", "1er mars 2026", "26 de noviembre de 2026", "November 26th, 2026". */
function named(before: string, digits: string, after: string): FoundDate | undefined {
  // Most years follow no day, and the patterns below take milliseconds to compile.
  if (!/\d/.test(before) || !/[\s,.]$/.test(before) || /^[\p{L}_]/u.test(after)) return undefined
  // With a bound for the letters of the month, these take 20 ms longer to compile.
  const dayFirst =
    /(?<![\p{L}\p{N}.,:/-])(\d{1,2})(?:\.|º|°|er|st|nd|rd|th)?\s{1,2}(?:of\s|de\s)?(\p{L}+)(\.?,?)\s{1,2}(?:de\s|del\s)?$/u.exec(
      before,
    )
  const monthFirst = /(?<!\p{L})(\p{L}+)(\.?)\s{1,2}(\d{1,2})(?:st|nd|rd|th)?,?\s{1,2}$/u.exec(before)
  const match = dayFirst ?? monthFirst
  if (!match) return undefined
  const [written, first = "", second = "", third = ""] = match
  const [day, name] = dayFirst ? [first, second] : [third, first]
  const month = monthNumbers.get(name.toLowerCase())
  return month === undefined ? undefined : dateOf({ year: digits, month, day }, written + digits)
}

type DateParts = { year: string; month: string | undefined; day: string | undefined }

/** Undefined when the calendar has no such day. */
// mutants: equivalent, each form of a date has a month and a day
function dateOf({ year, month = "", day = "" }: DateParts, text: string): FoundDate | undefined {
  const date = `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`
  const parsed = new Date(`${date}T00:00:00Z`)
  if (Number.isNaN(parsed.getTime()) || !parsed.toISOString().startsWith(date)) return undefined
  return { date, text: text.replace(/\s+/g, " ") }
}
