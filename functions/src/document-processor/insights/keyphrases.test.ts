// Tests of the ranking of key phrases.
import { expect, test } from "vitest"
import { rankKeyphrases } from "./keyphrases.ts"
import { Vocabulary } from "./vocabulary.ts"

type Options = { limit?: number; language?: string; isNoun?(word: string): boolean }

function rank(texts: string[], { limit = 10, language = "en", isNoun = () => true }: Options = {}) {
  const vocabulary = new Vocabulary(language)
  const sentences = texts.map((text) => vocabulary.wordsOf(text))
  return rankKeyphrases(sentences, { language, isNoun, limit })
}

const times = (count: number, text: string) => Array<string>(count).fill(text)

test("ranks phrases before the shorter ones that occur only in them", () => {
  const texts = ["flood warning system", "flood warning system", "flood warning tower", "flood warning tower"]
  expect(rank(texts)).toEqual([
    { text: "flood warning system", count: 2 },
    { text: "flood warning tower", count: 2 },
  ])
})

test("ranks a phrase that occurs on its own more often before the longer ones", () => {
  const texts = [...Array<string>(9).fill("flood warning"), "flood warning system", "flood warning system"]
  expect(rank(texts).map(({ text }) => text)).toEqual(["flood warning", "flood warning system"])
})

test("returns at most as many as are wanted, in their most frequent spelling", () => {
  const texts = ["Relay station.", "relay stations.", "relay stations.", "water level", "water level"]
  expect(rank(texts, { limit: 1 })).toEqual([{ text: "relay stations", count: 3 }])
})

test("leaves out a phrase whose words are all in a better one, in any order", () => {
  const texts = [...times(5, "flood warning system"), ...times(3, "system warning"), ...times(3, "warning light")]
  expect(rank(texts).map(({ text }) => text)).toEqual(["flood warning system", "warning light"])
})

test("of a short text a phrase has to occur twice, of one with 30 sentences three times", () => {
  const others = Array.from(
    { length: 27 },
    (_, index) => `${String.fromCodePoint(97 + (index % 26)).repeat(5)}${index}`,
  )
  const texts = [...times(2, "flood warning"), ...others]
  expect(rank(texts)).toEqual([{ text: "flood warning", count: 2 }])
  expect(rank([...texts, "ending"])).toEqual([])
  expect(rank([...texts, "flood warning"])).toEqual([{ text: "flood warning", count: 3 }])
})

test("a phrase has to end with a noun", () => {
  const texts = [...times(2, "relay station"), ...times(3, "station broken")]
  const isNoun = (word: string) => word === "station"
  expect(rank(texts, { isNoun }).map(({ text }) => text)).toEqual(["relay station"])
})

test("of German words only those in upper case are phrases alone", () => {
  const texts = [...times(3, "Wasser"), ...times(3, "langsam"), ...times(3, "langsame Strömung")]
  expect(rank(texts, { language: "de" }).map(({ text }) => text)).toEqual(["langsame Strömung", "Wasser"])
  expect(rank(texts, { language: "es" }).map(({ text }) => text)).toContain("langsam")
})
