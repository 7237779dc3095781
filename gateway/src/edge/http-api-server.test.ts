// Sends real requests to the server of an HTTP API whose function's results the tests set.
import { once } from "node:events"
import { request as send } from "node:http"
import { type AddressInfo, connect } from "node:net"
import { text } from "node:stream/consumers"
import { expect, onTestFinished, test } from "vitest"
import { createIds } from "../connections/ids.ts"
import type { HttpApiDefinition, RouteSettings } from "../definition/api.ts"
import type { InvocationResult } from "../definition/invocation.ts"
import type { TransactionRecord } from "../definition/record.ts"
import type { LogFields } from "../foundation/log.ts"
import { ManualClock } from "../foundation/manual-clock.ts"
import { MemoryBudget } from "../foundation/memory-budget.ts"
import { awsQuotas, type Quotas } from "../foundation/quotas.ts"
import { createHttpApi } from "../routes/http/api-runtime.ts"
import { handleHttpRequest } from "../routes/http/handle-request.ts"
import type { RoutePorts } from "../routes/ports.ts"
import { noFaults } from "../routes/testing/no-faults.ts"
import { testEnvironment } from "../routes/testing/test-environment.ts"
import { createAccountThrottle } from "../routes/throttling/account.ts"
import { createHttpApiServer } from "./http-api-server.ts"

const origin = { logicalId: "Thing", stackName: "test" }

type World = {
  invoke?(payload: string): Promise<InvocationResult>
  payloadFormatVersion?: "1.0" | "2.0"
  stage?: RouteSettings
  routes?: Record<string, RouteSettings>
  quotas?: Partial<Quotas>
  ports?: Partial<RoutePorts>
}

async function serve(world: World = {}) {
  const clock = new ManualClock()
  const quotas = { ...awsQuotas, ...world.quotas }
  const logged: { level: string; event: string; fields: LogFields | undefined }[] = []
  const records: TransactionRecord[] = []
  const events: string[] = []
  const route = (routeKey: string, functionArn = "function") => ({
    ...origin,
    routeKey,
    functionArn,
    payloadFormatVersion: world.payloadFormatVersion ?? ("2.0" as const),
    timeoutMs: 30_000,
    authorization: { type: "NONE" as const },
  })
  const definition: HttpApiDefinition = {
    ...origin,
    apiId: "api",
    environment: testEnvironment,
    routes: [route("GET /a"), route("GET /b"), route("POST /a")],
    stages: [
      {
        ...origin,
        stageName: "$default",
        variables: {},
        defaultRouteSettings: world.stage ?? {},
        routeSettings: world.routes ?? {},
      },
    ],
  }
  const unused = () => {
    throw new Error("This test does not use this port")
  }
  const log = {
    info: unused,
    warn: (event: string, fields?: LogFields) => void logged.push({ level: "warn", event, fields }),
    error: (event: string, fields?: LogFields) => void logged.push({ level: "error", event, fields }),
  }
  const ports: RoutePorts = {
    clock,
    steadyClock: clock,
    faults: noFaults,
    quotas,
    log,
    ids: createIds(clock.now, 1),
    account: createAccountThrottle({ clock, quotas }),
    async invoke(_functionArn, payload) {
      events.push(payload)
      return world.invoke?.(payload) ?? answered({ statusCode: 200, body: "hi" })
    },
    invokeAsync: unused,
    sendRequest: unused,
    callService: unused,
    findKey: unused,
    mayInvoke: () => ({ allowed: true }),
    mayInvokeAuthorizer: unused,
    mayCallRoute: unused,
    mayInvokeUrl: unused,
    useApiKey: unused,
    evaluatePolicy: unused,
    record: (record) => void records.push(record),
    ...world.ports,
  }
  const api = createHttpApi(definition, { clock, quotas })
  const server = createHttpApiServer({
    domainName: "api.example",
    api: () => api,
    handleRequest: (current, request) => handleHttpRequest(current, request, ports),
    log,
    quotas,
    memory: new MemoryBudget(quotas.maxRequestMemoryBytes),
  }).listen(0, "127.0.0.1")
  await once(server, "listening")
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo

  async function get(path: string, options: { method?: string; headers?: Record<string, string>; body?: string } = {}) {
    const { method = "GET", headers = {}, body } = options
    const sent = send({ host: "127.0.0.1", port, path, method, headers }).end(body)
    const [response] = await once(sent, "response")
    return { status: response.statusCode as number, headers: response.headers, body: await text(response) }
  }
  return { clock, port, get, logged, records, events }
}

function answered(result: unknown): InvocationResult {
  return { outcome: "responded", requestId: "run", payload: JSON.stringify(result) }
}

test("a response carries the function's status, headers and body, and the request id", async () => {
  const result = answered({ statusCode: 201, headers: { "X-A": "1" }, cookies: ["a=1", "b=2"], body: "made" })
  const { get, records } = await serve({ invoke: async () => result })
  const { status, headers, body } = await get("/a")
  expect({ status, body }).toEqual({ status: 201, body: "made" })
  expect(headers).toMatchObject({ "x-a": "1", "set-cookie": ["a=1", "b=2"], "content-length": "4" })
  expect(records).toMatchObject([
    {
      eventType: "HTTP",
      routeKey: "GET /a",
      context: { requestId: headers["apigw-requestid"], httpMethod: "GET", path: "/a", status: 201, responseLength: 4 },
      responseBody: '{"statusCode":201,"headers":{"X-A":"1"},"cookies":["a=1","b=2"],"body":"made"}',
    },
  ])
})

test("a header with a line break is a 500 with AWS's body, logged with the ids of the request", async () => {
  const { get, logged, records } = await serve({
    invoke: async () => answered({ statusCode: 200, headers: { "x-a": "1\r\nx-b: 2" }, body: "hi" }),
  })
  const { status, headers, body } = await get("/a")
  expect({ status, body }).toEqual({ status: 500, body: '{"message":"Internal Server Error"}' })
  expect(headers).not.toHaveProperty("x-b")
  const requestId = headers["apigw-requestid"]
  expect(logged).toMatchObject([{ level: "warn", fields: { apiId: "api", routeKey: "GET /a", requestId } }])
  expect(records).toMatchObject([{ context: { requestId, status: 500 }, blame: "integration" }])
})

test("a bug in the route is a 500 with AWS's body, logged with the ids of the request", async () => {
  const { get, logged, records } = await serve({ invoke: () => Promise.reject(new Error("a bug")) })
  const { status, headers, body } = await get("/a")
  expect({ status, body }).toEqual({ status: 500, body: '{"message":"Internal Server Error"}' })
  const requestId = headers["apigw-requestid"]
  expect(logged).toMatchObject([{ level: "error", fields: { apiId: "api", routeKey: "GET /a", requestId } }])
  expect(logged[0]?.fields?.message).toContain("Error: a bug")
  expect(records).toMatchObject([{ context: { requestId, status: 500 }, blame: "execution" }])
})

test("a bug outside of the route is a 500 with AWS's body and is logged", async () => {
  const record = () => {
    throw new Error("a bug")
  }
  const { get, logged } = await serve({ ports: { record } })
  expect(await get("/a")).toMatchObject({ status: 500, body: '{"message":"Internal Server Error"}' })
  expect(logged).toMatchObject([{ level: "error", fields: { server: "api.example", method: "GET", path: "/a" } }])
})

test("a client that disconnects during its request is not logged as a bug", async () => {
  const { port, get, logged } = await serve()
  const socket = connect(port, "127.0.0.1")
  socket.write("POST /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhalf")
  await once(socket, "ready")
  socket.destroy()
  await once(socket, "close")
  expect((await get("/a")).status).toBe(200)
  expect(logged).toEqual([])
})

test.each(["__proto__", "constructor", "toString", "hasOwnProperty"])(
  "?%s=1 and a header of that name arrive in the event as they are",
  async (name) => {
    const { port, events } = await serve()
    const socket = connect(port, "127.0.0.1")
    socket.end(`GET /a?${name}=1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${name}: 2\r\n\r\n`)
    expect(await text(socket)).toContain("200 OK")
    const { queryStringParameters, headers } = JSON.parse(events[0] ?? "{}")
    expect(Object.entries(queryStringParameters)).toEqual([[name, "1"]])
    expect(Object.entries(headers)).toContainEqual([name.toLowerCase(), "2"])
  },
)

test("payload format 1.0 is served when the integration asks for it", async () => {
  const { get, events } = await serve({
    payloadFormatVersion: "1.0",
    invoke: async () => answered({ statusCode: 200, multiValueHeaders: { "set-cookie": ["a=1", "b=2"] }, body: "hi" }),
  })
  expect((await get("/a?x=1")).headers["set-cookie"]).toEqual(["a=1", "b=2"])
  expect(JSON.parse(events[0] ?? "")).toMatchObject({ version: "1.0", multiValueQueryStringParameters: { x: ["1"] } })
})

test("a route's own throttle replaces the stage's, and routes without one share the stage's", async () => {
  const { get, records } = await serve({
    stage: { throttlingRateLimit: 1, throttlingBurstLimit: 2 },
    routes: { "GET /b": { throttlingBurstLimit: 1 } },
  })
  const statuses = []
  for (const [path, method] of [["/b"], ["/b"], ["/a"], ["/a", "POST"], ["/a"]] as const) {
    statuses.push((await get(path, { method: method ?? "GET" })).status)
  }
  expect(statuses).toEqual([200, 429, 200, 200, 429])
  expect(records[0]?.settings).toEqual({ throttlingRateLimit: 1, throttlingBurstLimit: 1 })
  expect((await get("/b")).body).toBe('{"message":"Too Many Requests"}')
})

test("the account's throttle applies to HTTP APIs", async () => {
  const { get } = await serve({ quotas: { accountRateLimit: 1, accountBurstLimit: 1 } })
  expect([(await get("/a")).status, (await get("/a")).status]).toEqual([200, 429])
})

test("outcomes of the integration become API Gateway's statuses", async () => {
  const error = { errorType: "Error", errorMessage: "it broke", payload: "{}", requestId: "run" }
  const failing = await serve({ invoke: async () => ({ outcome: "function-error", ...error }) })
  expect(await failing.get("/a")).toMatchObject({ status: 500, body: '{"message":"Internal Server Error"}' })
  expect(failing.records).toMatchObject([{ context: { integrationErrorMessage: "it broke" }, blame: "integration" }])

  const denied = await serve({ ports: { mayInvoke: () => ({ allowed: false, message: "Not permitted" }) } })
  expect((await denied.get("/a")).status).toBe(500)
  expect(denied.records).toMatchObject([{ context: { integrationErrorMessage: "Not permitted" }, blame: "execution" }])

  const invoked = Promise.withResolvers<void>()
  const late = await serve({
    invoke: () => {
      invoked.resolve()
      return new Promise(() => {})
    },
  })
  const response = late.get("/a")
  await invoked.promise
  late.clock.advance(30_000)
  expect(await response).toMatchObject({ status: 503, body: '{"message":"Service Unavailable"}' })
  expect(late.records).toMatchObject([{ context: { integrationLatency: 30_000 }, blame: "integration" }])
})

test("unknown routes are 404, and a body over the limit is 413", async () => {
  const { get } = await serve()
  expect(await get("/nothing")).toMatchObject({ status: 404, body: '{"message":"Not Found"}' })
  const body = "x".repeat(10 * 1024 * 1024 + 1)
  expect(await get("/a", { method: "POST", body })).toMatchObject({
    status: 413,
    headers: { connection: "close" },
    body: '{"message":"Request Entity Too Large"}',
  })
})

test("a request is a 503 when the bodies of all requests are over the memory for them, and accepted when they end", async () => {
  const running = Promise.withResolvers<void>()
  const finish = Promise.withResolvers<void>()
  const { get } = await serve({
    quotas: { maxRequestMemoryBytes: 1000 },
    async invoke() {
      running.resolve()
      await finish.promise
      return answered({ statusCode: 200, body: "hi" })
    },
  })
  const first = get("/a", { method: "POST", body: "x".repeat(600) })
  await running.promise
  expect(await get("/a", { method: "POST", body: "x".repeat(600) })).toMatchObject({
    status: 503,
    body: '{"message":"Service Unavailable"}',
    headers: { connection: "close" },
  })
  finish.resolve()
  expect((await first).status).toBe(200)
  expect((await get("/a", { method: "POST", body: "x".repeat(600) })).status).toBe(200)
})

test("a response over the memory for all requests is a 503", async () => {
  const { get } = await serve({
    quotas: { maxRequestMemoryBytes: 1000 },
    invoke: async () => answered({ statusCode: 200, body: "x".repeat(1001) }),
  })
  expect((await get("/a")).status).toBe(503)
  expect((await get("/a", { method: "POST", body: "x".repeat(1000) })).status).toBe(503)
})
