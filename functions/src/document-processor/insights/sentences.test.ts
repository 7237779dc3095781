// Splits text into sentences and decides which of them can be quoted.
import { expect, test } from "vitest"
import { isQuotable, sentencesOf } from "./sentences.ts"

test("ends sentences at their end and not at abbreviations", () => {
  const block = `Dr. Keller lives in St. Gallen. She came in Oct. 2019, e.g. by train, cf. Fig. 3. "Why?" asked J. R. Smith. Because.`
  expect(sentencesOf(block, "en").map(({ text }) => text)).toEqual([
    "Dr. Keller lives in St. Gallen.",
    "She came in Oct. 2019, e.g. by train, cf. Fig. 3.",
    `"Why?" asked J. R. Smith.`,
    "Because.",
  ])
  expect(sentencesOf(block, "en").map(({ isFirst }) => isFirst)).toEqual([true, false, false, false])
})

test.each([
  ["A whole sentence of prose says something that stands alone.", true],
  ["“Quoted speech is a whole sentence as well, even abroad.”", true],
  ["Too short to say anything.", false],
  ["A heading or a table row that runs on without an end", false],
  ["and this is the second half of a sentence that was cut.", false],
  ["Figure 3: The rising water level over the days of the flood.", false],
  ["See https://example.org/flood for all of the readings of the year.", false],
  ["The variable max_water_level is set by every one of the stations.", false],
  ["In 2019 41 12 7 and 2020 17 33 12 9 were 1 2 3 4 5.", false],
  [`${"Very long sentences ".repeat(15)}are not quoted.`, false],
])("decides whether %j can be quoted: %s", (text, quotable) => {
  expect(isQuotable({ text, isFirst: true })).toBe(quotable)
})

test("a sentence is quotable when more than 70 percent of its characters are letters, which digits are not", () => {
  const sentence = (words: string) => ({ text: `Abcd abcd abcd abc abc ${words}.`, isFirst: true })
  // 21 and 22 of 30 characters.
  expect(isQuotable(sentence("abc 12"))).toBe(false)
  expect(isQuotable(sentence("abc a1"))).toBe(true)
})

test("continues a sentence that is followed by a lower-case letter", () => {
  const texts = sentencesOf(`"Why?" she asked. "No." It ended.`, "en").map(({ text }) => text)
  expect(texts).toEqual([`"Why?" she asked.`, `"No."`, "It ended."])
})
