// Tests of reading pages and searching in a document, through the routes of the HTTP API.
import {
  type Insights,
  pageResponseSchema,
  problemSchema,
  type SearchResponse,
  searchResponseSchema,
} from "@document-insight/protocol"
import * as v from "valibot"
import { beforeEach, describe, expect, test } from "vitest"
import { type MemoryTexts, memoryTexts } from "../../test/memory-texts.ts"
import type { StoredDocument } from "../storage/document-item.ts"
import { readPage } from "./read-page.ts"
import { searchDocument } from "./search-document.ts"

let texts: MemoryTexts
let document: StoredDocument | undefined

const documents = { find: async () => document }
const request = { documentId: "d1", session: undefined, shareToken: undefined }

beforeEach(() => {
  texts = memoryTexts()
  document = undefined
})

/** A document whose blocks have these pages. */
async function arrange(...pages: string[]): Promise<void> {
  const writer = texts.writer("d1")
  await writer.add(pages)
  const firstPages = await writer.finish()
  document = { documentId: "d1", insights: { pages: pages.length } as Insights, firstPages } as StoredDocument
}

const dependencies = () => ({ documents: documents as never, texts })
const read = async (page: string) => (await readPage({ ...request, page }, dependencies())) as Result
const search = async (query: string, from?: string) =>
  (await searchDocument({ ...request, query, from }, dependencies())) as Result
type Result = { statusCode: number; body: unknown }

async function found(query: string, from?: string): Promise<SearchResponse> {
  const { statusCode, body } = await search(query, from)
  expect(statusCode).toBe(200)
  return v.parse(searchResponseSchema, body)
}

const long = (text: string) => text + " filler".repeat(30_000)

describe("GET /documents/{documentId}/pages/{page}", () => {
  test("returns the text of any page of any block", async () => {
    await arrange(long("First"), long("Second"), "Third\nline", "")
    expect(v.parse(pageResponseSchema, (await read("3")).body)).toEqual({
      documentId: "d1",
      page: 3,
      pages: 4,
      text: "Third\nline",
      isTruncated: false,
    })
    expect((await read("2")).body).toMatchObject({ page: 2, text: expect.stringMatching(/^Second/) })
    expect((await read("4")).body).toMatchObject({ page: 4, text: "" })
  })

  test("marks a page of which only the start is kept", async () => {
    await arrange("x".repeat(300_000))
    expect((await read("1")).body).toMatchObject({ text: "x".repeat(250_000), isTruncated: true })
  })

  test.each(["0", "3", "-1", "1.5", "one", "", "01", "99999999"])(
    "responds with 404 for page %j of two",
    async (page) => {
      await arrange("One.", "Two.")
      const { statusCode, body } = await read(page)
      expect(statusCode).toBe(404)
      expect(v.parse(problemSchema, body).message).toContain("its pages are 1 to 2.")
    },
  )

  test("responds with 404 for a document that does not exist, has no text yet, or has no text any more", async () => {
    expect(await read("1")).toMatchObject({ statusCode: 404 })
    document = { documentId: "d1", insights: null } as StoredDocument
    const messageOf = async () => v.parse(problemSchema, (await read("1")).body).message
    expect(await messageOf()).toContain("still being processed")
    document = { documentId: "d1", insights: { pages: 1 } as Insights } as StoredDocument
    expect(await messageOf()).toContain("no longer kept")
    await arrange("One.")
    texts.blocks.clear()
    expect(await messageOf()).toContain("no longer kept")
  })
})

describe("GET /documents/{documentId}/search", () => {
  test("returns the pages that match, each with its first match and the text around it", async () => {
    await arrange("Nothing here.", "The Flood\ngauges rose. Then flood gauges fell.", long(""), "FLOOD GAUGES!")
    expect(await found("flood gauges")).toEqual({
      documentId: "d1",
      query: "flood gauges",
      matches: [
        { page: 2, count: 2, before: "The ", match: "Flood gauges", after: " rose. Then flood gauges fell." },
        { page: 4, count: 1, before: "", match: "FLOOD GAUGES", after: "!" },
      ],
      nextPage: null,
    })
  })

  test("cuts the text around a match between words", async () => {
    const words = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu"
    await arrange(`${words} gauge ${words}`)
    const [match] = (await found("gauge")).matches
    expect(match?.before).toBe(
      "beta gamma delta epsilon zeta eta theta iota kappa lambda mu ".slice(-match!.before.length),
    )
    expect(words.split(" ")).toContain(match?.before.split(" ")[0])
    expect(words.split(" ")).toContain(match?.after.split(" ").at(-1))
    expect(match?.after).not.toContain("mu")
  })

  test("starts at a page, and continues after a hundred pages that match", async () => {
    await arrange(...Array.from({ length: 250 }, (_, index) => `Page ${index + 1}: gauge`))
    const first = await found("gauge")
    expect([first.matches.length, first.matches[0]?.page, first.nextPage]).toEqual([100, 1, 101])
    const last = await found("gauge", "201")
    expect([last.matches.length, last.matches[0]?.page, last.nextPage]).toEqual([50, 201, null])
    expect((await found("gauge", "251")).matches).toEqual([])
  })

  test("takes characters of regular expressions literally", async () => {
    await arrange("Costs (net) are 4.50 $ [a|b] {x}", "Costs net are 4x50")
    expect((await found("(net) are 4.50 $ [a|b] {x}")).matches.map(({ page }) => page)).toEqual([1])
  })

  test.each([
    ["", "q"],
    ["   ", "q"],
    ["x".repeat(201), "q"],
  ])("rejects the query %j", async (query, field) => {
    await arrange("One.")
    expect(await search(query)).toMatchObject({ statusCode: 400, body: { field } })
  })

  test.each(["0", "x", "-1"])("rejects to start at page %j", async (from) => {
    await arrange("One.")
    expect(await search("One", from)).toMatchObject({ statusCode: 400, body: { field: "from" } })
  })

  test("responds with 404 when the text is gone", async () => {
    expect(await search("a")).toMatchObject({ statusCode: 404 })
    await arrange("One.")
    texts.blocks.clear()
    expect(await search("One")).toMatchObject({ statusCode: 404 })
  })
})
