// The lexicon of English words: that its file is that of the installed package, and what is looked up in it.
import { expect, test } from "vitest"
import { compromiseLexicon } from "../../../test/compromise-lexicon.ts"
import lexiconFile from "./english-lexicon.json" with { type: "json" }
import { Lexicon, loadLexicon } from "./lexicon.ts"

test("the file has the words of the installed version of compromise (npm run lexicon writes it)", () => {
  expect(lexiconFile).toEqual(compromiseLexicon())
})

test("finds all kinds of a word and of a name of several words, and none of an unknown one", async () => {
  const lexicon = await loadLexicon()
  expect(lexicon.tagsOf("january")).toEqual(["Month"])
  expect(lexicon.tagsOf("etc")).toEqual(["Abbreviation"])
  expect(lexicon.has("new york", "City", "Region")).toBe(true)
  expect(lexicon.has("new york", "Month")).toBe(false)
  expect(lexicon.tagsOf("qwertz")).toEqual([])
  expect(lexicon.choicesOf("qwertz")).toEqual([])
})

test("splits words at commas, and kinds at vertical bars", () => {
  const lexicon = new Lexicon({ tags: { "City|Noun": "bath,reading" }, classes: { "Person|Place": "jordan" } })
  expect(lexicon.tagsOf("reading")).toEqual(["City", "Noun"])
  expect(lexicon.choicesOf("jordan")).toEqual(["Person", "Place"])
  expect(lexicon.tagsOf("constructor")).toEqual([])
})
