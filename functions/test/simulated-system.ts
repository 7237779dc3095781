// The functions with the values they are deployed with, tables in memory, and HTTP servers that respond like S3 and
// @connections; queues and time are simulated, so that a test sees what a watcher sees, and after how long.
import { once } from "node:events"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { buffer } from "node:stream/consumers"
import { setImmediate } from "node:timers/promises"
import { ApiGatewayManagementApiClient } from "@aws-sdk/client-apigatewaymanagementapi"
import { S3Client } from "@aws-sdk/client-s3"
import { isFinal, type Progress } from "@document-insight/protocol"
import type { APIGatewayProxyEventV2, SQSBatchResponse, SQSEvent } from "aws-lambda"
import type { Clock } from "../src/clock.ts"
import { createBatchHandler } from "../src/document-processor/process-batch.ts"
import { processDocument } from "../src/document-processor/process-document.ts"
import { quotingEngine } from "../src/document-processor/summary/summary-engine.ts"
import { createUploadedObjects } from "../src/document-processor/uploaded-object.ts"
import { createWatchdog } from "../src/document-watchdog/watchdog.ts"
import { createDocumentsApi } from "../src/documents-api/routes.ts"
import { createConnectionsClient } from "../src/progress-notifier/connections-client.ts"
import { createEndSessions } from "../src/progress-notifier/end-sessions.ts"
import { createPostToWatchers } from "../src/progress-notifier/post-to-watchers.ts"
import { createProgressNotifier, type ProgressNotifier } from "../src/progress-notifier/progress-notifier.ts"
import { createRateLimit } from "../src/progress-notifier/rate-limit.ts"
import { createDocumentTexts } from "../src/storage/document-texts.ts"
import { createDocumentsTable, type DocumentsTable } from "../src/storage/documents-table.ts"
import { createUploadsBucket } from "../src/storage/uploads-bucket.ts"
import { createWatchersTable } from "../src/storage/watchers-table.ts"
import { lambdaContext, recordedMetrics, silentLogger } from "./lambda-context.ts"
import { ManualClock } from "./manual-clock.ts"
import { documentsTableName, MemoryTables, watchersTableName } from "./memory-tables.ts"
import { type ReceivedMessage, SimulatedQueue } from "./simulated-queue.ts"

export type DeployedValues = {
  processorTimeoutSeconds: number
  uploadVisibilitySeconds: number
  watchdogVisibilitySeconds: number
  maxReceiveCount: number
  deadlineMaxReceiveCount: number
  maxAttempts: number
  maxContinuations: number
  claimSeconds: number
}

/** What goes wrong; a test changes it while the system runs. */
export type Faults = {
  /** Ends the execution environment right after this page was recorded, this many times. */
  kill?: { page: number; times: number }
  /** Ends each execution environment that reads this page. */
  poisonedPage?: number
  /** Runs right before this page is recorded. */
  beforePage?: { page: number; act(): Promise<void> }
  /** Runs right after a document was paused, before its message is sent. */
  afterPause?: (() => Promise<void>) | undefined
  /** Whether Lambda throttles the invocation for this receive of an upload's message. */
  throttlesReceive(receiveCount: number): boolean
  /** Whether DynamoDB throttles the request. */
  throttlesTable(operation: keyof DocumentsTable): boolean
  /** Whether S3 fails. */
  failsStore(): boolean
  /** Runs before a push is responded to. */
  beforePush?: (() => Promise<void>) | undefined
  /** The status of @connections. */
  pushStatus(): number
}

type Reading = ReturnType<typeof processDocument>

export type SeenProgress = Progress & { afterSeconds: number }

const credentials = { accessKeyId: "test", secretAccessKey: "test" }
const pageSeconds = 20

export async function startSimulatedSystem(deployed: DeployedValues) {
  const clock = new ManualClock()
  const faults: Faults = {
    throttlesReceive: () => false,
    throttlesTable: () => false,
    failsStore: () => false,
    pushStatus: () => 200,
  }
  const objects = new Map<string, Uint8Array>()
  const seen: SeenProgress[] = []
  let highestSequence = 0
  const startedAt = clock.now()
  const server = createServer((request, response) => void serve(request, response)).listen(0, "127.0.0.1")
  await once(server, "listening")
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const s3 = new S3Client({ endpoint, region: "eu-west-1", credentials, forcePathStyle: true, maxAttempts: 1 })
  const management = new ApiGatewayManagementApiClient({
    endpoint: `${endpoint}/dev`,
    region: "eu-west-1",
    credentials,
    maxAttempts: 1,
  })

  const client = new MemoryTables().client()
  const table = createDocumentsTable(client, documentsTableName, clock.now)
  const running = new Set<Promise<unknown>>()
  const documents: DocumentsTable = {
    create: throttled("create", table.create),
    find: throttled("find", table.find),
    share: throttled("share", table.share),
    remove: throttled("remove", table.remove),
    start: throttled("start", table.start),
    renew: throttled("renew", table.renew),
    record: throttled("record", table.record),
    pause: throttled("pause", table.pause),
    end: throttled("end", table.end),
    reopen: throttled("reopen", table.reopen),
    spreadWatchers: throttled("spreadWatchers", table.spreadWatchers),
  }
  const watchers = createWatchersTable(client, watchersTableName, clock.now)
  const deadLetters = new SimulatedQueue({ visibilitySeconds: deployed.watchdogVisibilitySeconds, clock })
  const uploads = new SimulatedQueue({
    visibilitySeconds: deployed.uploadVisibilitySeconds,
    redrive: { queue: deadLetters, maxReceiveCount: deployed.maxReceiveCount },
    clock,
  })
  const deadlines = new SimulatedQueue({
    visibilitySeconds: deployed.watchdogVisibilitySeconds,
    redrive: { queue: deadLetters, maxReceiveCount: deployed.deadlineMaxReceiveCount },
    clock,
  })
  const uploadedObjects = createUploadedObjects(s3)
  const texts = createDocumentTexts(s3, "uploads")
  const connections = createConnectionsClient(`${endpoint}/dev`, management)
  const notifier = (environmentClock: Clock): ProgressNotifier => {
    const rateLimit = createRateLimit(400, environmentClock)
    const common = { watchers, logger: silentLogger(), clock: environmentClock }
    const postToWatchers = createPostToWatchers({ ...common, connections, rateLimit })
    // One watcher is notified by the function itself.
    const pushes = { sendAll: () => Promise.reject(new Error("nothing is shared out")) }
    const endSessions = createEndSessions({ ...common, client: management })
    return createProgressNotifier({
      ...common,
      documents,
      postToWatchers,
      endSessions,
      pushes,
      sharedPostsPerSecond: 6000,
    })
  }
  const api = createDocumentsApi({
    documents,
    watchers,
    uploads: {
      ...createUploadsBucket(s3, "uploads", clock.now),
      remove: async (id) => void objects.delete(`/uploads/uploads/${id}`),
    },
    texts,
    deadlines,
    uploadQueue: uploads,
    bucketName: "uploads",
    tickets: undefined,
    maxDocumentBytes: 50_000_000,
    notifier: notifier(clock),
    logger: silentLogger(),
  })
  const watchdog = createWatchdog({
    documents,
    notifier: notifier(clock),
    objects: uploadedObjects,
    texts,
    bucketName: "uploads",
    deadlines,
    logger: silentLogger(),
    metrics: recordedMetrics().metrics,
    clock,
  })
  let invocations = 0

  function throttled<T extends unknown[], R>(name: keyof DocumentsTable, operation: (...args: T) => Promise<R>) {
    return async (...args: T): Promise<R> => {
      if (faults.throttlesTable(name)) throw new Error("ThrottlingException")
      const result = operation(...args)
      running.add(result)
      return result.finally(() => running.delete(result))
    }
  }

  // AWS: a missing object is 403 for a caller that may not list the bucket (s3-missing-object)
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = ""] = (request.url ?? "").split("?")
    const body = await buffer(request)
    if (path.startsWith("/dev/@connections/")) {
      await faults.beforePush?.()
      const status = faults.pushStatus()
      if (status === 200) show(JSON.parse(body.toString()))
      response.writeHead(status).end()
    } else if (faults.failsStore()) response.writeHead(503).end("<Error><Code>SlowDown</Code></Error>")
    else if (request.method === "PUT") {
      objects.set(path, body)
      response.end()
    } else if (request.method === "POST") {
      for (const [, key] of body.toString().matchAll(/<Key>(.*?)<\/Key>/g)) objects.delete(`/uploads/${key}`)
      response.end("<DeleteResult/>")
    } else if (request.method === "DELETE") {
      objects.delete(path)
      response.writeHead(204).end()
    } else if (objects.has(path)) response.end(objects.get(path))
    else response.writeHead(403).end("<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>")
  }

  /** As clients do: a progress that arrives twice or late is ignored. */
  function show(progress: Progress): void {
    if (progress.sequence <= highestSequence) return
    highestSequence = progress.sequence
    seen.push({ ...progress, afterSeconds: (clock.now() - startedAt) / 1000 })
  }

  async function call(routeKey: string, documentId: string, body = "") {
    const event = { routeKey, pathParameters: { documentId }, body, isBase64Encoded: false }
    return api(event as unknown as APIGatewayProxyEventV2, lambdaContext())
  }

  /** Invokes the processor in a new execution environment; undefined when it was killed. */
  async function invokeProcessor(event: SQSEvent): Promise<SQSBatchResponse | undefined> {
    const environment = clock.environment()
    const killed = Promise.withResolvers<undefined>()
    const readings: Reading[] = []
    invocations += 1
    const endsAt = clock.now() + deployed.processorTimeoutSeconds * 1000
    const pushing = notifier(environment)
    const handler = createBatchHandler({
      documents: { ...documents, record: recordPages(killed.resolve, pushing), pause },
      notifier: pushing,
      objects: uploadedObjects,
      texts,
      readDocument: (document) => {
        const reading = processDocument(document)
        readings.push(reading)
        return readPages(reading, killed.resolve)
      },
      summaryEngine: quotingEngine,
      uploadQueue: uploads,
      maxAttempts: deployed.maxAttempts,
      maxContinuations: deployed.maxContinuations,
      maxReceiveCount: deployed.maxReceiveCount,
      claimSeconds: deployed.claimSeconds,
      logger: silentLogger(),
      metrics: recordedMetrics().metrics,
      clock: environment,
    })
    const context = lambdaContext({
      awsRequestId: `request-${invocations}`,
      getRemainingTimeInMillis: () => endsAt - clock.now(),
    })
    return Promise.race([handler(event, context), killed.promise]).finally(async () => {
      environment.stop()
      // To the end, so that the next environment reads in the same thread: starting one takes longer than most tests.
      for (const reading of readings) for (let step = await reading.next(); !step.done; step = await reading.next());
    })
  }

  async function* readPages(reading: Reading, kill: (value: undefined) => void): Reading {
    let step = await reading.next()
    for (; !step.done; step = await reading.next()) {
      if (step.value.pagesProcessed !== faults.poisonedPage) yield step.value
      else {
        kill(undefined)
        await new Promise(() => {})
      }
    }
    return step.value
  }

  /** Each page takes a while; the heartbeat runs meanwhile. */
  function recordPages(kill: (value: undefined) => void, pushing: ProgressNotifier): DocumentsTable["record"] {
    return async (documentId, lease, change) => {
      // What is pushed in the background arrives in no time.
      await pushing.settle()
      if (change.status !== "progress") return documents.record(documentId, lease, change)
      for (let second = 0; second < pageSeconds; second += 1) {
        clock.advance(1_000)
        // The heartbeat writes to the table and then to the queue.
        while (running.size > 0) await Promise.all(running)
        await setImmediate()
      }
      if (faults.beforePage?.page === change.pagesProcessed) await faults.beforePage.act()
      const progress = await documents.record(documentId, lease, change)
      if (faults.kill?.page !== change.pagesProcessed || faults.kill.times === 0) return progress
      faults.kill.times -= 1
      kill(undefined)
      return new Promise(() => {})
    }
  }

  const pause: DocumentsTable["pause"] = async (...change) => {
    const paused = await documents.pause(...change)
    await faults.afterPause?.()
    return paused
  }

  /** What Lambda's poller does with a message. */
  async function deliver(queue: SimulatedQueue): Promise<void> {
    const message = await queue.receive()
    if (!message) return
    if (queue === uploads && faults.throttlesReceive(message.receiveCount)) return
    const response = queue === uploads ? await invokeProcessor(eventOf(message)) : await invokeWatchdog(message)
    if (response?.batchItemFailures.length === 0) queue.delete(message.receiptHandle)
  }

  function invokeWatchdog(message: ReceivedMessage): Promise<SQSBatchResponse> {
    return watchdog(eventOf(message), lambdaContext())
  }

  return {
    clock,
    faults,
    documents: table,
    watchers,
    seen,
    uploads,
    deadLetters,
    objects,
    invocations: () => invocations,
    /** POST /documents, and a watcher of the new document. */
    async createDocument(sizeBytes = 1_000): Promise<string> {
      const request = { fileName: "a.txt", contentType: "text/plain", sizeBytes }
      const { body = "" } = await call("POST /documents", "", JSON.stringify(request))
      const { documentId } = JSON.parse(body)
      await watchers.watch({ documentId, connectionId: "watcher=" })
      return documentId
    },
    /** Stores the object and sends S3's event notification. */
    async upload(documentId: string, bytes: Uint8Array): Promise<void> {
      objects.set(`/uploads/uploads/${documentId}`, bytes)
      const object = { key: `uploads/${documentId}`, size: bytes.length }
      const event = { eventName: "ObjectCreated:Put", s3: { bucket: { name: "uploads" }, object } }
      await uploads.send(JSON.stringify({ Records: [event] }))
    },
    async deleteDocument(documentId: string): Promise<void> {
      await call("DELETE /documents/{documentId}", documentId)
    },
    /** Delivers messages in the order of their time, until nothing is left to deliver within `hours`. */
    async run(hours = 4): Promise<void> {
      const endsAt = clock.now() + hours * 3_600_000
      for (;;) {
        const waiting = [uploads, deadLetters, deadlines].filter(({ nextAt }) => nextAt !== undefined)
        const [next] = waiting.toSorted((one, other) => (one.nextAt ?? 0) - (other.nextAt ?? 0))
        if (next?.nextAt === undefined || next.nextAt > endsAt) return
        if (next.nextAt > clock.now()) clock.advance(next.nextAt - clock.now())
        await deliver(next)
      }
    },
    /** What the watcher saw, in short; the last is its end. */
    story: () =>
      seen.map(({ status, pagesProcessed, errorCode, recoverable, afterSeconds }) => {
        const page = status === "progress" ? ` ${pagesProcessed}` : ""
        const error = status === "error" ? ` ${errorCode}${recoverable ? ", to be retried" : ""}` : ""
        return `${Math.round(afterSeconds)} s: ${status}${page}${error}`
      }),
    ends: () => seen.filter(isFinal),
    async close(): Promise<void> {
      s3.destroy()
      management.destroy()
      server.closeAllConnections()
      server.close()
    },
  }
}

function eventOf({ messageId, receiptHandle, body, receiveCount }: ReceivedMessage): SQSEvent {
  const attributes = { ApproximateReceiveCount: String(receiveCount) }
  return { Records: [{ messageId, receiptHandle, body, attributes }] } as unknown as SQSEvent
}
