// Tests of what a search matches.
import { describe, expect, test } from "vitest"
import { normalizeText, searchPattern } from "./search.ts"

const matches = (query: string, text: string) => normalizeText(text).match(searchPattern(query) ?? expect.unreachable())

test.each([
  ["flood gauge", "Flood\n  Gauge"],
  ["measured", "mea-\nsured"],
  ["measured", "mea\u00adsured"],
  ["well-known", "Well-known"],
  ["well-known", "well-\nknown"],
  ["it's", "It’s"],
  ["Müller", "mu\u0308ller"],
  ["洪水の記録", "洪水\nの記録"],
  ["a.b", "A.B"],
])("%j matches %j", (query, text) => {
  expect(matches(query, text)).toEqual([normalizeText(text)])
})

test.each([
  ["flood gauge", "floodgauge"],
  ["a.b", "axb"],
  ["measured", "mea-sured"],
])("%j does not match %j", (query, text) => {
  expect(matches(query, text)).toBeNull()
})

describe("a query", () => {
  test.each(["", " \n ", "x".repeat(201)])("that is %j has no pattern", (query) => {
    expect(searchPattern(query)).toBeUndefined()
  })

  test.each(["(", "[a-", "\\", "a{2", "*", "😀+", "/"])("that is %j is taken literally", (query) => {
    expect(matches(query, `before ${query} after`)).toEqual([query])
  })
})

test("searches 10 MB of text for a query that nearly matches everywhere within two seconds", () => {
  const text = "a".repeat(100_000)
  const pattern = searchPattern(`${"a".repeat(40)}b`) ?? expect.unreachable()
  const start = performance.now()
  for (let page = 0; page < 20; page += 1) expect(text.search(pattern)).toBe(-1)
  expect(performance.now() - start).toBeLessThan(2_000)
})
