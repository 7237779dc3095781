// Pages whose text is recognized while a document is read: their order, how many at a time, and what fails.
import { expect, test } from "vitest"
import { fieldReport } from "../../../test/field-report.ts"
import { unmappedFont } from "../../../test/hostile-files/write-pdf.ts"
import { makePdf } from "../../../test/make-documents.ts"
import { makeTiff } from "../../../test/scanned-documents.ts"
import { processDocument } from "../process-document.ts"
import type { Recognition } from "./recognition-client.ts"

const isOutOfTime = () => false
const sentence = "Maria Keller measured the relay stations along the river for the European Union."

function read(bytes: Uint8Array, recognition?: Recognition) {
  return processDocument({ bytes, contentType: "application/pdf", isOutOfTime, recognition })
}

async function finish(reading: ReturnType<typeof read>) {
  const texts: string[] = []
  const steps: number[] = []
  let step = await reading.next()
  for (; !step.done; step = await reading.next()) {
    texts.push(...step.value.texts)
    steps.push(step.value.pagesProcessed)
  }
  if (step.value === "out-of-time") throw new Error("the time was over")
  return { texts, steps, insights: step.value }
}

test("a page counts as processed when its text arrives, in order, a few pages at a time", async () => {
  const answers = new Map([2, 3, 5].map((page) => [page, Promise.withResolvers<string>()]))
  const asked = new Map([2, 3, 5].map((page) => [page, Promise.withResolvers<void>()]))
  let open = 0
  let mostAtATime = 0
  const recognition: Recognition = {
    pagesAtATime: 2,
    recognize(page) {
      open += 1
      mostAtATime = Math.max(mostAtATime, open)
      asked.get(page)?.resolve()
      return answers.get(page)?.promise.finally(() => (open -= 1)) ?? Promise.resolve(undefined)
    },
  }
  const answer = async (page: number) => {
    await asked.get(page)?.promise
    answers.get(page)?.resolve(`${sentence} Page ${page}.`)
  }
  const reading = finish(read(await makePdf(["One.", "", "", "Four.", ""]), recognition))
  await answer(3)
  await answer(2)
  await answer(5)
  const { texts, steps, insights } = await reading
  expect(texts).toEqual(["One.", ...[2, 3].map((page) => `${sentence} Page ${page}.`), "Four.", `${sentence} Page 5.`])
  expect(steps).toEqual([1, 2, 3, 4, 5])
  expect(mostAtATime).toBe(2)
  expect(insights).toMatchObject({
    words: 2 + 3 * 15,
    pagesWithoutText: [],
    recognizedPages: [2, 3, 5],
    pagesNotRecognized: [],
  })
})

test("a page that fails or is empty stays without text, and the document completes", async () => {
  const recognize = async (page: number) => (page === 1 ? undefined : page === 2 ? "" : sentence)
  const { texts, insights } = await finish(read(await makePdf(["", "", ""]), { pagesAtATime: 3, recognize }))
  expect(texts).toEqual(["", "", sentence])
  expect(insights).toMatchObject({ pagesWithoutText: [1, 2], recognizedPages: [3], pagesNotRecognized: [1] })
})

test("text that cannot be read is recognized too, and is kept when that fails", async () => {
  const file = unmappedFont([fieldReport, fieldReport])
  const recognize = async (page: number) => (page === 1 ? sentence : undefined)
  const { insights } = await finish(read(file, { pagesAtATime: 2, recognize }))
  expect(insights).toMatchObject({
    words: 13,
    unreadablePages: [2],
    pagesWithoutText: [],
    recognizedPages: [1],
    pagesNotRecognized: [2],
  })
})

test("without recognition a scan has pages without text, and an image is rejected in one sentence", async () => {
  const { insights } = await finish(read(await makePdf(["", "Text."])))
  expect(insights.pagesWithoutText).toEqual([1])
  expect(insights).not.toHaveProperty("recognizedPages")
  const image = makeTiff([{ width: 2, height: 2, channels: 1, pixels: new Uint8Array(4), dotsPerInch: 72 }])
  await expect(finish(read(image))).rejects.toMatchObject({
    errorCode: "UNSUPPORTED_TYPE",
    message:
      "This file contains only an image, and text recognition is off on this system. Upload a document with text.",
  })
})

test("pages that were recognized ahead are left to the next invocation, which keeps the numbers of the ones before", async () => {
  const bytes = await makePdf(["", "", "Three.", ""])
  const late = Promise.withResolvers<string>()
  const recognize = async (page: number) => (page === 1 ? undefined : page === 2 ? sentence : late.promise)
  const reading = read(bytes, { pagesAtATime: 4, recognize })
  await reading.next()
  const { value } = await reading.next()
  if (value === "out-of-time" || value === undefined || !("texts" in value)) throw new Error("no page was read")
  expect(value).toMatchObject({ pagesProcessed: 2, recognition: { recognizedPages: [2], pagesNotRecognized: [1] } })
  await reading.return(undefined as never)
  late.resolve("")

  async function* texts() {
    yield ["", sentence]
  }
  const { counts, recognition } = value
  const readBefore = { pages: 2, counts, recognition, cpuMs: 0, texts: texts() }
  const asked: number[] = []
  const continued = processDocument({
    bytes,
    contentType: "application/pdf",
    isOutOfTime,
    readBefore,
    recognition: {
      pagesAtATime: 4,
      recognize: async (page) => {
        asked.push(page)
        return sentence
      },
    },
  })
  const { insights } = await finish(continued)
  expect(asked).toEqual([4])
  expect(insights).toMatchObject({
    words: 13 + 1 + 13,
    recognizedPages: [2, 4],
    pagesNotRecognized: [1],
    pagesWithoutText: [1],
  })
})

test("stops the recognition of its pages when its caller stops", async () => {
  const asked = Promise.withResolvers<AbortSignal>()
  const recognize: Recognition["recognize"] = (_page, signal) => {
    asked.resolve(signal)
    return new Promise(() => {})
  }
  const reading = read(await makePdf(["One.", "", "Three."]), { pagesAtATime: 1, recognize })
  await reading.next()
  const signal = await asked.promise
  expect(signal.aborted).toBe(false)
  await reading.return(undefined as never)
  expect(signal.aborted).toBe(true)
})
