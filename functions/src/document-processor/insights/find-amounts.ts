// Finds amounts of money in a text: a number next to a currency's symbol or code, as in "€1.234,56", "EUR 500" or
// "1 200 Mio. €".
//
// Each symbol and code is found first, and then a few characters around it are read as a number, so that time grows with the
// length of the text. What a separator means is known when the language of the document is (amount-value.ts).
import { isMagnitude } from "./number-words.ts"

export type FoundAmount = {
  /** A symbol or an ISO 4217 code. */
  currency: string
  /** As written, with its separators. */
  number: string
  /** A word such as "million"; "" without one. */
  magnitude: string
  isNegative: boolean
  /** All of it, as written. */
  text: string
}

/** Not those that are words in capital letters too, as in "TRY 5 TIMES". */
const codes =
  "EUR|USD|GBP|CHF|JPY|CNY|INR|KRW|RUB|BRL|MXN|CAD|AUD|NZD|SEK|NOK|DKK|PLN|CZK|HUF|BGN|ZAR|SGD|HKD|THB|UAH|AED"
const mark = new RegExp(`(?:\\b(?:US|CA?|AU?|NZ|HK|S|R))?\\$|[€£¥₹₩₽₺₪₫₴₱฿]|\\b(?:${codes})\\b`, "g")
const hasMark = new RegExp(`[$€£¥₹₩₽₺₪₫₴₱฿]|${codes}`)

/** More characters than an amount has beside its currency. */
const reach = 48
const space = "[ \\u00a0\\u202f]"
// Groups of three digits, or digits without groups. A bound for each part bounds the time.
const digits = `(?:\\d{1,3}(?:(?:\\.\\d{3}){1,5}|(?:,\\d{3}){1,5}|(?:${space}\\d{3}){1,5}|(?:['’]\\d{3}){1,5})|\\d{1,15})(?:[.,]\\d{1,3})?(?:[.,][-–—]{1,2})?`
const word = `\\p{L}{1,12}`
const numberAfter = new RegExp(
  `^${space}?(${digits})(?![\\d%]|[.,'’]\\d)(?:(${space}?)(${word})(?![\\p{L}\\p{N}]))?`,
  "u",
)
const numberBefore = new RegExp(
  `(?<![\\p{L}\\p{N}.,'’/]|\\d[ \\u00a0\\u202f])(${digits})${space}?(?:(${word})\\.?${space}?)?$`,
  "u",
)
const minus = /(?:^|[\s(])[-−]$/

export function* findAmounts(text: string): Iterable<FoundAmount> {
  if (!hasMark.test(text)) return
  let free = 0
  for (const { 0: currency, index } of text.matchAll(mark)) {
    const end = index + currency.length
    if (index < free) continue
    const start = Math.max(free, index - reach)
    const before = beforeMark(text.slice(start, index))
    // In "5 $10" the number that touches the symbol is meant.
    const after = before && !/\d/.test(text.charAt(end)) ? undefined : afterMark(text.slice(end, end + reach))
    const found = after ?? before
    if (!found) continue
    const first = after ? index : start + found.index
    free = after ? end + found.text.length : end
    const { number, magnitude } = found
    const isNegative = minus.test(text.slice(Math.max(0, first - 2), first))
    const written = text.slice(isNegative ? first - 1 : first, free).replace(/\s/g, " ")
    yield { currency, number, magnitude, isNegative, text: written }
  }
}

type Found = { number: string; magnitude: string; index: number; text: string }

function afterMark(text: string): Found | undefined {
  const match = /\d/.test(text.slice(0, 2)) ? numberAfter.exec(text) : null
  if (!match) return undefined
  const [all, number = "", gap = "", following = ""] = match
  const magnitude = isMagnitude(following) ? following : ""
  // "$5 m wide" has no million, "$5m" has.
  const isUnit = magnitude === "" || (gap !== "" && following.length === 1)
  const written = text.slice(0, text.indexOf(number) + number.length)
  return { number, magnitude: isUnit ? "" : magnitude, index: 0, text: isUnit ? written : all }
}

function beforeMark(text: string): Found | undefined {
  const match = /\d/.test(text) ? numberBefore.exec(text) : null
  if (!match) return undefined
  const [all, number = "", magnitude = ""] = match
  if (magnitude !== "" && !isMagnitude(magnitude)) return undefined
  return { number, magnitude, index: match.index, text: all }
}
