// A document's life in its table: the sequence, the final state and the lease.
import type { Insights } from "@document-insight/protocol"
import fc from "fast-check"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { type LocalTables, startLocalTables } from "../../test/local-tables.ts"
import { createDocumentsTable, type DocumentsTable, type Lease, retentionSeconds } from "./documents-table.ts"

let local: LocalTables
let documents: DocumentsTable
let now = Date.parse("2026-11-22T21:00:00Z")

beforeAll(async () => {
  local = await startLocalTables()
})
afterAll(() => local.close())
beforeEach(async () => {
  now = Date.parse("2026-11-22T21:00:00Z")
  const { documentsTableName } = await local.newTables()
  documents = createDocumentsTable(local.client, documentsTableName, () => now)
  await documents.create({ documentId: "d1", fileName: "a.pdf", contentType: "application/pdf" })
})

const lease = (owner: string): Lease => ({ owner, expiresAtMs: now + 60_000 })
const insights: Insights = {
  title: null,
  language: "en",
  pages: 2,
  words: 3,
  characters: 20,
  readingMinutes: 1,
  summary: [],
  keyphrases: [{ text: "relay station", count: 4 }],
  people: [],
  places: [],
  organizations: [],
  pagesWithoutText: [2],
}

describe("a document's life", () => {
  it("waits from sequence 1, and counts every change", async () => {
    expect((await documents.find("d1"))?.progress).toEqual({
      status: "waiting",
      documentId: "d1",
      sequence: 1,
      pagesProcessed: 0,
      totalPages: 0,
      percentComplete: 0,
      timestamp: "2026-11-22T21:00:00.000Z",
    })
    const started = await documents.start("d1", lease("a"))
    expect(started).toMatchObject({
      outcome: "leased",
      document: { progress: { status: "processing_started", sequence: 2 } },
    })
    const half = { status: "progress", pagesProcessed: 1, totalPages: 2, percentComplete: 50 } as const
    expect(await documents.record("d1", lease("a"), half)).toMatchObject({ ...half, sequence: 3 })
    const complete = await documents.record("d1", lease("a"), {
      status: "processing_complete",
      totalPages: 2,
      insights,
    })
    expect(complete).toMatchObject({
      status: "processing_complete",
      sequence: 4,
      percentComplete: 100,
      pagesProcessed: 2,
    })
    expect(await documents.find("d1")).toEqual({
      documentId: "d1",
      fileName: "a.pdf",
      contentType: "application/pdf",
      progress: complete,
      insights,
    })
  })

  it("never leaves a final state", async () => {
    await documents.start("d1", lease("a"))
    await documents.record("d1", lease("a"), {
      status: "error",
      errorCode: "CORRUPT",
      message: "No.",
      recoverable: false,
    })
    expect(await documents.start("d1", lease("b"))).toMatchObject({ outcome: "finished" })
    expect(await documents.abandon("d1", "PROCESSING_FAILED", "No.")).toBeUndefined()
    expect((await documents.find("d1"))?.progress).toMatchObject({ errorCode: "CORRUPT", sequence: 3 })
  })

  it("may be tried again at once after a recoverable error, which then is no longer told", async () => {
    await documents.start("d1", lease("a"))
    const change = { status: "error", errorCode: "PROCESSING_FAILED", message: "Again.", recoverable: true } as const
    expect(await documents.record("d1", lease("a"), change)).toMatchObject({ ...change, sequence: 3 })
    const again = await documents.start("d1", lease("b"))
    expect(again).toMatchObject({ outcome: "leased", document: { progress: { sequence: 4 } } })
    expect((await documents.find("d1"))?.progress).not.toHaveProperty("errorCode")
  })

  it("is not found once deleted, nor when its time is over although the row is still there", async () => {
    now += retentionSeconds * 1000
    expect(await documents.find("d1")).toBeUndefined()
    now -= 1
    expect(await documents.find("d1")).toBeDefined()
    await documents.remove("d1")
    expect(await documents.find("d1")).toBeUndefined()
    expect(await documents.start("d1", lease("a"))).toEqual({ outcome: "not-found" })
  })
})

describe("the lease", () => {
  it("goes to one of two invocations that start at once", async () => {
    const outcomes = await Promise.all([documents.start("d1", lease("a")), documents.start("d1", lease("b"))])
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(["leased", "leased-by-another"])
  })

  it("stays with its owner when the same start arrives twice", async () => {
    await documents.start("d1", lease("a"))
    expect(await documents.start("d1", lease("a"))).toMatchObject({ outcome: "leased" })
  })

  it("can be taken over only when it has expired; the former owner then records nothing", async () => {
    await documents.start("d1", lease("a"))
    now += 60_000
    expect(await documents.start("d1", lease("b"))).toEqual({ outcome: "leased-by-another" })
    now += 1
    expect(await documents.start("d1", lease("b"))).toMatchObject({ outcome: "leased" })
    const change = { status: "progress", pagesProcessed: 1, totalPages: 2, percentComplete: 50 } as const
    expect(await documents.record("d1", lease("a"), change)).toBeUndefined()
    expect(await documents.record("d1", lease("b"), change)).toMatchObject({ sequence: 4 })
  })

  it("keeps a document from being abandoned while somebody works on it", async () => {
    await documents.start("d1", lease("a"))
    expect(await documents.abandon("d1", "PROCESSING_FAILED", "No.")).toBeUndefined()
    now += 60_001
    expect(await documents.abandon("d1", "PROCESSING_FAILED", "No.")).toMatchObject({ recoverable: false, sequence: 3 })
  })

  it("gives every change a sequence of its own, whoever makes it and in whatever order", async () => {
    const actions = fc.array(
      fc.tuple(fc.constantFrom("a", "b", "c"), fc.constantFrom("start", "page", "fail", "wait", "done")),
      {
        minLength: 5,
        maxLength: 25,
      },
    )
    let run = 0
    await fc.assert(
      fc.asyncProperty(actions, async (history) => {
        run += 1
        const documentId = `p${run}`
        await documents.create({ documentId, fileName: "a", contentType: "text/plain" })
        const sequences: number[] = [1]
        let finals = 0
        for (const [owner, action] of history) {
          if (action === "wait") now += 60_001
          const progress = await act(documentId, owner, action)
          if (!progress) continue
          sequences.push(progress.sequence)
          if (progress.status === "processing_complete") finals += 1
        }
        expect(sequences).toEqual(sequences.map((_, index) => index + 1))
        expect(finals).toBeLessThanOrEqual(1)
      }),
      { numRuns: 25 },
    )
  })

  async function act(documentId: string, owner: string, action: "start" | "page" | "fail" | "wait" | "done") {
    switch (action) {
      case "start": {
        const started = await documents.start(documentId, lease(owner))
        return started.outcome === "leased" ? started.document.progress : undefined
      }
      case "page":
        return documents.record(documentId, lease(owner), {
          status: "progress",
          pagesProcessed: 1,
          totalPages: 2,
          percentComplete: 50,
        })
      case "fail":
        return documents.record(documentId, lease(owner), {
          status: "error",
          errorCode: "PROCESSING_FAILED",
          message: "",
          recoverable: true,
        })
      case "done":
        return documents.record(documentId, lease(owner), { status: "processing_complete", totalPages: 2, insights })
      case "wait":
        return undefined
    }
  }
})
