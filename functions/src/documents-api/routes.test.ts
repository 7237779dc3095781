// Tests of the HTTP API's routes, with real tables and real presigned URLs.
import { S3Client } from "@aws-sdk/client-s3"
import {
  createDocumentResponseSchema,
  documentResponseSchema,
  type Progress,
  problemSchema,
} from "@document-insight/protocol"
import type { APIGatewayProxyEventV2 } from "aws-lambda"
import * as v from "valibot"
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest"
import { lambdaContext, silentLogger } from "../../test/lambda-context.ts"
import { type LocalTables, startLocalTables } from "../../test/local-tables.ts"
import { type MemoryTexts, memoryTexts } from "../../test/memory-texts.ts"
import { uploadEventsOf } from "../document-processor/upload-events.ts"
import type { Delivery } from "../progress-notifier/progress-notifier.ts"
import { createDocumentsTable, type DocumentsTable } from "../storage/documents-table.ts"
import { createUploadsBucket } from "../storage/uploads-bucket.ts"
import { createWatchersTable, type WatchersTable } from "../storage/watchers-table.ts"
import { createDocumentsApi } from "./routes.ts"

let local: LocalTables
let documents: DocumentsTable
let watchers: WatchersTable
let maxDocumentBytes: number
let acceptsImages: boolean
let texts: MemoryTexts
let announced: unknown[]
let announcedAfter: number[]
let announcingFails: boolean
let whenAnnounced: () => Promise<void>
let removed: string[]
let sent: { body: unknown; delaySeconds: number }[]
let pushed: Progress[]
let delivery: Delivery
let api: ReturnType<typeof createDocumentsApi>

const now = Date.parse("2026-11-22T21:00:00Z")
const s3 = new S3Client({
  region: "eu-west-1",
  credentials: { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "secret" },
  requestChecksumCalculation: "WHEN_REQUIRED",
})

beforeAll(async () => {
  local = await startLocalTables()
})
afterAll(() => local.close())
beforeEach(async () => {
  const { documentsTableName, watchersTableName } = await local.newTables()
  documents = createDocumentsTable(local.client, documentsTableName)
  watchers = createWatchersTable(local.client, watchersTableName)
  maxDocumentBytes = 50_000_000
  acceptsImages = false
  removed = []
  announced = []
  announcedAfter = []
  announcingFails = false
  whenAnnounced = async () => {}
  texts = memoryTexts()
  sent = []
  pushed = []
  delivery = "delivered"
  const uploads = {
    ...createUploadsBucket(s3, "bucket", () => now),
    remove: async (id: string) => void removed.push(id),
  }
  api = createDocumentsApi({
    documents,
    watchers,
    uploads,
    texts,
    uploadQueue: {
      send: async (body, delaySeconds) => {
        if (announcingFails) throw new Error("the queue is away")
        announced.push(JSON.parse(body))
        announcedAfter.push(delaySeconds)
        await whenAnnounced()
      },
    },
    bucketName: "bucket",
    deadlines: { send: async (body, delaySeconds) => void sent.push({ body: JSON.parse(body), delaySeconds }) },
    notifier: {
      deliver: async ({ progress }) => {
        pushed.push(progress)
        return delivery
      },
    },
    tickets: undefined,
    get maxDocumentBytes() {
      return maxDocumentBytes
    },
    get acceptsImages() {
      return acceptsImages
    },
    logger: silentLogger(),
  })
})

/** The connections that watch a document, from all of its partitions. */
async function watching(documentId: string, watchersAreSpread = false): Promise<string[]> {
  const pages = await watchers.connectionsWatching({ documentId, watchersAreSpread })
  return pages.flatMap(({ connectionIds }) => connectionIds).toSorted()
}

async function call(routeKey: string, { documentId = "", body = "" } = {}) {
  const event = { routeKey, pathParameters: { documentId }, body, isBase64Encoded: false }
  const { statusCode, body: response = "" } = await api(event as unknown as APIGatewayProxyEventV2, lambdaContext())
  return { statusCode, body: response && JSON.parse(response) }
}

const post = (body: unknown) =>
  call("POST /documents", { body: typeof body === "string" ? body : JSON.stringify(body) })
const report = { fileName: "../report.pdf", contentType: "application/pdf", sizeBytes: 1234 }

describe("POST /documents", () => {
  test("returns a presigned upload of exactly this document, valid for fifteen minutes", async () => {
    const { statusCode, body } = await post(report)
    expect(statusCode).toBe(201)
    const created = v.parse(createDocumentResponseSchema, body)
    expect(created).toMatchObject({
      method: "PUT",
      headers: { "content-type": "application/pdf" },
      expiresAt: "2026-11-22T21:15:00.000Z",
    })
    const url = new URL(created.uploadUrl)
    expect(url.host + url.pathname).toBe(`bucket.s3.eu-west-1.amazonaws.com/uploads/${created.documentId}`)
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      "X-Amz-Expires": "900",
      "X-Amz-Date": "20261122T210000Z",
      "X-Amz-SignedHeaders": "content-length;content-type;host",
    })
    // S3 would compare the upload with a checksum that was computed before its bytes were known.
    expect([...url.searchParams.keys()].filter((name) => name.includes("checksum"))).toEqual([])
    expect(await documents.find(created.documentId)).toMatchObject({
      fileName: "../report.pdf",
      contentType: "application/pdf",
      progress: { status: "waiting" },
    })
  })

  test("schedules the end of a document whose upload never arrives, five minutes after the URL has expired", async () => {
    const { documentId } = (await post(report)).body
    const uploadDeadline = { documentId, atMs: Date.parse("2026-11-22T21:20:00.000Z") }
    expect(sent).toEqual([{ body: { uploadDeadline }, delaySeconds: 900 }])
  })

  test("determines a generic type by the file's extension, and ignores a type's parameters", async () => {
    const markdown = await post({ ...report, fileName: "notes.MD", contentType: "application/octet-stream" })
    expect(markdown.body.headers).toEqual({ "content-type": "text/markdown" })
    const text = await post({ ...report, contentType: "Text/Plain; charset=utf-8" })
    expect(text.body.headers).toEqual({ "content-type": "text/plain" })
  })

  test.each([
    ["not json", undefined],
    ["[]", "fileName"],
    [{ ...report, fileName: "  " }, "fileName"],
    [{ ...report, fileName: "x".repeat(256) }, "fileName"],
    [{ ...report, contentType: undefined }, "contentType"],
    [{ ...report, sizeBytes: 0 }, "sizeBytes"],
    [{ ...report, sizeBytes: "12" }, "sizeBytes"],
  ])("rejects %j with 400 and names %s", async (body, field) => {
    const response = await post(body)
    expect(response.statusCode).toBe(400)
    expect(v.parse(problemSchema, response.body).field).toBe(field)
  })

  test("rejects a document that is too large with 413, and a type that cannot be read with 415", async () => {
    expect(await post({ ...report, sizeBytes: 50_000_000 })).toMatchObject({ statusCode: 201 })
    const tooLarge = { message: "The document is too large: at most 50 MB can be read.", field: "sizeBytes" }
    expect(await post({ ...report, sizeBytes: 50_000_001 })).toEqual({ statusCode: 413, body: tooLarge })
    maxDocumentBytes = 10_000_000
    const anonymous = { message: "The document is too large: at most 10 MB can be read.", field: "sizeBytes" }
    expect(await post({ ...report, sizeBytes: 10_000_001 })).toEqual({ statusCode: 413, body: anonymous })
    for (const contentType of ["image/gif", "__proto__", "application/octet-stream"]) {
      expect(await post({ ...report, fileName: "a.gif", contentType })).toMatchObject({ statusCode: 415 })
    }
  })

  test("rejects images in one sentence, unless text recognition is on", async () => {
    const image = { ...report, fileName: "a.png", contentType: "application/octet-stream" }
    const message =
      '"a.png" contains only an image, and text recognition is off on this system. Upload a document with text.'
    expect(await post(image)).toEqual({ statusCode: 415, body: { message, field: "contentType" } })
    acceptsImages = true
    expect(await post(image)).toMatchObject({ statusCode: 201, body: { headers: { "content-type": "image/png" } } })
    const types = await post({ ...image, contentType: "image/gif" })
    expect(types.body.message).toContain("xml, png, jpg, jpeg, tif, tiff, webp.")
  })
})

describe("POST /documents/{documentId}/password", () => {
  const unlock = (documentId: string, body: unknown = { password: "o p€n" }) =>
    call("POST /documents/{documentId}/password", { documentId, body: JSON.stringify(body) })
  const encrypted = { errorCode: "ENCRYPTED", message: "Protected." } as const

  async function protectedDocument(): Promise<string> {
    const { documentId } = (await post(report)).body
    await documents.end(documentId, encrypted, "open")
    return documentId
  }

  test("lets the document wait again, and announces it with the password", async () => {
    const documentId = await protectedDocument()
    const { statusCode, body } = await unlock(documentId)
    expect(statusCode).toBe(202)
    expect(v.parse(documentResponseSchema, body).progress).toMatchObject({ status: "waiting", sequence: 3 })
    expect(uploadEventsOf({ body: JSON.stringify(announced[0]) })).toEqual([
      { bucketName: "bucket", key: `uploads/${documentId}`, documentId, sizeBytes: 0, password: "o p€n", reopens: 2 },
    ])
    expect(announcedAfter).toEqual([0])
    // Nowhere else: a table has backups.
    expect(JSON.stringify(await documents.find(documentId))).not.toContain("o p€n")
  })

  test("responds with 409 to a document that does not wait for a password", async () => {
    const { documentId: open } = (await post(report)).body
    expect(await unlock(open)).toMatchObject({ statusCode: 409 })
    const documentId = await protectedDocument()
    await unlock(documentId)
    await documents.start(documentId, { owner: "attempt", expiresAtMs: Date.now() + 60_000 }, 3)
    expect(await unlock(documentId)).toMatchObject({ statusCode: 409 })
    expect(announced).toHaveLength(1)
  })

  test("announces the document when an invocation ended after it let the document wait again", async () => {
    const documentId = await protectedDocument()
    await documents.reopen(documentId, 2)
    const { statusCode, body } = await unlock(documentId)
    expect(statusCode).toBe(202)
    expect(body.progress).toMatchObject({ status: "waiting", sequence: 3 })
    expect(announced).toHaveLength(1)
  })

  test.each([{}, { password: "" }, { password: 1 }, { password: "x".repeat(257) }, "x"])(
    "rejects %j with 400",
    async (body) => {
      expect(await unlock(await protectedDocument(), body)).toMatchObject({
        statusCode: 400,
        body: { field: "password" },
      })
    },
  )

  test("leaves the document as it is when it cannot be announced", async () => {
    const documentId = await protectedDocument()
    announcingFails = true
    expect(await unlock(documentId)).toMatchObject({ statusCode: 500 })
    expect((await documents.find(documentId))?.progress).toMatchObject({
      status: "error",
      ...encrypted,
      recoverable: false,
      sequence: 2,
    })
  })

  test("responds with the progress of a document whose reading has begun before it was reopened here", async () => {
    const documentId = await protectedDocument()
    whenAnnounced = async () => {
      await documents.reopen(documentId, 2)
      await documents.start(documentId, { owner: "attempt", expiresAtMs: Date.now() + 60_000 }, 3)
    }
    expect(await unlock(documentId)).toMatchObject({
      statusCode: 202,
      body: { progress: { status: "processing_started", sequence: 4 } },
    })
  })

  test("responds with 404 to a document that is deleted meanwhile", async () => {
    const documentId = await protectedDocument()
    whenAnnounced = () => documents.remove(documentId)
    expect(await unlock(documentId)).toMatchObject({ statusCode: 404 })
  })

  test("responds with 404 to a document that does not exist", async () => {
    expect(await unlock("nope")).toMatchObject({ statusCode: 404 })
  })
})

describe("GET and DELETE /documents/{documentId}", () => {
  const get = (documentId: string) => call("GET /documents/{documentId}", { documentId })
  const remove = (documentId: string) => call("DELETE /documents/{documentId}", { documentId })

  test("returns a document's progress; its insights are null until it has been read", async () => {
    const { documentId } = (await post(report)).body
    const response = await get(documentId)
    expect(response.statusCode).toBe(200)
    expect(v.parse(documentResponseSchema, response.body)).toMatchObject({
      documentId,
      fileName: "../report.pdf",
      progress: { status: "waiting", sequence: 1 },
      insights: null,
    })
  })

  test("removes the file, the text, the row and the watchers", async () => {
    const { documentId } = (await post(report)).body
    await watchers.watch({ documentId, connectionId: "a=" })
    const writer = texts.writer(documentId)
    await writer.add(["Text."])
    await writer.finish()
    expect(await remove(documentId)).toEqual({ statusCode: 204, body: "" })
    expect(texts.blocks.size).toBe(0)
    // Twice: an upload may arrive while the row is still there.
    expect(removed).toEqual([documentId, documentId])
    expect(await watching(documentId)).toEqual([])
    expect(await get(documentId)).toMatchObject({ statusCode: 404 })
  })

  test("notifies the watchers of the end that the document has, which may be an earlier one", async () => {
    const { documentId } = (await post(report)).body
    await remove(documentId)
    expect(pushed).toMatchObject([{ documentId, errorCode: "DOCUMENT_NOT_FOUND", recoverable: false, sequence: 2 }])
    const { documentId: ended } = (await post(report)).body
    await documents.end(ended, { errorCode: "TIMED_OUT", message: "Too late." }, "open")
    expect(await remove(ended)).toMatchObject({ statusCode: 204 })
    expect(pushed.slice(1)).toMatchObject([{ documentId: ended, errorCode: "TIMED_OUT", sequence: 2 }])
  })

  test("keeps the document and its watchers when they cannot be notified", async () => {
    const { documentId } = (await post(report)).body
    await watchers.watch({ documentId, connectionId: "a=" })
    delivery = "undelivered"
    expect(await remove(documentId)).toMatchObject({ statusCode: 500 })
    expect(await watching(documentId)).toEqual(["a="])
    delivery = "delivered"
    expect(await remove(documentId)).toMatchObject({ statusCode: 204 })
    expect(pushed.map(({ sequence }) => sequence)).toEqual([2, 2])
    expect(await watching(documentId)).toEqual([])
  })

  test("responds with 404 for what does not exist", async () => {
    for (const response of [await get("nope"), await remove("nope"), await call("PATCH /documents")]) {
      expect(response.statusCode).toBe(404)
      expect(v.is(problemSchema, response.body)).toBe(true)
    }
    expect(removed).toEqual([])
  })

  test("responds to an internal failure with 500 and without its details", async () => {
    const broken = createDocumentsApi({
      documents: { ...documents, find: () => Promise.reject(new Error("secret table name")) },
      watchers,
      uploads: createUploadsBucket(s3, "bucket"),
      texts,
      deadlines: { send: () => expect.unreachable() },
      uploadQueue: { send: () => expect.unreachable() },
      bucketName: "bucket",
      tickets: undefined,
      maxDocumentBytes: 50_000_000,
      notifier: { deliver: () => expect.unreachable() },
      logger: silentLogger(),
    })
    const event = { routeKey: "GET /documents/{documentId}", pathParameters: { documentId: "d1" } }
    const { statusCode, body } = await broken(event as unknown as APIGatewayProxyEventV2, lambdaContext())
    expect(statusCode).toBe(500)
    expect(body).not.toContain("secret")
  })
})
