// Tests of reading documents in a thread: their pages, the limits of time and memory, and the end of the thread.
import { once } from "node:events"
import { existsSync, readdirSync } from "node:fs"
import { Worker } from "node:worker_threads"
import { describe, expect, onTestFinished, test } from "vitest"
import { fieldReport } from "../../test/field-report.ts"
import { contentTypes, repeated } from "../../test/hostile-files/hostile-file.ts"
import { compressed, pages, unmappedFont } from "../../test/hostile-files/write-pdf.ts"
import { makePdf, textOf } from "../../test/make-documents.ts"
import { type DocumentToRead, processDocument } from "./process-document.ts"

const isOutOfTime = () => false
const heavyPage = compressed("0 0 m 9 9 l S ", 3_000_000)

function read(document: Partial<DocumentToRead> & { bytes: Uint8Array }) {
  return processDocument({ contentType: contentTypes.pdf, isOutOfTime, ...document })
}

async function finish(reading: ReturnType<typeof read>) {
  const steps: number[] = []
  let step = await reading.next()
  for (; !step.done; step = await reading.next()) steps.push(step.value.pagesProcessed)
  if (step.value === "out-of-time") throw new Error("there was no time left")
  return { steps, insights: step.value }
}

test("yields each page and returns the insights", async () => {
  const { steps, insights } = await finish(read({ bytes: await makePdf([fieldReport.slice(0, 1_000), "Two.", ""]) }))
  expect(steps).toEqual([1, 2, 3])
  expect(insights).toMatchObject({ pages: 3, language: "en", pagesWithoutText: [3] })
})

test("reports pages whose font does not map its glyphs to characters, and ignores their text", async () => {
  const { insights } = await finish(read({ bytes: unmappedFont([fieldReport, "", fieldReport]) }))
  expect(insights).toMatchObject({
    words: 0,
    language: null,
    summary: [],
    keyphrases: [],
    pagesWithoutText: [2],
    unreadablePages: [1, 3],
  })
})

test("yields once per percent of a long document", async () => {
  const { steps, insights } = await finish(read({ bytes: pages(1_000, [{ data: "" }]) }))
  expect(steps.length).toBeGreaterThanOrEqual(100)
  expect(steps.at(-1)).toBe(1_000)
  expect(insights.pages).toBe(1_000)
})

test("leaves the bytes to its caller", async () => {
  const bytes = await makePdf(["Text."])
  const before = Buffer.from(bytes)
  await finish(read({ bytes }))
  expect(before.equals(bytes)).toBe(true)
})

test("reads several documents at once, each in its own thread", async () => {
  const documents = ["One.", "Two words."].map((text) => ({ bytes: textOf([text]), contentType: contentTypes.text }))
  const results = await Promise.all(documents.map((document) => finish(read(document))))
  expect(results.map(({ insights }) => insights.words)).toEqual([1, 2])
})

test("reads the rest in the thread of a reading that was stopped because no time was left", async () => {
  const started: Worker[] = []
  const count = (worker: Worker) => void started.push(worker)
  process.on("worker", count)
  onTestFinished(() => void process.off("worker", count))
  // More pages than the thread reads ahead: it waits, and is not ended while it analyzes them.
  const bytes = await makePdf(Array.from({ length: 40 }, () => "Word."))
  const stopped = read({ bytes, isOutOfTime: () => true, mayContinue: true })
  expect((await stopped.next()).value).toMatchObject({ pagesProcessed: 1 })
  const before = started.length
  expect(await stopped.next()).toEqual({ done: true, value: "out-of-time" })
  expect((await finish(read({ bytes }))).insights.words).toBe(40)
  expect(started).toHaveLength(before)
})

describe("limits", () => {
  test("ends as TIMED_OUT in the middle of a page that takes too long, and reads the next document", async () => {
    const limits = { stepMs: 50 }
    await expect(finish(read({ bytes: pages(1, [heavyPage]), limits }))).rejects.toMatchObject({
      errorCode: "TIMED_OUT",
    })
    expect((await finish(read({ bytes: await makePdf(["Text."]) }))).insights.words).toBe(1)
  })

  test("ends as TIMED_OUT when the pages together take too long for the size of the file", async () => {
    const limits = { documentMs: 100, msPerByte: 0 }
    await expect(finish(read({ bytes: pages(1_000, [heavyPage]), limits }))).rejects.toMatchObject({
      errorCode: "TIMED_OUT",
    })
  })

  test("completes the insights from what is known when the invocation has no time left", async () => {
    const text = await makePdf([fieldReport.repeat(3)])
    let isLastPageRead = false
    const reading = read({ bytes: text, isOutOfTime: () => isLastPageRead, limits: { completionMs: 60_000 } })
    let step = await reading.next()
    for (; !step.done; step = await reading.next()) isLastPageRead = step.value.pagesProcessed === step.value.totalPages
    expect(step.value).toMatchObject({ language: "en", words: expect.any(Number) })
  })

  test("ends as TOO_LARGE when the thread's memory exceeds its limit", async () => {
    const document = {
      bytes: repeated("a b\n", 40_000_000),
      contentType: contentTypes.text,
      limits: { memoryBytes: 60_000_000 },
    }
    await expect(finish(read(document))).rejects.toMatchObject({ errorCode: "TOO_LARGE" })
  })
})

// Each thread of this process is a folder there.
const threadsFolder = "/proc/self/task"
const threadCount = () => readdirSync(threadsFolder).length
// A page is a step, and the thread still reads ahead of the first one.
const longReading = pages(100, [compressed("0 0 m 9 9 l S ", 300_000)])

describe.skipIf(!existsSync(threadsFolder))("the reading thread ends", () => {
  test("with a caller that stops early", async () => {
    const reading = read({ bytes: longReading })
    await reading.next()
    const before = threadCount()
    await reading.return(undefined as never)
    expect(threadCount()).toBeLessThan(before)
  })

  test("with the execution environment that started it", async () => {
    const before = threadCount()
    const code = `
      const { parentPort, workerData } = require("node:worker_threads")
      import(workerData.module).then(async ({ processDocument }) => {
        const { bytes } = workerData
        const reading = processDocument({ bytes, contentType: "application/pdf", isOutOfTime: () => false })
        await reading.next()
        parentPort.postMessage("reading")
        await reading.next()
      })`
    const module = new URL("./process-document.ts", import.meta.url).href
    const environment = new Worker(code, {
      eval: true,
      workerData: { module, bytes: longReading },
    })
    expect(await once(environment, "message")).toEqual(["reading"])
    expect(threadCount()).toBeGreaterThanOrEqual(before + 2)
    await environment.terminate()
    expect(threadCount()).toBe(before)
  })
})
