// Tests of the pages of phrases, names and summary sentences.
import type { Insights } from "@document-insight/protocol"
import { describe, expect, test } from "vitest"
import { addPageNumbers } from "./add-page-numbers.ts"

const never = () => false
const numbered = (texts: string[]) => texts.map((text, index) => ({ number: index + 1, text }))
const insightsWith = (given: Partial<Insights>) =>
  ({
    summary: [],
    keyphrases: [],
    people: [],
    places: [],
    organizations: [],
    ...given,
  }) as Partial<Insights> as Insights

function pageOf(text: string, pages: string[]): number | undefined {
  const { keyphrases } = addPageNumbers(insightsWith({ keyphrases: [{ text, count: 1 }] }), numbered(pages), never)
  return keyphrases[0]?.page
}

function pageOfSentence(text: string, pages: string[]): number | null | undefined {
  return addPageNumbers(insightsWith({ summary: [text] }), numbered(pages), never).summaryPages?.[0]
}

describe("a phrase or name", () => {
  test.each([
    ["flood gauges", ["Nothing.", "The Flood\ngauges.", "flood gauges"], 2],
    ["measured", ["un", "mea-\nsured"], 2],
    ["Ann Lee", ["Ein Mann leert es.", "Ann Lee."], 2],
    ["well-known", ["It is well known.", "It is well-\nknown."], 2],
    ["洪水", ["なし", "大洪水の記録"], 2],
    ["J. K. O’Neill", ["J. K. O'Neill came."], 1],
    ["missing", ["Nothing."], undefined],
  ])("%s", (text, pages, page) => {
    expect(pageOf(text, pages)).toBe(page)
  })

  test("of every kind gets its page, and keeps its count", () => {
    const name = (text: string) => [{ text, count: 3 }]
    const found = addPageNumbers(
      insightsWith({ people: name("Maria Keller"), places: name("Bern"), organizations: name("Red Cross") }),
      numbered(["Maria Keller", "Bern", "Red Cross"]),
      never,
    )
    expect(found).toMatchObject({
      people: [{ text: "Maria Keller", count: 3, page: 1 }],
      places: [{ text: "Bern", count: 3, page: 2 }],
      organizations: [{ text: "Red Cross", count: 3, page: 3 }],
    })
  })
})

describe("a sentence", () => {
  const sentence =
    "The gauges along the river were read every morning, and the numbers were sent to the city by telegraph."

  test("is found where lines break and words are hyphenated", () => {
    expect(pageOfSentence(sentence, ["Nothing.", sentence.replace(" the river ", "\nthe ri-\nver ")])).toBe(2)
  })

  test("that continues on the next page is on the page of its start, and else on that of its end", () => {
    const pages = [`Before. ${sentence.slice(0, 60)}`, `${sentence.slice(60)} After.`]
    expect(pageOfSentence(sentence, pages)).toBe(1)
    expect(pageOfSentence(sentence, [`Before. ${sentence.slice(0, 20)}`, sentence.slice(20)])).toBe(2)
  })

  test("that is not in the text has no page", () => {
    expect(pageOfSentence(sentence, ["Nothing."])).toBeNull()
  })
})

test("what was not found when the time is over has no page", () => {
  let calls = 0
  const insights = insightsWith({ keyphrases: ["one", "two"].map((text) => ({ text, count: 1 })) })
  expect(addPageNumbers(insights, numbered(["one", "two"]), () => calls++ > 0).keyphrases).toEqual([
    { text: "one", count: 1, page: 1 },
    { text: "two", count: 1 },
  ])
})
