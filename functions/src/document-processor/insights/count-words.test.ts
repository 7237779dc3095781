// Tests of the count of words.
import fc from "fast-check"
import { expect, test } from "vitest"
import { countWords } from "./count-words.ts"
import { isWithoutSpaces } from "./words.ts"

const word = /[\p{L}\p{N}][\p{L}\p{M}\p{N}\u200c\u200d]*(?:['’.-][\p{L}\p{N}][\p{L}\p{M}\p{N}\u200c\u200d]*)*/gu

test.each([
  ["", 0],
  ["well-known, don’t 3.5 – a", 4],
  ["word- word 'word' .word.", 4],
  ["我们 喝 茶", 3],
])("%j", (text, count) => {
  expect(countWords(text)).toBe(count)
})

test("a scan counts what a pattern matches", () => {
  const pieces = fc.constantFrom(..."aZé’'.- \n7\u0301\u200c,ßक𝒜")
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 14 }), (some) => {
      const text = some.join("")
      fc.pre(!isWithoutSpaces(text))
      expect(countWords(text)).toBe(text.match(word)?.length ?? 0)
    }),
    { numRuns: 500 },
  )
})
