// Finds amounts of money and their values, and no other numbers.
import { expect, test } from "vitest"
import { amountValue } from "./amount-value.ts"
import { findAmounts } from "./find-amounts.ts"

const amounts = (text: string, language: string | null = "en") =>
  [...findAmounts(text)].map((amount) => ({ ...amountValue(amount, language), text: amount.text }))

test.each([
  ["de", "€1.234,56", "EUR", 1234.56],
  ["en", "$1,234.56", "USD", 1234.56],
  ["en", "EUR 500", "EUR", 500],
  ["en", "500 EUR", "EUR", 500],
  ["fr", "12 345,60 €", "EUR", 12_345.6],
  ["fr", "1 200 Mio. €", "EUR", 1_200_000_000],
  ["de", "3,5 Mrd. €", "EUR", 3_500_000_000],
  ["fr", "1,1 milliard €", "EUR", 1_100_000_000],
  ["es", "2 millones €", "EUR", 2_000_000],
  ["en", "$5 million", "USD", 5_000_000],
  ["en", "US$20bn", "USD", 20_000_000_000],
  ["en", "£3m", "GBP", 3_000_000],
  ["en", "EUR 4 billion", "EUR", 4_000_000_000],
  ["de", "4 Billionen EUR", "EUR", 4_000_000_000_000],
  ["de", "CHF 1'234.50", "CHF", 1234.5],
  ["de", "50,- €", "EUR", 50],
  ["de", "1.234 €", "EUR", 1234],
  ["de", "1,859 €", "EUR", 1.859],
  ["en", "$3.459", "USD", 3.459],
  ["en", "€1,234", "EUR", 1234],
  [null, "€1,234", "EUR", 1234],
  [null, "€1.234", "EUR", 1234],
  ["en", "€1,234,567.89", "EUR", 1_234_567.89],
  ["en", "-€5", "EUR", -5],
  ["ja", "¥300", "JPY", 300],
  ["zh", "¥300", "CNY", 300],
] as const)("in %s, %s is %s %d", (language, text, currency, value) => {
  expect(amounts(text, language)).toEqual([{ currency, value, text }])
  expect(amounts(`(for ${text}).`, language)).toEqual([{ currency, value, text }])
})

test.each([
  ["mn", 6],
  ["mm", 6],
  ["mln", 6],
  ["bn", 9],
  ["tn", 12],
  ["mds", 9],
  ["Mio.", 6],
  ["thousand", 3],
])("%s after a number is ten to the power of %d", (word, exponent) => {
  expect(amounts(`$5 ${word}`)).toMatchObject([{ currency: "USD", value: 5 * 10 ** exponent }])
})

test.each([
  ["$", "USD"],
  ["US$", "USD"],
  ["C$", "CAD"],
  ["CA$", "CAD"],
  ["A$", "AUD"],
  ["AU$", "AUD"],
  ["NZ$", "NZD"],
  ["HK$", "HKD"],
  ["S$", "SGD"],
  ["R$", "BRL"],
  ["₹", "INR"],
  ["₩", "KRW"],
  ["₽", "RUB"],
  ["₺", "TRY"],
  ["₪", "ILS"],
  ["₫", "VND"],
  ["₴", "UAH"],
  ["₱", "PHP"],
  ["฿", "THB"],
])("%s is the sign of %s", (sign, currency) => {
  expect(amounts(`(${sign}7)`)).toMatchObject([{ currency, value: 7 }])
})

test("finds both ends of a range only when both have the currency", () => {
  const texts = (text: string) => amounts(text).map((amount) => amount.text)
  expect(texts("€10–€20")).toEqual(["€10", "€20"])
  expect(texts("10–20 €")).toEqual(["20 €"])
  expect(texts("$10-20")).toEqual(["$10"])
})

test("gives each currency the number that is its own", () => {
  const texts = (text: string) => amounts(text).map((amount) => amount.text)
  expect(texts("EUR 500 EUR 600")).toEqual(["EUR 500", "EUR 600"])
  expect(texts("100 € 200 €")).toEqual(["100 €", "200 €"])
  expect(texts("5 $10")).toEqual(["$10"])
  expect(texts("a beam of $5 m and more")).toEqual(["$5"])
})

test.each([
  "version 1.2.2026",
  "+49 89 1234567",
  "192.168.0.1",
  "5% of it",
  "$HOME/5",
  "A$AP 5",
  "EURO 2024",
  "EUR",
  "the € and 5 others",
  "₹1,23,456",
  "US 500",
  "X500 EUR",
  "$5.6.7",
])("finds no amount in %s", (text) => {
  expect(amounts(text)).toEqual([])
})
