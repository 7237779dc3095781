// Classes of characters as bits, which a scan of a text looks up many times faster than a regular expression matches them.

export const letter = 1
/** Of a word after its first letter: letters, the marks of Indic scripts, digits, and the joiners of Persian. */
export const inWord = 2
/** Letters and digits. */
export const alphanumeric = 4
export const space = 8
/** Of a script that does not separate words. */
export const unseparated = 16
export const digit = 32
const known = 64

const classes: readonly [RegExp, number][] = [
  [/^\p{L}/u, letter],
  [/^[\p{L}\p{M}\p{N}\u200c\u200d]/u, inWord],
  [/^[\p{L}\p{N}]/u, alphanumeric],
  [/^\s/u, space],
  [/^\p{N}/u, digit],
  [/^[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u, unseparated],
]

/** By UTF-16 code unit, and computed when a unit is looked up first. */
const table = new Uint16Array(65_536)

/** The classes of a UTF-16 code unit. A half of a surrogate pair has none: see `hasSurrogates`. */
export function classesOf(code: number): number {
  const bits = table[code] as number
  return bits === 0 ? compute(code) : bits
}

function compute(code: number): number {
  const character = String.fromCharCode(code)
  const bits = classes.reduce((sum, [pattern, bit]) => (pattern.test(character) ? sum | bit : sum), known)
  table[code] = bits
  return bits
}

const surrogate = /[\ud800-\udfff]/

/** Whether a text has characters of two code units, which only a regular expression classifies. */
export function hasSurrogates(text: string): boolean {
  return surrogate.test(text)
}
