// Handshakes: what each result of `$connect`, and each throttle, becomes for the client and in the record.
import { describe, expect, test } from "vitest"
import type { InvocationResult } from "../../definition/invocation.ts"
import { answered, arnOf, createWorld, origin, routeOf, type WorldOptions } from "../testing/route-world.ts"
import { connect, type Handshake } from "./connect.ts"

const request: Handshake = {
  headers: { Host: "api.example" },
  multiValueHeaders: { Host: ["api.example"] },
  identity: { sourceIp: "127.0.0.1", userAgent: "agent" },
  domainName: "api.example",
  signed: () => ({ method: "GET", path: "/dev", query: "", headers: {} }),
}
const withConnect = (changes: Parameters<typeof routeOf>[1] = {}) => [routeOf("$connect", changes)]

async function handshake(options: WorldOptions) {
  const world = createWorld({ routes: withConnect(), ...options })
  const outcome = await connect(world.stage, request, world.ports)
  expect(world.records).toHaveLength(1)
  const [record] = world.records
  return { ...world, outcome, record }
}

const resultOf = (result: unknown) => ({ invoke: async () => answered(result) })

describe("a handshake is accepted", () => {
  test("without a $connect route, and recorded with all of its variables", async () => {
    const { outcome, record, invocations, clock } = await handshake({ routes: [] })
    const facts = {
      connectionId: expect.stringMatching(/^[\w-]{15}=$/),
      apiId: "api",
      stageName: "dev",
      domainName: "api.example",
      connectedAt: clock.now(),
      identity: { sourceIp: "127.0.0.1", userAgent: "agent" },
    }
    expect(outcome).toEqual({ outcome: "accepted", facts })
    expect(invocations).toEqual([])
    const requestId = record?.context.requestId
    expect(record).toEqual({
      apiId: "api",
      stage: expect.objectContaining({ stageName: "dev" }),
      eventType: "CONNECT",
      routeKey: "$connect",
      settings: {},
      context: {
        apiId: "api",
        connectedAt: clock.now(),
        connectionId: outcome.outcome === "accepted" && outcome.facts.connectionId,
        domainName: "api.example",
        eventType: "CONNECT",
        extendedRequestId: requestId,
        "identity.sourceIp": "127.0.0.1",
        "identity.userAgent": "agent",
        messageId: undefined,
        requestId: expect.stringMatching(/^[\w-]{15}=$/),
        requestTime: "14/Nov/2023:22:13:20 +0000",
        requestTimeEpoch: clock.now(),
        routeKey: "$connect",
        stage: "dev",
        status: 200,
      },
    })
  })

  test("when $connect has no integration", async () => {
    const { integration: _, ...route } = routeOf("$connect")
    const { outcome, record, invocations } = await handshake({ routes: [route] })
    expect(outcome).toMatchObject({ outcome: "accepted" })
    expect(record?.context.status).toBe(200)
    expect(invocations).toEqual([])
  })

  test.each([200, 204, 299])("when the function returns %i, and recorded with 200", async (statusCode) => {
    const { outcome, record, invocations } = await handshake(resultOf({ statusCode }))
    expect(outcome).toEqual({ outcome: "accepted", facts: expect.anything() })
    expect(record?.context.status).toBe(200)
    expect(record).not.toHaveProperty("blame")
    expect(invocations).toMatchObject([
      { functionArn: arnOf("$connect"), event: { requestContext: { eventType: "CONNECT" }, headers: request.headers } },
    ])
  })

  test("with the subprotocol that the function chose", async () => {
    const headers = { "Sec-WebSocket-Protocol": "chat" }
    expect((await handshake(resultOf({ statusCode: 200, headers }))).outcome).toMatchObject({ protocol: "chat" })
  })
})

test.each([
  [300, undefined],
  [399, undefined],
  [400, "client"],
  [403, "client"],
  [499, "client"],
  [500, "integration"],
  [599, "integration"],
])("a %i of the function rejects the handshake with it, and the failure is blamed on %s", async (statusCode, blame) => {
  const { outcome, record } = await handshake(resultOf({ statusCode, headers: { "X-A": "1" }, body: "no" }))
  expect(outcome).toEqual({
    outcome: "rejected",
    status: statusCode,
    headers: { "x-amz-apigw-id": record?.context.requestId, "x-a": "1" },
    body: "no",
  })
  expect(record?.context.status).toBe(statusCode)
  expect(record?.blame).toBe(blame)
})

test("a rejection by the function has no body when the function returns none, and never its hop-by-hop headers", async () => {
  const hopHeaders = ["Connection", "Upgrade", "Content-Length", "Transfer-Encoding", "Sec-WebSocket-Accept"]
  const headers = Object.fromEntries(hopHeaders.map((name) => [name, "1"]))
  const { outcome, record } = await handshake(resultOf({ statusCode: 401, headers }))
  expect(outcome).toEqual({
    outcome: "rejected",
    status: 401,
    headers: { "x-amz-apigw-id": record?.context.requestId },
    body: "",
  })
})

const malformed = "Execution failed due to configuration error: Malformed Lambda proxy response"
const failures: [name: string, result: InvocationResult, status: number, blame: string, log: string][] = [
  ["a response that is not an object", answered("ok"), 502, "integration", malformed],
  ["an informational status", answered({ statusCode: 199 }), 502, "integration", malformed],
  [
    "an error of the function",
    { outcome: "function-error", requestId: "run", payload: "{}", errorType: "Error", errorMessage: "it broke" },
    502,
    "integration",
    "Lambda execution failed due to customer function error: it broke",
  ],
  [
    "a throttled invocation",
    { outcome: "throttled", requestId: "run" },
    500,
    "execution",
    "Execution failed due to configuration error: Rate Exceeded.",
  ],
  [
    "a missing function",
    { outcome: "not-found", requestId: "run" },
    500,
    "execution",
    `Execution failed due to configuration error: Function not found: ${arnOf("$connect")}`,
  ],
]

test.each(failures)("%s rejects the handshake with API Gateway's error", async (_name, result, status, blame, log) => {
  const { outcome, record } = await handshake({ invoke: async () => result })
  const { requestId, connectionId } = record?.context ?? {}
  expect(outcome).toEqual({
    outcome: "rejected",
    status,
    headers: { "content-type": "application/json; charset=UTF-8", "x-amz-apigw-id": requestId },
    body: `{"message": "Internal server error", "connectionId":"${connectionId}", "requestId":"${requestId}"}`,
  })
  expect(record).toMatchObject({
    blame,
    failure: log,
    context: {
      status,
      "error.message": "Internal server error",
      "error.messageString": '"Internal server error"',
    },
  })
})

test("a function that takes longer than its integration's timeout rejects the handshake with 504", async () => {
  const invoked = Promise.withResolvers<void>()
  const world = createWorld({
    routes: withConnect(),
    invoke: () => {
      invoked.resolve()
      return new Promise(() => {})
    },
  })
  const outcome = connect(world.stage, request, world.ports)
  await invoked.promise
  world.clock.advance(28_999)
  expect(world.records).toEqual([])
  world.clock.advance(1)
  expect(await outcome).toMatchObject({ outcome: "rejected", status: 504 })
  expect(world.records).toMatchObject([
    {
      blame: "integration",
      failure: "Execution failed due to a timeout error",
      integrationLatency: 29_000,
      context: { status: 504, "error.message": "Endpoint request timed out", integrationLatency: 29_000 },
    },
  ])
  expect(world.clock.pending).toBe(1)
})

describe("an integration that cannot be invoked is a 500, and the function does not run", () => {
  test("because the permission is missing", async () => {
    const mayInvoke: WorldOptions["ports"] = { mayInvoke: () => ({ allowed: false, message: "Not permitted" }) }
    const { outcome, record, invocations } = await handshake({ ports: mayInvoke })
    expect(outcome).toMatchObject({ status: 500 })
    expect(record).toMatchObject({
      integrationUri: "uri of $connect",
      failure: "Execution failed due to configuration error: Not permitted",
      blame: "execution",
    })
    expect(invocations).toEqual([])
  })

  test.each([{ type: "HTTP_PROXY" as const }, { type: "AWS_PROXY" as const, functionArn: undefined }])(
    "because it is %j",
    async (changes) => {
      const { integration } = routeOf("$connect")
      const { functionArn = "", ...others } = { ...integration, ...changes }
      const routes = withConnect({ integration: { ...others, ...(functionArn && { functionArn }) } as never })
      const { outcome, record, invocations } = await handshake({ routes })
      expect(outcome).toMatchObject({ status: 500 })
      expect(record?.failure).toBe(
        `Execution failed due to configuration error: Integration type ${changes.type} is not served locally`,
      )
      expect(invocations).toEqual([])
    },
  )
})

describe("a handshake over a limit is a 429, and the function does not run", () => {
  const limits: [name: string, options: WorldOptions][] = [
    ["of the account's requests", { quotas: { accountBurstLimit: 1, accountRateLimit: 1 } }],
    ["of new connections", { quotas: { newConnectionsPerSecond: 1 } }],
    ["of new connections, without $connect", { quotas: { newConnectionsPerSecond: 1 }, routes: [] }],
    [
      "of the account's requests, without $connect",
      { quotas: { accountBurstLimit: 1, accountRateLimit: 1 }, routes: [] },
    ],
    ["of the route", { stage: { routeSettings: { $connect: { throttlingRateLimit: 1, throttlingBurstLimit: 1 } } } }],
  ]
  test.each(limits)("%s", async (_name, options) => {
    const { stage, ports, outcome, invocations, records } = await handshake(options)
    expect(outcome).toMatchObject({ outcome: "accepted" })
    const before = invocations.length
    expect(await connect(stage, request, ports)).toMatchObject({ outcome: "rejected", status: 429 })
    expect(invocations).toHaveLength(before)
    expect(records[1]).toMatchObject({
      blame: "client",
      failure: "Too Many Requests",
      context: { status: 429, "error.message": "Too Many Requests" },
    })
  })
})

test("a route's own settings are recorded in place of the stage's", async () => {
  const stage = {
    defaultRouteSettings: { loggingLevel: "INFO" as const },
    routeSettings: { $connect: { loggingLevel: "ERROR" as const } },
  }
  expect((await handshake({ stage })).record?.settings).toEqual({ loggingLevel: "ERROR" })
  expect((await handshake({ stage, routes: [] })).record?.settings).toEqual({ loggingLevel: "INFO" })
})

describe("a mock integration of $connect", () => {
  const mock = (statusCode: number) => ({
    routes: withConnect({
      integration: {
        ...origin,
        type: "MOCK",
        uri: "",
        timeoutMs: 29_000,
        mapping: {
          httpMethod: "POST",
          passthroughBehavior: "WHEN_NO_MATCH",
          requestParameters: {},
          requestTemplates: { $default: JSON.stringify({ statusCode }) },
          templateSelectionExpression: "\\$default",
          responses: [{ ...origin, responseKey: "$default", responseParameters: {}, responseTemplates: {} }],
        },
      },
    }),
  })

  test.each([
    [200, { outcome: "accepted" }],
    [403, { outcome: "rejected", status: 403 }],
    [7, { outcome: "rejected", status: 502 }],
    [101, { outcome: "rejected", status: 502 }],
    [99_999, { outcome: "rejected", status: 502 }],
  ])("with the status %d", async (statusCode, expected) => {
    expect((await handshake(mock(statusCode))).outcome).toMatchObject(expected)
  })
})
