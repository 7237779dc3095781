// Bugs behind a WebSocket API's server: the client gets a response, and the log gets a line.
import { once } from "node:events"
import { get, type IncomingMessage } from "node:http"
import { type AddressInfo, connect } from "node:net"
import { text } from "node:stream/consumers"
import { expect, onTestFinished, test } from "vitest"
import { ConnectionStore } from "../connections/connection-store.ts"
import { createIds } from "../connections/ids.ts"
import type { WebSocketApiDefinition } from "../definition/api.ts"
import { defaultAssumptions } from "../foundation/assumptions.ts"
import { type LogFields, silentLog } from "../foundation/log.ts"
import { ManualClock } from "../foundation/manual-clock.ts"
import { MemoryBudget } from "../foundation/memory-budget.ts"
import { awsQuotas } from "../foundation/quotas.ts"
import { noFaults } from "../routes/testing/no-faults.ts"
import { testEnvironment } from "../routes/testing/test-environment.ts"
import { createAccountThrottle } from "../routes/throttling/account.ts"
import { createWebSocketApi } from "../routes/websocket/api-runtime.ts"
import type { Handshake } from "../routes/websocket/connect.ts"
import { createWebSocketApiServer, findStageOf, type WebSocketApiServerPorts } from "./websocket-api-server.ts"

const origin = { logicalId: "Thing", stackName: "test" }
const definition: WebSocketApiDefinition = {
  ...origin,
  apiId: "api",
  environment: testEnvironment,
  routeSelectionExpression: "$request.body.action",
  deployments: { d: { ...origin, deploymentId: "d", routes: {} } },
  stages: [
    { ...origin, stageName: "dev", deploymentId: "d", variables: {}, defaultRouteSettings: {}, routeSettings: {} },
    { ...origin, stageName: "empty", variables: {}, defaultRouteSettings: {}, routeSettings: {} },
  ],
  authorizers: {},
}

const bug = (): never => {
  throw new Error("a bug")
}

async function serveWithBugs(changes: Partial<WebSocketApiServerPorts> = {}) {
  const clock = new ManualClock()
  const quotas = awsQuotas
  const logged: { event: string; fields: LogFields | undefined }[] = []
  const handshakes: Promise<void>[] = []
  const asked: (Handshake & { stageName: string })[] = []
  const api = createWebSocketApi(definition, { clock, quotas })
  const server = createWebSocketApiServer({
    clock,
    faults: noFaults,
    quotas,
    ids: createIds(clock.now, 1),
    account: createAccountThrottle({ clock, quotas }),
    connections: new ConnectionStore(),
    memory: new MemoryBudget(quotas.maxRequestMemoryBytes),
    assumptions: defaultAssumptions,
    domainName: "api.example",
    findStage: findStageOf(() => api),
    stageNames: () => [],
    mayManage: bug,
    record: bug,
    upgrade: bug,
    routes: {
      connect: async (stage, handshake) => {
        asked.push({ stageName: stage.definition.stageName, ...handshake })
        return bug()
      },
      lifecycle: {
        trackHandshake: (settled) => void handshakes.push(settled),
        begin: bug,
        closeAll: async () => {},
      },
    },
    log: { ...silentLog, error: (event, fields) => void logged.push({ event, fields }) },
    ...changes,
  }).listen(0, "127.0.0.1")
  await once(server, "listening")
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })

  const { port } = server.address() as AddressInfo

  /** @returns the whole response to these lines */
  function exchange(...lines: string[]): Promise<string> {
    const socket = connect(port, "127.0.0.1")
    socket.write(`${lines.join("\r\n")}\r\nHost: localhost\r\n\r\n`)
    return text(socket)
  }
  return { exchange, port, logged, handshakes, asked }
}

const upgradeHeaders = [
  "Connection: Upgrade",
  "Upgrade: websocket",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
]

/** The status, the headers in lower case and the body of a response. */
function parse(response: string) {
  const [head = "", body = ""] = response.split("\r\n\r\n")
  const [statusLine = "", ...lines] = head.split("\r\n")
  const headers = Object.fromEntries(lines.map((line) => line.toLowerCase().split(": ")))
  return { status: Number(statusLine.split(" ")[1]), headers, body }
}

test("a bug in a handshake is a 500 with AWS's body and is logged", async () => {
  const { exchange, logged, handshakes } = await serveWithBugs()
  const response = await exchange("GET /dev HTTP/1.1", ...upgradeHeaders)
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

test("a call whose path has a doubled slash is 403, and its log entry has the fix", async () => {
  const warnings: { event: string; fields: LogFields | undefined }[] = []
  const log = { ...silentLog, warn: (event: string, fields?: LogFields) => void warnings.push({ event, fields }) }
  const { exchange } = await serveWithBugs({ log })
  for (const path of ["/dev//@connections/abc", "//dev/%40connections/abc"]) {
    const { status, body } = parse(await exchange(`POST ${path} HTTP/1.1`, "Connection: close"))
    expect({ status, body }).toEqual({ status: 403, body: '{"message":"Forbidden"}' })
    const message = `POST ${path} has two slashes in a row`
    const hint = "Give the client an endpoint that does not end in a slash."
    expect(warnings.splice(0)).toEqual([{ event: "Forbidden", fields: { message, hint } }])
  }
  for (const path of ["/nowhere/@connections/abc", "/dev//other"]) {
    expect(parse(await exchange(`POST ${path} HTTP/1.1`, "Connection: close")).status).toBe(403)
  }
  expect(warnings).toEqual([])
})

test("a bug in opening the connection closes the socket and is logged", async () => {
  const facts = {
    connectionId: "c=",
    apiId: "api",
    stageName: "dev",
    domainName: "api.example",
    connectedAt: 0,
    identity: { sourceIp: "127.0.0.1" },
  }
  const { exchange, logged, handshakes } = await serveWithBugs({
    routes: {
      connect: async () => ({ outcome: "accepted", facts }),
      lifecycle: { trackHandshake: (settled) => void handshakes.push(settled), begin: bug, closeAll: async () => {} },
    },
  })
  expect(await exchange("GET /dev HTTP/1.1", ...upgradeHeaders)).toBe("")
  await Promise.all(handshakes)
  expect(logged).toMatchObject([{ event: "Handshake failed", fields: { server: "api.example", path: "/dev" } }])
  expect(logged[0]?.fields?.message).toContain("Error: a bug")
})

test("a handshake reaches the routes with its headers, its query and the parts that a signature covers", async () => {
  const { exchange, asked } = await serveWithBugs()
  await exchange("GET /dev?room=7 HTTP/1.1", ...upgradeHeaders, "User-Agent: agent", "X-A: 1")
  expect(asked).toMatchObject([
    {
      stageName: "dev",
      headers: { "X-A": "1", Host: "api.example" },
      queryStringParameters: { room: "7" },
      identity: { sourceIp: "127.0.0.1", userAgent: "agent" },
      domainName: "api.example",
    },
  ])
  const signed = { method: "GET", path: "/dev", query: "room=7", headers: { "x-a": "1", host: "localhost" } }
  expect(asked[0]?.signed()).toMatchObject(signed)
  await exchange("GET /dev HTTP/1.1", ...upgradeHeaders)
  expect(asked[1]?.identity).toEqual({ sourceIp: "127.0.0.1" })
})

const forbidden = {
  status: 403,
  headers: { "x-amzn-errortype": "forbiddenexception", "content-type": "application/json" },
  body: '{"message":"Forbidden"}',
}

test.each(["/other", "/", "/dev//", "/dev/more", "/empty", "/constructor"])(
  "a handshake with %s, where no stage is deployed, is Forbidden",
  async (path) => {
    const { exchange, asked } = await serveWithBugs()
    expect(parse(await exchange(`GET ${path} HTTP/1.1`, ...upgradeHeaders))).toMatchObject(forbidden)
    expect(asked).toEqual([])
  },
)

test("a handshake is rejected with 414 when its URL is longer than the limit", async () => {
  const { exchange } = await serveWithBugs({ quotas: { ...awsQuotas, maxUrlLength: 10 } })
  expect(parse(await exchange("GET /dev?abcdef HTTP/1.1", ...upgradeHeaders))).toMatchObject({
    status: 414,
    headers: { "content-type": "application/json" },
    body: '{"message":"Request-URI Too Long"}',
  })
  expect(parse(await exchange("GET /dev?abcde HTTP/1.1", ...upgradeHeaders)).status).toBe(500)
})

test("an invalid handshake is rejected with 400 and the reason", async () => {
  const { exchange, asked } = await serveWithBugs()
  const headers = upgradeHeaders.map((line) => line.replace("Version: 13", "Version: 8"))
  expect(parse(await exchange("GET /dev HTTP/1.1", ...headers))).toMatchObject({
    status: 400,
    headers: { "content-type": "application/json" },
    body: '{"message":"Invalid Sec-WebSocket-Version header"}',
  })
  expect(asked).toEqual([])
})

test.each([
  "GET /dev",
  "GET /other",
  "GET /",
  "POST /dev/@connections",
  "POST /dev/@connections/",
  "POST /dev/@connections/a/b",
  "POST /dev/connections/a",
  "POST /other/@connections/a",
  "POST /empty/@connections/a",
])("%s, which is not a handshake and not a call of the management API, is Forbidden", async (request) => {
  const { exchange, logged } = await serveWithBugs()
  expect(parse(await exchange(`${request} HTTP/1.1`, "Connection: close"))).toMatchObject(forbidden)
  expect(logged).toEqual([])
})

test.each(["/dev/@connections/abc", "/dev/%40connections/abc", "/dev/%40CONNECTIONS/abc"])(
  "%s is a call of the management API",
  async (path) => {
    const { exchange, logged } = await serveWithBugs()
    await exchange(`GET ${path} HTTP/1.1`, "Connection: close")
    expect(logged).toMatchObject([{ event: "Request failed", fields: { path } }])
  },
)

test("a GET of a stage without an upgrade is a 426 where that is assumed", async () => {
  const { port } = await serveWithBugs({ assumptions: { ...defaultAssumptions, plainRequestStatus: 426 } })
  const request = async (path: string) => {
    const [response] = (await once(get({ host: "127.0.0.1", port, path }), "response")) as [IncomingMessage]
    return { status: response.statusCode, headers: response.headers, body: await text(response) }
  }
  expect(await request("/dev")).toMatchObject({
    status: 426,
    headers: { upgrade: "websocket", connection: "Upgrade" },
    body: "",
  })
  for (const path of ["/other", "/dev/a"]) {
    expect(await request(path)).toMatchObject({ status: 403, body: '{"message":"Forbidden"}' })
  }
})

test("an offer of HTTP/2 is not a handshake", async () => {
  const { exchange } = await serveWithBugs()
  const response = await exchange("GET /dev HTTP/1.1", "Connection: Upgrade, close", "Upgrade: h2c")
  expect(parse(response)).toMatchObject(forbidden)
})
