// Tests of the ranking of key phrases.
import { expect, test } from "vitest"
import { rankKeyphrases } from "./keyphrases.ts"
import { Vocabulary } from "./vocabulary.ts"

function rank(texts: string[], limit = 10) {
  const vocabulary = new Vocabulary("en")
  const sentences = texts.map((text) => vocabulary.wordsOf(text))
  return rankKeyphrases(sentences, { language: "en", isNoun: () => true, limit })
}

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
  expect(rank(texts, 1)).toEqual([{ text: "relay stations", count: 3 }])
})
