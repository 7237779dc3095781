import fc from "fast-check"
import { expect, test } from "vitest"
import { anyCharacter } from "./testing/any-character.ts"
import { exceedsUtf8Size } from "./utf8-size.ts"

test.each([
  ["a".repeat(10), 10, false],
  ["a".repeat(11), 10, true],
  ["€€€", 9, false],
  ["€€€", 8, true],
  ["😀", 4, false],
  ["😀", 3, true],
  ["", 0, false],
])("%s exceeds %i bytes: %s", (text, maxBytes, expected) => {
  expect(exceedsUtf8Size(text, maxBytes)).toBe(expected)
})

test("agrees with the encoded text for every text and limit", () => {
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter }), fc.nat({ max: 60 }), (text, maxBytes) => {
      expect(exceedsUtf8Size(text, maxBytes)).toBe(new TextEncoder().encode(text).length > maxBytes)
    }),
  )
})
