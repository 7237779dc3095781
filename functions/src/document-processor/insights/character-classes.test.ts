// The classes of a few characters of each kind.
import { expect, test } from "vitest"
import {
  alphanumeric,
  classesOf,
  digit,
  hasSurrogates,
  inWord,
  letter,
  space,
  unseparated,
} from "./character-classes.ts"

const classes = { letter, inWord, alphanumeric, space, unseparated, digit }

function namesOf(character: string): string[] {
  const bits = classesOf(character.charCodeAt(0))
  return Object.entries(classes).flatMap(([name, bit]) => (bits & bit ? [name] : []))
}

test.each([
  ["a", ["letter", "inWord", "alphanumeric"]],
  ["Ü", ["letter", "inWord", "alphanumeric"]],
  ["7", ["inWord", "alphanumeric", "digit"]],
  ["٣", ["inWord", "alphanumeric", "digit"]],
  ["水", ["letter", "inWord", "alphanumeric", "unseparated"]],
  ["ไ", ["letter", "inWord", "alphanumeric", "unseparated"]],
  ["한", ["letter", "inWord", "alphanumeric"]],
  // A mark of an Indic script, and the joiner of Persian.
  ["\u093f", ["inWord"]],
  ["\u200c", ["inWord"]],
  [" ", ["space"]],
  ["\u00a0", ["space"]],
  ["\n", ["space"]],
  [".", []],
  ["_", []],
  ["\ud83d", []],
])("%j is in the classes %j", (character, names) => {
  expect(namesOf(character)).toEqual(names)
  // Looked up a second time, from the table.
  expect(namesOf(character)).toEqual(names)
})

test("a text with a character of two code units has surrogates", () => {
  expect(hasSurrogates("a😀")).toBe(true)
  expect(hasSurrogates("aü水")).toBe(false)
})
