// Uploads, retries, removals, insights, and the documents after a reload.
import { DocumentError, type DocumentsClient } from "@document-insight/client"
import type { Insights, Progress } from "@document-insight/protocol"
import { expect, test } from "vitest"
import { DocumentList } from "./document-list.ts"
import type { StoredDocument } from "./stored-documents.ts"

const insights: Insights = {
  title: "Notes",
  language: "en",
  pages: 1,
  words: 3,
  characters: 17,
  readingMinutes: 1,
  summary: [],
  keyphrases: [],
  people: [],
  places: [],
  organizations: [],
  pagesWithoutText: [],
}

const complete: Progress = {
  status: "processing_complete",
  documentId: "d-1",
  sequence: 4,
  pagesProcessed: 1,
  totalPages: 1,
  percentComplete: 100,
  timestamp: "2026-11-22T21:00:00.000Z",
}

function setUp(changes: Partial<DocumentsClient> = {}, kept: StoredDocument[] = []) {
  let ids = 0
  const deleted: string[] = []
  const noted: Progress[] = []
  let stored: readonly StoredDocument[] = kept
  const documentsClient: DocumentsClient = {
    create: async () => ({ documentId: `d-${++ids}`, uploadUrl: "/u", method: "PUT", headers: {}, expiresAt: "" }),
    upload: async () => {},
    get: async (documentId) => ({ documentId, fileName: "notes.txt", progress: complete, insights }),
    remove: async (documentId) => {
      deleted.push(documentId)
    },
    ...changes,
  }
  const list = new DocumentList({
    documentsClient,
    progressClient: { note: (progress) => noted.push(progress) },
    stored: {
      read: () => [...kept],
      write: (documents) => {
        stored = documents
      },
    },
  })
  /** Resolves when the uploads of the documents are at these steps. */
  const reaches = (...steps: string[]) =>
    expect.poll(() => list.getSnapshot().map(({ upload }) => upload.step), { interval: 1 }).toEqual(steps)
  return { list, reaches, deleted, noted, stored: () => stored }
}

const notes = () => new File(["some notes"], "notes.txt")
const only = (list: DocumentList) => list.getSnapshot()[0]!

test("creates and uploads a document, and stores it when the upload is done", async () => {
  let finishUpload = () => {}
  const { list, reaches, stored } = setUp({
    upload: (_target, _body, options) => {
      options?.onProgress?.(0.4)
      return new Promise((resolve) => {
        finishUpload = resolve
      })
    },
  })
  list.add([notes()])
  await expect.poll(() => only(list).upload, { interval: 1 }).toEqual({ step: "uploading", fraction: 0.4 })
  expect(stored()).toEqual([])
  finishUpload()
  await reaches("done")
  expect(stored()).toEqual([{ documentId: "d-1", fileName: "notes.txt", sizeBytes: 10 }])
})

test("rejects unsupported and empty files without a request", async () => {
  const { list, reaches } = setUp({ create: () => Promise.reject(new Error("a request was sent")) })
  list.add([new File(["x"], "table.xlsx"), new File([], "empty.txt")])
  await reaches("failed", "failed")
  const messages = list.getSnapshot().map(({ upload }) => ("message" in upload ? upload.message : ""))
  expect(messages[0]).toContain("This file type is not supported.")
  expect(messages[1]).toContain("This file is empty.")
})

test("uploads at most three files at once, and starts the next one when an upload succeeds or fails", async () => {
  const ends: { resolve: () => void; reject: (error: Error) => void }[] = []
  const { list, reaches } = setUp({
    upload: () => new Promise((resolve, reject) => ends.push({ resolve, reject })),
  })
  list.add([notes(), notes(), notes(), notes(), notes()])
  await expect.poll(() => ends.length, { interval: 1 }).toBe(3)
  await reaches("uploading", "uploading", "uploading", "queued", "queued")
  ends[0]?.resolve()
  ends[1]?.reject(new DocumentError("unreachable", "No network."))
  await reaches("done", "failed", "uploading", "uploading", "uploading")
})

test("retries a failed upload", async () => {
  let failures = 1
  const { list, reaches } = setUp({
    upload: async () => {
      if (failures-- > 0) throw new DocumentError("unreachable", "The upload was interrupted.")
    },
  })
  list.add([notes()])
  await reaches("failed")
  expect(only(list).upload).toEqual({
    step: "failed",
    message: "The upload was interrupted.",
    isRetryable: true,
  })
  list.retry(only(list).key)
  await reaches("done")
  expect(only(list).documentId).toBe("d-2")
})

test("cancels the upload of a removed document and deletes it from the server", async () => {
  let signal: AbortSignal | undefined
  const { list, deleted, stored } = setUp({
    upload: (_target, _body, options) => {
      signal = options?.signal
      return new Promise(() => {})
    },
  })
  list.add([notes()])
  await expect.poll(() => signal, { interval: 1 }).toBeDefined()
  list.remove(only(list).key)
  expect(signal?.aborted).toBe(true)
  expect(deleted).toEqual(["d-1"])
  expect(list.getSnapshot()).toEqual([])
  expect(stored()).toEqual([])
})

test("requests stored documents after a reload, and notes their progress before they are watched", async () => {
  const kept = [{ documentId: "d-1", fileName: "notes.txt", sizeBytes: 10 }]
  const { list, reaches, noted, stored } = setUp({}, kept)
  expect(only(list).upload.step).toBe("restoring")
  await reaches("done")
  expect(noted).toEqual([complete])
  expect(only(list).insights).toEqual({ step: "loaded", insights })
  expect(stored()).toEqual(kept)
})

test("forgets a stored document that does not exist any more, and keeps one whose request failed", async () => {
  const kept = ["gone", "away"].map((documentId) => ({ documentId, fileName: "notes.txt", sizeBytes: 10 }))
  const get: DocumentsClient["get"] = (id) =>
    Promise.reject(new DocumentError(id === "gone" ? "not-found" : "unreachable", "No."))
  const { reaches, stored } = setUp({ get }, kept)
  await reaches("failed", "done")
  expect(stored().map(({ documentId }) => documentId)).toEqual(["away"])
})

test("loads insights again after an error", async () => {
  let failures = 1
  const get: DocumentsClient["get"] = async (documentId) => {
    if (failures-- > 0) throw new DocumentError("failed", "The server is busy.")
    return { documentId, fileName: "notes.txt", progress: complete, insights }
  }
  const { list, reaches } = setUp({ get })
  list.add([notes()])
  await reaches("done")
  const { key } = only(list)
  await list.loadInsights(key)
  expect(only(list).insights).toEqual({ step: "failed", message: "The server is busy." })
  await list.loadInsights(key)
  expect(only(list).insights).toEqual({ step: "loaded", insights })
})
