// Tests of a document's row: the sequence, the final state, the lease and the attempts.
import { type DynamoDBDocumentClient, GetCommand } from "@aws-sdk/lib-dynamodb"
import type { Insights } from "@document-insight/protocol"
import fc from "fast-check"
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest"
import { runs } from "../../../tests/testing/runs.ts"
import { comparedWithMemory } from "../../test/compared-tables.ts"
import { type LocalTables, startLocalTables } from "../../test/local-tables.ts"
import type { Checkpoint } from "./document-item.ts"
import { createDocumentsTable, type DocumentsTable, type Lease, retentionSeconds } from "./documents-table.ts"

let local: LocalTables
let client: DynamoDBDocumentClient
let documents: DocumentsTable
let documentsTableName: string
let now = Date.parse("2026-11-22T21:00:00Z")

beforeAll(async () => {
  local = await startLocalTables()
})
afterAll(() => local.close())
beforeEach(async () => {
  now = Date.parse("2026-11-22T21:00:00Z")
  documentsTableName = (await local.newTables()).documentsTableName
  client = comparedWithMemory(local.client)
  documents = createDocumentsTable(client, documentsTableName, () => now)
  await documents.create(d1)
})

const d1 = { documentId: "d1", fileName: "a.pdf", contentType: "application/pdf" }
const maxAttempts = 3
const failed = { errorCode: "PROCESSING_FAILED", message: "No." } as const
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

describe("a document", () => {
  test("is created once when the SDK repeats a request whose response was lost", async () => {
    await documents.start("d1", lease("a"), maxAttempts)
    await documents.create(d1)
    expect((await documents.find("d1"))?.progress).toMatchObject({ status: "processing_started", sequence: 2 })
  })

  test("starts waiting with sequence 1 and increments it with every change", async () => {
    expect((await documents.find("d1"))?.progress).toEqual({
      status: "waiting",
      documentId: "d1",
      sequence: 1,
      pagesProcessed: 0,
      totalPages: 0,
      percentComplete: 0,
      timestamp: "2026-11-22T21:00:00.000Z",
    })
    const started = await documents.start("d1", lease("a"), maxAttempts)
    expect(started).toMatchObject({
      outcome: "leased",
      document: { progress: { status: "processing_started", sequence: 2 } },
    })
    const half = { status: "progress", pagesProcessed: 1, totalPages: 2, percentComplete: 50 } as const
    expect(await documents.record("d1", lease("a"), half)).toMatchObject({ progress: { ...half, sequence: 3 } })
    const complete = await documents.record("d1", lease("a"), {
      status: "processing_complete",
      totalPages: 2,
      insights,
      firstPages: [1, 2],
    })
    expect(complete?.progress).toMatchObject({
      status: "processing_complete",
      sequence: 4,
      percentComplete: 100,
      pagesProcessed: 2,
    })
    expect(complete).toMatchObject({
      documentId: "d1",
      fileName: "a.pdf",
      contentType: "application/pdf",
      insights,
      firstPages: [1, 2],
      watchersAreSpread: false,
    })
    expect(await documents.find("d1")).toEqual(complete)
  })

  test("does not change after a final state", async () => {
    await documents.start("d1", lease("a"), maxAttempts)
    await documents.record("d1", lease("a"), {
      status: "error",
      errorCode: "CORRUPT",
      message: "No.",
      recoverable: false,
    })
    expect(await documents.start("d1", lease("b"), maxAttempts)).toMatchObject({ outcome: "finished" })
    expect(await documents.end("d1", failed, "unleased")).toBeUndefined()
    expect((await documents.find("d1"))?.progress).toMatchObject({ errorCode: "CORRUPT", sequence: 3 })
  })

  test("can be leased again after a recoverable error, which is then removed", async () => {
    await documents.start("d1", lease("a"), maxAttempts)
    const change = { status: "error", errorCode: "PROCESSING_FAILED", message: "Again.", recoverable: true } as const
    expect(await documents.record("d1", lease("a"), change)).toMatchObject({ progress: { ...change, sequence: 3 } })
    const again = await documents.start("d1", lease("b"), maxAttempts)
    expect(again).toMatchObject({ outcome: "leased", document: { progress: { sequence: 4 } } })
    expect((await documents.find("d1"))?.progress).not.toHaveProperty("errorCode")
  })

  test("is not found when it was deleted, or has expired although its row is still there", async () => {
    now += retentionSeconds * 1000
    expect(await documents.find("d1")).toBeUndefined()
    now -= 1
    expect(await documents.find("d1")).toBeDefined()
    await documents.remove("d1")
    expect(await documents.find("d1")).toBeUndefined()
    expect(await documents.start("d1", lease("a"), maxAttempts)).toEqual({ outcome: "not-found" })
  })
})

describe("the lease", () => {
  test("is taken by one of two invocations that start at once", async () => {
    const outcomes = await Promise.all([
      documents.start("d1", lease("a"), maxAttempts),
      documents.start("d1", lease("b"), maxAttempts),
    ])
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(["leased", "leased-by-another"])
  })

  test("stays with its owner, and counts one attempt, when the same start arrives twice", async () => {
    const first = await documents.start("d1", lease("a"), maxAttempts)
    expect(first).toMatchObject({ outcome: "leased", attempts: 1 })
    expect(await documents.start("d1", lease("a"), maxAttempts)).toEqual(first)
  })

  test("can be taken over only when it has expired; the former owner then records nothing", async () => {
    await documents.start("d1", lease("a"), maxAttempts)
    now += 60_000
    expect(await documents.start("d1", lease("b"), maxAttempts)).toEqual({ outcome: "leased-by-another" })
    now += 1
    expect(await documents.start("d1", lease("b"), maxAttempts)).toMatchObject({ outcome: "leased" })
    const change = { status: "progress", pagesProcessed: 1, totalPages: 2, percentComplete: 50 } as const
    expect(await documents.record("d1", lease("a"), change)).toBeUndefined()
    expect(await documents.record("d1", lease("b"), change)).toMatchObject({ progress: { sequence: 4 } })
  })

  test("prevents that a document is ended while an invocation works on it", async () => {
    await documents.start("d1", lease("a"), maxAttempts)
    expect(await documents.end("d1", failed, "unleased")).toBeUndefined()
    now += 60_001
    expect(await documents.end("d1", failed, "unleased")).toMatchObject({
      progress: { recoverable: false, sequence: 3 },
    })
  })

  test("gives every change its own sequence, for every order of owners and actions", async () => {
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
          const progress = (await act(documentId, owner, action))?.progress
          // An owner that starts again gets its lease back, unchanged.
          const isRepeated = action === "start" && progress?.sequence === sequences.at(-1)
          if (!progress || isRepeated) continue
          sequences.push(progress.sequence)
          if (progress.status === "processing_complete") finals += 1
        }
        expect(sequences).toEqual(sequences.map((_, index) => index + 1))
        expect(finals).toBeLessThanOrEqual(1)
      }),
      { numRuns: runs(25) },
    )
  })

  test("is renewed by its owner only, and only until the document ends", async () => {
    await documents.start("d1", lease("a"), maxAttempts)
    now += 50_000
    expect(await documents.renew("d1", lease("a"))).toBe(true)
    expect(await documents.renew("d1", lease("b"))).toBe(false)
    now += 50_000
    expect(await documents.start("d1", lease("b"), maxAttempts)).toEqual({ outcome: "leased-by-another" })
    expect((await documents.find("d1"))?.progress.sequence).toBe(2)
    await documents.end("d1", failed, "open")
    expect(await documents.renew("d1", lease("a"))).toBe(false)
  })

  async function act(documentId: string, owner: string, action: "start" | "page" | "fail" | "wait" | "done") {
    switch (action) {
      case "start": {
        const started = await documents.start(documentId, lease(owner), 25)
        return started.outcome === "leased" ? started.document : undefined
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
        return documents.record(documentId, lease(owner), {
          status: "processing_complete",
          totalPages: 2,
          insights,
          firstPages: [1],
        })
      case "wait":
        return undefined
    }
  }
})

test("has its watchers spread without a change of the progress, until it ends", async () => {
  await documents.start("d1", lease("a"), maxAttempts)
  await documents.spreadWatchers("d1")
  expect(await documents.find("d1")).toMatchObject({ watchersAreSpread: true, progress: { sequence: 2 } })
  const change = { status: "progress", pagesProcessed: 1, totalPages: 2, percentComplete: 50 } as const
  expect(await documents.record("d1", lease("a"), change)).toMatchObject({ watchersAreSpread: true })
  await documents.remove("d1")
  await documents.spreadWatchers("d1")
  expect(await documents.find("d1")).toBeUndefined()
})

describe("attempts", () => {
  test("are counted when a lease is taken, and end at the limit", async () => {
    for (const attempts of [1, 2, 3]) {
      expect(await documents.start("d1", lease(`${attempts}`), maxAttempts)).toMatchObject({
        outcome: "leased",
        attempts,
      })
      now += 60_001
    }
    expect(await documents.start("d1", lease("4"), maxAttempts)).toEqual({ outcome: "attempts-exhausted" })
    expect(await documents.end("d1", failed, "unleased")).toMatchObject({
      progress: { errorCode: "PROCESSING_FAILED", sequence: 5 },
    })
  })

  test("begin for a document that is reopened between the refusal of the lease and the question why", async () => {
    await documents.end("d1", { errorCode: "ENCRYPTED", message: "Protected." }, "open")
    const interrupted = Object.create(client)
    interrupted.send = async (command: object) => {
      if (command instanceof GetCommand) await documents.reopen("d1", 2)
      return client.send(command as never)
    }
    const racing = createDocumentsTable(interrupted, documentsTableName, () => now)
    expect(await racing.start("d1", lease("a"), maxAttempts)).toMatchObject({ outcome: "leased", attempts: 1 })
  })

  test("are not counted while another invocation has the lease", async () => {
    await documents.start("d1", lease("a"), maxAttempts)
    for (const owner of ["b", "c", "d"]) await documents.start("d1", lease(owner), maxAttempts)
    now += 60_001
    expect(await documents.start("d1", lease("e"), maxAttempts)).toMatchObject({ outcome: "leased", attempts: 2 })
  })
})

describe("ending a document from outside an attempt", () => {
  test("that waits succeeds only while it waits", async () => {
    await documents.create({ documentId: "d2", fileName: "b.pdf", contentType: "application/pdf" })
    await documents.start("d1", lease("a"), maxAttempts)
    expect(await documents.end("d1", failed, "waiting")).toBeUndefined()
    expect(await documents.end("d2", failed, "waiting")).toMatchObject({ progress: { status: "error", sequence: 2 } })
    expect(await documents.end("nope", failed, "waiting")).toBeUndefined()
  })

  test("that is open stops the invocation that works on it", async () => {
    await documents.start("d1", lease("a"), maxAttempts)
    expect(await documents.end("d1", failed, "open")).toMatchObject({
      progress: { recoverable: false, sequence: 3 },
    })
    const change = { status: "progress", pagesProcessed: 1, totalPages: 2, percentComplete: 50 } as const
    expect(await documents.record("d1", lease("a"), change)).toBeUndefined()
    expect(await documents.end("d1", failed, "open")).toBeUndefined()
  })
})

describe("a document that is continued", () => {
  const checkpoint: Checkpoint = {
    pages: 3,
    totalPages: 9,
    firstPages: [1],
    words: 30,
    characters: 200,
    cpuMs: 12.5,
    continuations: 1,
  }
  const reached = { pagesProcessed: 3, totalPages: 9, percentComplete: 33 }

  async function pauseOnce() {
    await documents.start("d1", lease("a"), maxAttempts)
    return documents.pause("d1", lease("a"), { ...reached, checkpoint })
  }

  test("keeps its checkpoint and its progress, and starts again without going back", async () => {
    expect(await pauseOnce()).toMatchObject({ progress: { status: "progress", ...reached, sequence: 3 } })
    expect(await documents.start("d1", lease("b"), maxAttempts)).toMatchObject({
      outcome: "leased",
      attempts: 1,
      document: { checkpoint, progress: { status: "progress", ...reached, sequence: 4 } },
    })
    expect(await documents.start("d1", lease("c"), maxAttempts)).toEqual({ outcome: "leased-by-another" })
  })

  test("does not end while it waits in the queue, and ends after an hour without an attempt", async () => {
    await pauseOnce()
    now += 3_599_000
    expect(await documents.end("d1", failed, "unleased")).toBeUndefined()
    now += 2_000
    expect(await documents.end("d1", failed, "unleased")).toMatchObject({ progress: failed })
    expect(await documents.find("d1")).not.toHaveProperty("checkpoint")
  })

  test("shows no error any more when an attempt failed before", async () => {
    await pauseOnce()
    await documents.start("d1", lease("b"), maxAttempts)
    await documents.record("d1", lease("b"), { status: "error", ...failed, recoverable: true })
    const started = await documents.start("d1", lease("c"), maxAttempts)
    expect(started).toMatchObject({ outcome: "leased", attempts: 2 })
    expect((await documents.find("d1"))?.progress).not.toHaveProperty("errorCode")
  })

  test("is given up after as many attempts without progress as any other", async () => {
    await pauseOnce()
    for (const owner of ["b", "c", "d"]) {
      await documents.start("d1", { owner, expiresAtMs: now - 1 }, maxAttempts)
    }
    expect(await documents.start("d1", lease("e"), maxAttempts)).toEqual({ outcome: "attempts-exhausted" })
  })

  test("is not paused by an attempt that has lost its lease", async () => {
    await documents.start("d1", { owner: "a", expiresAtMs: now - 1 }, maxAttempts)
    await documents.start("d1", lease("b"), maxAttempts)
    expect(await documents.pause("d1", lease("a"), { ...reached, checkpoint })).toBeUndefined()
  })
})
