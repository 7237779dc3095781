// Parsing of server messages, final progress, and content types.
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { contentTypeOf, isFinal, isProgress, parseServerMessage } from "./index.ts"

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
  for (const fileName of ["pdf", "archive.zip", "trailing.", ""]) expect(contentTypeOf(fileName)).toBeUndefined()
})
