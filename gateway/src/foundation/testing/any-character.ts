// Random characters for tests of what must hold for every text.
import fc from "fast-check"

/** Every code point that is not a surrogate. fast-check's own unit "binary" takes a second to build. */
export const anyCharacter = fc
  .integer({ min: 0, max: 0x10f7ff })
  .map((n) => String.fromCodePoint(n < 0xd800 ? n : n + 0x800))
