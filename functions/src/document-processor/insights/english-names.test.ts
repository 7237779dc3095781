// Tests of the names that are found in English sentences, and of those that are not.
import { describe, expect, test } from "vitest"
import { analyzeEnglish } from "./analyze-english.ts"
import { Vocabulary } from "./vocabulary.ts"

async function namesIn(...texts: string[]) {
  const vocabulary = new Vocabulary("en")
  const sentences = texts.map((text) => vocabulary.wordsOf(text))
  const { people, places, organizations } = await analyzeEnglish({ sentences, vocabulary, authors: [] })
  const namesOf = (found: typeof people) => found.map(({ text, count }) => `${text} ${count}`)
  return { people: namesOf(people), places: namesOf(places), organizations: namesOf(organizations) }
}

const none = { people: [], places: [], organizations: [] }

describe("a person", () => {
  test("is found by a first name, and counted by the last name", async () => {
    const texts = ["Dr. Hannah Whitfield spoke.", "Later, Whitfield's team left.", "Whitfield stayed."]
    expect(await namesIn(...texts)).toEqual({ ...none, people: ["Hannah Whitfield 3"] })
  })

  test.each([
    ["by a title", "They met Transport Minister Sofia Almeida on Friday.", "Sofia Almeida"],
    ["with a particle", "It was said by Peter van Dijk there.", "Peter van Dijk"],
    ["by the last name", "He wrote to João Goldstein again.", "João Goldstein"],
    ["after a pronoun in upper case", "It is here that I Robert Keller stand.", "Robert Keller"],
    ["with a last name that is a word", "A method that Robert Hall described.", "Robert Hall"],
  ])("is found %s", async (_, text, person) => {
    expect((await namesIn(text)).people).toEqual([`${person} 1`])
  })

  test.each([
    "They discussed the Grace Period at length.",
    "She read the Annual Report and the Water Plan.",
    "He asked whether Phase Two could start.",
    "The hall that Robert Hall built is a hall.",
    "I said that I am here, and I’m late.",
  ])("is not found in %j", async (text) => {
    expect((await namesIn(text)).people).toEqual([])
  })
})

describe("a place", () => {
  test.each([
    ["that is known", "Trains to Warsaw and New York were late.", ["New York 1", "Warsaw 1"]],
    ["that is unknown, after a preposition", "They met in Thurso. ", ["Thurso 1"]],
    ["of the sea", "It crossed the Gulf of Finland.", ["Gulf of Finland 1"]],
  ])("%s is found", async (_, text, places) => {
    expect((await namesIn(text)).places).toEqual(places)
  })

  test.each(["It began in March.", "It was written in English.", "The API in Node is small.", "Thurso left early."])(
    "is not found in %j",
    async (text) => {
      expect((await namesIn(text)).places).toEqual([])
    },
  )

  test("within the name of an organization is not found", async () => {
    const text = "She left Kyoto University and the Austrian Association of Cities."
    expect(await namesIn(text)).toEqual({
      ...none,
      organizations: ["Austrian Association of Cities 1", "Kyoto University 1"],
    })
  })
})

test("organizations are found by a list, and by what their names say", async () => {
  const text = "Laura Chen of Delta Engineering met IBM, Goldman Sachs and the World Health Organization."
  expect(await namesIn(text)).toEqual({
    people: ["Laura Chen 1"],
    places: [],
    organizations: ["Delta Engineering 1", "Goldman Sachs 1", "IBM 1", "World Health Organization 1"],
  })
})

test("the first word of a sentence is a part of a name only if the text does not use it otherwise", async () => {
  expect((await namesIn("Teachers met Maria Keller.", "Both teachers left.")).people).toEqual(["Maria Keller 1"])
  expect((await namesIn("Rauma Bank closed.", "The new Rauma Bank opened.")).organizations).toEqual(["Rauma Bank 2"])
})
