// Tests of the selection of sentences for a summary.
import { expect, test } from "vitest"
import { summarize } from "./summarize.ts"
import { Vocabulary } from "./vocabulary.ts"

const vocabulary = new Vocabulary("en")
const sentence = (text: string) => ({ text, isFirst: false, words: vocabulary.wordsOf(text) })

test("prefers sentences with words that others use to sentences with many words of their own", () => {
  const unique = (part: string) =>
    sentence(`${part}one ${part}two ${part}three ${part}four ${part}five ${part}six ${part}seven.`)
  const shared = ["river flood gauge.", "gauge river flood.", "flood gauge river."].map(sentence)
  const sentences = [unique("alp"), unique("bet"), shared[0]!, unique("gam"), shared[1]!, unique("del"), shared[2]!]
  expect(summarize(sentences)).toEqual(shared.map(({ text }) => text))
})

test("has every sentence of a short document, in its order, and each only once", () => {
  expect(summarize([sentence("First words."), sentence("Second words.")])).toEqual(["First words.", "Second words."])
  expect(summarize([sentence("Same words."), sentence("Same words.")])).toEqual(["Same words."])
  expect(summarize([])).toEqual([])
})
