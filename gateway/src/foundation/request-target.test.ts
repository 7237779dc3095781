import { describe, expect, test } from "vitest"
import { decodePercent, queryLists, splitTarget } from "./request-target.ts"

describe("splits a request target at the first question mark", () => {
  test.each([
    ["/dev", "/dev", ""],
    ["/dev?", "/dev", ""],
    ["/dev?a=1&b=2", "/dev", "a=1&b=2"],
    ["/dev?a=?&b", "/dev", "a=?&b"],
    ["?a=1", "", "a=1"],
    ["/a%3Fb", "/a%3Fb", ""],
  ])("%s", (target, path, query) => {
    expect(splitTarget(target)).toEqual({ path, query })
  })
})

test("decodes percent-encoding, and returns undefined for an invalid one", () => {
  expect(decodePercent("a%20b%2F%C3%BC+")).toBe("a b/ü+")
  for (const invalid of ["%", "%2", "%GG", "%FF"]) expect(decodePercent(invalid)).toBe(undefined)
})

test("lists every value of a name in order, also for names of Object.prototype", () => {
  const lists = queryLists("a=1&b=x%20y+z&a=2&constructor=1&__proto__=2&__proto__=3&empty")
  expect(Object.entries(lists)).toEqual([
    ["a", ["1", "2"]],
    ["b", ["x y z"]],
    ["constructor", ["1"]],
    ["__proto__", ["2", "3"]],
    ["empty", [""]],
  ])
  expect(queryLists("").toString).toBe(undefined)
})
