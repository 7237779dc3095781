// Tests of words and their scan.
import fc from "fast-check"
import { expect, test } from "vitest"
import { samplesByLanguage } from "../../../test/samples-by-language.ts"
import { Vocabulary } from "./vocabulary.ts"
import { isWithoutSpaces, tokensOf } from "./words.ts"

const wordPattern =
  /\p{L}[\p{L}\p{M}\p{N}\u200c\u200d]*(?:['’.&/-][\p{L}\p{N}][\p{L}\p{M}\p{N}\u200c\u200d]*)*|[^\s\p{L}]/gu
const separated = (text: string) => !isWithoutSpaces(text)

test("a scan finds the words that a pattern matches, in every language", () => {
  for (const text of Object.values(samplesByLanguage).filter(separated)) {
    expect(tokensOf(text)).toEqual(text.match(wordPattern) ?? [])
  }
})

test("a scan finds the words that a pattern matches, in random text", () => {
  const character = fc.integer({ min: 0, max: 0x10f7ff }).map((n) => String.fromCodePoint(n < 0xd800 ? n : n + 0x800))
  const pieces = fc.constantFrom(..."aZé’'.&/- \n7\u0301\u200c,ßक𝒜", "don't", "R&D", "3.5")
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 12 }), fc.string({ unit: character, maxLength: 8 }), (some, other) => {
      const text = some.join("") + other
      fc.pre(separated(text))
      expect(tokensOf(text)).toEqual(text.match(wordPattern) ?? [])
    }),
    { numRuns: 300 },
  )
})

test("words are the same in upper case and plural, and stop words are known", () => {
  const [gauges, gauge, the, press] = new Vocabulary("en").wordsOf("Gauges gauge the press")
  expect(gauges).toMatchObject({ lower: "gauges", stem: "gauge", isCapitalized: true, isContent: true })
  expect(gauges?.stemId).toBe(gauge?.stemId)
  expect(gauges?.lowerId).not.toBe(gauge?.lowerId)
  expect(the).toMatchObject({ isStop: true, isContent: false })
  expect(press?.stem).toBe("press")
})

test("articles and prepositions that are elided are words of their own", () => {
  expect(new Vocabulary("fr").wordsOf("qu’une bibliothèque d'objets").map(({ text }) => text)).toEqual([
    "qu’",
    "une",
    "bibliothèque",
    "d'",
    "objets",
  ])
})
