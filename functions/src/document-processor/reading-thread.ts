// The entry point of the reading thread: reads one document at a time and extracts its insights.
//
// Bundled beside the handler under its own name, so that it loads neither the handler nor the AWS SDK.
import { parentPort, workerData } from "node:worker_threads"
import type { Insights } from "@document-insight/protocol"
import { maxPageCharacters } from "../storage/page-blocks.ts"
import { DocumentError } from "./document-error.ts"
import { InsightsCollector } from "./insights/insights-collector.ts"
import { openDocument } from "./read/open-document.ts"
import { maxCharacters } from "./read/reading-limits.ts"
import type { FromThread, PageRead, ThreadSettings, ToThread } from "./reading/thread-messages.ts"

if (!parentPort) throw new Error("reading-thread.ts runs in a worker thread only")
const port = parentPort
const { stopAnalysis } = workerData as ThreadSettings
const post = (message: FromThread) => port.postMessage(message)

// Progress is reported in percent. A step of many pages ends early so that a heavy document does not look stalled.
const stepsPerDocument = 100
const maxStepMs = 1_000

type FileToRead = Extract<ToThread, { type: "read" }>

let resume = () => {}

port.on("message", (message: ToThread) => {
  if (message.type === "continue") resume()
  else void read(message)
})

async function read(file: FileToRead): Promise<void> {
  try {
    const reading = readPages(file)
    let step = await reading.next()
    for (; !step.done; step = await reading.next()) {
      post({ type: "page", ...step.value })
      await new Promise<void>((resolve) => {
        resume = resolve
      })
    }
    post({ type: "complete", insights: step.value })
  } catch (error) {
    post(asFailure(error))
  }
}

/**
 * A document without text on any page (a scan) has insights too: no words, and its pages in `pagesWithoutText`. Only a
 * file without any content is EMPTY.
 */
async function* readPages({ bytes, contentType, password }: FileToRead): AsyncGenerator<PageRead, Insights> {
  const document = await openDocument(bytes, contentType, password)
  try {
    const { title, totalPages } = document
    const insights = new InsightsCollector({ title, totalPages })
    let pagesProcessed = 0
    let texts: string[] = []
    let characters = 0
    let reportedAt = performance.now()
    let reportedStep = 0
    for (const page of document.pages()) {
      pagesProcessed += 1
      insights.add(page)
      texts.push(page.slice(0, maxPageCharacters + 1))
      characters += page.length
      if (characters > maxCharacters) throw new DocumentError("TOO_LARGE")
      const step = Math.floor((pagesProcessed / totalPages) * stepsPerDocument)
      if (step === reportedStep && performance.now() - reportedAt < maxStepMs) continue
      yield { pagesProcessed, totalPages, texts }
      texts = []
      reportedStep = step
      reportedAt = performance.now()
    }
    return await insights.finish(() => Atomics.load(stopAnalysis, 0) !== 0)
  } finally {
    document.close()
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
