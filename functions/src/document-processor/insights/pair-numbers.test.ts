// Compares the numbers of pairs with those of a Map.
import fc from "fast-check"
import { expect, test } from "vitest"
import { PairNumbers } from "./pair-numbers.ts"

test("numbers each pair once, in the order in which they are met first", () => {
  const integer = fc.integer({ min: 0, max: 60 })
  fc.assert(
    fc.property(fc.array(fc.tuple(integer, integer), { size: "max", maxLength: 3_000 }), (pairs) => {
      const numbers = new PairNumbers()
      const expected = new Map<string, number>()
      for (const [first, second] of pairs) {
        const key = `${first} ${second}`
        if (!expected.has(key)) expected.set(key, expected.size)
        expect(numbers.numberOf(first, second)).toBe(expected.get(key))
      }
    }),
    { numRuns: 20 },
  )
})
