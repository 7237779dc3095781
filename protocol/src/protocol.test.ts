// The schemas, parsing of server messages, final progress, and content types.
import fc from "fast-check"
import * as v from "valibot"
import { describe, expect, test } from "vitest"
import {
  contentTypeOf,
  createDocumentRequestSchema,
  createDocumentResponseSchema,
  documentResponseSchema,
  documentStatuses,
  errorCodes,
  insightsSchema,
  isFinal,
  isProgress,
  maxDocumentBytes,
  parseServerMessage,
  pingRequestSchema,
  problemSchema,
  progressSchema,
  watchRequestSchema,
} from "./index.ts"

const progress = {
  status: "progress",
  documentId: "d1",
  sequence: 7,
  pagesProcessed: 50,
  totalPages: 100,
  percentComplete: 50,
  timestamp: "2026-11-22T21:00:00.000Z",
}

describe("parseServerMessage", () => {
  test("parses each message, and isProgress accepts only progress", () => {
    const pong = { status: "pong" }
    const unwatched = { status: "unwatched", documentId: "d1" }
    const refusal = { status: "error", errorCode: "UNKNOWN_ACTION", message: "There is no action." }
    const failed = { ...progress, status: "error", errorCode: "CORRUPT", message: "Damaged.", recoverable: false }
    for (const message of [progress, failed, pong, unwatched, refusal]) {
      expect(parseServerMessage(JSON.stringify(message))).toEqual(message)
    }
    const messages = [progress, failed, pong, unwatched, refusal].map((message) =>
      parseServerMessage(JSON.stringify(message)),
    )
    expect(messages.map((message) => message && isProgress(message))).toEqual([true, true, false, false, false])
  })

  test("returns undefined for frames of API Gateway and messages of unknown shape", () => {
    const forbidden = `{"message": "Forbidden", "connectionId":"eHrdFcnvvHcCE-w=", "requestId":"eHrjDEuVPHcFWMg="}`
    expect(parseServerMessage(forbidden)).toBeUndefined()
    expect(parseServerMessage(JSON.stringify({ ...progress, sequence: -1 }))).toBeUndefined()
    expect(parseServerMessage(JSON.stringify({ ...progress, percentComplete: 101 }))).toBeUndefined()
  })

  test("never throws", () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void parseServerMessage(text)))
  })
})

test("only completion and unrecoverable errors are final", () => {
  expect(isFinal({ status: "processing_complete" })).toBe(true)
  expect(isFinal({ status: "error", recoverable: false })).toBe(true)
  expect(isFinal({ status: "error" })).toBe(true)
  expect(isFinal({ status: "error", recoverable: true })).toBe(false)
  for (const status of ["waiting", "processing_started", "progress"] as const) expect(isFinal({ status })).toBe(false)
})

test("derives the content type from the extension, if the extension is supported", () => {
  expect(contentTypeOf("Report.v2.PDF")).toBe("application/pdf")
  expect(contentTypeOf("notes.markdown")).toBe("text/markdown")
  expect(contentTypeOf("LICENSE")).toBe("text/plain")
  for (const fileName of ["archive.zip", "trailing.", ".env", ""]) expect(contentTypeOf(fileName)).toBeUndefined()
})

test.each([
  ["a.pdf", "application/pdf"],
  ["a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"],
  ["a.doc", "application/msword"],
  ["a.txt", "text/plain"],
  ["a.text", "text/plain"],
  ["a.md", "text/markdown"],
  ["a.markdown", "text/markdown"],
  ["a.html", "text/html"],
  ["a.htm", "text/html"],
  ["a.PPTX", "application/vnd.openxmlformats-officedocument.presentationml.presentation"],
  ["a.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"],
  ["a.odt", "application/vnd.oasis.opendocument.text"],
  ["a.epub", "application/epub+zip"],
  ["a.rtf", "application/rtf"],
  ["a.eml", "message/rfc822"],
  ["a.csv", "text/csv"],
  ["server.log", "text/plain"],
  ["a.rst", "text/plain"],
  ["a.ods", "application/vnd.oasis.opendocument.spreadsheet"],
  ["a.odp", "application/vnd.oasis.opendocument.presentation"],
  ["a.json", "application/json"],
  ["a.xml", "application/xml"],
  ["a.png", "image/png"],
  ["a.jpg", "image/jpeg"],
  ["a.jpeg", "image/jpeg"],
  ["a.tif", "image/tiff"],
  ["a.TIFF", "image/tiff"],
  ["a.webp", "image/webp"],
  ["a.constructor", undefined],
])("%s has the content type %s", (fileName, contentType) => {
  expect(contentTypeOf(fileName)).toBe(contentType)
})

describe("a request to create a document", () => {
  const request = { fileName: "a.pdf", contentType: "application/pdf", sizeBytes: 1 }
  const isValid = (changes: object) => v.safeParse(createDocumentRequestSchema, { ...request, ...changes }).success

  test("has a trimmed file name", () => {
    expect(v.parse(createDocumentRequestSchema, { ...request, fileName: " a b.pdf " }).fileName).toBe("a b.pdf")
  })

  test.each([
    [{}, true],
    [{ fileName: "a".repeat(255) }, true],
    [{ fileName: "a".repeat(256) }, false],
    [{ fileName: "" }, false],
    [{ fileName: "  " }, false],
    [{ fileName: 7 }, false],
    [{ contentType: "a".repeat(255) }, true],
    [{ contentType: "a".repeat(256) }, false],
    [{ contentType: "" }, false],
    [{ contentType: undefined }, false],
    [{ sizeBytes: maxDocumentBytes + 1 }, true],
    [{ sizeBytes: 0 }, false],
    [{ sizeBytes: 1.5 }, false],
    [{ sizeBytes: "1" }, false],
  ])("with %j is valid: %s", (changes, expected) => {
    expect(isValid(changes)).toBe(expected)
  })

  test("may be larger than the limit, which is 50 MB: the function rejects it with its own status", () => {
    expect(maxDocumentBytes).toBe(50 * 1000 * 1000)
  })
})

describe("a message of a client", () => {
  test("watches unless it says otherwise", () => {
    const parse = (changes: object) => v.parse(watchRequestSchema, { action: "progress", documentId: "d", ...changes })
    expect(parse({})).toEqual({ action: "progress", documentId: "d", watch: true })
    expect(parse({ watch: false }).watch).toBe(false)
  })

  test.each([
    [{ documentId: "d".repeat(128) }, true],
    [{ documentId: "d".repeat(129) }, false],
    [{ documentId: "" }, false],
    [{ documentId: 7 }, false],
    [{ shareToken: "s".repeat(128) }, true],
    [{ shareToken: "s".repeat(129) }, false],
    [{ action: "other" }, false],
    [{ watch: "no" }, false],
  ])("to watch with %j is valid: %s", (changes, expected) => {
    const message = { action: "progress", documentId: "d", ...changes }
    expect(v.safeParse(watchRequestSchema, message).success).toBe(expected)
  })

  test("to ping has that action", () => {
    expect(v.safeParse(pingRequestSchema, { action: "ping" }).success).toBe(true)
    expect(v.safeParse(pingRequestSchema, { action: "pong" }).success).toBe(false)
  })
})

describe("a progress", () => {
  const isValid = (changes: object) => v.safeParse(progressSchema, { ...progress, ...changes }).success

  test.each([...documentStatuses])("has the status %s", (status) => {
    expect(isValid({ status })).toBe(true)
  })

  test.each([...errorCodes])("has the error code %s", (errorCode) => {
    expect(isValid({ status: "error", errorCode, message: "m", recoverable: true })).toBe(true)
  })

  test.each([
    { status: "done" },
    { errorCode: "OTHER" },
    { sequence: 1.5 },
    { pagesProcessed: -1 },
    { totalPages: -1 },
    { totalPages: "1" },
    { percentComplete: 100.5 },
    { percentComplete: 101 },
    { timestamp: undefined },
    { documentId: undefined },
    { recoverable: "yes" },
  ])("with %j is invalid", (changes) => {
    expect(isValid(changes)).toBe(false)
  })

  test.each([{ percentComplete: 0 }, { percentComplete: 100 }, { sequence: 0, pagesProcessed: 0, totalPages: 0 }])(
    "with %j is valid",
    (changes) => {
      expect(isValid(changes)).toBe(true)
    },
  )
})

test("the statuses and error codes are those that clients know", () => {
  expect(documentStatuses).toEqual(["waiting", "processing_started", "progress", "processing_complete", "error"])
  expect(errorCodes).toEqual([
    "DOCUMENT_NOT_FOUND",
    "UNSUPPORTED_TYPE",
    "TOO_LARGE",
    "ENCRYPTED",
    "CORRUPT",
    "EMPTY",
    "TIMED_OUT",
    "PROCESSING_FAILED",
  ])
})

test("a response to an invalid message has one of two codes", () => {
  const refusal = (errorCode: string) =>
    parseServerMessage(JSON.stringify({ status: "error", errorCode, message: "m" }))
  for (const code of ["UNKNOWN_ACTION", "BAD_REQUEST"]) expect(refusal(code)).toMatchObject({ errorCode: code })
  expect(refusal("OTHER")).toBe(undefined)
})

test("a created document is uploaded with PUT and headers of strings", () => {
  const created = { documentId: "d", uploadUrl: "https://b/k", method: "PUT", headers: { a: "b" }, expiresAt: "t" }
  const isValid = (changes: object) => v.safeParse(createDocumentResponseSchema, { ...created, ...changes }).success
  expect(isValid({})).toBe(true)
  for (const changes of [{ method: "POST" }, { headers: { a: 1 } }, { uploadUrl: undefined }]) {
    expect(isValid(changes)).toBe(false)
  }
})

test("a document has insights or null, and a problem may name a field", () => {
  const insights = {
    title: null,
    language: "en",
    pages: 1,
    words: 2,
    characters: 3,
    readingMinutes: 1,
    summary: ["One."],
    keyphrases: [{ text: "a", count: 1 }],
    people: [],
    places: [],
    organizations: [],
    pagesWithoutText: [1],
  }
  const document = { documentId: "d", fileName: "a.pdf", progress, insights: null }
  expect(v.parse(documentResponseSchema, document)).toEqual(document)
  expect(v.parse(documentResponseSchema, { ...document, insights })).toEqual({ ...document, insights })
  expect(v.safeParse(documentResponseSchema, { ...document, insights: undefined }).success).toBe(false)
  expect(v.safeParse(insightsSchema, { ...insights, keyphrases: [{ text: "a" }] }).success).toBe(false)
  expect(v.parse(problemSchema, { message: "m", field: "fileName" })).toEqual({ message: "m", field: "fileName" })
  expect(v.parse(problemSchema, { message: "m" })).toEqual({ message: "m" })
  expect(v.safeParse(problemSchema, { field: "fileName" }).success).toBe(false)
})
