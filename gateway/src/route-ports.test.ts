// What the routes and the state machines need of other folders: their clients, and how these end.
import { once } from "node:events"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { expect, onTestFinished, test } from "vitest"
import type { ServiceRequest } from "./definition/outgoing-request.ts"
import { silentLog } from "./foundation/log.ts"
import { ManualClock } from "./foundation/manual-clock.ts"
import { awsQuotas } from "./foundation/quotas.ts"
import { createRoutePorts, type RoutePortsOptions } from "./route-ports.ts"
import type { RoutePorts } from "./routes/ports.ts"

test("the connections to backends are kept for later requests, and closed when the gateway closes", async () => {
  const server = createServer((_, response) => response.end()).listen(0, "127.0.0.1")
  await once(server, "listening")
  onTestFinished(() => void server.close().closeAllConnections())
  let open = 0
  let opened = 0
  server.on("connection", (socket) => {
    open++
    opened++
    socket.on("close", () => open--)
  })
  const clock = new ManualClock()
  let callOfTasks: RoutePorts["callService"] | undefined
  const services = {
    network: () => ({}),
    endpoint: () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bindTaskRequests(callService: RoutePorts["callService"]) {
      callOfTasks = callService
    },
  }
  const created = createRoutePorts({
    context: { clock, steadyClock: clock, quotas: awsQuotas, log: silentLog, recorder: { record() {} } },
    deployment: () => ({ definition: { urlSuffix: "amazonaws.com" } }),
    backend: { lambda: {}, services },
    addresses: { hosts: () => ({}) },
    guard: {},
  } as unknown as RoutePortsOptions)
  const request: ServiceRequest = {
    service: "sqs",
    region: "eu-west-1",
    method: "GET",
    path: "/",
    headers: {},
    body: Buffer.alloc(0),
    timeoutMs: 1000,
    roleArn: undefined,
  }
  for (const call of [created.ports.callService, created.ports.callService, callOfTasks, callOfTasks]) {
    expect(await call?.(request)).toMatchObject({ outcome: "responded", status: 200 })
  }
  expect([open, opened]).toEqual([2, 2])
  created[Symbol.dispose]()
  await expect.poll(() => open).toBe(0)
})
