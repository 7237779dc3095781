// An upload's way through the processor, with real documents and a real table: what is stored, and what is told.
import { isFinal, type Progress } from "@document-insight/protocol"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { lambdaContext, recordedMetrics, silentLogger } from "../../test/lambda-context.ts"
import { type LocalTables, startLocalTables } from "../../test/local-tables.ts"
import { makePdf } from "../../test/make-documents.ts"
import { createDocumentsTable, type DocumentsTable } from "../storage/documents-table.ts"
import { DocumentError } from "./document-error.ts"
import { createBatchHandler } from "./process-batch.ts"
import type { UploadEvent } from "./upload-events.ts"

let local: LocalTables
let documents: DocumentsTable
let told: Progress[]
let download: (upload: UploadEvent) => Promise<Uint8Array | undefined>
let metrics: ReturnType<typeof recordedMetrics>

beforeAll(async () => {
  local = await startLocalTables()
})
afterAll(() => local.close())
beforeEach(async () => {
  const { documentsTableName } = await local.newTables()
  documents = createDocumentsTable(local.client, documentsTableName)
  await documents.create({ documentId: "d1", fileName: "a.pdf", contentType: "application/pdf" })
  told = []
  metrics = recordedMetrics()
})

/** Hands the processor one message about document d1, and gives its answer. */
function receive(
  message: { receiveCount?: number; requestId?: string; remainingMs?: () => number; size?: number } = {},
) {
  const { receiveCount = 1, requestId = "request-1", remainingMs = () => 60_000, size = 1000 } = message

  const handler = createBatchHandler({
    documents,
    // What is told is stored by then: whoever hears of it can read it.
    notify: async (progress) => {
      expect((await documents.find("d1"))?.progress.sequence).toBeGreaterThanOrEqual(progress.sequence)
      if (progress.status === "processing_complete") expect((await documents.find("d1"))?.insights).not.toBeNull()
      told.push(progress)
    },
    download,
    maxReceiveCount: 3,
    logger: silentLogger(),
    metrics: metrics.metrics,
  })
  const s3 = { bucket: { name: "uploads" }, object: { key: "uploads/d1", size } }
  const body = JSON.stringify({ Records: [{ eventName: "ObjectCreated:Put", s3 }] })
  const record = { messageId: "m1", body, attributes: { ApproximateReceiveCount: String(receiveCount) } }
  const context = lambdaContext({ awsRequestId: requestId, getRemainingTimeInMillis: remainingMs })
  return handler({ Records: [record] } as unknown as Parameters<typeof handler>[0], context)
}

const done = { batchItemFailures: [] }
const retry = { batchItemFailures: [{ itemIdentifier: "m1" }] }

describe("a document that can be read", () => {
  it("is told page by page, from its start to its insights", async () => {
    download = () => makePdf(["One page of text.", "", "And the third one."], { title: "Three pages" })
    expect(await receive()).toEqual(done)
    expect(
      told.map(({ status, sequence, pagesProcessed, totalPages, percentComplete }) => {
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

  it("is told at most a hundred times, however long it is", async () => {
    download = () => makePdf(Array.from({ length: 250 }, () => "Page."))
    await receive()
    expect(told.filter(({ status }) => status === "progress").map(({ percentComplete }) => percentComplete)).toEqual(
      Array.from({ length: 100 }, (_, index) => index + 1),
    )
  })

  it("is read although no page has text: that is a result", async () => {
    download = () => makePdf(["", ""])
    await receive()
    expect(told.at(-1)?.status).toBe("processing_complete")
    expect((await documents.find("d1"))?.insights).toMatchObject({ words: 0, language: null, pagesWithoutText: [1, 2] })
  })

  it("is not read again when its message comes again; its end is told again", async () => {
    let downloads = 0
    download = async () => {
      downloads += 1
      return makePdf(["Text."])
    }
    await receive()
    const end = told.at(-1)
    expect(await receive({ receiveCount: 2, requestId: "request-2" })).toEqual(done)
    expect(told.at(-1)).toEqual(end)
    expect(downloads).toBe(1)
  })
})

describe("a document that cannot be read", () => {
  it.each([
    ["is no document", () => Buffer.from("Not a PDF at all."), "CORRUPT"],
    ["is protected", () => makePdf(["Secret."], { password: "x" }), "ENCRYPTED"],
    ["has nothing in it", () => Buffer.alloc(0), "EMPTY"],
  ])("ends at once in a final error when it %s", async (_, make, errorCode) => {
    download = async () => make()
    expect(await receive()).toEqual(done)
    expect(told.map(({ status }) => status)).toEqual(["processing_started", "error"])
    expect(told.at(-1)).toMatchObject({
      errorCode,
      recoverable: false,
      message: new DocumentError(errorCode as "EMPTY").message,
    })
    expect(metrics.added).toEqual({ UploadsReceived: 1, DocumentsFailed: 1 })
  })

  it("is not even downloaded when it is too large", async () => {
    download = () => expect.unreachable()
    expect(await receive({ size: 50_000_001 })).toEqual(done)
    expect(told.at(-1)).toMatchObject({ errorCode: "TOO_LARGE", recoverable: false })
  })

  it("ends before the invocation is killed when the time runs out", async () => {
    download = () => makePdf(["One.", "Two.", "Three."])
    const remainingMs = () => (told.some(({ status }) => status === "progress") ? 4_999 : 60_000)
    expect(await receive({ remainingMs })).toEqual(done)
    expect(told.map(({ status }) => status)).toEqual(["processing_started", "progress", "error"])
    expect(told.at(-1)).toMatchObject({ errorCode: "TIMED_OUT", recoverable: false, pagesProcessed: 1 })
  })
})

describe("an attempt that fails", () => {
  it("says so, is tried again, and can end well", async () => {
    download = () => Promise.reject(new Error("the network is down"))
    expect(await receive()).toEqual(retry)
    expect(told.at(-1)).toMatchObject({ status: "error", errorCode: "PROCESSING_FAILED", recoverable: true })
    download = () => makePdf(["Text."])
    expect(await receive({ receiveCount: 2, requestId: "request-2" })).toEqual(done)
    expect(told.at(-1)?.status).toBe("processing_complete")
    expect(told.map(({ sequence }) => sequence)).toEqual([2, 3, 4, 5, 6])
  })

  it("is the last one when the queue gives up: the end is told, and the message goes to the dead-letter queue", async () => {
    download = () => expect.unreachable()
    expect(await receive({ receiveCount: 3 })).toEqual(retry)
    expect(told).toMatchObject([{ errorCode: "PROCESSING_FAILED", recoverable: false }])
    expect(isFinal(told[0]!)).toBe(true)
  })

  it("is not begun when there is no time for it", async () => {
    download = () => expect.unreachable()
    expect(await receive({ remainingMs: () => 4_999 })).toEqual(retry)
    expect(told).toEqual([])
  })
})

describe("a document that others touch meanwhile", () => {
  it("is processed to completion once, when two messages about it come at once", async () => {
    download = () => makePdf(["One.", "Two."])
    const answers = await Promise.all([receive(), receive({ requestId: "request-2" })])
    expect(answers).toContainEqual(done)
    expect(told.filter(({ status }) => status === "processing_started")).toHaveLength(1)
    expect(new Set(told.map(({ sequence }) => sequence)).size).toBe(4)
  })

  it("is not declared lost while another invocation works on it", async () => {
    await documents.start("d1", { owner: "another", expiresAtMs: Date.now() + 60_000 })
    expect(await receive({ receiveCount: 3 })).toEqual(retry)
    expect(told).toEqual([])
  })

  it("is left alone once it is deleted, before or in the middle of the work", async () => {
    download = async () => {
      await documents.remove("d1")
      return undefined
    }
    expect(await receive()).toEqual(done)
    expect(told.map(({ status }) => status)).toEqual(["processing_started"])
    expect(await receive({ requestId: "request-2" })).toEqual(done)
    expect(await documents.find("d1")).toBeUndefined()

    await documents.create({ documentId: "d1", fileName: "a.pdf", contentType: "application/pdf" })
    download = async () => {
      await documents.remove("d1")
      return makePdf(["Text."])
    }
    expect(await receive({ requestId: "request-3" })).toEqual(done)
    expect(await documents.find("d1")).toBeUndefined()
  })
})
