// Pushing through @connections: the real SDK against a small HTTP server that plays API Gateway.
import { once } from "node:events"
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { text } from "node:stream/consumers"
import { ApiGatewayManagementApiClient } from "@aws-sdk/client-apigatewaymanagementapi"
import type { Progress } from "@document-insight/protocol"
import { afterEach, beforeEach, expect, it } from "vitest"
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

let server: Server
let notify: ProgressNotifier
let watching: string[]
let posted: { path: string; body: string; authorization: string }[]
let answers: Record<string, number[]>
let unwatched: string[]
let warnings: string[]
let atOnce: number
let mostAtOnce: number
let now: number

beforeEach(async () => {
  watching = []
  posted = []
  answers = {}
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
    response.writeHead(answers[connectionId]?.shift() ?? 200).end()
  }).listen(0, "127.0.0.1")
  await once(server, "listening")
  now = 0
  const dependencies: Parameters<typeof createProgressNotifier>[0] = {
    client: new ApiGatewayManagementApiClient({
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/dev`,
      region: "eu-west-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    }),
    watchers: {
      connectionsWatching: async (documentId) => (documentId === "d1" ? [...watching] : []),
      unwatch: async ({ connectionId }) => {
        unwatched.push(connectionId)
      },
    },
    logger: {
      warn(message) {
        warnings.push(String(message))
      },
    },
  }
  notify = createProgressNotifier(dependencies, () => now)
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

it("posts the progress, signed, to each connection that watches the document", async () => {
  watching = ["L0SM9cOFvHcCIhw=", "MZDXVcMJvHcCE9Q="]
  await notify(progress)
  expect(posted.map(({ path }) => path).sort()).toEqual([
    "/dev/@connections/L0SM9cOFvHcCIhw=",
    "/dev/@connections/MZDXVcMJvHcCE9Q=",
  ])
  expect(posted.map(({ body }) => JSON.parse(body))).toEqual([progress, progress])
  expect(posted[0]?.authorization).toMatch(/^AWS4-HMAC-SHA256 .*\/execute-api\/aws4_request/)
})

it("forgets a connection that is gone, and tells the others", async () => {
  watching = ["a=", "gone=", "b="]
  answers = { "gone=": [410] }
  await notify(progress)
  expect(posted).toHaveLength(3)
  expect(unwatched).toEqual(["gone="])
  expect(warnings).toEqual([])
})

it("tries again when it was too fast", async () => {
  watching = ["a="]
  answers = { "a=": [429] }
  await notify(progress)
  expect(posted).toHaveLength(2)
  expect(warnings).toEqual([])
})

it("is never failed by a watcher that cannot be told", async () => {
  watching = ["a=", "b="]
  answers = { "a=": [403] }
  await notify(progress)
  expect(posted).toHaveLength(2)
  expect(unwatched).toEqual([])
  expect(warnings).toEqual(["watcher could not be told"])
})

it("leaves a watcher that could not be told alone for a while, but tells it the end", async () => {
  watching = ["a="]
  answers = { "a=": [403, 200, 200] }
  await notify(progress)
  await notify(progress)
  expect(posted).toHaveLength(1)
  await notify({ ...progress, status: "processing_complete" })
  expect(posted).toHaveLength(2)
  await notify(progress)
  now += 30_000
  await notify(progress)
  expect(posted).toHaveLength(3)
})

it("tells many watchers, but not all at once", async () => {
  watching = Array.from({ length: 200 }, (_, index) => `c${index}=`)
  await notify(progress)
  expect(posted).toHaveLength(200)
  expect(mostAtOnce).toBeLessThanOrEqual(32)
})
