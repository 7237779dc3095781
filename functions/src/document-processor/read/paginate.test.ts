// Tests of splitting plain text into pages.
import { expect, test } from "vitest"
import { paginate } from "./paginate.ts"

test("splits at form feeds, of which a trailing one starts no page", () => {
  expect(paginate("one\ftwo\f\n")).toEqual(["one", "two"])
  expect(paginate("one\f\ftwo")).toEqual(["one", "", "two"])
  expect(paginate("")).toEqual([""])
})

test("keeps a text of one page whole", () => {
  const text = "word ".repeat(600)
  expect(paginate(text)).toEqual([text])
})

test.each([
  ["paragraph", "\n\n", "a line\nof words"],
  ["line", "\n", "some words"],
  ["word", " ", "word"],
])("splits a longer text at the end of a %s, and loses no character", (_name, boundary, part) => {
  const text = `${part}${boundary}`.repeat(1000)
  const pages = paginate(text)
  expect(pages.join("")).toBe(text)
  expect(pages.length).toBe(Math.ceil(text.length / 3000))
  for (const page of pages) {
    expect(page.length).toBeLessThanOrEqual(3000)
    expect(page.endsWith(`${part}${boundary}`)).toBe(true)
  }
})

test("splits a word that is longer than a page after 3000 characters", () => {
  expect(paginate("x".repeat(7000)).map((page) => page.length)).toEqual([3000, 3000, 1000])
})
