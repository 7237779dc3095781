// Tests of closing connections: the real SDK against an HTTP server that responds like API Gateway.
import { once } from "node:events"
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { ApiGatewayManagementApiClient } from "@aws-sdk/client-apigatewaymanagementapi"
import { afterEach, beforeEach, expect, test } from "vitest"
import { createEndSessions, type EndSessions } from "./end-sessions.ts"

let server: Server
let requests: string[]
let statuses: Record<string, number>
let forgotten: string[]
let warnings: string[]
let endSessions: EndSessions

beforeEach(async () => {
  requests = []
  statuses = {}
  forgotten = []
  warnings = []
  server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? "")
    requests.push(`${request.method} ${path}`)
    response.writeHead(statuses[path.split("/").at(-1) ?? ""] ?? 204).end()
  }).listen(0, "127.0.0.1")
  await once(server, "listening")
  endSessions = createEndSessions({
    client: new ApiGatewayManagementApiClient({
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/dev`,
      region: "eu-west-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
      maxAttempts: 1,
    }),
    watchers: { forgetConnection: async (connectionId) => forgotten.push(connectionId) },
    logger: { warn: (message) => void warnings.push(String(message)) },
  })
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

test("closes each connection and forgets it, also one that is gone", async () => {
  statuses = { "gone=": 410 }
  await endSessions(["a=", "gone="])
  expect(requests.toSorted()).toEqual(["DELETE /dev/@connections/a=", "DELETE /dev/@connections/gone="])
  expect(forgotten.toSorted()).toEqual(["a=", "gone="])
  expect(warnings).toEqual([])
})

test("keeps a connection that could not be closed as a watcher, so that the next push tries again", async () => {
  statuses = { "a=": 500 }
  await endSessions(["a="])
  expect(forgotten).toEqual([])
  expect(warnings).toEqual(["connection of an ended session not closed"])
})

test("closes at most 100 connections per push, and none without any", async () => {
  await endSessions(Array.from({ length: 150 }, (_, index) => `c${index}=`))
  expect(forgotten).toHaveLength(100)
  requests = []
  await endSessions([])
  expect(requests).toEqual([])
})
