// Holds the quality of the insights above a floor. docs/insights.md has the figures; `npm run quality` prints them.
import { beforeAll, describe, expect, test } from "vitest"
import { measureQuality, type Quality, type TextQuality } from "../../../test/quality/measure-quality.ts"

let quality: Quality
beforeAll(async () => {
  quality = await measureQuality()
})

const mean = (figure: (text: TextQuality) => number) =>
  quality.texts.reduce((sum, text) => sum + figure(text), 0) / quality.texts.length

test("the set has texts in six languages", () => {
  expect([...new Set(quality.texts.map(({ language }) => language))].sort()).toEqual([
    "de",
    "en",
    "es",
    "fr",
    "ja",
    "zh",
  ])
})

test("summaries are as good as the first sentences of a text, and never far from what they were", () => {
  expect(mean(({ summary }) => summary.ours)).toBeGreaterThanOrEqual(0.37)
  expect(mean(({ summary }) => summary.ours)).toBeGreaterThanOrEqual(mean(({ summary }) => summary.lead))
  for (const { summary } of quality.texts) expect(summary.ours).toBeGreaterThanOrEqual(0.2)
})

test("key phrases are better than those of YAKE and than the most frequent ones", () => {
  const ours = mean(({ phrases }) => phrases.ours)
  expect(ours).toBeGreaterThanOrEqual(0.6)
  expect(ours).toBeGreaterThan(mean(({ phrases }) => phrases.yake))
  expect(ours).toBeGreaterThan(mean(({ phrases }) => phrases.frequent))
  for (const { phrases } of quality.texts) expect(phrases.ours).toBeGreaterThanOrEqual(0.4)
})

test.each([
  ["people", 0.95, 0.95],
  ["places", 0.95, 0.9],
  ["organizations", 0.95, 0.7],
] as const)("the %s that are found are mostly right", (kind, precision, recall) => {
  const { correct, found, wanted } = quality.names[kind]
  expect(correct / found).toBeGreaterThanOrEqual(precision)
  expect(correct / wanted).toBeGreaterThanOrEqual(recall)
})

describe("of texts that were not used to choose rules or weights", () => {
  test("summaries and key phrases are better than simple ones", () => {
    const of = (figure: (text: TextQuality) => number) =>
      quality.heldOut.texts.reduce((sum, text) => sum + figure(text), 0) / quality.heldOut.texts.length
    expect(of(({ summary }) => summary.ours)).toBeGreaterThanOrEqual(0.5)
    expect(of(({ summary }) => summary.ours)).toBeGreaterThan(of(({ summary }) => summary.lead))
    expect(of(({ phrases }) => phrases.ours)).toBeGreaterThanOrEqual(0.55)
    expect(of(({ phrases }) => phrases.ours)).toBeGreaterThan(of(({ phrases }) => phrases.frequent))
  })

  test.each([
    ["people", 0.9, 0.95],
    ["places", 0.9, 0.7],
    ["organizations", 0.9, 0.6],
  ] as const)("the %s that are found are mostly right", (kind, precision, recall) => {
    const { correct, found, wanted } = quality.heldOut.names[kind]
    expect(correct / found).toBeGreaterThanOrEqual(precision)
    expect(correct / wanted).toBeGreaterThanOrEqual(recall)
  })
})

test("languages are detected in twenty languages, in single sentences too", () => {
  const { long, sentence } = quality.languages
  expect(long).toEqual({ correct: 20, all: 20, wrong: [] })
  expect(sentence.correct / sentence.all).toBeGreaterThanOrEqual(0.93)
})
