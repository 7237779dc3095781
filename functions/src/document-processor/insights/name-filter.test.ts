// Chooses sentences for names.
import { expect, test } from "vitest"
import { createNameFilter } from "./name-filter.ts"

const chosen = (sentences: string[]) => sentences.filter(createNameFilter(sentences))

test("chooses sentences with a word in upper case, and not those whose first word alone is", () => {
  const sentences = [
    "The water rose.",
    "Nobody told Maria Keller.",
    "“The sirens failed,” the mayor wrote.",
    "nobody saw it.",
  ]
  expect(chosen(sentences)).toEqual(["Nobody told Maria Keller."])
})

test("chooses a sentence that starts with a word which the text never has in lower case", () => {
  expect(chosen(["Keller left early.", "She was tired, as she said."])).toEqual(["Keller left early."])
})

test("chooses the first three sentences with a name, also when another name has the same word", () => {
  const keller = Array.from({ length: 5 }, (_, day) => `On day ${day} Maria Keller was on call.`)
  const sentences = [...keller, "It was on Tuesday that Tom Keller was."]
  expect(chosen(sentences)).toEqual([...keller.slice(0, 3), "It was on Tuesday that Tom Keller was."])
})
