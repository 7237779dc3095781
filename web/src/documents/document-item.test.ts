// The phases of a document on the page, and what can be done in each of them.
import type { Progress } from "@document-insight/protocol"
import { expect, test } from "vitest"
import { canCancel, canChooseFile, canRetry, canUnlock, type DocumentItem, phaseOf } from "./document-item.ts"

const item: DocumentItem = {
  key: "k",
  fileName: "Report.PDF",
  sizeBytes: 1,
  isOwn: true,
  hasFile: true,
  queuedAt: 0,
  upload: { step: "done" },
  insights: { step: "none" },
  samples: [],
  newsAt: 0,
}
const withProgress = (progress: Partial<Progress>, changes: Partial<DocumentItem> = {}): DocumentItem => ({
  ...item,
  progress: {
    documentId: "d",
    status: "progress",
    sequence: 1,
    pagesProcessed: 0,
    totalPages: 0,
    percentComplete: 0,
    timestamp: "2026-01-01T00:00:00.000Z",
    ...progress,
  },
  ...changes,
})
const failed = { step: "failed", message: "", isRetryable: true } as const

test.each<[phase: string, item: DocumentItem]>([
  ["active", { ...item, upload: { step: "restoring" } }],
  ["active", { ...item, upload: { step: "queued" } }],
  ["active", { ...item, upload: { step: "uploading", fraction: 1 } }],
  ["active", { ...item, upload: { step: "elsewhere" } }],
  ["failed", { ...item, upload: failed }],
  ["cancelled", { ...item, upload: { step: "cancelled" } }],
  ["active", item],
  ["active", withProgress({ status: "progress" })],
  ["complete", withProgress({ status: "processing_complete" })],
  ["failed", withProgress({ status: "error", recoverable: false })],
  ["failed", withProgress({ status: "error" })],
  ["active", withProgress({ status: "error", recoverable: true })],
  ["active", withProgress({ status: "processing_complete" }, { upload: { step: "queued" } })],
])("the phase is %s: %j", (phase, one) => {
  expect(phaseOf(one)).toBe(phase)
})

test("an upload can be retried while the file is there, unless the file is the reason for the failure", () => {
  expect(canRetry({ ...item, upload: failed })).toBe(true)
  expect(canRetry({ ...item, upload: { ...failed, isRetryable: false } })).toBe(false)
  expect(canRetry({ ...item, upload: failed, hasFile: false })).toBe(false)
  expect(canRetry({ ...item, upload: { step: "cancelled" } })).toBe(true)
  expect(canRetry(item)).toBe(false)
})

test("a file that a reload has forgotten is asked for where an upload may help, for documents of one's own", () => {
  const forgotten = { ...item, hasFile: false }
  expect(canChooseFile({ ...forgotten, upload: failed })).toBe(true)
  expect(canChooseFile({ ...forgotten, upload: failed, isOwn: false })).toBe(false)
  expect(canChooseFile({ ...forgotten, upload: { ...failed, isRetryable: false } })).toBe(false)
  expect(canChooseFile({ ...item, upload: failed })).toBe(false)
  expect(canChooseFile(withProgress({ status: "error", errorCode: "TIMED_OUT" }, { hasFile: false }))).toBe(true)
  expect(canChooseFile(withProgress({ status: "error", errorCode: "CORRUPT" }, { hasFile: false }))).toBe(false)
})

test.each([
  ["PROCESSING_FAILED", true],
  ["TIMED_OUT", true],
  ["DOCUMENT_NOT_FOUND", true],
  ["CORRUPT", false],
  ["ENCRYPTED", false],
  [undefined, false],
] as const)("a document that failed with %s can be uploaded again: %s", (errorCode, expected) => {
  const error = errorCode === undefined ? {} : { errorCode }
  expect(canRetry(withProgress({ status: "error", ...error }))).toBe(expected)
  expect(canRetry(withProgress({ status: "error", recoverable: true, ...error }))).toBe(false)
})

test("only a PDF of one's own that needs a password can be unlocked", () => {
  const error = { status: "error", errorCode: "ENCRYPTED" } as const
  expect(canUnlock(withProgress(error))).toBe(true)
  expect(canUnlock(withProgress(error, { isOwn: false }))).toBe(false)
  expect(canUnlock(withProgress(error, { fileName: "report.docx" }))).toBe(false)
  expect(canUnlock(withProgress({ ...error, errorCode: "CORRUPT" }))).toBe(false)
  expect(canUnlock(withProgress({ ...error, recoverable: true }))).toBe(false)
})

test("a document of one's own can be cancelled while it is active, but not while it is restored", () => {
  expect(canCancel({ ...item, upload: { step: "queued" } })).toBe(true)
  expect(canCancel(withProgress({ status: "progress" }))).toBe(true)
  expect(canCancel({ ...item, isOwn: false })).toBe(false)
  expect(canCancel({ ...item, upload: { step: "restoring" } })).toBe(false)
  expect(canCancel(withProgress({ status: "processing_complete" }))).toBe(false)
})
