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

test("has three sentences of a text, and an eighth of a longer one, but at most five", () => {
  const countOf = (sentences: number) =>
    summarize(Array.from({ length: sentences }, (_, index) => sentence(`River flood gauge ${index}.`))).length
  expect([3, 4, 27, 28, 35, 36, 44, 400].map(countOf)).toEqual([3, 3, 3, 4, 4, 5, 5, 5])
})

const same = ["River flood gauge.", "River flood gauge!", "River flood gauge?", "River, flood, gauge."]

test("prefers earlier sentences, and the first one of a paragraph", () => {
  expect(summarize(same.map(sentence))).toEqual(same.slice(0, 3))
  const sentences = same.map((text, index) => ({ ...sentence(text), isFirst: index === 3 }))
  expect(summarize(sentences)).toEqual([same[0], same[1], same[3]])
})

test("avoids a sentence that refers to the one before it", () => {
  const [, ...others] = same
  expect(summarize(["However, river flood gauge.", ...others].map(sentence))).toEqual(others)
  expect(summarize(["The river flood gauge.", ...others].map(sentence))).not.toEqual(others)
})

test("covers several topics instead of repeating the most frequent one", () => {
  const other = ["Salary budget council.", "Salary budget council!"]
  expect(summarize([...same, ...other].map(sentence))).toEqual([same[0], same[1], other[0]])
})

test("words that only one sentence uses have no weight", () => {
  const sentences = ["Alpha beta gamma delta epsilon.", "Zeta eta theta iota kappa.", ...same.slice(0, 3)].map(sentence)
  expect(summarize(sentences)).toEqual(same.slice(0, 3))
})
