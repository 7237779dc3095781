// Tests of posting to watchers: the real client against an HTTP server that responds like API Gateway.
import { once } from "node:events"
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { text } from "node:stream/consumers"
import { ApiGatewayManagementApiClient } from "@aws-sdk/client-apigatewaymanagementapi"
import type { Progress } from "@document-insight/protocol"
import { afterEach, beforeEach, expect, test } from "vitest"
import { ManualClock } from "../../test/manual-clock.ts"
import { progress } from "../../test/progress.ts"
import type { WatcherPage } from "../storage/watchers-table.ts"
import { createConnectionsClient } from "./connections-client.ts"
import { createPostToWatchers } from "./post-to-watchers.ts"
import { createRateLimit } from "./rate-limit.ts"

const end: Progress = { ...progress, status: "processing_complete" }

let server: Server
let post: (progress: Progress, signal?: AbortSignal) => Promise<WatcherPage[]>
let watching: string[]
let posted: { path: string; body: string; authorization: string }[]
let responses: Record<string, number[]>
let unwatched: string[]
let warnings: string[]
let atOnce: number
let mostAtOnce: number
let forgotten: string[]
let clock: ManualClock
let onPost: () => void
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
    onPost()
    response.writeHead(responses[connectionId]?.shift() ?? 200).end()
  }).listen(0, "127.0.0.1")
  await once(server, "listening")
  clock = new ManualClock()
  onPost = () => {}
  pauses = []
  forgotten = []
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/dev`
  const credentials = { accessKeyId: "test", secretAccessKey: "test" }
  const sdk = new ApiGatewayManagementApiClient({ endpoint, region: "eu-west-1", credentials })
  const sleepingClock = {
    ...clock.environment(),
    sleep: async (ms: number) => {
      pauses.push(ms)
      clock.advance(ms)
    },
  }
  const postToWatchers = createPostToWatchers({
    connections: createConnectionsClient(endpoint, sdk),
    watchers: {
      forgetConnection: async (connectionId) => forgotten.push(connectionId),
      unwatchAll: async ({ partition, connectionIds }) => {
        expect(partition).toBe("d1")
        unwatched.push(...connectionIds)
      },
    },
    rateLimit: createRateLimit(1_000, sleepingClock),
    logger: {
      warn(message) {
        warnings.push(String(message))
      },
    },
    clock: sleepingClock,
    random: () => 0.5,
  })
  post = (progress, signal) => postToWatchers(progress, [{ partition: "d1", connectionIds: [...watching] }], signal)
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

test("posts the progress, signed, to each connection that watches the document", async () => {
  watching = ["L0SM9cOFvHcCIhw=", "MZDXVcMJvHcCE9Q="]
  await post(progress)
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
  await post(progress)
  expect(posted).toHaveLength(3)
  expect(forgotten).toEqual(["gone="])
  expect(unwatched).toEqual([])
  expect(warnings).toEqual([])
})

test("does not retry a progress, because a newer one follows", async () => {
  watching = ["a=", "b="]
  responses = { "a=": [429] }
  expect(await post(progress)).toEqual([])
  expect(posted).toHaveLength(2)
  expect(warnings).toEqual(["watcher not notified"])
  await post(progress)
  expect(posted).toHaveLength(4)
})

test("skips a connection that could not be reached for a while, but not at the end", async () => {
  watching = ["a="]
  responses = { "a=": [500, 200, 200] }
  await post(progress)
  await post(progress)
  expect(posted).toHaveLength(1)
  await post(end)
  expect(posted).toHaveLength(2)
  await post(progress)
  clock.advance(30_000)
  await post(progress)
  expect(posted).toHaveLength(3)
})

test.each([[429], [500], [503]])("retries the end with full jitter after a %i", async (status) => {
  watching = ["a="]
  responses = { "a=": [status, status, status] }
  expect(await post(end)).toEqual([])
  expect(posted).toHaveLength(4)
  // Half of 100, 200 and 400 ms, because `random` is one half.
  expect(pauses).toEqual([50, 100, 200])
})

test("stops watching for a connection that received the end", async () => {
  watching = ["a=", "b="]
  await post(end)
  expect(unwatched.sort()).toEqual(["a=", "b="])
})

test("keeps the watchers of a document that is read again when its password arrives", async () => {
  watching = ["a="]
  expect(await post({ ...progress, status: "error", errorCode: "ENCRYPTED", recoverable: false })).toEqual([])
  expect(posted).toHaveLength(1)
  expect(unwatched).toEqual([])
})

test("reports an end as undelivered when the retries take too long, and keeps the watcher", async () => {
  watching = ["a=", "b="]
  responses = { "a=": Array.from({ length: 100 }, () => 503) }
  const startedAt = clock.now()
  expect(await post(end)).toEqual([{ partition: "d1", connectionIds: ["a="] }])
  expect(clock.now() - startedAt).toBeLessThan(3_000)
  expect(unwatched).toEqual(["b="])
  expect(warnings).toEqual(["watcher not notified of the end"])
})

test("does not retry what cannot succeed", async () => {
  watching = ["a="]
  responses = { "a=": [403, 403] }
  expect(await post(end)).toEqual([])
  expect(posted).toHaveLength(1)
  expect(warnings).toEqual(["watcher not notified of the end"])
})

test("gives up a progress that is superseded or takes longer than three seconds, but not an end", async () => {
  watching = Array.from({ length: 200 }, (_, index) => `c${index}=`)
  await post(progress, AbortSignal.abort())
  expect(posted).toEqual([])
  onPost = () => clock.advance(100)
  await post(progress)
  expect(posted.length).toBeLessThan(200)
  await post(end)
  expect(new Set(unwatched).size).toBe(200)
})

test("keeps to its rate", async () => {
  watching = Array.from({ length: 600 }, (_, index) => `c${index}=`)
  await post(end)
  // Counted by watcher, because a post that gets no response in time is repeated.
  expect(new Set(unwatched).size).toBe(600)
  // A burst of 500, and a hundred at a thousand per second.
  expect(pauses.length).toBeGreaterThan(0)
})

test("notifies many watchers, at most 64 at a time", async () => {
  watching = Array.from({ length: 200 }, (_, index) => `c${index}=`)
  await post(progress)
  expect(posted).toHaveLength(200)
  expect(mostAtOnce).toBeLessThanOrEqual(64)
})
