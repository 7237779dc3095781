// The HTTP API's answers, over real tables and with real presigned URLs.

import { S3Client } from "@aws-sdk/client-s3"
import { createDocumentResponseSchema, documentResponseSchema, problemSchema } from "@document-insight/protocol"
import type { APIGatewayProxyEventV2 } from "aws-lambda"
import * as v from "valibot"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { lambdaContext, silentLogger } from "../../test/lambda-context.ts"
import { type LocalTables, startLocalTables } from "../../test/local-tables.ts"
import { createDocumentsTable, type DocumentsTable } from "../storage/documents-table.ts"
import { createUploadsBucket } from "../storage/uploads-bucket.ts"
import { createWatchersTable, type WatchersTable } from "../storage/watchers-table.ts"
import { createDocumentsApi } from "./routes.ts"

let local: LocalTables
let documents: DocumentsTable
let watchers: WatchersTable
let removed: string[]
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
  removed = []
  const uploads = {
    ...createUploadsBucket(s3, "bucket", () => now),
    remove: async (id: string) => void removed.push(id),
  }
  api = createDocumentsApi({ documents, watchers, uploads, logger: silentLogger() })
})

async function call(routeKey: string, { documentId = "", body = "" } = {}) {
  const event = { routeKey, pathParameters: { documentId }, body, isBase64Encoded: false }
  const { statusCode, body: answer = "" } = await api(event as unknown as APIGatewayProxyEventV2, lambdaContext())
  return { statusCode, body: answer && JSON.parse(answer) }
}

const post = (body: unknown) =>
  call("POST /documents", { body: typeof body === "string" ? body : JSON.stringify(body) })
const report = { fileName: "../report.pdf", contentType: "application/pdf", sizeBytes: 1234 }

describe("POST /documents", () => {
  it("gives out an upload for exactly this document, for fifteen minutes", async () => {
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
    // A checksum of the bytes that were not yet there would make S3 refuse those that come.
    expect([...url.searchParams.keys()].filter((name) => name.includes("checksum"))).toEqual([])
    expect(await documents.find(created.documentId)).toMatchObject({
      fileName: "../report.pdf",
      contentType: "application/pdf",
      progress: { status: "waiting" },
    })
  })

  it("knows a type by the file's extension when the browser does not, and passes over its parameters", async () => {
    const markdown = await post({ ...report, fileName: "notes.MD", contentType: "application/octet-stream" })
    expect(markdown.body.headers).toEqual({ "content-type": "text/markdown" })
    const text = await post({ ...report, contentType: "Text/Plain; charset=utf-8" })
    expect(text.body.headers).toEqual({ "content-type": "text/plain" })
  })

  it.each([
    ["not json", undefined],
    ["[]", "fileName"],
    [{ ...report, fileName: "  " }, "fileName"],
    [{ ...report, fileName: "x".repeat(256) }, "fileName"],
    [{ ...report, contentType: undefined }, "contentType"],
    [{ ...report, sizeBytes: 0 }, "sizeBytes"],
    [{ ...report, sizeBytes: "12" }, "sizeBytes"],
  ])("%j is refused with 400, naming %s", async (body, field) => {
    const answer = await post(body)
    expect(answer.statusCode).toBe(400)
    expect(v.parse(problemSchema, answer.body).field).toBe(field)
  })

  it("refuses what is too large with 413, and what cannot be read with 415", async () => {
    expect(await post({ ...report, sizeBytes: 50_000_000 })).toMatchObject({ statusCode: 201 })
    const tooLarge = { message: "The document is too large: at most 50 MB can be read.", field: "sizeBytes" }
    expect(await post({ ...report, sizeBytes: 50_000_001 })).toEqual({ statusCode: 413, body: tooLarge })
    for (const contentType of ["image/png", "__proto__", "application/octet-stream"]) {
      expect(await post({ ...report, fileName: "a.png", contentType })).toMatchObject({ statusCode: 415 })
    }
  })
})

describe("GET and DELETE /documents/{documentId}", () => {
  const get = (documentId: string) => call("GET /documents/{documentId}", { documentId })
  const remove = (documentId: string) => call("DELETE /documents/{documentId}", { documentId })

  it("tells where a document stands; its insights are null until it is read", async () => {
    const { documentId } = (await post(report)).body
    const answer = await get(documentId)
    expect(answer.statusCode).toBe(200)
    expect(v.parse(documentResponseSchema, answer.body)).toMatchObject({
      documentId,
      fileName: "../report.pdf",
      progress: { status: "waiting", sequence: 1 },
      insights: null,
    })
  })

  it("takes the file, the row and the watchers away", async () => {
    const { documentId } = (await post(report)).body
    await watchers.watch({ documentId, connectionId: "a=" })
    expect(await remove(documentId)).toEqual({ statusCode: 204, body: "" })
    expect(removed).toEqual([documentId])
    expect(await watchers.connectionsWatching(documentId)).toEqual([])
    expect(await get(documentId)).toMatchObject({ statusCode: 404 })
  })

  it("answers 404 for what is not there", async () => {
    for (const answer of [await get("nope"), await remove("nope"), await call("PATCH /documents")]) {
      expect(answer.statusCode).toBe(404)
      expect(v.is(problemSchema, answer.body)).toBe(true)
    }
    expect(removed).toEqual([])
  })

  it("a failure inside is answered 500 in words that give nothing away", async () => {
    const broken = createDocumentsApi({
      documents: { ...documents, find: () => Promise.reject(new Error("secret table name")) },
      watchers,
      uploads: createUploadsBucket(s3, "bucket"),
      logger: silentLogger(),
    })
    const event = { routeKey: "GET /documents/{documentId}", pathParameters: { documentId: "d1" } }
    const { statusCode, body } = await broken(event as unknown as APIGatewayProxyEventV2, lambdaContext())
    expect(statusCode).toBe(500)
    expect(body).not.toContain("secret")
  })
})
