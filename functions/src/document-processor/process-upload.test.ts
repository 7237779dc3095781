// Tests of processing uploads, with real documents and a real table: what is stored, and what is pushed. Most of them are
// texts, which a thread reads at once.
import { isFinal, type Progress } from "@document-insight/protocol"
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest"
import { compressed, pages } from "../../test/hostile-files/write-pdf.ts"
import { lambdaContext, recordedMetrics, silentLogger } from "../../test/lambda-context.ts"
import { type LocalTables, startLocalTables } from "../../test/local-tables.ts"
import { makePdf, textOf } from "../../test/make-documents.ts"
import { ManualClock } from "../../test/manual-clock.ts"
import { type MemoryTexts, memoryTexts } from "../../test/memory-texts.ts"
import type { ChangedDocument, Delivery } from "../progress-notifier/progress-notifier.ts"
import { createDocumentsTable, type DocumentsTable } from "../storage/documents-table.ts"
import { DocumentError } from "./document-error.ts"
import { createBatchHandler } from "./process-batch.ts"
import { processDocument } from "./process-document.ts"
import { needsPassword, passwordIsWrong } from "./read/pdf.ts"
import { quotingEngine } from "./summary/summary-engine.ts"
import { uploadEventsOf } from "./upload-events.ts"

let local: LocalTables
let documents: DocumentsTable
let tableName: string
let pushed: Progress[]
let delivery: Delivery
let isSettled: boolean
let removed: string[]
let visibility: number[]
let sent: string[]
let sendFailure: Error | undefined
let eTag: string
let download: () => Promise<Uint8Array | undefined>
let texts: MemoryTexts
let clock: ManualClock
let metrics: ReturnType<typeof recordedMetrics>

beforeAll(async () => {
  local = await startLocalTables()
})
afterAll(() => local.close())
beforeEach(async () => {
  tableName = (await local.newTables()).documentsTableName
  documents = createDocumentsTable(local.client, tableName)
  await documents.create({ documentId: "d1", fileName: "a.txt", contentType: "text/plain" })
  pushed = []
  delivery = "delivered"
  removed = []
  visibility = []
  sent = []
  sendFailure = undefined
  eTag = '"1"'
  texts = memoryTexts()
  clock = new ManualClock(Date.now())
  metrics = recordedMetrics()
})

/** Invokes the processor with one message about document d1, and returns its response. */
function receive(
  message: {
    receiveCount?: number
    requestId?: string
    remainingMs?: () => number
    size?: number
    table?: Partial<DocumentsTable>
    password?: string
    reopens?: number
  } = {},
) {
  const {
    receiveCount = 1,
    requestId = "request-1",
    remainingMs = () => 60_000,
    size = 1000,
    table,
    password,
    reopens,
  } = message

  async function push({ progress }: ChangedDocument): Promise<void> {
    pushed.push(progress)
    const stored = await documents.find("d1")
    if (!stored) return
    expect(stored.progress.sequence).toBeGreaterThanOrEqual(progress.sequence)
    if (progress.status === "processing_complete") expect(stored.insights).not.toBeNull()
  }

  isSettled = false
  const handler = createBatchHandler({
    documents: { ...documents, ...table },
    // A watcher that is notified can read the same state.
    notifier: {
      announce: (document) => void push(document),
      deliver: async (document) => {
        await push(document)
        return delivery
      },
      settle: async () => {
        isSettled = true
      },
    },
    objects: {
      download: async () => {
        const bytes = await download()
        return bytes && { bytes, eTag }
      },
      remove: async ({ key }) => void removed.push(key),
    },
    texts,
    // No page is completed once the time is over.
    readDocument: (document) => processDocument({ ...document, limits: { completionMs: 0 } }),
    summaryEngine: quotingEngine,
    uploadQueue: {
      changeVisibility: async (_receiptHandle, seconds) => void visibility.push(seconds),
      send: async (body) => {
        if (sendFailure) throw sendFailure
        sent.push(body)
      },
    },
    maxAttempts: 3,
    maxContinuations: 3,
    maxReceiveCount: 10,
    claimSeconds: 90,
    clock,
    logger: silentLogger(),
    metrics: metrics.metrics,
  })
  const s3 = { bucket: { name: "uploads" }, object: { key: "uploads/d1", size } }
  const body = JSON.stringify({ Records: [{ eventName: "ObjectCreated:Put", s3, password, reopens }] })
  const record = { messageId: "m1", body, attributes: { ApproximateReceiveCount: String(receiveCount) } }
  const context = lambdaContext({ awsRequestId: requestId, getRemainingTimeInMillis: remainingMs })
  return handler({ Records: [record] } as unknown as Parameters<typeof handler>[0], context)
}

const done = { batchItemFailures: [] }
const retry = { batchItemFailures: [{ itemIdentifier: "m1" }] }

describe("a document that can be read", () => {
  test("is pushed page by page, from its start to its insights", async () => {
    download = () => makePdf(["One page of text.", "", "And the third one."], { title: "Three pages" })
    expect(await receive()).toEqual(done)
    expect(
      pushed.map(({ status, sequence, pagesProcessed, totalPages, percentComplete }) => {
        return [status, sequence, pagesProcessed, totalPages, percentComplete]
      }),
    ).toEqual([
      ["processing_started", 2, 0, 0, 0],
      ["progress", 3, 1, 3, 33],
      ["progress", 4, 2, 3, 66],
      ["progress", 5, 3, 3, 100],
      ["processing_complete", 6, 3, 3, 100],
    ])
    expect((await documents.find("d1"))?.insights).toMatchObject({
      title: "Three pages",
      words: 8,
      pagesWithoutText: [2],
    })
    expect(metrics.added).toEqual({ UploadsReceived: 1, DocumentsCompleted: 1, PagesRead: 3 })
  })

  test("has the text of its pages stored before it is complete", async () => {
    download = async () => textOf(["One page of text.", "", "And the third one."])
    const record: DocumentsTable["record"] = async (documentId, lease, change) => {
      if (change.status === "processing_complete") expect(texts.blocks.size).toBe(1)
      return documents.record(documentId, lease, change)
    }
    await receive({ table: { record } })
    expect([...texts.blocks]).toEqual([["texts/d1/0", ["One page of text.", "", "And the third one."]]])
    expect((await documents.find("d1"))?.firstPages).toEqual([1])
  })

  test("is pushed at most a hundred times, for any number of pages", async () => {
    download = async () => textOf(Array.from({ length: 120 }, () => "Page."))
    await receive()
    expect(pushed.filter(({ status }) => status === "progress").map(({ percentComplete }) => percentComplete)).toEqual(
      Array.from({ length: 100 }, (_, index) => index + 1),
    )
  })

  test("is read although no page has text", async () => {
    download = () => makePdf(["", ""])
    await receive()
    expect(pushed.at(-1)?.status).toBe("processing_complete")
    expect((await documents.find("d1"))?.insights).toMatchObject({ words: 0, language: null, pagesWithoutText: [1, 2] })
  })

  test("is not read again when its message is received again; its end is pushed again", async () => {
    let downloads = 0
    download = async () => {
      downloads += 1
      return textOf(["Text."])
    }
    await receive()
    const end = pushed.at(-1)
    expect(await receive({ receiveCount: 2, requestId: "request-2" })).toEqual(done)
    expect(pushed.at(-1)).toEqual(end)
    expect(downloads).toBe(1)
  })
})

describe("a document that cannot be read", () => {
  test.each([
    ["is damaged", () => Buffer.from("%PDF-1.7\n"), "CORRUPT"],
    ["is empty", () => Buffer.alloc(0), "EMPTY"],
  ])("ends with a final error in the first attempt when it %s", async (_, make, errorCode) => {
    download = async () => make()
    expect(await receive()).toEqual(done)
    expect(pushed.map(({ status }) => status)).toEqual(["processing_started", "error"])
    expect(pushed.at(-1)).toMatchObject({
      errorCode,
      recoverable: false,
      message: new DocumentError(errorCode as "EMPTY").message,
    })
    expect(metrics.added).toEqual({ UploadsReceived: 1, DocumentsFailed: 1 })
  })

  test("asks for the password of a PDF, says that one is wrong, and reads the document with the right one", async () => {
    download = () => makePdf(["Secret text."], { password: "pässword" })
    expect(await receive()).toEqual(done)
    expect(pushed.at(-1)).toMatchObject({ errorCode: "ENCRYPTED", message: needsPassword, recoverable: false })
    await documents.reopen("d1", pushed.at(-1)?.sequence ?? 0)
    expect(await receive({ requestId: "request-2", password: "password" })).toEqual(done)
    expect(pushed.at(-1)).toMatchObject({ errorCode: "ENCRYPTED", message: passwordIsWrong, recoverable: false })
    await documents.reopen("d1", pushed.at(-1)?.sequence ?? 0)
    expect(await receive({ requestId: "request-3", password: "pässword" })).toEqual(done)
    expect(pushed.at(-1)?.status).toBe("processing_complete")
    expect([...texts.blocks.values()]).toEqual([["Secret text."]])
  })

  test("is reopened by its password, when the request that sent it has ended before it could reopen the document", async () => {
    download = () => makePdf(["Secret text."], { password: "pässword" })
    await receive()
    const reopens = pushed.at(-1)?.sequence ?? 0
    expect(await receive({ requestId: "request-2", password: "password", reopens })).toEqual(done)
    expect(pushed.at(-1)).toMatchObject({ errorCode: "ENCRYPTED", message: passwordIsWrong, recoverable: false })
    // The same message again is for an end that is past.
    const pushes = pushed.length
    expect(await receive({ requestId: "request-3", password: "password", reopens })).toEqual(done)
    expect(pushed).toHaveLength(pushes + 1)
    expect(pushed.at(-1)).toMatchObject({ message: passwordIsWrong, sequence: pushed.at(-2)?.sequence })
  })

  test("is read with its password, when the request reopens it at the same time", async () => {
    download = () => makePdf(["Secret text."], { password: "pässword" })
    await receive()
    const reopens = pushed.at(-1)?.sequence ?? 0
    const reopen = async (documentId: string, sequence: number) => {
      await documents.reopen(documentId, sequence)
      return undefined
    }
    expect(await receive({ requestId: "request-2", password: "pässword", reopens, table: { reopen } })).toEqual(done)
    expect(pushed.at(-1)?.status).toBe("processing_complete")
  })

  test("is not downloaded when it is too large", async () => {
    download = () => expect.unreachable()
    expect(await receive({ size: 50_000_001 })).toEqual(done)
    expect(pushed.at(-1)).toMatchObject({ errorCode: "TOO_LARGE", recoverable: false })
  })

  test("ends with TIMED_OUT when three invocations have no time for its first page", async () => {
    download = async () => pages(1_000, [compressed("0 0 m 9 9 l S ", 3_000_000)])
    let asked = 0
    // No time is left as soon as the first page is read.
    const remainingMs = () => (asked++ < 3 ? 60_000 : 4_999)
    for (const requestId of ["request-1", "request-2"]) {
      asked = 0
      expect(await receive({ remainingMs, requestId })).toEqual(retry)
    }
    asked = 0
    expect(await receive({ remainingMs, requestId: "request-3" })).toEqual(done)
    expect(pushed.map(({ status, recoverable }) => [status, recoverable])).toEqual([
      ...["processing_started", "error"].map((status) => [status, status === "error" ? true : undefined]),
      ...["processing_started", "error"].map((status) => [status, status === "error" ? true : undefined]),
      ...["processing_started", "error"].map((status) => [status, status === "error" ? false : undefined]),
    ])
    expect(pushed.at(-1)).toMatchObject({ errorCode: "TIMED_OUT", pagesProcessed: 0 })
  })
})

describe("a document that continues in the next invocation", () => {
  const remainingMs = () => (pushed.some(({ status }) => status === "progress") ? 4_999 : 60_000)

  test("is left to a message of its own, with its password and its size", async () => {
    download = () => makePdf(["One.", "Two.", "Three."], { password: "secret" })
    expect(await receive({ remainingMs, password: "secret", size: 2_000 })).toEqual(done)
    expect(pushed.map(({ status }) => status)).toEqual(["processing_started", "progress"])
    expect(sent.flatMap((body) => uploadEventsOf({ body }))).toEqual([
      { bucketName: "uploads", key: "uploads/d1", documentId: "d1", sizeBytes: 2_000, password: "secret" },
    ])
    expect((await documents.find("d1"))?.checkpoint).toMatchObject({ pages: 1, totalPages: 3, continuations: 1 })
  })

  test("keeps its message when no other can be sent", async () => {
    download = async () => textOf(["One.", "Two.", "Three."])
    sendFailure = new Error("ServiceUnavailable")
    expect(await receive({ remainingMs })).toEqual(retry)
    expect(visibility.at(-1)).toBe(0)
  })

  test("is read from its start when another file was uploaded meanwhile", async () => {
    download = async () => textOf(["One.", "Two.", "Three."])
    await receive({ remainingMs })
    download = async () => textOf(["Another.", "Second."])
    eTag = '"2"'
    await receive({ requestId: "request-2" })
    expect(pushed.at(-1)).toMatchObject({ status: "processing_complete", totalPages: 2 })
    expect([...texts.blocks.values()]).toEqual([["Another.", "Second."]])
  })

  test("fails its attempt when its stored text is gone", async () => {
    download = async () => textOf(["One.", "Two.", "Three."])
    await receive({ remainingMs })
    texts.blocks.clear()
    expect(await receive({ requestId: "request-2" })).toEqual(retry)
    expect(pushed.at(-1)).toMatchObject({ errorCode: "PROCESSING_FAILED", recoverable: true })
  })
})

describe("an attempt that fails", () => {
  test("is reported, is retried after 30 seconds, and can succeed", async () => {
    download = () => Promise.reject(new Error("the network is down"))
    expect(await receive()).toEqual(retry)
    expect(pushed.at(-1)).toMatchObject({ status: "error", errorCode: "PROCESSING_FAILED", recoverable: true })
    expect(visibility).toEqual([90, 30])
    expect(isSettled).toBe(true)
    download = async () => textOf(["Text."])
    expect(await receive({ receiveCount: 2, requestId: "request-2" })).toEqual(done)
    expect(pushed.at(-1)?.status).toBe("processing_complete")
    expect(pushed.map(({ sequence }) => sequence)).toEqual([2, 3, 4, 5, 6])
  })

  test("to store the text is retried, and the next attempt stores all of it", async () => {
    download = async () => textOf(["One.", "Two."])
    texts.failure = new Error("SlowDown")
    expect(await receive()).toEqual(retry)
    expect(pushed.at(-1)).toMatchObject({ status: "error", errorCode: "PROCESSING_FAILED", recoverable: true })
    texts.failure = undefined
    expect(await receive({ receiveCount: 2, requestId: "request-2" })).toEqual(done)
    expect([...texts.blocks.values()]).toEqual([["One.", "Two."]])
  })

  test("is final when it is the document's last one, at once and in the same invocation", async () => {
    download = () => Promise.reject(new Error("the network is down"))
    expect(await receive({ requestId: "request-1" })).toEqual(retry)
    expect(await receive({ receiveCount: 2, requestId: "request-2" })).toEqual(retry)
    expect(await receive({ receiveCount: 3, requestId: "request-3" })).toEqual(done)
    expect(pushed.filter(isFinal)).toMatchObject([{ errorCode: "PROCESSING_FAILED", recoverable: false }])
    expect(pushed.filter(({ recoverable }) => recoverable)).toHaveLength(2)
  })

  test("is final when its message is received for the last time", async () => {
    download = () => Promise.reject(new Error("the network is down"))
    expect(await receive({ receiveCount: 10 })).toEqual(done)
    expect(pushed.at(-1)).toMatchObject({ errorCode: "PROCESSING_FAILED", recoverable: false })
  })

  test("is not blamed on a document that was not tried: the ninth receive reads it", async () => {
    download = async () => textOf(["Text."])
    expect(await receive({ receiveCount: 9 })).toEqual(done)
    expect(pushed.at(-1)?.status).toBe("processing_complete")
  })

  test("without a word counts too: after three killed attempts the document is ended without reading", async () => {
    for (const owner of ["1", "2", "3"]) {
      await documents.start("d1", { owner, expiresAtMs: Date.now() - 1 }, 3)
    }
    download = () => expect.unreachable()
    expect(await receive({ receiveCount: 4 })).toEqual(done)
    expect(pushed).toMatchObject([{ errorCode: "PROCESSING_FAILED", recoverable: false }])
  })

  test("is not started when the time does not suffice", async () => {
    download = () => expect.unreachable()
    expect(await receive({ remainingMs: () => 4_999 })).toEqual(retry)
    expect(pushed).toEqual([])
  })

  test("to take the lease is retried without counting as an attempt", async () => {
    download = () => expect.unreachable()
    const table = { start: () => Promise.reject(new Error("ThrottlingException")) }
    for (const receiveCount of [1, 2, 3, 4, 5, 9]) expect(await receive({ receiveCount, table })).toEqual(retry)
    expect(visibility).toEqual([30, 60, 100, 100, 100, 100])
    download = async () => textOf(["Text."])
    expect(await receive({ receiveCount: 10 })).toEqual(done)
    expect(pushed.at(-1)?.status).toBe("processing_complete")
  })

  test("to record a progress does not fail the attempt", async () => {
    download = async () => textOf(["One.", "Two.", "Three."])
    const table: Partial<DocumentsTable> = {
      record: async (documentId, lease, change) => {
        if (change.status === "progress") throw new Error("ThrottlingException")
        return documents.record(documentId, lease, change)
      },
    }
    expect(await receive({ table })).toEqual(done)
    expect(pushed.map(({ status }) => status)).toEqual(["processing_started", "processing_complete"])
  })

  test("to record even the failure is retried after the lease has expired", async () => {
    download = async () => textOf(["Text."])
    const record = () => Promise.reject(new Error("ThrottlingException"))
    expect(await receive({ table: { record } })).toEqual(retry)
    expect(visibility).toEqual([90, 90])
    clock.advance(90_000)
    const { outcome } = await createDocumentsTable(local.client, tableName, clock.now).start(
      "d1",
      { owner: "another", expiresAtMs: clock.now() + 60_000 },
      3,
    )
    expect(outcome).toBe("leased")
  })
})

describe("an end that a watcher did not receive", () => {
  test("keeps the message in the queue, and is pushed again without reading the document again", async () => {
    download = async () => textOf(["Text."])
    delivery = "undelivered"
    expect(await receive()).toEqual(retry)
    expect(visibility.at(-1)).toBe(30)
    download = () => expect.unreachable()
    expect(await receive({ receiveCount: 2, requestId: "request-2" })).toEqual(retry)
    expect(visibility.at(-1)).toBe(60)
    delivery = "delivered"
    expect(await receive({ receiveCount: 3, requestId: "request-3" })).toEqual(done)
    expect(pushed.filter(isFinal).map(({ sequence }) => sequence)).toEqual([4, 4, 4])
  })
})

describe("an object that is missing", () => {
  test("ends its document with an error that asks for a new upload", async () => {
    download = async () => undefined
    expect(await receive()).toEqual(done)
    expect(pushed.at(-1)).toMatchObject({
      errorCode: "PROCESSING_FAILED",
      recoverable: false,
      message: "The uploaded file is no longer available. Upload it again.",
    })
  })
})

describe("a document that is changed by others", () => {
  test("is processed once when two messages about it are received at the same time", async () => {
    download = async () => textOf(["One.", "Two."])
    const responses = await Promise.all([receive(), receive({ requestId: "request-2" })])
    expect(responses).toContainEqual(done)
    expect(pushed.filter(({ status }) => status === "processing_started")).toHaveLength(1)
    expect(new Set(pushed.map(({ sequence }) => sequence)).size).toBe(4)
  })

  test("is not given up while another invocation works on it", async () => {
    await documents.start("d1", { owner: "another", expiresAtMs: Date.now() + 60_000 }, 3)
    expect(await receive({ receiveCount: 10 })).toEqual(retry)
    // The longer the more often it was received: the other one may continue for an hour.
    expect(visibility).toEqual([900])
    expect(pushed).toEqual([])
  })

  test("stays in the queue when another invocation took it over", async () => {
    download = async () => {
      const later = createDocumentsTable(local.client, tableName, () => Date.now() + 90_000)
      await later.start("d1", { owner: "another", expiresAtMs: Date.now() + 180_000 }, 3)
      return textOf(["Text."])
    }
    expect(await receive()).toEqual(retry)
    expect(pushed.map(({ status }) => status)).toEqual(["processing_started"])
  })

  test("leaves no object behind when it was deleted before its upload was processed", async () => {
    await documents.remove("d1")
    download = () => expect.unreachable()
    expect(await receive()).toEqual(done)
    expect(removed).toEqual(["uploads/d1"])
  })

  test("leaves no object behind when it is deleted while it is read", async () => {
    download = async () => {
      await documents.remove("d1")
      texts.blocks.set("texts/d1/0", ["Stored by this attempt before."])
      return textOf(["Text."])
    }
    expect(await receive()).toEqual(done)
    expect(pushed.map(({ status }) => status)).toEqual(["processing_started"])
    expect(removed).toEqual(["uploads/d1"])
    expect(texts.blocks.size).toBe(0)
    expect(await documents.find("d1")).toBeUndefined()
  })
})
