// The functions of the system as they are deployed, on simulated services: each invocation runs in an execution
// environment that is used again until it dies.
import type { Insights } from "@document-insight/protocol"
import { createConnectionHandler } from "../../functions/src/connection-handler/routes.ts"
import { DocumentError } from "../../functions/src/document-processor/document-error.ts"
import { createBatchHandler } from "../../functions/src/document-processor/process-batch.ts"
import type { DocumentToRead, ReadingStep } from "../../functions/src/document-processor/process-document.ts"
import { quotingEngine } from "../../functions/src/document-processor/summary/summary-engine.ts"
import { createWatchdog } from "../../functions/src/document-watchdog/watchdog.ts"
import { createDocumentsApi } from "../../functions/src/documents-api/routes.ts"
import { createPushHandler } from "../../functions/src/progress-notifier/handle-pushes.ts"
import { createPostToWatchers } from "../../functions/src/progress-notifier/post-to-watchers.ts"
import { createProgressNotifier } from "../../functions/src/progress-notifier/progress-notifier.ts"
import { removingLater } from "../../functions/src/progress-notifier/pushes.ts"
import { createRateLimit } from "../../functions/src/progress-notifier/rate-limit.ts"
import { createDocumentsTable } from "../../functions/src/storage/documents-table.ts"
import { blockCharacters } from "../../functions/src/storage/page-blocks.ts"
import { TextWriter, type WrittenTexts } from "../../functions/src/storage/text-writer.ts"
import { createWatchersTable } from "../../functions/src/storage/watchers-table.ts"
import { lambdaContext } from "../../functions/test/lambda-context.ts"
import { documentsTableName, type MemoryTables, watchersTableName } from "../../functions/test/memory-tables.ts"
import type { SimulatedQueue } from "../../functions/test/simulated-queue.ts"
import type { Execution } from "./execution.ts"

export type Services = {
  tables: MemoryTables
  objects: Set<string>
  queues: Record<"uploads" | "deadlines" | "pushes", SimulatedQueue>
  post(connectionId: string, text: string): number
  /** What a document is like; one that cannot be read has no pages. */
  document: { pages: number; pageMs: number; failure: "none" | "corrupt" | "passing" | "encrypted" }
  limits: { fewWatchers: number; watchersPerPartition: number }
  random(): number
}

export const deployed = {
  processorSeconds: 300,
  maxAttempts: 3,
  maxContinuations: 3,
  maxReceiveCount: 10,
  claimSeconds: 90,
}

type Processor = ReturnType<typeof createBatchHandler>
export type QueueEvent = Parameters<Processor>[0]
export type QueueResponse = Awaited<ReturnType<Processor>>
type ApiEvent = Parameters<ReturnType<typeof createDocumentsApi>>[0]
type Observers = Pick<Parameters<typeof createBatchHandler>[0], "logger" | "metrics">

/** Their cost would be most of a history's. */
const silent = new Proxy({}, { get: () => () => {} })
const { logger, metrics } = { logger: silent, metrics: silent } as Observers

export type FunctionCode = ReturnType<typeof createFunctions>

/** The handlers of one execution environment; each environment uses one of them. */
export function createFunctions(execution: Execution, services: Services) {
  const { tables, objects, queues, limits, random } = services
  const { clock } = execution
  const request = <Result>(operation: () => Result | Promise<Result>) => execution.request(operation)
  const client = tables.client(request)
  const documents = createDocumentsTable(client, documentsTableName, clock.now)
  const watchers = createWatchersTable(client, watchersTableName, clock.now)
  const posting = {
    // A request that fails has no response; one that is throttled has.
    connections: {
      async post(connectionId: string, { bytes }: { bytes: Buffer }) {
        try {
          return { status: await request(() => services.post(connectionId, bytes.toString())) }
        } catch (error) {
          if ((error as Error).message === "ThrottlingException") return { status: 429 }
          return { status: undefined, error: error as Error }
        }
      },
    },
    rateLimit: createRateLimit(400, clock),
    logger,
    clock,
    random,
  }
  const queue = (name: keyof Services["queues"]) => ({
    send: (body: string, delaySeconds: number) => request(() => queues[name].send(body, delaySeconds)),
    sendAll: (bodies: readonly string[]) => {
      return request(() => {
        for (const body of bodies) void queues[name].send(body)
        return []
      })
    },
    changeVisibility: (receiptHandle: string, seconds: number) => {
      return request(() => queues[name].changeVisibility(receiptHandle, seconds))
    },
  })
  const notifier = createProgressNotifier({
    postToWatchers: createPostToWatchers({ ...posting, watchers }),
    // Without sign-in, no connection has a session.
    endSessions: async () => {},
    watchers,
    documents,
    pushes: queue("pushes"),
    sharedPostsPerSecond: 6_000,
    logger,
    clock,
    random,
    limits,
  })
  const uploadedObjects = {
    download: ({ key }: { key: string }) =>
      request(() => (objects.has(key) ? { bytes: new Uint8Array(1) } : undefined)),
    exists: ({ key }: { key: string }) => request(() => objects.has(key)),
    remove: ({ key }: { key: string }) => request(() => void objects.delete(key)),
  }
  const texts = {
    writer: (documentId: string, written?: WrittenTexts) =>
      new TextWriter((block) => request(() => void objects.add(`texts/${documentId}/${block}`)), written),
    // Each page fills a block.
    read: (documentId: string, block: number) =>
      request(() => {
        return objects.has(`texts/${documentId}/${block}`) ? [{ text: pageText, isTruncated: false }] : undefined
      }),
    remove: (documentId: string) =>
      request(() => {
        for (const key of objects) if (key.startsWith(`texts/${documentId}/`)) objects.delete(key)
      }),
  }
  const context = (remainingMs: () => number) => {
    return lambdaContext({ awsRequestId: `request-${random()}`, getRemainingTimeInMillis: remainingMs })
  }

  return {
    connectionHandler: createConnectionHandler({ documents, watchers, logger, requiresSignIn: false }),
    api: createDocumentsApi({
      documents,
      watchers,
      notifier,
      logger,
      tickets: undefined,
      maxDocumentBytes: 50_000_000,
      texts,
      deadlines: queue("deadlines"),
      uploadQueue: queue("uploads"),
      bucketName: "uploads",
      uploads: {
        presign: async () => {
          const expiresAt = new Date(clock.now() + 900_000).toISOString()
          return { uploadUrl: "https://upload", method: "PUT", headers: { "content-type": "text/plain" }, expiresAt }
        },
        remove: (documentId) => request(() => void objects.delete(`uploads/${documentId}`)),
      },
    }),
    processor: (event: QueueEvent): Promise<QueueResponse> => {
      const endsAt = clock.now() + deployed.processorSeconds * 1000
      const handler = createBatchHandler({
        documents,
        notifier,
        objects: uploadedObjects,
        texts,
        uploadQueue: queue("uploads"),
        readDocument: (document) => readDocument(document, services, execution),
        summaryEngine: quotingEngine,
        ...deployed,
        logger,
        metrics,
        clock,
      })
      return handler(
        event,
        context(() => endsAt - clock.now()),
      )
    },
    watchdog: createWatchdog({
      documents,
      notifier,
      objects: uploadedObjects,
      texts,
      bucketName: "uploads",
      deadlines: queue("deadlines"),
      logger,
      metrics,
      clock,
    }),
    pushes: createPushHandler({
      postToWatchers: createPostToWatchers({ ...posting, watchers: removingLater(watchers, queue("pushes")) }),
      pushes: queue("pushes"),
      watchers,
      logger,
      clock,
    }),
    context,
  }
}

/** Of the document whose failure is "encrypted". */
export const rightPassword = "open sesame"

const pageText = "x".repeat(blockCharacters)
const counts = { words: 1, characters: 1 }
/** The reading thread is asked so often whether the time is over. */
const checkMs = 2_000

/** Takes its time for each page, as the reading thread does. */
async function* readDocument(
  { isOutOfTime, readBefore, password }: DocumentToRead,
  { document: { pages, pageMs, failure } }: Services,
  { clock }: Execution,
): AsyncGenerator<ReadingStep, Insights | "out-of-time"> {
  if (failure === "corrupt") throw new DocumentError("CORRUPT")
  if (failure === "encrypted" && password !== rightPassword) throw new DocumentError("ENCRYPTED")
  if (failure === "passing") throw new Error("A passing failure.")
  let page = 0
  for await (const texts of readBefore?.texts ?? []) page += texts.length
  while (page < pages) {
    for (let left = pageMs; left > 0; left -= checkMs) {
      await clock.sleep(Math.min(left, checkMs))
      if (isOutOfTime()) return "out-of-time"
    }
    page += 1
    yield { pagesProcessed: page, totalPages: pages, texts: [pageText], counts, cpuMs: 0 }
  }
  return { pages } as Insights
}

export function apiEvent(routeKey: string, documentId: string, body = ""): ApiEvent {
  return { routeKey, pathParameters: { documentId }, body, isBase64Encoded: false } as unknown as ApiEvent
}
