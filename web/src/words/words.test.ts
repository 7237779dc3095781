// The small words of the page: sizes, page numbers, and where a document stands.
import { expect, test } from "vitest"
import { inBytes } from "./in-bytes.ts"
import { inPageRanges } from "./in-page-ranges.ts"
import { sayStatus } from "./say-status.ts"

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1_000, "1 kB"],
  [2_340_000, "2.3 MB"],
  [50_000_000, "50 MB"],
  [3_200_000_000, "3.2 GB"],
])("%i bytes are %s", (bytes, words) => expect(inBytes(bytes)).toBe(words))

test.each([
  [[5], "5"],
  [[1, 2], "1–2"],
  [[3, 7, 8, 9, 31], "3, 7–9, 31"],
])("pages %j are written %s", (pages, words) => expect(inPageRanges(pages)).toBe(words))

const item = {
  key: "k",
  fileName: "a.pdf",
  sizeBytes: 5,
  handover: { step: "done" },
  insights: { step: "none" },
} as const
const counts = { documentId: "d", sequence: 3, totalPages: 44, percentComplete: 25, timestamp: "" }

test("the line moves with every page, the news does not", () => {
  const first = sayStatus(item, { status: "progress", pagesProcessed: 11, ...counts })
  const next = sayStatus(item, { status: "progress", pagesProcessed: 12, ...counts })
  expect([first.line, next.line]).toEqual(["Reading page 12 of 44", "Reading page 13 of 44"])
  expect(first.news).toBe(next.news)
})

test("an error says what can be done, unless it is being tried again by itself", () => {
  const empty = {
    status: "error",
    pagesProcessed: 0,
    ...counts,
    errorCode: "EMPTY",
    message: "This file has nothing in it.",
  } as const
  expect(sayStatus(item, empty).advice).toBe("Check that it was saved completely, then hand it in again.")
  expect(sayStatus(item, { ...empty, recoverable: true }).advice).toBe("It is tried again by itself. Nothing to do.")
})
