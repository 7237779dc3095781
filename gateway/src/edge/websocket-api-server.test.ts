// Bugs behind a WebSocket API's server: the client gets a response, and the log gets a line.
import { once } from "node:events"
import { type AddressInfo, connect } from "node:net"
import { text } from "node:stream/consumers"
import { expect, onTestFinished, test } from "vitest"
import { ConnectionStore } from "../connections/connection-store.ts"
import { createIds } from "../connections/ids.ts"
import type { WebSocketApiDefinition } from "../definition/api.ts"
import { defaultAssumptions } from "../foundation/assumptions.ts"
import { type LogFields, silentLog } from "../foundation/log.ts"
import { ManualClock } from "../foundation/manual-clock.ts"
import { awsQuotas } from "../foundation/quotas.ts"
import { createAccountThrottle } from "../routes/throttling/account.ts"
import { createWebSocketApi } from "../routes/websocket/api-runtime.ts"
import { createWebSocketApiServer } from "./websocket-api-server.ts"

const origin = { logicalId: "Thing", stackName: "test" }
const definition: WebSocketApiDefinition = {
  ...origin,
  apiId: "api",
  routeSelectionExpression: "$request.body.action",
  deployments: { d: { ...origin, deploymentId: "d", routes: {} } },
  stages: [
    { ...origin, stageName: "dev", deploymentId: "d", variables: {}, defaultRouteSettings: {}, routeSettings: {} },
  ],
  authorizers: {},
}

const bug = (): never => {
  throw new Error("a bug")
}

async function serveWithBugs() {
  const clock = new ManualClock()
  const quotas = awsQuotas
  const logged: { event: string; fields: LogFields | undefined }[] = []
  const handshakes: Promise<void>[] = []
  const api = createWebSocketApi(definition, { clock, quotas })
  const server = createWebSocketApiServer({
    clock,
    quotas,
    ids: createIds(clock.now, 1),
    account: createAccountThrottle({ clock, quotas }),
    connections: new ConnectionStore(),
    assumptions: defaultAssumptions,
    domainName: "api.example",
    api: () => api,
    mayManage: bug,
    record: bug,
    upgrade: bug,
    routes: {
      connect: async () => bug(),
      lifecycle: {
        trackHandshake: (settled) => void handshakes.push(settled),
        begin: bug,
        closeAll: async () => {},
      },
    },
    log: { ...silentLog, error: (event, fields) => void logged.push({ event, fields }) },
  }).listen(0, "127.0.0.1")
  await once(server, "listening")
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })

  /** @returns the whole response to these lines */
  function exchange(...lines: string[]): Promise<string> {
    const socket = connect((server.address() as AddressInfo).port, "127.0.0.1")
    socket.write(`${lines.join("\r\n")}\r\nHost: localhost\r\n\r\n`)
    return text(socket)
  }
  return { exchange, logged, handshakes }
}

test("a bug in a handshake is a 500 with AWS's body and is logged", async () => {
  const { exchange, logged, handshakes } = await serveWithBugs()
  const response = await exchange(
    "GET /dev HTTP/1.1",
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  )
  expect(response).toMatch(/^HTTP\/1\.1 500 Internal Server Error\r\n/)
  expect(response).toMatch(/\r\n\r\n\{"message":"Internal Server Error"\}$/)
  await Promise.all(handshakes)
  expect(logged).toMatchObject([{ event: "Handshake failed", fields: { server: "api.example", path: "/dev" } }])
  expect(logged[0]?.fields?.message).toContain("Error: a bug")
})

test("a bug in a call of the management API is a 500 with AWS's body, logged with its request id", async () => {
  const { exchange, logged } = await serveWithBugs()
  const response = await exchange("GET /dev/@connections/abc HTTP/1.1", "Connection: close")
  expect(response).toMatch(/^HTTP\/1\.1 500 Internal Server Error\r\n/)
  expect(response).toMatch(/\r\n\r\n\{"message":"Internal Server Error"\}$/)
  const requestId = /x-amzn-requestid: (\S+)/i.exec(response)?.[1]
  expect(requestId).toBeDefined()
  expect(logged).toMatchObject([
    { event: "Request failed", fields: { server: "api.example", path: "/dev/@connections/abc", requestId } },
  ])
})
