// What happens to documents between a person's hand and the server, and what a reload brings back.
import { DocumentError, type DocumentsClient } from "@document-insight/client"
import type { Insights, Progress } from "@document-insight/protocol"
import { expect, test } from "vitest"
import { DocumentList } from "./document-list.ts"
import type { RememberedDocument } from "./remembered-documents.ts"

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

function setUp(changes: Partial<DocumentsClient> = {}, kept: RememberedDocument[] = []) {
  let ids = 0
  const deleted: string[] = []
  const noted: Progress[] = []
  let remembered: readonly RememberedDocument[] = kept
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
    remembered: {
      read: () => [...kept],
      write: (documents) => {
        remembered = documents
      },
    },
  })
  /** Resolves as soon as the documents are at these steps of being handed over. */
  const reaches = (...steps: string[]) =>
    expect.poll(() => list.getSnapshot().map(({ handover }) => handover.step), { interval: 1 }).toEqual(steps)
  return { list, reaches, deleted, noted, remembered: () => remembered }
}

const notes = () => new File(["some notes"], "notes.txt")
const only = (list: DocumentList) => list.getSnapshot()[0]!

test("a document is announced and uploaded, and remembered once the server has it", async () => {
  let finishUpload = () => {}
  const { list, reaches, remembered } = setUp({
    upload: (_target, _body, options) => {
      options?.onProgress?.(0.4)
      return new Promise((resolve) => {
        finishUpload = resolve
      })
    },
  })
  list.add([notes()])
  await expect.poll(() => only(list).handover, { interval: 1 }).toEqual({ step: "uploading", fraction: 0.4 })
  expect(remembered()).toEqual([])
  finishUpload()
  await reaches("done")
  expect(remembered()).toEqual([{ documentId: "d-1", fileName: "notes.txt", sizeBytes: 10 }])
})

test("what cannot be read is refused without asking the server", async () => {
  const { list, reaches } = setUp({ create: () => Promise.reject(new Error("was asked")) })
  list.add([new File(["x"], "table.xlsx"), new File([], "empty.txt")])
  await reaches("failed", "failed")
  const sentences = list.getSnapshot().map(({ handover }) => ("sentence" in handover ? handover.sentence : ""))
  expect(sentences[0]).toContain("Files of this type cannot be read.")
  expect(sentences[1]).toContain("This file is empty.")
})

test("at most three are under way at once; each that ends lets the next begin, also when it fails", async () => {
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

test("a failed upload can be tried again", async () => {
  let failures = 1
  const { list, reaches } = setUp({
    upload: async () => {
      if (failures-- > 0) throw new DocumentError("unreachable", "The upload was interrupted.")
    },
  })
  list.add([notes()])
  await reaches("failed")
  expect(only(list).handover).toEqual({
    step: "failed",
    sentence: "The upload was interrupted.",
    isRetryable: true,
  })
  list.tryAgain(only(list).key)
  await reaches("done")
  expect(only(list).documentId).toBe("d-2")
})

test("removing one in the middle of its upload stops the upload and deletes it from the server", async () => {
  let signal: AbortSignal | undefined
  const { list, deleted, remembered } = setUp({
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
  expect(remembered()).toEqual([])
})

test("after a reload what is remembered is asked for, and its progress known before anybody watches it", async () => {
  const kept = [{ documentId: "d-1", fileName: "notes.txt", sizeBytes: 10 }]
  const { list, reaches, noted, remembered } = setUp({}, kept)
  expect(only(list).handover.step).toBe("restoring")
  await reaches("done")
  expect(noted).toEqual([complete])
  expect(only(list).insights).toEqual({ step: "loaded", insights })
  expect(remembered()).toEqual(kept)
})

test("a remembered document that is gone says so and is forgotten; one that cannot be asked for is kept", async () => {
  const kept = ["gone", "away"].map((documentId) => ({ documentId, fileName: "notes.txt", sizeBytes: 10 }))
  const get: DocumentsClient["get"] = (id) =>
    Promise.reject(new DocumentError(id === "gone" ? "not-found" : "unreachable", "No."))
  const { reaches, remembered } = setUp({ get }, kept)
  await reaches("failed", "done")
  expect(remembered().map(({ documentId }) => documentId)).toEqual(["away"])
})

test("insights that could not be fetched can be fetched again", async () => {
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
  expect(only(list).insights).toEqual({ step: "failed", sentence: "The server is busy." })
  await list.loadInsights(key)
  expect(only(list).insights).toEqual({ step: "loaded", insights })
})
