// Tests of documents that take several invocations: what a watcher sees, what is stored, and what happens between them.
import { afterEach, expect, test } from "vitest"
import { fieldReport } from "../test/field-report.ts"
import { textOf } from "../test/make-documents.ts"
import { type DeployedValues, startSimulatedSystem } from "../test/simulated-system.ts"

// A page takes 20 seconds, and five are reserved for the end of an invocation: it reads three pages.
const threePages = 64
const deployed: DeployedValues = {
  processorTimeoutSeconds: threePages,
  uploadVisibilitySeconds: 124,
  watchdogVisibilitySeconds: 60,
  maxReceiveCount: 10,
  deadlineMaxReceiveCount: 10,
  maxAttempts: 3,
  maxContinuations: 11,
  claimSeconds: 90,
}

let system: Awaited<ReturnType<typeof startSimulatedSystem>>

afterEach(() => system.close())

// Without a language, so that no new thread loads what it needs to analyze one.
const eightPages = Array.from({ length: 8 }, (_, index) => `${index + 1}: 12.50 17.25`)
let file = textOf(eightPages)
const eightEnglishPages = eightPages.map((page, index) => `${page} ${fieldReport.slice(index * 200, 900)}`)

async function readDocument(values: Partial<DeployedValues> = {}, prepare = () => {}): Promise<string> {
  system = await startSimulatedSystem({ ...deployed, ...values })
  prepare()
  const documentId = await system.createDocument()
  await system.upload(documentId, file)
  await system.run()
  return documentId
}

/** The text of a document, by the path of its objects without its id. */
function storedText(documentId: string): unknown[] {
  const prefix = `/uploads/texts/${documentId}/`
  const texts = [...system.objects].filter(([path]) => path.startsWith(prefix))
  return texts.map(([path, bytes]) => [path.slice(prefix.length), JSON.parse(Buffer.from(bytes).toString())])
}

test("a document that takes three invocations is read page by page, and its watcher notices nothing", async () => {
  await readDocument()
  expect(system.story()).toEqual([
    ...["0 s: processing_started", "20 s: progress 1", "40 s: progress 2", "60 s: progress 3"],
    ...["60 s: progress 3", "80 s: progress 4", "100 s: progress 5", "120 s: progress 6"],
    ...["120 s: progress 6", "140 s: progress 7", "160 s: progress 8", "160 s: processing_complete"],
  ])
  const sequences = system.seen.map(({ sequence }) => sequence)
  expect(sequences).toEqual(sequences.toSorted((a, b) => a - b))
  expect(system.invocations()).toBe(3)
})

test("the insights and the text are those of a single invocation, and no checkpoint is left", async () => {
  file = textOf(eightEnglishPages)
  const long = await readDocument()
  const document = await system.documents.find(long)
  const text = storedText(long)
  await system.close()
  const short = await readDocument({ processorTimeoutSeconds: 300 })
  expect(system.invocations()).toBe(1)
  expect(document?.insights).toEqual((await system.documents.find(short))?.insights)
  expect(text).toEqual(storedText(short))
  expect(document?.insights?.language).toBe("en")
  expect(document?.firstPages).toEqual([1])
  expect(document).not.toHaveProperty("checkpoint")
  file = textOf(eightPages)
})

test("an invocation that dies is replaced by one that continues from the checkpoint", async () => {
  await readDocument({}, () => {
    system.faults.kill = { page: 5, times: 1 }
  })
  expect(system.story()).toEqual([
    ...["0 s: processing_started", "20 s: progress 1", "40 s: progress 2", "60 s: progress 3"],
    ...["60 s: progress 3", "80 s: progress 4"],
    // Pages 4 and 5 are read again, and not reported again.
    ...[
      "180 s: progress 5",
      "200 s: progress 6",
      "220 s: progress 7",
      // The insights are left to one more invocation.
      ...["240 s: progress 8", "240 s: progress 8"],
      "240 s: processing_complete",
    ],
  ])
})

test("a page that kills every invocation ends its document after three attempts, also after a checkpoint", async () => {
  await readDocument({}, () => {
    system.faults.poisonedPage = 5
  })
  expect(system.ends()).toMatchObject([{ errorCode: "PROCESSING_FAILED", pagesProcessed: 4 }])
  // One to the checkpoint, three that die, and one that ends the document.
  expect(system.invocations()).toBe(5)
})

test("attempts that die before a checkpoint do not count after it", async () => {
  await readDocument({}, () => {
    let pauses = 0
    system.faults.kill = { page: 1, times: 2 }
    system.faults.afterPause = async () => {
      pauses += 1
      system.faults.kill = { page: 3 * pauses + 1, times: 2 }
    }
  })
  expect(system.ends()).toMatchObject([{ status: "processing_complete" }])
})

test("a failed attempt after a checkpoint is reported, and the next one continues from it", async () => {
  await readDocument({}, () => {
    const start = system.clock.now()
    system.faults.failsStore = () => system.clock.now() - start >= 60_000 && system.clock.now() - start < 65_000
    system.faults.afterPause = async () => {
      delete system.faults.afterPause
    }
  })
  expect(system.story().filter((line) => line.includes("error"))).toEqual([
    expect.stringContaining("error PROCESSING_FAILED, to be retried"),
  ])
  expect(system.ends()).toMatchObject([{ status: "processing_complete" }])
})

test("a continuation that is delivered twice is read once", async () => {
  await readDocument({}, () => {
    system.faults.afterPause = async () => {
      delete system.faults.afterPause
      const [documentId = ""] = [...system.objects.keys()].flatMap(
        (path) => path.match(/uploads\/uploads\/(.*)/)?.[1] ?? [],
      )
      const object = { key: `uploads/${documentId}`, size: file.length }
      const event = { eventName: "ObjectCreated:Put", s3: { bucket: { name: "uploads" }, object } }
      await system.uploads.send(JSON.stringify({ Records: [event] }))
    }
  })
  expect(system.ends()).toMatchObject([{ status: "processing_complete" }])
  const pages = system.story().filter((line) => line.includes("progress"))
  expect(pages.map((line) => line.replace(/.*progress/, ""))).toEqual(
    [1, 2, 3, 3, 4, 5, 6, 6, 7, 8].map((page) => ` ${page}`),
  )
  expect(system.deadLetters.length + system.uploads.length).toBe(0)
})

test("a second message about a document that takes half an hour is not given up before its end", async () => {
  file = textOf(Array.from({ length: 100 }, () => "Page."))
  await readDocument({ processorTimeoutSeconds: 300 }, () => {
    const send = system.upload
    system.upload = async (documentId, bytes) => {
      await send(documentId, bytes)
      await send(documentId, bytes)
    }
  })
  expect(system.ends()).toMatchObject([{ status: "processing_complete" }])
  expect(system.ends()[0]?.afterSeconds).toBeGreaterThan(1_900)
  file = textOf(eightPages)
})

test("a document that is deleted between two invocations ends at once, and leaves nothing behind", async () => {
  let documentId = ""
  system = await startSimulatedSystem(deployed)
  documentId = await system.createDocument()
  system.faults.afterPause = () => system.deleteDocument(documentId)
  await system.upload(documentId, file)
  await system.run()
  expect(system.story().at(-1)).toBe("60 s: error DOCUMENT_NOT_FOUND")
  expect(system.objects.size + system.uploads.length).toBe(0)
})

test("a document that takes more invocations than it gets ends as TIMED_OUT", async () => {
  await readDocument({ maxContinuations: 1 })
  expect(system.story().at(-1)).toBe("120 s: error TIMED_OUT")
  expect(system.invocations()).toBe(2)
})

test("a continuation that cannot be sent is replaced by the message that was received", async () => {
  system = await startSimulatedSystem(deployed)
  const send = system.uploads.send
  let failures = 0
  Object.assign(system.uploads, {
    send: async (body: string, delaySeconds?: number) => {
      if (body.includes("Continuation") && failures++ === 0) throw new Error("ServiceUnavailable")
      return send(body, delaySeconds)
    },
  })
  await system.upload(await system.createDocument(), file)
  await system.run()
  expect(failures).toBe(2)
  expect(system.ends()).toMatchObject([{ status: "processing_complete", afterSeconds: 160 }])
})
