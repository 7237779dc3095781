// Tells the currency and the value of an amount of money as it is written in a language.
import type { FoundAmount } from "./find-amounts.ts"
import { decimalSeparator, exponentOf } from "./number-words.ts"

const symbols = new Map<string, string>(
  Object.entries({
    $: "USD",
    US$: "USD",
    C$: "CAD",
    CA$: "CAD",
    A$: "AUD",
    AU$: "AUD",
    NZ$: "NZD",
    HK$: "HKD",
    S$: "SGD",
    R$: "BRL",
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY",
    "₹": "INR",
    "₩": "KRW",
    "₽": "RUB",
    "₺": "TRY",
    "₪": "ILS",
    "₫": "VND",
    "₴": "UAH",
    "₱": "PHP",
    "฿": "THB",
  }),
)

/** @param language of the document, ISO 639-1; null when it is unknown */
export function amountValue(amount: FoundAmount, language: string | null): { currency: string; value: number } {
  const number = plainNumber(amount.number, language === null ? undefined : decimalSeparator(language))
  // Multiplied as text: 1.1 * 10 ** 9 is not exact.
  const value = Number(`${number}e${exponentOf(amount.magnitude, language)}`)
  return { currency: currencyOf(amount.currency, language), value: amount.isNegative ? -value : value }
}

/** The yen and the yuan have the same sign. */
function currencyOf(written: string, language: string | null): string {
  return written === "¥" && language === "zh" ? "CNY" : (symbols.get(written) ?? written)
}

/**
 * The last separator is a decimal one, unless three digits follow it: then the language decides, and without one it groups
 * thousands.
 */
function plainNumber(written: string, decimal: string | undefined): string {
  const number = written.replace(/[.,][-–—]+$/, "").replace(/[ \u00a0\u202f'’]/g, "")
  const at = Math.max(number.lastIndexOf("."), number.lastIndexOf(","))
  if (at === -1) return number
  const separator = number.charAt(at)
  const isOnly = number.indexOf(separator) === at
  const hasOther = /[.,]/.test(number.slice(0, at).replaceAll(separator, "")) || /[ \u00a0\u202f'’]/.test(written)
  const groups = number.length - at - 1 === 3 && !hasOther && (separator !== decimal || !isOnly)
  const whole = number.slice(0, at).replace(/[.,]/g, "")
  return groups ? whole + number.slice(at + 1) : `${whole}.${number.slice(at + 1)}`
}
