// Uploads, retries, removals, insights, and the documents after a reload.
import { DocumentError, type DocumentsClient } from "@document-insight/client"
import type { Insights, Progress } from "@document-insight/protocol"
import { expect, test } from "vitest"
import { canCancel, canChooseFile, canRemove, canRetry } from "./document-item.ts"
import { DocumentList } from "./document-list.ts"
import { createStoredDocuments, type StoredDocument } from "./stored-documents.ts"
import type { UploadLocks } from "./upload-locks.ts"

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

/** What tabs share: a storage, in which a change of one is an event in the others, and the locks of uploads. */
function sharedStorage() {
  const entries = new Map<string, string>()
  const locks = new Map<string, PromiseWithResolvers<void>>()
  const tabs = new Set<EventTarget>()
  const uploadLocks: UploadLocks = {
    hold(documentId) {
      locks.set(documentId, Promise.withResolvers())
      return () => {
        locks.get(documentId)?.resolve()
        locks.delete(documentId)
      }
    },
    isHeld: async (documentId) => locks.has(documentId),
    whenFree: async (documentId) => await locks.get(documentId)?.promise,
  }
  return {
    uploadLocks,
    /** As the browser does when a tab is closed or reloaded. */
    releaseLocks() {
      for (const { resolve } of locks.values()) resolve()
      locks.clear()
    },
    openTab() {
      const tab = new EventTarget()
      tabs.add(tab)
      const storage = {
        getItem: (name: string) => entries.get(name) ?? null,
        setItem(name: string, value: string) {
          entries.set(name, value)
          for (const other of tabs)
            if (other !== tab) other.dispatchEvent(Object.assign(new Event("storage"), { key: name }))
        },
      }
      return createStoredDocuments(storage as Storage, "dev", tab)
    },
  }
}

type Kept = Omit<StoredDocument, "isUploaded"> & { isUploaded?: boolean }
type SetUp = { kept?: Kept[]; storage?: ReturnType<typeof sharedStorage>; firstId?: number }

function setUp(
  changes: Partial<DocumentsClient> = {},
  { kept = [], storage = sharedStorage(), firstId = 1 }: SetUp = {},
) {
  let ids = firstId
  const deleted: string[] = []
  const noted: Progress[] = []
  const stored = storage.openTab()
  for (const document of kept.toReversed()) stored.put({ isUploaded: true, ...document })
  const documentsClient: DocumentsClient = {
    create: async () => ({ documentId: `d-${ids++}`, uploadUrl: "/u", method: "PUT", headers: {}, expiresAt: "" }),
    upload: async () => {},
    get: async (documentId) => ({ documentId, fileName: "notes.txt", progress: complete, insights }),
    remove: async (documentId) => {
      deleted.push(documentId)
    },
    ...changes,
  }
  const listeners = new Map<string, (progress: Progress) => void>()
  let expireRemoval = () => {}
  const list = new DocumentList({
    documentsClient,
    progressClient: {
      note: (progress) => noted.push(progress),
      watch(documentId, listener) {
        listeners.set(documentId, listener)
        return () => listeners.delete(documentId)
      },
    },
    stored,
    uploadLocks: storage.uploadLocks,
    schedule(_ms, run) {
      expireRemoval = run
      return () => {
        expireRemoval = () => {}
      }
    },
  })
  /** Resolves when the uploads of the documents are at these steps. */
  const reaches = (...steps: string[]) =>
    expect.poll(() => list.getSnapshot().map(({ upload }) => upload.step), { interval: 1 }).toEqual(steps)
  return {
    list,
    reaches,
    deleted,
    noted,
    stored: () => stored.read(),
    /** Like a message of the server. */
    push: (progress: Progress) => listeners.get(progress.documentId)?.(progress),
    watched: () => [...listeners.keys()],
    expireRemoval: () => expireRemoval(),
  }
}

const notes = () => new File(["some notes"], "notes.txt")
const only = (list: DocumentList) => list.getSnapshot()[0]!

test("creates and uploads a document, and stores it before its first byte and after its last one", async () => {
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
  const document = { documentId: "d-1", fileName: "notes.txt", sizeBytes: 10 }
  expect(stored()).toEqual([{ ...document, isUploaded: false }])
  expect(list.isUploading).toBe(true)
  finishUpload()
  await reaches("done")
  expect(stored()).toEqual([{ ...document, isUploaded: true }])
  await expect.poll(() => list.isUploading, { interval: 1 }).toBe(false)
})

test("rejects unsupported and empty files without a request", async () => {
  const { list, reaches } = setUp({ create: () => Promise.reject(new Error("a request was sent")) })
  list.add([new File(["x"], "photo.heic"), new File([], "empty.txt")])
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
  list.remove([only(list).key])
  expect(signal?.aborted).toBe(true)
  expect(deleted).toEqual(["d-1"])
  expect(list.getSnapshot()).toEqual([])
  expect(stored()).toEqual([])
})

test("requests stored documents after a reload, and notes their progress before they are watched", async () => {
  const kept = [{ documentId: "d-1", fileName: "notes.txt", sizeBytes: 10 }]
  const { list, reaches, noted, stored } = setUp({}, { kept })
  expect(only(list).upload.step).toBe("restoring")
  await reaches("done")
  expect(noted).toEqual([complete])
  expect(only(list).insights).toEqual({ step: "loaded", insights })
  expect(stored()).toMatchObject(kept)
})

test("forgets a stored document that does not exist any more, and keeps one whose request failed", async () => {
  const kept = ["gone", "away"].map((documentId) => ({ documentId, fileName: "notes.txt", sizeBytes: 10 }))
  const get: DocumentsClient["get"] = (id) =>
    Promise.reject(new DocumentError(id === "gone" ? "not-found" : "unreachable", "No."))
  const { reaches, stored } = setUp({ get }, { kept })
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

test("keeps the documents of two tabs, and shows them in both", async () => {
  const storage = sharedStorage()
  const first = setUp({}, { storage })
  const second = setUp({}, { storage, firstId: 100 })
  first.list.add([notes()])
  await first.reaches("done")
  second.list.add([notes()])
  await second.reaches("done", "done")
  await first.reaches("done", "done")
  const ids = ["d-100", "d-1"]
  expect(first.stored().map(({ documentId }) => documentId)).toEqual(ids)
  expect(first.list.getSnapshot().map(({ documentId }) => documentId)).toEqual(ids)

  second.list.remove(["d-1"])
  await first.reaches("done")
  expect(first.stored().map(({ documentId }) => documentId)).toEqual(["d-100"])
  expect([...first.deleted, ...second.deleted]).toEqual([])
  second.expireRemoval()
  expect(second.deleted).toEqual(["d-1"])
  expect(first.deleted).toEqual([])
})

/** A tab whose upload has begun, and what another tab sees of it. */
function uploadInTwoTabs() {
  const storage = sharedStorage()
  const server = { progress: { ...complete, status: "waiting" } as Progress }
  const get: DocumentsClient["get"] = async (documentId) => {
    return { documentId, fileName: "notes.txt", progress: server.progress, insights }
  }
  const bytes = Promise.withResolvers<void>()
  const uploading = setUp({ get, upload: () => bytes.promise }, { storage })
  uploading.list.add([notes()])
  return { storage, server, uploading, bytes, openOther: () => setUp({ get }, { storage, firstId: 100 }) }
}

test("says that another tab uploads a document, and follows it as soon as that is done", async () => {
  const { uploading, bytes, openOther } = uploadInTwoTabs()
  await uploading.reaches("uploading")
  const other = openOther()
  await other.reaches("elsewhere")
  expect(canCancel(only(other.list))).toBe(false)
  expect(canRemove(only(other.list))).toBe(false)
  bytes.resolve()
  await other.reaches("done")
  expect(other.watched()).toEqual(["d-1"])
})

test("follows a document whose upload was completed while its progress was requested", async () => {
  const { uploading, bytes, storage, server } = uploadInTwoTabs()
  await uploading.reaches("uploading")
  const response = Promise.withResolvers<void>()
  const get: DocumentsClient["get"] = async (documentId) => {
    await response.promise
    return { documentId, fileName: "notes.txt", progress: server.progress, insights }
  }
  const other = setUp({ get }, { storage })
  bytes.resolve()
  await uploading.reaches("done")
  response.resolve()
  await other.reaches("done")
})

test("asks for the file of an upload that a reload interrupted, and uploads it at the same place", async () => {
  const { uploading, storage, openOther } = uploadInTwoTabs()
  await uploading.reaches("uploading")
  storage.releaseLocks()
  const reloaded = openOther()
  await reloaded.reaches("failed")
  expect(only(reloaded.list).upload).toMatchObject({ message: expect.stringContaining("Choose the file again.") })
  expect([canRetry(only(reloaded.list)), canChooseFile(only(reloaded.list))]).toEqual([false, true])

  const { key } = only(reloaded.list)
  reloaded.list.chooseFile(key, new File([], "notes.txt"))
  expect(only(reloaded.list).upload).toMatchObject({ message: expect.stringContaining("This file is empty.") })
  expect(canChooseFile(only(reloaded.list))).toBe(true)
  reloaded.list.chooseFile(key, new File(["some longer notes"], "renamed.txt"))
  await reloaded.reaches("done")
  expect(only(reloaded.list)).toMatchObject({ key, documentId: "d-100", fileName: "renamed.txt", sizeBytes: 17 })
  expect(reloaded.deleted).toEqual(["d-1"])
  expect(reloaded.stored().map(({ documentId }) => documentId)).toEqual(["d-100"])
})

test("shows the progress of an interrupted upload whose bytes have arrived after all", async () => {
  const { uploading, storage, openOther } = uploadInTwoTabs()
  await uploading.reaches("uploading")
  storage.releaseLocks()
  const reloaded = openOther()
  await reloaded.reaches("failed")
  reloaded.push({ ...complete, status: "waiting", sequence: 1 })
  await reloaded.reaches("failed")
  reloaded.push({ ...complete, status: "processing_started", sequence: 2 })
  await reloaded.reaches("done")
})

test("drops an interrupted upload that another tab removes, but not a failure of its own", async () => {
  const { uploading, storage, openOther } = uploadInTwoTabs()
  await uploading.reaches("uploading")
  storage.releaseLocks()
  const first = openOther()
  const second = openOther()
  await first.reaches("failed")
  await second.reaches("failed")
  second.list.add([new File([], "empty.txt")])
  first.list.remove(["d-1"])
  await second.reaches("failed")
  expect(only(second.list).fileName).toBe("empty.txt")
})

test("forgets a document whose upload failed, because a retry creates another one", async () => {
  const { list, reaches, stored } = setUp({ upload: () => Promise.reject(new DocumentError("unreachable", "No.")) })
  list.add([notes()])
  await reaches("failed")
  expect(stored()).toEqual([])
})

test("restores removed documents at their places when the removal is undone, and deletes nothing", async () => {
  const kept = ["d-1", "d-2", "d-3"].map((documentId) => ({ documentId, fileName: `${documentId}.txt`, sizeBytes: 10 }))
  const { list, reaches, deleted, stored, expireRemoval } = setUp({}, { kept })
  await reaches("done", "done", "done")
  list.remove(["d-1", "d-3"])
  expect(list.getSnapshot().map(({ key }) => key)).toEqual(["d-2"])
  expect(stored().map(({ documentId }) => documentId)).toEqual(["d-2"])
  list.undoRemoval()
  expect(list.getSnapshot().map(({ key }) => key)).toEqual(["d-1", "d-2", "d-3"])
  expect(stored()).toHaveLength(3)
  expireRemoval()
  expect(deleted).toEqual([])
})

test("deletes removed documents when another removal follows, and when the time to undo is over", async () => {
  const kept = ["d-1", "d-2"].map((documentId) => ({ documentId, fileName: "notes.txt", sizeBytes: 10 }))
  const { list, reaches, deleted, expireRemoval } = setUp({}, { kept })
  await reaches("done", "done")
  list.remove(["d-1"])
  expect(deleted).toEqual([])
  list.remove(["d-2"])
  expect(deleted).toEqual(["d-1"])
  expireRemoval()
  expect(deleted).toEqual(["d-1", "d-2"])
  expect(list.removed.getSnapshot()).toEqual([])
})

test("cancels an upload, frees its place, and uploads the same file again on request", async () => {
  const uploads: ReturnType<typeof Promise.withResolvers<void>>[] = []
  const upload: DocumentsClient["upload"] = (_target, _body, options) => {
    const pending = Promise.withResolvers<void>()
    options?.signal?.addEventListener("abort", () => pending.reject(options.signal?.reason))
    uploads.push(pending)
    return pending.promise
  }
  const { list, reaches, deleted, stored } = setUp({ upload })
  list.add([notes(), notes(), notes(), notes()])
  await expect.poll(() => uploads.length, { interval: 1 }).toBe(3)
  const { key } = only(list)
  list.cancel(key)
  await reaches("cancelled", "uploading", "uploading", "uploading")
  expect(deleted).toEqual(["d-1"])
  expect(stored().map(({ documentId }) => documentId)).not.toContain("d-1")
  uploads[1]?.resolve()
  list.retry(key)
  await reaches("uploading", "done", "uploading", "uploading")
  expect(only(list).documentId).toBe("d-5")
})

test("cancels the processing of a document, which is deleted and no longer watched", async () => {
  const { list, reaches, deleted, push, watched } = setUp()
  list.add([notes()])
  await reaches("done")
  push({ ...complete, status: "progress" })
  expect(only(list).progress?.status).toBe("progress")
  list.cancel(only(list).key)
  expect(only(list)).toMatchObject({ upload: { step: "cancelled" }, documentId: undefined, progress: undefined })
  expect(deleted).toEqual(["d-1"])
  expect(watched()).toEqual([])
})

test("a password that was already accepted leads to the progress of the document, and any other error is reported", async () => {
  let refusal = new DocumentError("refused", "This document is already being read with one.")
  const unlock = () => Promise.reject(refusal)
  const { list, noted, watched } = setUp({ unlock }, { kept: [{ documentId: "d-1", fileName: "a.pdf", sizeBytes: 1 }] })
  await expect.poll(() => noted).toHaveLength(1)
  await list.unlock("d-1", "sesame")
  expect(noted).toEqual([complete, complete])
  expect(watched()).toEqual(["d-1"])
  refusal = new DocumentError("unreachable", "No network.")
  await expect(list.unlock("d-1", "sesame")).rejects.toThrow("No network.")
})

test("loads the insights when the progress is complete", async () => {
  const { list, reaches, push } = setUp()
  list.add([notes()])
  await reaches("done")
  push(complete)
  await expect.poll(() => only(list).insights, { interval: 1 }).toEqual({ step: "loaded", insights })
})

test("shows the document of an address, and never deletes it", async () => {
  const { list, reaches, deleted, stored, expireRemoval } = setUp()
  list.open("d-77")
  await reaches("done")
  expect(only(list)).toMatchObject({ documentId: "d-77", fileName: "notes.txt", isOwn: false })
  expect(stored()).toEqual([])
  list.remove([only(list).key])
  expireRemoval()
  expect(deleted).toEqual([])
})

test("notifies subscribers of each change until they unsubscribe", async () => {
  const { list, reaches } = setUp()
  const steps: (string | undefined)[] = []
  const unsubscribe = list.subscribe(() => steps.push(list.getSnapshot()[0]?.upload.step))
  list.add([notes()])
  await reaches("done")
  expect(new Set(steps)).toEqual(new Set(["queued", "uploading", "done"]))
  unsubscribe()
  const count = steps.length
  list.remove([only(list).key])
  expect(steps).toHaveLength(count)
})
