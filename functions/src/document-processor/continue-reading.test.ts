// Reading that is continued in another thread has the results of a single reading, wherever it was interrupted.

import type { Insights } from "@document-insight/protocol"
import fc from "fast-check"
import { expect, test, vi } from "vitest"
import { fieldReport } from "../../test/field-report.ts"
import { compressed, pages as makePages } from "../../test/hostile-files/write-pdf.ts"
import { makePptx } from "../../test/make-archives.ts"
import { makePdf } from "../../test/make-documents.ts"
import { maxPageCharacters } from "../storage/page-blocks.ts"
import { processDocument, type ReadBefore, type ReadingStep } from "./process-document.ts"

vi.setConfig({ testTimeout: 60_000 })

type Part = { texts: string[]; last: ReadingStep | undefined; result: Insights | "out-of-time" }
type File = { bytes: Uint8Array; contentType: string }

/** Reads until `stopAt` pages are read. */
async function readPart(file: File, stopAt: number, readBefore?: ReadBefore): Promise<Part> {
  let last: ReadingStep | undefined
  const isOutOfTime = () => (last?.pagesProcessed ?? 0) >= stopAt
  const reading = processDocument({ ...file, isOutOfTime, mayContinue: true, readBefore })
  const texts: string[] = []
  let step = await reading.next()
  for (; !step.done; step = await reading.next()) {
    last = step.value
    // Only the start of a very long page is stored.
    texts.push(...last.texts.map((text) => text.slice(0, maxPageCharacters)))
  }
  return { texts, last, result: step.value }
}

async function readInParts(file: File, stops: readonly number[]): Promise<{ texts: string[]; insights: Insights }> {
  const texts: string[] = []
  let readBefore: ReadBefore | undefined
  for (const stop of [...stops, Number.POSITIVE_INFINITY]) {
    if (stop <= texts.length) continue
    const part = await readPart(file, stop, readBefore)
    texts.push(...part.texts)
    if (part.result !== "out-of-time") return { texts, insights: part.result }
    expect(part.last?.pagesProcessed).toBe(texts.length)
    const stored = [texts.slice(0, 3), texts.slice(3)]
    readBefore = {
      pages: texts.length,
      counts: part.last!.counts,
      cpuMs: part.last!.cpuMs,
      texts: (async function* () {
        yield* stored
      })(),
    }
  }
  throw new Error("the document was not completed")
}

const texts = Array.from({ length: 9 }, (_, index) => (index % 4 === 2 ? "" : fieldReport.slice(index * 300, 2_500)))

test.each<[string, () => Promise<File> | File]>([
  ["a PDF file", async () => ({ bytes: await makePdf(texts), contentType: "application/pdf" })],
  [
    "a PDF file with bookmarks, dates and links",
    async () => {
      const pages = texts.map((text, index) => `${text} 2026-11-${10 + index} $${index} https://example.com/${index}`)
      const bookmarks = pages.map((_, index) => ({ text: `Part ${index}`, level: 1 as const, page: index + 1 }))
      return { bytes: await makePdf(pages, { bookmarks }), contentType: "application/pdf" }
    },
  ],
  ["a text", () => ({ bytes: Buffer.from(texts.join("\f")), contentType: "text/plain" })],
  ["a presentation with a slide that is too long to be kept", longPage],
])("%s that is interrupted after any pages has the insights and texts of one reading", async (_, make) => {
  const file = await make()
  const whole = await readInParts(file, [])
  expect(whole.insights.pages).toBeGreaterThan(2)
  const stop = fc.integer({ min: 1, max: whole.insights.pages })
  await fc.assert(
    fc.asyncProperty(fc.array(stop, { minLength: 1, maxLength: 2 }), async (stops) => {
      expect(
        await readInParts(
          file,
          stops.toSorted((a, b) => a - b),
        ),
      ).toEqual(whole)
    }),
    { numRuns: 5, examples: [[[whole.insights.pages]]] },
  )
})

/** A presentation whose second slide is very long. */
function longPage(): File {
  const long = fieldReport.repeat(Math.ceil((maxPageCharacters * 1.5) / fieldReport.length))
  const slides = [fieldReport.slice(0, 2_000), long, fieldReport.slice(2_000, 4_000)]
  const contentType = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
  return { bytes: makePptx(slides.map((text) => ({ text: [text] }))), contentType }
}

test("pages that were read ahead of the last step are read by the next invocation", async () => {
  const file = { bytes: await makePdf(texts), contentType: "application/pdf" }
  let isOutOfTime = false
  const reading = processDocument({ ...file, isOutOfTime: () => isOutOfTime, mayContinue: true })
  const first = await reading.next()
  // Meanwhile the thread reads the pages ahead, and completes the insights.
  await readInParts(file, [])
  isOutOfTime = true
  expect(first.value).toMatchObject({ pagesProcessed: 1 })
  expect(await reading.next()).toEqual({ done: true, value: "out-of-time" })
})

test("a page that is under way when no time is left is read by the next invocation", async () => {
  const heavyPage = compressed("0 0 m 9 9 l S ", 3_000_000)
  let checks = 0
  const isOutOfTime = () => {
    checks += 1
    return checks > 1
  }
  const bytes = makePages(1_000, [heavyPage])
  const reading = processDocument({ bytes, contentType: "application/pdf", isOutOfTime, mayContinue: true })
  let step = await reading.next()
  while (!step.done) step = await reading.next()
  expect(step.value).toBe("out-of-time")
})

test("stored text that ends early fails the attempt", async () => {
  const readBefore = { pages: 3, counts: { words: 0, characters: 0 }, cpuMs: 0, texts: (async function* () {})() }
  const reading = readPart({ bytes: await makePdf(texts), contentType: "application/pdf" }, 9, readBefore)
  await expect(reading).rejects.toThrow("the stored text ends before the pages that were read")
})

test("the CPU time of earlier invocations counts for the document's limit", async () => {
  const file = { bytes: await makePdf(texts), contentType: "application/pdf" }
  const readBefore: ReadBefore = {
    pages: 1,
    counts: { words: 0, characters: 0 },
    cpuMs: 3_600_000,
    texts: (async function* () {
      yield [texts[0] ?? ""]
    })(),
  }
  const heavyPage = compressed("0 0 m 9 9 l S ", 3_000_000)
  const heavy = { ...file, bytes: makePages(10, [heavyPage]) }
  await expect(readPart(heavy, 100, readBefore)).rejects.toMatchObject({ errorCode: "TIMED_OUT" })
})
