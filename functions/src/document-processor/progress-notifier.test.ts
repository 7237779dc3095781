// Tests of pushing through @connections: the real SDK against an HTTP server that responds like API Gateway.
import { once } from "node:events"
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { text } from "node:stream/consumers"
import { ApiGatewayManagementApiClient } from "@aws-sdk/client-apigatewaymanagementapi"
import type { Progress } from "@document-insight/protocol"
import { afterEach, beforeEach, expect, test } from "vitest"
import { ManualClock } from "../../test/manual-clock.ts"
import { createProgressNotifier, type ProgressNotifier } from "./progress-notifier.ts"

const progress: Progress = {
  status: "progress",
  documentId: "d1",
  sequence: 7,
  pagesProcessed: 5,
  totalPages: 10,
  percentComplete: 50,
  timestamp: "2026-11-22T21:00:00.000Z",
}

const end: Progress = { ...progress, status: "processing_complete" }

let server: Server
let notify: ProgressNotifier
let watching: string[]
let posted: { path: string; body: string; authorization: string }[]
let responses: Record<string, number[]>
let unwatched: string[]
let warnings: string[]
let atOnce: number
let mostAtOnce: number
let forgotten: string[]
let tableFailures: number
let clock: ManualClock
let pauses: number[]

beforeEach(async () => {
  watching = []
  posted = []
  responses = {}
  unwatched = []
  warnings = []
  atOnce = 0
  mostAtOnce = 0
  server = createServer(async (request, response) => {
    atOnce += 1
    mostAtOnce = Math.max(mostAtOnce, atOnce)
    const path = decodeURIComponent(request.url ?? "")
    posted.push({ path, body: await text(request), authorization: request.headers.authorization ?? "" })
    const connectionId = path.split("/").at(-1) ?? ""
    atOnce -= 1
    response.writeHead(responses[connectionId]?.shift() ?? 200).end()
  }).listen(0, "127.0.0.1")
  await once(server, "listening")
  clock = new ManualClock()
  pauses = []
  forgotten = []
  tableFailures = 0
  notify = createProgressNotifier({
    client: new ApiGatewayManagementApiClient({
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/dev`,
      region: "eu-west-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
      maxAttempts: 1,
    }),
    watchers: {
      connectionsWatching: async (documentId) => {
        if (tableFailures-- > 0) throw new Error("ThrottlingException")
        return documentId === "d1" ? [...watching] : []
      },
      forgetConnection: async (connectionId) => forgotten.push(connectionId),
      unwatch: async ({ connectionId }) => {
        unwatched.push(connectionId)
      },
    },
    logger: {
      warn(message) {
        warnings.push(String(message))
      },
    },
    clock: {
      ...clock.environment(),
      sleep: async (ms) => {
        pauses.push(ms)
        clock.advance(ms)
      },
    },
    random: () => 0.5,
  })
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

test("posts the progress, signed, to each connection that watches the document", async () => {
  watching = ["L0SM9cOFvHcCIhw=", "MZDXVcMJvHcCE9Q="]
  await notify(progress)
  expect(posted.map(({ path }) => path).sort()).toEqual([
    "/dev/@connections/L0SM9cOFvHcCIhw=",
    "/dev/@connections/MZDXVcMJvHcCE9Q=",
  ])
  expect(posted.map(({ body }) => JSON.parse(body))).toEqual([progress, progress])
  expect(posted[0]?.authorization).toMatch(/^AWS4-HMAC-SHA256 .*\/execute-api\/aws4_request/)
})

test("forgets everything that a connection watched when it is gone, and notifies the others", async () => {
  watching = ["a=", "gone=", "b="]
  responses = { "gone=": [410] }
  await notify(progress)
  expect(posted).toHaveLength(3)
  expect(forgotten).toEqual(["gone="])
  expect(unwatched).toEqual([])
  expect(warnings).toEqual([])
})

test("does not retry a progress, because a newer one follows", async () => {
  watching = ["a=", "b="]
  responses = { "a=": [429] }
  expect(await notify(progress)).toBe("delivered")
  expect(posted).toHaveLength(2)
  expect(warnings).toEqual(["watcher not notified"])
  await notify(progress)
  expect(posted).toHaveLength(4)
})

test("skips a connection that could not be reached for a while, but not at the end", async () => {
  watching = ["a="]
  responses = { "a=": [500, 200, 200] }
  await notify(progress)
  await notify(progress)
  expect(posted).toHaveLength(1)
  await notify(end)
  expect(posted).toHaveLength(2)
  await notify(progress)
  clock.advance(30_000)
  await notify(progress)
  expect(posted).toHaveLength(3)
})

test.each([[429], [500], [503]])("retries the end with full jitter after a %i", async (status) => {
  watching = ["a="]
  responses = { "a=": [status, status, status] }
  expect(await notify(end)).toBe("delivered")
  expect(posted).toHaveLength(4)
  // Half of 100, 200 and 400 ms, because `random` is one half.
  expect(pauses).toEqual([50, 100, 200])
})

test("stops watching for a connection that received the end", async () => {
  watching = ["a=", "b="]
  await notify(end)
  expect(unwatched.sort()).toEqual(["a=", "b="])
})

test("reports an end as undelivered when the retries take too long, and keeps the watcher", async () => {
  watching = ["a=", "b="]
  responses = { "a=": Array.from({ length: 100 }, () => 503) }
  const startedAt = clock.now()
  expect(await notify(end)).toBe("undelivered")
  expect(clock.now() - startedAt).toBeLessThan(3_000)
  expect(unwatched).toEqual(["b="])
  expect(warnings).toEqual(["watcher not notified of the end"])
})

test("does not retry what cannot succeed", async () => {
  watching = ["a="]
  responses = { "a=": [403, 403] }
  expect(await notify(end)).toBe("delivered")
  expect(posted).toHaveLength(1)
  expect(warnings).toEqual(["watcher not notified of the end"])
})

test("retries reading the watchers of an end", async () => {
  watching = ["a="]
  tableFailures = 2
  expect(await notify(end)).toBe("delivered")
  expect(posted).toHaveLength(1)
  tableFailures = 100
  expect(await notify(end)).toBe("undelivered")
})

test("notifies many watchers, at most 32 at a time", async () => {
  watching = Array.from({ length: 200 }, (_, index) => `c${index}=`)
  await notify(progress)
  expect(posted).toHaveLength(200)
  expect(mostAtOnce).toBeLessThanOrEqual(32)
})
