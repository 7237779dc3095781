// Tests of the words that an English text uses as nouns.
import { expect, test } from "vitest"
import { loadLexicon } from "./lexicon.ts"
import { NounUses } from "./noun-uses.ts"
import { Vocabulary } from "./vocabulary.ts"

async function isNoun(word: string, ...texts: string[]): Promise<boolean> {
  const vocabulary = new Vocabulary("en")
  return new NounUses(
    await loadLexicon(),
    texts.map((text) => vocabulary.wordsOf(text)),
  ).isNoun(word)
}

test.each(["gauges", "Station", "client", "operator", "Whitfield"])("%s is a noun wherever it is", async (word) => {
  expect(await isNoun(word)).toBe(true)
})

test.each(["quickly", "enormous", "written", "careful", "because"])("%s is never a noun", async (word) => {
  expect(await isNoun(word, `the ${word} and a ${word}`)).toBe(false)
})

test.each([
  ["report", "They report it. We report the news. She read the report.", false],
  ["report", "The report is long. A report was read. They report it.", true],
  ["mooring", "They fear automatic mooring. The mooring broke.", true],
  ["report", "Flood report", true],
  ["report", "Report early", false],
  ["report", "5 report", false],
  ["report", "They report early. The report", false],
  ["report", "Some report them", false],
  ["reading", "They are reading the book. He kept reading it.", false],
])("%s in %j", async (word, text, expected) => {
  expect(await isNoun(word, ...text.split(". "))).toBe(expected)
})
