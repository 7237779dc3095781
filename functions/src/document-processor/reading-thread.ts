// The entry point of the reading thread: reads one document at a time and extracts its insights.
//
// Bundled beside the handler under its own name, so that it loads neither the handler nor the AWS SDK.
import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads"
import type { Insights } from "@document-insight/protocol"
import { maxPageCharacters } from "../storage/page-blocks.ts"
import { DocumentError } from "./document-error.ts"
import { InsightsCollector } from "./insights/insights-collector.ts"
import { openDocument } from "./read/open-document.ts"
import { maxCharacters } from "./read/reading-limits.ts"
import { StepWindow } from "./reading/step-window.ts"
import type { FromThread, ThreadSettings, ToThread } from "./reading/thread-messages.ts"
import { PageRecognition } from "./recognition/page-recognition.ts"

if (!parentPort) throw new Error("reading-thread.ts runs in a worker thread only")
const port = parentPort
const { stopAnalysis } = workerData as ThreadSettings
const post = (message: FromThread) => port.postMessage(message)

// Progress is reported in percent. A step of many pages ends early so that a heavy document does not look stalled.
const stepsPerDocument = 100
const maxStepMs = 1_000

type FileToRead = Extract<ToThread, { type: "read" }>

type FromCaller = Exclude<ToThread, FileToRead>

let respond: (message: FromCaller) => void = () => {}
/** The reading before, which may be about to close its document after "stop". */
let previous: Promise<void> = Promise.resolve()

port.on("message", (message: ToThread) => {
  if (message.type === "read") previous = previous.then(() => read(message))
  else respond(message)
})

async function read(file: FileToRead): Promise<void> {
  const reading = readDocument(file)
  await postSteps(reading)
  // Closes the document of a reading that was stopped.
  await reading.return(undefined as never)
}

async function postSteps(reading: ReturnType<typeof readDocument>): Promise<void> {
  try {
    const ahead = new StepWindow()
    let step = await reading.next()
    while (!step.done) {
      post(step.value)
      if (step.value.type !== "page") step = await reading.next(await response())
      else if (await hasRoomAfter(step.value, ahead)) step = await reading.next()
      else return
    }
    post({ type: "complete", insights: step.value })
  } catch (error) {
    post(asFailure(error))
  }
}

function response(): Promise<FromCaller> {
  return new Promise((resolve) => {
    respond = resolve
  })
}

/** Waits until the thread may read the next step. @returns false when the caller has stopped the reading */
async function hasRoomAfter(page: Extract<FromThread, { type: "page" }>, ahead: StepWindow): Promise<boolean> {
  let wake = () => {}
  let isStopped = false
  respond = ({ type }) => {
    if (type === "stop") isStopped = true
    else ahead.take()
    wake()
  }
  ahead.post(page)
  // A message after "stop" belongs to the next document.
  while (!isStopped) {
    const received = receiveMessageOnPort(port)
    if (!received) break
    respond(received.message)
  }
  while (ahead.mustWait && !isStopped) {
    await new Promise<void>((resolve) => {
      wake = resolve
    })
  }
  return !isStopped
}

/**
 * A document without text on any page (a scan) has insights too: no words, and its pages in `pagesWithoutText`. Only a
 * file without any content is EMPTY.
 */
async function* readDocument(file: FileToRead): AsyncGenerator<FromThread, Insights, FromCaller | undefined> {
  const { contentType, password, readBefore } = file
  const opening = openDocument(file.bytes, contentType, password)
  // A reader keeps what it needs; for many formats that is not the file.
  file.bytes = new Uint8Array()
  const document = await opening
  const recognition = new PageRecognition(document, file.recognition, readBefore?.recognition)
  try {
    const { title, author = null, totalPages } = document
    const insights = new InsightsCollector({ title, author, totalPages }, readBefore?.counts)
    if (readBefore) {
      while (insights.pages < readBefore.pages) {
        const message = yield { type: "texts-needed" }
        if (message?.type === "texts") for (const text of message.texts) insights.restore(text)
      }
      yield { type: "restored", totalPages }
    }
    yield* readPages({ totalPages, recognition, insights })
    const found = await insights.finish(() => Atomics.load(stopAnalysis, 0) !== 0, document.structure?.())
    return { ...found, ...recognition.numbersUpTo(totalPages) }
  } finally {
    recognition.close()
    document.close()
  }
}

type PagesToRead = { totalPages: number; recognition: PageRecognition; insights: InsightsCollector }

async function* readPages({
  totalPages,
  recognition,
  insights,
}: PagesToRead): AsyncGenerator<FromThread, void, unknown> {
  let texts: string[] = []
  let reportedAt = performance.now()
  let reportedStep = 0
  for await (const page of recognition.pages(insights.pages)) {
    insights.add(page)
    if (insights.length > maxCharacters) throw new DocumentError("TOO_LARGE")
    texts.push(page.slice(0, maxPageCharacters + 1))
    const step = Math.floor((insights.pages / totalPages) * stepsPerDocument)
    const isShort = step === reportedStep && performance.now() - reportedAt < maxStepMs
    if (isShort && Atomics.load(stopAnalysis, 0) === 0) continue
    const { pages: pagesProcessed, counts } = insights
    yield {
      type: "page",
      pagesProcessed,
      totalPages,
      texts,
      isStopped: Atomics.load(stopAnalysis, 0) !== 0,
      counts,
      recognition: recognition.numbersUpTo(pagesProcessed),
    }
    texts = []
    reportedStep = step
    reportedAt = performance.now()
  }
}

function asFailure(error: unknown): FromThread {
  if (error instanceof DocumentError) return unreadable(error)
  // A string, array, buffer or call stack that exceeds what the engine can hold.
  if (error instanceof RangeError) return unreadable(new DocumentError("TOO_LARGE", { cause: error }))
  return { type: "failed", error }
}

function unreadable({ errorCode, message, cause }: DocumentError): FromThread {
  return { type: "unreadable", errorCode, message, cause }
}
