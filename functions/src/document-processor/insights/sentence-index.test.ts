// Finds sentences by their words.
import { expect, test } from "vitest"
import { createSentenceIndex } from "./sentence-index.ts"

const sentences = ["Water rose.", "The water fell.", "No sirens.", "Sirens and WATER."]

test("returns sentences with a word in any case, each once", () => {
  const index = createSentenceIndex(sentences, { sentencesPerWord: 9, characters: 1_000 })
  expect(index.take("Water", 2)).toEqual(["Water rose.", "The water fell."])
  expect(index.take("water", 2)).toEqual(["Sirens and WATER."])
  expect(index.take("sirens", 2)).toEqual(["No sirens."])
  expect(index.take("gauge", 2)).toEqual([])
})

test("returns no more sentences than are wanted, kept for a word, or have room", () => {
  const perWord = createSentenceIndex(sentences, { sentencesPerWord: 1, characters: 1_000 })
  expect(perWord.take("water", 0)).toEqual([])
  expect(perWord.take("water", 9)).toEqual(["Water rose."])
  const short = createSentenceIndex(sentences, { sentencesPerWord: 9, characters: 5 })
  expect(short.take("water", 1)).toEqual(["Water rose."])
  expect(short.take("sirens", 1)).toEqual([])
})
