// Tests of the watchdog, with a real table: which documents it ends, and which messages it keeps.
import type { SQSEvent } from "aws-lambda"
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest"
import { lambdaContext, recordedMetrics, silentLogger } from "../../test/lambda-context.ts"
import { type LocalTables, startLocalTables } from "../../test/local-tables.ts"
import { ManualClock } from "../../test/manual-clock.ts"
import type { Delivery } from "../progress-notifier/progress-notifier.ts"
import { createDocumentsTable, type DocumentsTable } from "../storage/documents-table.ts"
import { createWatchdog } from "./watchdog.ts"

let local: LocalTables
let documents: DocumentsTable
let clock: ManualClock
let delivery: Delivery
let pushed: string[]
let removed: string[]
let uploaded: Set<string>
let visibility: number[]
let metrics: ReturnType<typeof recordedMetrics>

beforeAll(async () => {
  local = await startLocalTables()
})
afterAll(() => local.close())
beforeEach(async () => {
  clock = new ManualClock()
  delivery = "delivered"
  pushed = []
  removed = []
  uploaded = new Set()
  visibility = []
  metrics = recordedMetrics()
  documents = createDocumentsTable(local.client, (await local.newTables()).documentsTableName, clock.now)
  await documents.create({ documentId: "d1", fileName: "a.pdf", contentType: "application/pdf" })
})

/** Invokes the watchdog with these messages, and returns the ids of those that stay: their index. */
async function receive(...bodies: unknown[]): Promise<string[]> {
  const watchdog = createWatchdog({
    documents,
    notifier: {
      deliver: async ({ progress: { documentId, errorCode } }) => {
        pushed.push(`${documentId} ${errorCode}`)
        return delivery
      },
    },
    objects: {
      exists: async ({ bucketName, key }) => uploaded.has(`${bucketName}/${key}`),
      remove: async ({ key }) => void removed.push(key),
    },
    texts: { remove: async (documentId) => void removed.push(`texts/${documentId}`) },
    bucketName: "bucket",
    deadlines: { changeVisibility: async (_receiptHandle, seconds) => void visibility.push(seconds) },
    logger: silentLogger(),
    metrics: metrics.metrics,
    clock,
  })
  const records = bodies.map((body, index) => ({
    messageId: `${index}`,
    receiptHandle: `receipt-${index}`,
    body: typeof body === "string" ? body : JSON.stringify(body),
  }))
  const { batchItemFailures } = await watchdog({ Records: records } as SQSEvent, lambdaContext())
  return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)
}

const uploadOf = (documentId: string) => ({
  eventName: "ObjectCreated:Put",
  s3: { bucket: { name: "bucket" }, object: { key: `uploads/${documentId}`, size: 12 } },
})
const givenUp = (...documentIds: string[]) => ({ Records: documentIds.map(uploadOf) })
const deadline = (documentId = "d1", inMs = 0) => ({ uploadDeadline: { documentId, atMs: clock.now() + inMs } })

describe("a dead letter", () => {
  test("ends its document, notifies its watchers and counts the failure", async () => {
    expect(await receive(givenUp("d1"))).toEqual([])
    expect((await documents.find("d1"))?.progress).toMatchObject({ errorCode: "PROCESSING_FAILED", recoverable: false })
    expect(pushed).toEqual(["d1 PROCESSING_FAILED"])
    expect(metrics.added).toEqual({ DocumentsFailed: 1 })
  })

  test("stays while an invocation still works on its document", async () => {
    await documents.start("d1", { owner: "a", expiresAtMs: clock.now() + 60_000 }, 3)
    expect(await receive(givenUp("d1"))).toEqual(["0"])
    expect(pushed).toEqual([])
    clock.advance(60_001)
    expect(await receive(givenUp("d1"))).toEqual([])
    expect(pushed).toEqual(["d1 PROCESSING_FAILED"])
  })

  test("stays until the watchers were notified, and its document ends once", async () => {
    delivery = "undelivered"
    expect(await receive(givenUp("d1"))).toEqual(["0"])
    delivery = "delivered"
    expect(await receive(givenUp("d1"))).toEqual([])
    expect(pushed).toEqual(["d1 PROCESSING_FAILED", "d1 PROCESSING_FAILED"])
    expect(metrics.added).toEqual({ DocumentsFailed: 1 })
  })

  test("of a deleted document removes the object and the text", async () => {
    expect(await receive(givenUp("gone"))).toEqual([])
    expect(removed).toEqual(["uploads/gone", "texts/gone"])
  })

  test("that cannot be parsed stays, and the others are processed", async () => {
    expect(await receive("not JSON", givenUp("d1"))).toEqual(["0"])
    expect(pushed).toEqual(["d1 PROCESSING_FAILED"])
  })
})

describe("an upload's deadline", () => {
  test("ends a document that still waits", async () => {
    expect(await receive(deadline())).toEqual([])
    expect(pushed).toEqual(["d1 TIMED_OUT"])
  })

  test("is postponed when it is received early", async () => {
    expect(await receive(deadline("d1", 300_000))).toEqual(["0"])
    expect(visibility).toEqual([300])
    expect(pushed).toEqual([])
  })

  test("does not end a document whose upload waits in the queue", async () => {
    uploaded.add("bucket/uploads/d1")
    expect(await receive(deadline())).toEqual([])
    expect((await documents.find("d1"))?.progress.status).toBe("waiting")
  })

  test("does not end a document that is being read or was deleted", async () => {
    await documents.start("d1", { owner: "a", expiresAtMs: clock.now() + 60_000 }, 3)
    expect(await receive(deadline("d1"), deadline("gone"))).toEqual([])
    expect((await documents.find("d1"))?.progress.status).toBe("processing_started")
    expect(pushed).toEqual([])
  })
})
