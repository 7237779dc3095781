// The texts of the page: sizes, page ranges and the status of a document.
import { expect, test } from "vitest"
import { formatBytes } from "./format-bytes.ts"
import { formatPageRanges } from "./format-page-ranges.ts"
import { statusText } from "./status-text.ts"

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1_000, "1 kB"],
  [2_340_000, "2.3 MB"],
  [50_000_000, "50 MB"],
  [3_200_000_000, "3.2 GB"],
])("formats %i bytes as %s", (bytes, text) => expect(formatBytes(bytes)).toBe(text))

test.each([
  [[5], "5"],
  [[1, 2], "1–2"],
  [[3, 7, 8, 9, 31], "3, 7–9, 31"],
])("formats the pages %j as %s", (pages, text) => expect(formatPageRanges(pages)).toBe(text))

const item = {
  key: "k",
  fileName: "a.pdf",
  sizeBytes: 5,
  upload: { step: "done" },
  insights: { step: "none" },
} as const
const counts = { documentId: "d", sequence: 3, totalPages: 44, percentComplete: 25, timestamp: "" }

test("changes the line with every page, but not the announcement", () => {
  const first = statusText(item, { status: "progress", pagesProcessed: 11, ...counts })
  const next = statusText(item, { status: "progress", pagesProcessed: 12, ...counts })
  expect([first.line, next.line]).toEqual(["Processing page 12 of 44", "Processing page 13 of 44"])
  expect(first.announcement).toBe(next.announcement)
})

test("advises what to do after an error, unless processing is retried", () => {
  const empty = {
    status: "error",
    pagesProcessed: 0,
    ...counts,
    errorCode: "EMPTY",
    message: "This file is empty.",
  } as const
  expect(statusText(item, empty).advice).toBe("Check that it was saved completely, then upload it again.")
  expect(statusText(item, { ...empty, recoverable: true }).advice).toBe("Processing is retried automatically.")
})
