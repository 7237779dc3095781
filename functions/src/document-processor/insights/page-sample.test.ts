// Tests of the sample of a document's pages.
import { expect, test } from "vitest"
import { PageSample } from "./page-sample.ts"

function sampleOf(texts: readonly string[], limits: { pages: number; characters: number }) {
  const sample = new PageSample(texts.length, limits)
  for (const [index, text] of texts.entries()) sample.add({ number: index + 1, text })
  return sample.pages
}

test("has all pages of a short document", () => {
  expect(sampleOf(["a", "", "c"], { pages: 3, characters: 2 })).toEqual([
    { number: 1, text: "a" },
    { number: 2, text: "" },
    { number: 3, text: "c" },
  ])
})

test("has an even selection of many pages", () => {
  const pages = sampleOf(Array<string>(10).fill("x"), { pages: 4, characters: 100 })
  expect(pages.map(({ number }) => number)).toEqual([1, 3, 6, 8])
})

test("has an equal share of each page when they have too many characters", () => {
  const texts = ["aaaaaaaa", "bb", "cccccccc", "dddddddd"]
  const pages = sampleOf(texts, { pages: 4, characters: 16 })
  expect(pages.map(({ text }) => text)).toEqual(["aaaa", "bb", "cccc", "dddd"])
})
