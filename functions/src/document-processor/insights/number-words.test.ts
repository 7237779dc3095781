// Compares the words for powers of ten with those of Intl.
import { expect, test } from "vitest"
import { exponentOf, isMagnitude } from "./number-words.ts"

test.each(["en", "de", "fr", "es", "it", "pt", "nl"])("each word of %s for a power of ten is one", (language) => {
  const words = [3, 6, 9, 12].flatMap((exponent) =>
    (["long", "short"] as const).map((compactDisplay) => {
      const format = new Intl.NumberFormat(language, { notation: "compact", compactDisplay })
      const part = format.formatToParts(2 * 10 ** exponent).find(({ type }) => type === "compact")
      return { exponent, word: part?.value.toLowerCase().replace(/\.$/, "") ?? "" }
    }),
  )
  // "mil millones" is two words, and in Spanish 2000 M are written instead of a word for a billion.
  const single = words.filter(({ word }) => /^\p{L}{2,}$/u.test(word))
  expect(single.length).toBeGreaterThan(2)
  for (const { word, exponent } of single) {
    expect(isMagnitude(word), word).toBe(true)
    expect(exponentOf(word, language), word).toBe(exponent)
  }
})

test.each(["per", "wide", "each", "euros", "mal"])("%s is none", (word) => {
  expect(isMagnitude(word)).toBe(false)
})
