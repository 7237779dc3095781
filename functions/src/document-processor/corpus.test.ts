// Reads the files of the corpus, and compares their text and insights with what is expected of each.
import { contentTypeOf, type Insights } from "@document-insight/protocol"
import { describe, expect, test } from "vitest"
import { runsAll } from "../../../tests/testing/runs.ts"
import { corpus } from "../../test/corpus/corpus.ts"
import type { CorpusFile, Expectation } from "../../test/corpus/corpus-file.ts"
import { extractInsights } from "../../test/extract-insights.ts"
import { openDocument } from "./read/open-document.ts"

async function readPages(bytes: Uint8Array, name: string) {
  const document = await openDocument(bytes, contentTypeOf(name) ?? "application/octet-stream")
  const pages = [...document.pages()]
  const structure = document.structure?.()
  document.close()
  return { title: document.title, author: document.author, pages, structure }
}

async function read({ name, make }: CorpusFile) {
  const document = await readPages(await make(), name)
  const { pages } = document
  const insights = await extractInsights({ ...document, isOutOfTime: () => false })
  return { text: pages.join("\n"), insights }
}

// The same story in many languages, formats and encodings: `npm test` reads a third of them, and one in each format.
const isStory = ({ name }: CorpusFile) => name.startsWith("story-")
const stories = corpus.filter(isStory)
const formatOf = ({ name }: CorpusFile) => name.split(".").at(-1)
const isFirstOfFormat = (file: CorpusFile) => stories.find((one) => formatOf(one) === formatOf(file)) === file
const filesToRead = [
  ...corpus.filter((file) => !isStory(file)),
  ...stories.filter((file, index) => runsAll || index % 3 === 0 || isFirstOfFormat(file)),
]

const compact = (text: string) => text.replace(/\s+/gu, "")

/** Of those insights that are expected to have a certain value. */
const fields = [
  "language",
  "title",
  "pages",
  "pagesWithoutText",
  "unreadablePages",
  "outline",
  "dates",
  "amounts",
  "links",
] as const

function expectInsights(insights: Insights, text: string, expected: Expectation): void {
  for (const field of fields) if (expected[field] !== undefined) expect(insights[field]).toEqual(expected[field])
  const phrases = insights.keyphrases.map((keyphrase) => keyphrase.text)
  if (expected.phrase) expect(phrases.join("|").toLowerCase()).toContain(expected.phrase.toLowerCase())
  expect(insights.people.map(({ text }) => text)).toEqual(expect.arrayContaining([...(expected.people ?? [])]))
  if (expected.hasSummary === true) expect(insights.summary.length).toBeGreaterThanOrEqual(3)
  if (expected.hasSummary === false) expect(insights.summary).toEqual([])
  for (const sentence of insights.summary) expect(compact(text)).toContain(compact(sentence))
  const quoted = [...insights.summary, ...phrases].join("|")
  for (const line of expected.furniture ?? []) expect(quoted).not.toContain(line)
}

describe("the corpus", () => {
  test("has eighty files, twenty languages and twelve encodings at least", () => {
    expect(new Set(corpus.map(({ name }) => name)).size).toBe(corpus.length)
    expect(corpus.length).toBeGreaterThanOrEqual(80)
    expect(new Set(corpus.map(({ expected }) => expected.language).filter(Boolean)).size).toBeGreaterThanOrEqual(20)
    const encodings = corpus.map(({ name }) => /^story-..-(.*)\.txt$/.exec(name)?.[1]).filter(Boolean)
    expect(new Set(encodings).size).toBeGreaterThanOrEqual(12)
  })

  test.each(filesToRead.map((file) => [file.name, file] as const))("%s", async (_name, file) => {
    const { expected } = file
    if (expected.errorCode) {
      await expect(read(file)).rejects.toMatchObject({ name: "DocumentError", errorCode: expected.errorCode })
      return
    }
    const { text, insights } = await read(file)
    let at = 0
    for (const part of expected.texts ?? []) {
      const found = compact(text).indexOf(compact(part), at)
      expect(found, `"${part}" is in the text, after what is before it`).toBeGreaterThanOrEqual(at)
      at = found + compact(part).length
    }
    expectInsights(insights, text, expected)
  })
})

const firstOfEachFormat = corpus.filter(
  (file, at) => corpus.findIndex((one) => formatOf(one) === formatOf(file)) === at,
)
const places = [0.01, 0.03, 0.1, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 0.99]

test.each(firstOfEachFormat.map((file) => [file.name, file] as const))(
  "%s that is cut off is read, or rejected with one sentence",
  async (name, { make }) => {
    const bytes = await make()
    const ends = [1, 2, 3, 4, 5, 9, ...places.map((place) => Math.floor(place * bytes.length)), bytes.length - 1]
    for (const end of new Set(ends)) {
      const cut = await readPages(bytes.subarray(0, end), name).catch((error: unknown) => error)
      if (cut instanceof Error) {
        expect(cut).toMatchObject({ name: "DocumentError", message: expect.stringMatching(/^[A-Z][^\n]*\.$/) })
      }
    }
  },
)

test("a file is read by its content, whatever its name says", async () => {
  const names = ["a.pdf", "a.docx", "a.txt", "a.html", "a.json", "a.xml", "a.csv", "a"]
  const files = firstOfEachFormat.filter(({ name }) => /\.(?:pdf|docx?|pptx|xlsx|od[tsp]|epub|rtf)$/.test(name))
  for (const [at, { name, make }] of files.entries()) {
    const bytes = await make()
    const [named, misnamed] = [await readPages(bytes, name), await readPages(bytes, names[at % names.length] ?? "a")]
    expect(misnamed.pages).toEqual(named.pages)
  }
})
