// Documents whose summary a model writes, with a real table and recorded responses of Amazon Bedrock: what is pushed while
// it is written, what is stored, and what happens when it fails.
import type { Progress } from "@document-insight/protocol"
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test, vi } from "vitest"
import {
  delta,
  end,
  failed,
  type Replay,
  start,
  startBedrockStandIn,
  streamed,
  written,
} from "../../test/bedrock-stand-in.ts"
import { fieldReport } from "../../test/field-report.ts"
import { lambdaContext, recordedMetrics, silentLogger } from "../../test/lambda-context.ts"
import { type LocalTables, startLocalTables } from "../../test/local-tables.ts"
import { ManualClock } from "../../test/manual-clock.ts"
import { memoryTexts } from "../../test/memory-texts.ts"
import type { ChangedDocument } from "../progress-notifier/progress-notifier.ts"
import { createDocumentsTable, type DocumentsTable } from "../storage/documents-table.ts"
import { createBatchHandler } from "./process-batch.ts"
import { processDocument } from "./process-document.ts"
import { bedrockEngine } from "./summary/load-bedrock-engine.ts"

const model = "amazon.nova-lite-v1:0"
const third = Math.floor(fieldReport.length / 3)
const pages = [0, 1, 2].map((index) => fieldReport.slice(index * third, (index + 1) * third))

let local: LocalTables
let documents: DocumentsTable
let tableName: string

beforeAll(async () => {
  local = await startLocalTables()
})
afterAll(() => local.close())
beforeEach(async () => {
  tableName = (await local.newTables()).documentsTableName
  documents = createDocumentsTable(local.client, tableName)
  await documents.create({ documentId: "d1", fileName: "a.txt", contentType: "text/plain" })
  vi.stubEnv("AWS_REGION", "eu-central-1")
  vi.stubEnv("AWS_ACCESS_KEY_ID", "test")
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test")
  return () => vi.unstubAllEnvs()
})

async function processor(replays: Replay[], { text = pages.join("\f"), record }: Options = {}) {
  const standIn = await startBedrockStandIn(replays)
  onTestFinished(() => standIn.close())
  vi.stubEnv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", standIn.endpoint)
  const clock = new ManualClock(Date.now())
  const pushed: Progress[] = []
  const logged: unknown[] = []
  const logger = silentLogger()
  logger.warn = (...entry: unknown[]) => void logged.push(entry)
  const push = ({ progress }: ChangedDocument) => {
    pushed.push(progress)
    // Every push takes longer than the pause between two of them.
    clock.advance(600)
  }
  const handler = createBatchHandler({
    documents: { ...documents, ...(record && { record }) },
    notifier: {
      announce: push,
      deliver: async (document) => {
        push(document)
        return "delivered"
      },
      settle: async () => {},
    },
    objects: { download: async () => ({ bytes: Buffer.from(text), eTag: '"1"' }), remove: async () => {} },
    texts: memoryTexts(),
    readDocument: (document) => processDocument({ ...document, limits: { completionMs: 0 } }),
    summaryEngine: bedrockEngine(model, clock),
    uploadQueue: { changeVisibility: async () => {}, send: async () => {} },
    maxAttempts: 3,
    maxContinuations: 3,
    maxReceiveCount: 10,
    claimSeconds: 90,
    clock,
    logger,
    metrics: recordedMetrics().metrics,
  })
  const s3 = { bucket: { name: "uploads" }, object: { key: "uploads/d1", size: 1_000 } }
  const body = JSON.stringify({ Records: [{ eventName: "ObjectCreated:Put", s3 }] })
  const Records = [{ messageId: "m1", body, attributes: { ApproximateReceiveCount: "1" } }]
  async function receive(awsRequestId: string, getRemainingTimeInMillis = () => 60_000) {
    const context = lambdaContext({ awsRequestId, getRemainingTimeInMillis })
    return handler({ Records } as unknown as Parameters<typeof handler>[0], context)
  }
  return { receive, pushed, logged, clock, requests: standIn.requests }
}

type Options = { text?: string; record?: DocumentsTable["record"] }

const summaryTexts = (pushed: readonly Progress[]) =>
  pushed.flatMap(({ summaryText }) => (summaryText === undefined ? [] : [summaryText]))

test("the summary is pushed as it grows, and the insights name the model", async () => {
  const { receive, pushed, logged, requests } = await processor([
    written("The stations ", "were measured. ", "They work."),
  ])
  expect(await receive("r1")).toEqual({ batchItemFailures: [] })
  expect(summaryTexts(pushed)).toEqual([
    "The stations",
    "The stations were measured.",
    "The stations were measured. They work.",
  ])
  expect(pushed.filter(({ summaryText }) => summaryText)).toMatchObject(
    [6, 7, 8].map((sequence) => ({ status: "progress", sequence, pagesProcessed: 3, percentComplete: 100 })),
  )
  expect(pushed.at(-1)).toMatchObject({ status: "processing_complete" })
  expect(pushed.map(({ sequence }) => sequence)).toEqual(pushed.map((_, index) => index + 2))
  const { insights, progress } = (await documents.find("d1"))!
  expect(insights).toMatchObject({
    summary: ["The stations were measured. They work."],
    summaryBy: { engine: "bedrock", model },
    language: "en",
  })
  expect(insights).not.toHaveProperty("summaryPages")
  expect(progress).not.toHaveProperty("summaryText")
  expect(logged).toEqual([])
  for (const page of pages)
    expect(requests[0]?.body.messages[0]?.content[0]?.text).toContain(page.slice(10, 200).trim())
})

test("texts that arrive within half a second are pushed as one", async () => {
  const times = 40
  const parts = Array.from({ length: times }, (_, index) => `w${index} `)
  const { receive, pushed, clock } = await processor([written(...parts)])
  clock.advance = () => {}
  await receive("r1")
  expect(summaryTexts(pushed)).toEqual(["w0"])
  expect((await documents.find("d1"))?.insights?.summary).toEqual([parts.join("").trim()])
})

test.each<[string, Replay]>([
  ["rejects the request", failed(403, "AccessDeniedException", "You don't have access to the model.")],
  ["filters its text", streamed(start, delta("The stations"), ...end("content_filtered"))],
])("a document whose model %s has quoted sentences, and the reason is logged", async (_, replay) => {
  const { receive, logged } = await processor([replay])
  expect(await receive("r1")).toEqual({ batchItemFailures: [] })
  const { insights, progress } = (await documents.find("d1"))!
  expect(progress).toMatchObject({ status: "processing_complete" })
  expect(progress).not.toHaveProperty("summaryText")
  expect(insights).not.toHaveProperty("summaryBy")
  expect(insights?.summary.length).toBeGreaterThanOrEqual(3)
  expect(insights?.summaryPages).toHaveLength(insights?.summary.length ?? 0)
  expect(logged).toEqual([["summary quoted from the document, because the model wrote none", expect.any(Error)]])
})

test("a document that continues in the next invocation has its summary written once, of all of its pages", async () => {
  const { receive, pushed, requests } = await processor([written("The stations work.")])
  await receive("r1", () => (pushed.some(({ status }) => status === "progress") ? 4_999 : 60_000))
  expect(requests).toEqual([])
  await receive("r2")
  expect(pushed.at(-1)).toMatchObject({ status: "processing_complete" })
  expect(requests).toHaveLength(1)
  for (const page of pages)
    expect(requests[0]?.body.messages[0]?.content[0]?.text).toContain(page.slice(10, 200).trim())
})

test("an attempt that dies while the summary is written is repeated, and its text is forgotten", async () => {
  let isDead = false
  const record: DocumentsTable["record"] = async (documentId, lease, change) => {
    if (isDead) throw new Error("the invocation has ended")
    if (change.status === "processing_complete") isDead = true
    if (isDead) throw new Error("the invocation has ended")
    return documents.record(documentId, lease, change)
  }
  const first = await processor([written("The first attempt.")], { record })
  await first.receive("r1")
  expect((await documents.find("d1"))?.progress.summaryText).toBe("The first attempt.")
  // The lease of the attempt has expired.
  documents = createDocumentsTable(local.client, tableName, () => Date.now() + 120_000)
  const second = await processor([written("The second attempt.")])
  await second.receive("r2")
  expect(second.pushed[0]).toMatchObject({ status: "processing_started" })
  expect(summaryTexts(second.pushed)).toEqual(["The second attempt."])
  expect((await documents.find("d1"))?.insights?.summary).toEqual(["The second attempt."])
})

test("a document that is deleted while its summary is written is given up", async () => {
  const record: DocumentsTable["record"] = async (documentId, lease, change) => {
    if ("summaryText" in change) await documents.remove(documentId)
    return documents.record(documentId, lease, change)
  }
  const { receive, pushed } = await processor([written("The stations ", "work.")], { record })
  expect(await receive("r1")).toEqual({ batchItemFailures: [] })
  expect(summaryTexts(pushed)).toEqual([])
  expect(pushed.at(-1)?.status).toBe("progress")
})

test("a document without text has no summary, and nothing is requested", async () => {
  const { receive, requests } = await processor([written("Text.")], { text: "— — —\f* * *" })
  await receive("r1")
  expect(requests).toEqual([])
  expect((await documents.find("d1"))?.progress.status).toBe("processing_complete")
})

test("of a long document, the model receives at most 20,000 characters, even over its pages", async () => {
  const page = (number: number) => `Page ${number}. ${fieldReport.slice(0, 1_500)}`
  const text = Array.from({ length: 60 }, (_, index) => page(index + 1)).join("\f")
  const { receive, requests } = await processor([written("Text.")], { text })
  await receive("r1")
  const sample = requests[0]?.body.messages[0]?.content[0]?.text ?? ""
  expect(sample.length).toBeLessThan(20_150)
  expect(sample.length).toBeGreaterThan(18_000)
  const numbers = [...sample.matchAll(/Page (\d+)\./g)].map(([, number]) => Number(number))
  expect(numbers).toEqual(Array.from({ length: 40 }, (_, index) => Math.floor(index * 1.5) + 1))
})
