// Compares the segments of a text with those of Intl.Segmenter.
import fc from "fast-check"
import { expect, test } from "vitest"
import { stories, textOf } from "../../../test/corpus/stories.ts"
import { fieldReport } from "../../../test/field-report.ts"
import { samplesByLanguage } from "../../../test/samples-by-language.ts"
import { sentenceSegments } from "./sentence-segments.ts"

function expected(text: string, language = "en"): string[] {
  const segmenter = new Intl.Segmenter(language, { granularity: "sentence" })
  return Array.from(segmenter.segment(text), ({ segment }) => segment)
}

test("texts in all languages have the same segments", () => {
  const texts: [language: string, text: string][] = [
    ["en", fieldReport],
    ...Object.entries(stories).map(([language, story]): [string, string] => [language, textOf(story)]),
    ...Object.entries(samplesByLanguage),
  ]
  for (const [language, text] of texts) expect(sentenceSegments(text, language)).toEqual(expected(text, language))
})

test("random texts have the same segments", () => {
  const pieces = fc.constantFrom(
    ..."aBcİǅ1٣.․。!?…:;,-–()[]\"'”’« \n\r\t\u2029\u0301\u200b\u00ad中あกक।؟é",
    "Dr. ",
    "3.5",
    "e.g. ",
    ".) ",
    '?" ',
    "\r\n",
  )
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 14 }), (some) => {
      const text = some.join("")
      expect(sentenceSegments(text, null)).toEqual(expected(text))
    }),
    { numRuns: 3_000 },
  )
})

test("characters of two code units have the same segments", () => {
  const text = "Look 😀. 𝒜 is a letter. 𐐨 is one, too."
  expect(sentenceSegments(text, "en")).toEqual(expected(text))
})
