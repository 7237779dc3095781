// Reading that is continued in another thread has the results of a single reading, wherever it was interrupted.
import { expect, test, vi } from "vitest"
import { compressed, pages as makePages } from "../../test/hostile-files/write-pdf.ts"
import { makePdf } from "../../test/make-documents.ts"
import { checkInterruptions, filesToInterrupt, ninePages, readInParts, readPart } from "../../test/read-in-parts.ts"
import { processDocument, type ReadBefore } from "./process-document.ts"

vi.setConfig({ testTimeout: 60_000 })

// A run starts two or three threads; the soak tests make more of them.
const runs = 2

test.each(filesToInterrupt)(
  "%s that is interrupted after any pages has the insights and texts of one reading",
  (_, make) => checkInterruptions(make, runs),
)

test("pages that were read ahead of the last step are read by the next invocation", async () => {
  const file = { bytes: await makePdf(ninePages), contentType: "application/pdf" }
  let isOutOfTime = false
  const reading = processDocument({ ...file, isOutOfTime: () => isOutOfTime, mayContinue: true })
  const first = await reading.next()
  // Meanwhile the thread reads the pages ahead, and completes the insights: another one starts and does as much.
  await readInParts({ bytes: Buffer.from(ninePages.join("\f")), contentType: "text/plain" }, [])
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
  const reading = readPart({ bytes: await makePdf(ninePages), contentType: "application/pdf" }, 9, readBefore)
  await expect(reading).rejects.toThrow("the stored text ends before the pages that were read")
})

test("the CPU time of earlier invocations counts for the document's limit", async () => {
  const file = { bytes: await makePdf(ninePages), contentType: "application/pdf" }
  const readBefore: ReadBefore = {
    pages: 1,
    counts: { words: 0, characters: 0 },
    cpuMs: 3_600_000,
    texts: (async function* () {
      yield [ninePages[0] ?? ""]
    })(),
  }
  const heavyPage = compressed("0 0 m 9 9 l S ", 3_000_000)
  const heavy = { ...file, bytes: makePages(10, [heavyPage]) }
  await expect(readPart(heavy, 100, readBefore)).rejects.toMatchObject({ errorCode: "TIMED_OUT" })
})
