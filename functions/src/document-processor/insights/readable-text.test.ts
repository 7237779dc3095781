// Which texts are readable, and which are glyphs without characters.
import { expect, test } from "vitest"
import { fieldReport } from "../../../test/field-report.ts"
import { samplesByLanguage } from "../../../test/samples-by-language.ts"
import { isReadable } from "./readable-text.ts"

test.each(Object.entries(samplesByLanguage))("reads the script of %s", (_language, text) => {
  expect(isReadable(text)).toBe(true)
})

test.each([
  ["a page without text", ""],
  ["a page number", "– 7 –"],
  ["a table of numbers", "12.50 | 13.75 | -0.25 | +4 %\n".repeat(30)],
  ["a table of contents", `Introduction ${".".repeat(60)} 1\nMethods ${". ".repeat(40)} 12\n`.repeat(20)],
  ["a drawn table", `${"+-----".repeat(9)}+\n${"| cell ".repeat(9)}|\n`.repeat(20)],
  ["Braille", "⠓⠑⠇⠇⠕ ⠺⠕⠗⠇⠙ ".repeat(20)],
  ["prose with a few characters that are missing", fieldReport.replaceAll("q", "\ufffd")],
])("reads %s", (_what, text) => {
  expect(isReadable(text)).toBe(true)
})

const shifted = (by: number) =>
  [...fieldReport].map((character) => (character === " " ? " " : String.fromCharCode(character.charCodeAt(0) + by)))

test.each([
  ["private-use characters", shifted(0xe000).join("")],
  ["control characters", "\u0004\u0005\u0006\u000e\u000f".repeat(20)],
  ["replacement characters", fieldReport.replaceAll(/[aeiou]/g, "\ufffd")],
  ["private-use characters of a higher plane", "\u{f0041}\u{f0042}".repeat(30)],
  ["the numbers of glyphs, read as letters", shifted(-29).join("")],
  ["punctuation in place of letters", `!"#$ %&'( )*+, -./" #$%! &'()*`.repeat(20)],
])("does not read %s", (_what, text) => {
  expect(isReadable(text)).toBe(false)
})
