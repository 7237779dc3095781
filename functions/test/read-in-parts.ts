// Reads documents in parts, each in another thread, and compares the result with that of one reading.
import type { Insights } from "@document-insight/protocol"
import fc from "fast-check"
import { expect } from "vitest"
import { processDocument, type ReadBefore, type ReadingStep } from "../src/document-processor/process-document.ts"
import { maxPageCharacters } from "../src/storage/page-blocks.ts"
import { fieldReport } from "./field-report.ts"
import { makePptx } from "./make-archives.ts"
import { makePdf } from "./make-documents.ts"

type Part = { texts: string[]; last: ReadingStep | undefined; result: Insights | "out-of-time" }
type File = { bytes: Uint8Array; contentType: string }

/** Reads until `stopAt` pages are read. */
export async function readPart(file: File, stopAt: number, readBefore?: ReadBefore): Promise<Part> {
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

export async function readInParts(
  file: File,
  stops: readonly number[],
): Promise<{ texts: string[]; insights: Insights }> {
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

export const ninePages = Array.from({ length: 9 }, (_, index) =>
  index % 4 === 2 ? "" : fieldReport.slice(index * 300, 2_500),
)

export const filesToInterrupt: [name: string, make: () => Promise<File> | File][] = [
  [
    "a PDF file with empty pages, bookmarks, dates and links",
    async () => {
      const pages = ninePages.map(
        (text, index) => text && `${text} 2026-11-${10 + index} $${index} https://example.com/${index}`,
      )
      const bookmarks = pages.map((_, index) => ({ text: `Part ${index}`, level: 1 as const, page: index + 1 }))
      return { bytes: await makePdf(pages, { bookmarks }), contentType: "application/pdf" }
    },
  ],
  ["a text", () => ({ bytes: Buffer.from(ninePages.join("\f")), contentType: "text/plain" })],
  ["a presentation with a slide that is too long to be kept", longPage],
]

/** Interrupts the reading after the last page, and after `numRuns - 1` choices of one or two pages. */
export async function checkInterruptions(make: () => Promise<File> | File, numRuns: number): Promise<void> {
  const file = await make()
  const whole = await readInParts(file, [])
  expect(whole.insights.pages).toBeGreaterThan(2)
  const stop = fc.integer({ min: 1, max: whole.insights.pages })
  await fc.assert(
    fc.asyncProperty(fc.array(stop, { minLength: 1, maxLength: 2 }), async (stops) => {
      const inOrder = stops.toSorted((a, b) => a - b)
      expect(await readInParts(file, inOrder)).toEqual(whole)
    }),
    { numRuns, examples: [[[whole.insights.pages]]] },
  )
}

/** A presentation whose second slide is very long, with names and numbers before and after the text that is kept. */
function longPage(): File {
  const beyond = "Zoe Quill of the Meridian Institute paid $1,234 on 2031-02-03. See https://example.org/beyond."
  const long = `${fieldReport}${"word ".repeat(maxPageCharacters / "word ".length)}${beyond}`
  const slides = [fieldReport.slice(0, 2_000), long, fieldReport.slice(2_000, 4_000)]
  const contentType = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
  return { bytes: makePptx(slides.map((text) => ({ text: [text] }))), contentType }
}
