// The texts of the page: sizes, durations, page ranges, the status of a document, titles and Markdown.
import type { Progress } from "@document-insight/protocol"
import { describe, expect, test } from "vitest"
import type { DocumentItem } from "../documents/document-item.ts"
import { formatBytes } from "./format-bytes.ts"
import { formatDuration } from "./format-duration.ts"
import { formatPageRanges } from "./format-page-ranges.ts"
import {
  noSummaryNote,
  pagesNotRecognizedNote,
  pagesWithoutTextNote,
  recognizedPagesNote,
  unreadablePagesNote,
} from "./insights-facts.ts"
import { exportName, insightsMarkdown } from "./insights-markdown.ts"
import { pageTitle } from "./page-title.ts"
import { reflowLines } from "./reflow-lines.ts"
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

test.each([
  [0.2, "1 s"],
  [9.1, "10 s"],
  [12, "15 s"],
  [58, "1 min"],
  [3_599, "1 h"],
  [5_400, "1 h 30 min"],
])("formats %d seconds as %s", (seconds, text) => expect(formatDuration(seconds)).toBe(text))

const item: DocumentItem = {
  key: "k",
  fileName: "a.pdf",
  sizeBytes: 10_000_000,
  isOwn: true,
  hasFile: true,
  queuedAt: 0,
  upload: { step: "done" },
  insights: { step: "none" },
  samples: [],
  newsAt: 0,
}
const context = { now: 0, outage: undefined, uploadsAhead: 0, documentsAhead: 0 }
const counts = { documentId: "d", sequence: 3, totalPages: 44, percentComplete: 25, timestamp: "" }
const processing: DocumentItem = { ...item, progress: { status: "progress", pagesProcessed: 11, ...counts } }

test("announces once that a summary is being written, and not each part of it", () => {
  const writing = (summaryText: string) =>
    statusText({ ...item, progress: { status: "progress", pagesProcessed: 44, summaryText, ...counts } }, context)
  expect(writing("The")).toMatchObject({
    line: "All pages read, writing the summary",
    announcement: "Writing the summary of a.pdf",
  })
  expect(writing("The report")).toEqual(writing("The"))
})

test("changes the line with every page, but not the announcement", () => {
  const first = statusText(processing, context)
  const next = statusText({ ...item, progress: { status: "progress", pagesProcessed: 12, ...counts } }, context)
  expect([first.line, next.line]).toEqual(["Page 12 of 44", "Page 13 of 44"])
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
  expect(statusText({ ...item, progress: empty }, context).advice).toBe(
    "Check that it was saved completely, then upload it again.",
  )
  expect(statusText({ ...item, progress: { ...empty, recoverable: true } }, context).advice).toBe(
    "Processing is retried automatically.",
  )
})

test("states the rate and the time left of an upload and of processing", () => {
  const upload: DocumentItem = {
    ...item,
    upload: { step: "uploading", fraction: 0.4 },
    samples: [
      { at: 0, done: 0 },
      { at: 2_000, done: 4_000_000 },
    ],
  }
  expect(statusText(upload, { ...context, now: 2_000 }).pace).toBe("2 MB/s, 3 s left")
  const samples = [
    { at: 0, done: 0 },
    { at: 2_000, done: 11 },
  ]
  expect(statusText({ ...processing, samples }, { ...context, now: 2_000 }).pace).toBe("5.5 pages/s, 6 s left")
  expect(statusText(processing, context).pace).toBeUndefined()
})

test("warns when the connection is lost, and after two minutes without news", () => {
  expect(statusText(processing, { ...context, now: 119_000 }).warning).toBeUndefined()
  expect(statusText(processing, { ...context, now: 120_000 }).warning).toBe("No news for 2 min")
  expect(statusText(processing, { ...context, outage: "Offline." }).warning).toBe("Offline.")
  const complete: DocumentItem = {
    ...item,
    progress: { ...counts, status: "processing_complete", pagesProcessed: 44 },
  }
  expect(statusText(complete, { ...context, now: 999_000, outage: "Offline." }).warning).toBeUndefined()
})

const progressOf = (progress: Partial<Progress>, changes: Partial<DocumentItem> = {}): DocumentItem => ({
  ...item,
  progress: { status: "progress", pagesProcessed: 11, ...counts, ...progress },
  ...changes,
})

test.each<[item: DocumentItem, expected: object]>([
  [
    { ...item, upload: { step: "failed", message: "Too large.", isRetryable: false } },
    { status: "rejected", line: "Too large.", announcement: "a.pdf: Too large." },
  ],
  [
    { ...item, upload: { step: "cancelled" } },
    { status: "cancelled", line: "Cancelled", announcement: "" },
  ],
  [
    { ...item, upload: { step: "restoring" } },
    { status: "waiting", line: "Loading", announcement: "" },
  ],
  [
    { ...item, upload: { step: "queued" } },
    { status: "queued", line: "Next to be uploaded", announcement: "" },
  ],
  [
    { ...item, upload: { step: "uploading", fraction: 0.409 } },
    { status: "uploading", line: "Uploading, 40%", announcement: "Uploading a.pdf", percent: 40 },
  ],
  [
    { ...item, upload: { step: "uploading", fraction: 1 } },
    { status: "uploading", line: "Finishing upload", announcement: "Uploading a.pdf", percent: 100 },
  ],
  [item, { status: "waiting", line: "Waiting to be processed", announcement: "a.pdf is uploaded" }],
  [progressOf({ status: "waiting" }), { status: "waiting", line: "Waiting to be processed" }],
  [
    progressOf({ status: "processing_started", percentComplete: 3 }),
    { status: "processing_started", line: "Processing started", announcement: "Processing a.pdf", percent: 3 },
  ],
  [
    progressOf({ totalPages: 0 }),
    { status: "progress", line: "Processing", announcement: "Processing a.pdf", percent: 25 },
  ],
  [progressOf({ pagesProcessed: 43 }), { line: "Page 44 of 44" }],
  [progressOf({ pagesProcessed: 44 }), { line: "All pages read, preparing insights" }],
  [
    progressOf({ status: "processing_complete" }),
    { status: "processing_complete", line: "Complete", announcement: "a.pdf is complete", percent: 100 },
  ],
  [
    progressOf({ status: "error", recoverable: false }),
    {
      status: "error",
      line: "The document could not be processed.",
      announcement: "a.pdf: The document could not be processed.",
      advice: "Upload it again. If it fails again, the document may be damaged.",
    },
  ],
  [
    progressOf({ status: "error", errorCode: "TOO_LARGE", message: "It is too large." }),
    { line: "It is too large.", advice: "Split it into parts, or save it with smaller images." },
  ],
  [
    progressOf({ status: "error", errorCode: "DOCUMENT_NOT_FOUND" }),
    { advice: "Remove it here, and upload it again if you still need it." },
  ],
  [progressOf({ status: "error", errorCode: "ENCRYPTED" }), { advice: undefined }],
])("the texts of %j", (one, expected) => {
  expect(statusText(one, context)).toMatchObject(expected)
})

test.each<[done: number, at: number, rate: string]>([
  [1, 200_000, "1 page/min"],
  [9, 10_000, "54 pages/min"],
  [10, 10_000, "1 page/s"],
  [99, 10_000, "9.9 pages/s"],
  [100, 10_000, "10 pages/s"],
  [1_234, 100_000, "12 pages/s"],
])("%i pages in %i ms are a rate of %s", (done, at, rate) => {
  const samples = [
    { at: 0, done: 0 },
    { at, done },
  ]
  const one = progressOf({ totalPages: 10_000 }, { samples, newsAt: at })
  expect(statusText(one, { ...context, now: at }).pace).toMatch(new RegExp(`^${rate}, .+ left$`))
})

test("shows no rate without news, and none when nothing is left", () => {
  const samples = [
    { at: 0, done: 0 },
    { at: 2_000, done: 11 },
  ]
  const one = progressOf({}, { samples })
  expect(statusText(one, { ...context, now: 2_000, outage: "Offline." }).pace).toBeUndefined()
  expect(statusText(progressOf({ totalPages: 11 }, { samples }), { ...context, now: 2_000 }).pace).toBeUndefined()
})

test("warns when an upload has not advanced for two minutes, and when a retry has no news", () => {
  const upload: DocumentItem = { ...item, upload: { step: "uploading", fraction: 0.4 }, newsAt: 1_000 }
  expect(statusText(upload, { ...context, now: 120_999 }).warning).toBeUndefined()
  expect(statusText(upload, { ...context, now: 121_000 }).warning).toBe("The upload has not advanced for 2 min")
  const late = { ...context, now: 120_000 }
  expect(statusText(progressOf({ status: "error", recoverable: true }), late).warning).toBe("No news for 2 min")
  expect(statusText(progressOf({ status: "error", recoverable: false }), late).warning).toBeUndefined()
})

test("states how many uploads of the page are ahead", () => {
  const queued: DocumentItem = { ...item, upload: { step: "queued" } }
  const line = (uploadsAhead: number) => statusText(queued, { ...context, uploadsAhead }).line
  expect([line(0), line(1), line(4)]).toEqual([
    "Next to be uploaded",
    "Waiting to upload, 1 file ahead",
    "Waiting to upload, 4 files ahead",
  ])
})

test("states about how many documents of the page wait ahead, and what another tab uploads", () => {
  const line = (documentsAhead: number) => statusText(item, { ...context, documentsAhead }).line
  expect([line(0), line(1), line(4)]).toEqual([
    "Waiting to be processed",
    "Waiting, about 1 document ahead",
    "Waiting, about 4 documents ahead",
  ])
  const elsewhere = statusText({ ...item, upload: { step: "elsewhere" } }, context)
  expect(elsewhere).toMatchObject({ status: "uploading", line: "Uploading in another tab" })
  expect(elsewhere.percent).toBeUndefined()
})

test("shows the progress in the title of the tab, then what ended unseen, then the expanded document", () => {
  const options = { unseen: 2, expanded: "b.pdf" }
  expect(pageTitle([processing], options)).toBe("25% a.pdf")
  expect(pageTitle([processing, { ...item, upload: { step: "uploading", fraction: 0.5 } }], options)).toBe(
    "43% of 2 documents",
  )
  expect(pageTitle([item], options)).toBe("0% a.pdf")
  expect(pageTitle([{ ...item, upload: { step: "uploading", fraction: 0.509 } }], options)).toBe("50% a.pdf")
  const restoring: DocumentItem = { ...item, upload: { step: "restoring" } }
  const queued: DocumentItem = { ...item, upload: { step: "queued" } }
  expect(pageTitle([processing, restoring], options)).toBe("25% a.pdf")
  expect(pageTitle([processing, { ...item, upload: { step: "elsewhere" } }], options)).toBe("25% a.pdf")
  expect(pageTitle([processing, item, queued], options)).toBe("37% of 3 documents")
  expect(pageTitle([], options)).toBe("(2) Document Insight")
  expect(pageTitle([], { unseen: 0, expanded: "b.pdf" })).toBe("b.pdf · Document Insight")
  expect(pageTitle([], { unseen: 0 })).toBe("Document Insight")
})

test("writes insights as Markdown in which the text of the document is not markup", () => {
  const markdown = insightsMarkdown("a_b.pdf", {
    title: "# A <b>bold</b> title",
    language: "de",
    pages: 1,
    words: 1_200,
    characters: 9,
    readingMinutes: 75,
    summary: ["1. First\n*point*."],
    keyphrases: [{ text: "[link](x)", count: 2 }],
    people: [],
    places: [],
    organizations: [],
    outline: [
      { text: "A", level: 1 },
      { text: "B*", level: 2, page: 4 },
    ],
    dates: [{ date: "2026-11-26", text: "26.11.2026", page: 1 }],
    amounts: [{ currency: "EUR", value: 5, text: "5 €", page: 2 }],
    links: [{ url: "https://example.com/a_b", page: 3 }],
    pagesWithoutText: [2, 3],
    unreadablePages: [5],
  })
  expect(markdown.split("\n\n")).toEqual([
    "# \\# A \\<b\\>bold\\</b\\> title",
    "a\\_b.pdf: 1 page, 1,200 words, 1 h 15 min reading time, German",
    "## Summary",
    "1\\. First \\*point\\*.",
    "## Key phrases",
    "- \\[link\\](x) (2)",
    "## Outline",
    "- A\n  - B\\* (page 4)",
    "## Dates",
    "- 26\\.11.2026 (page 1)",
    "## Amounts",
    "- 5 € (page 2)",
    "## Links",
    "- https://example.com/a\\_b (page 3)",
    "Pages without text: 2–3",
    "Pages without readable text: 5\n",
  ])
  expect(exportName("report.final.pdf", "md")).toBe("report.final.md")
})

test.each([
  [[3, 4, 5, 6, 7], 9, "Pages 3–7 have no readable text: "],
  [[2], 9, "Page 2 has no readable text: "],
  [[1, 2], 2, "This document has no readable text: "],
])("says which pages cannot be read: %j of %i", (unreadable, pages, start) => {
  expect(unreadablePagesNote(unreadable, pages)).toMatch(new RegExp(`^${start}.*\\(OCR\\)`))
})

test.each([
  [[1], 1, false, "No text was found in this document. Its pages are probably scanned images. Run text recognition"],
  [[2], 3, false, "No text was found on page 2. It is probably an image, or blank."],
  [[2, 3], 4, false, "No text was found on pages 2–3. They are probably images, or blank."],
  [[1, 2], 2, true, "No text was found in this document, and none was recognized in its images."],
  [[2], 3, true, "No text was found on page 2, and none was recognized in its image."],
])("describes the pages %j of %i without text, with recognition: %s", (withoutText, pages, isRecognized, note) => {
  expect(pagesWithoutTextNote(withoutText, { pages, isRecognized })).toContain(note)
})

test("describes the pages whose text was recognized, and those for which that failed", () => {
  expect(recognizedPagesNote([1], 1)).toMatch(/^The text of this document was recognized in an image \(OCR\)\./)
  expect(recognizedPagesNote([1, 2], 2)).toMatch(/^The text of all pages was recognized in images \(OCR\)\./)
  expect(recognizedPagesNote([3, 4, 5], 9)).toMatch(/^The text of pages 3–5 was recognized/)
  expect(pagesNotRecognizedNote([2, 7])).toMatch(/^Text recognition failed on pages 2, 7\./)
})

describe("lines of a page", () => {
  const first = "The gauges along the river were read every morning, and the"

  test("are joined where a paragraph was broken for the width of paper", () => {
    expect(reflowLines(`${first}\nnumbers were sent to the city.\n\n${first}\nend.`)).toBe(
      `${first} numbers were sent to the city.\n\n${first} end.`,
    )
  })

  test("are kept where a heading, a row, a list or a verse ends", () => {
    const kept = `1 Gauges\n${first}\n- ${first}\n2. ${first}\nhill\tvale\n${first.replaceAll(" ", "\t")}\nend`
    expect(reflowLines(kept)).toBe(kept)
  })

  test("are joined without a space in scripts that have none", () => {
    const japanese = "品質は検査ではなく、工程で作り込むものである。検査"
    expect(reflowLines(`${japanese}\nは不良を`)).toBe(`${japanese}は不良を`)
  })

  test("are kept where each has a time, as in a log", () => {
    const times = ["2026-03-01T08:00:00Z", "[2026-03-01 08:00:00]", "08:00:00", "Mar  1 08:00:00"]
    for (const time of times) {
      const log = `${time} gauge=1 level=12\n${time} gauge=2 level=14`
      expect(reflowLines(log)).toBe(log)
    }
  })

  test("keep the break behind a hyphen", () => {
    const hyphenated = `${first.slice(0, -4)}mea-\nsured. ${first}`
    expect(reflowLines(hyphenated)).toBe(hyphenated)
    expect(reflowLines("")).toBe("")
  })

  test("that are empty are left out around the text, and but for one within it", () => {
    expect(reflowLines("\n \n  Plan\n\n \n\nBudget\n\nCosts\n\n")).toBe("  Plan\n\nBudget\n\nCosts")
    expect(reflowLines("\n\n")).toBe("")
  })
})

test("says why there is no summary", () => {
  expect(noSummaryNote("th")).toBe(
    "No summary for this language: a text in Thai does not mark where its sentences end.",
  )
  expect(noSummaryNote("en")).toMatch(/no complete sentences/)
  expect(noSummaryNote(null)).toMatch(/no complete sentences/)
})
