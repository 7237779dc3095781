// Requests to an HTTP API: stage, route, integration and CORS decide on the response and on the record of it.
import { describe, expect, test } from "vitest"
import type { HttpCors, HttpRouteDefinition } from "../../definition/api.ts"
import type { InvocationResult } from "../../definition/invocation.ts"
import { answered, arnOf, createWorld, origin, type WorldOptions } from "../testing/route-world.ts"
import { testEnvironment } from "../testing/test-environment.ts"
import { createHttpApi } from "./api-runtime.ts"
import { handleHttpRequest } from "./handle-request.ts"
import type { HttpRequest } from "./request.ts"

type Options = WorldOptions & { cors?: HttpCors; stages?: string[]; route?: Partial<HttpRouteDefinition> }

function createApi(options: Options) {
  const world = createWorld(options)
  const { ports } = world
  const api = createHttpApi(
    {
      ...origin,
      apiId: "api",
      environment: testEnvironment,
      ...(options.cors && { cors: options.cors }),
      routes: [
        {
          ...origin,
          routeKey: "GET /a/{id}",
          functionArn: arnOf("f"),
          payloadFormatVersion: "2.0",
          timeoutMs: 30_000,
          authorization: { type: "NONE" },
          ...options.route,
        },
      ],
      stages: (options.stages ?? ["$default"]).map((stageName) => ({
        ...origin,
        stageName,
        variables: { at: stageName },
        defaultRouteSettings: { loggingLevel: "INFO" },
        routeSettings: { "GET /a/{id}": { loggingLevel: "ERROR" } },
      })),
    },
    { clock: ports.clock, quotas: ports.quotas },
  )
  return { ...world, api }
}

async function handle(changes: Partial<HttpRequest>, options: Options = {}) {
  const { api, ...world } = createApi(options)
  const request: HttpRequest = {
    method: "GET",
    path: "/a/7",
    query: "",
    headers: { "user-agent": ["agent"] },
    body: Buffer.alloc(0),
    sourceIp: "127.0.0.1",
    domainName: "api.example",
    ...changes,
  }
  const { status, headers, body } = await handleHttpRequest(api, request, world.ports)
  return { ...world, status, headers: { ...headers }, body: body.toString(), record: world.records[0] }
}

const resultOf = (result: InvocationResult) => ({ invoke: async () => result })

test("a request is recorded with all of its variables", async () => {
  const { headers, record, clock, invocations, ...response } = await handle({}, resultOf(answered("hi")))
  expect(response).toMatchObject({ status: 200, body: "hi" })
  const requestId = record?.context.requestId
  expect(headers).toEqual({ "content-type": ["application/json"], "apigw-requestid": [requestId] })
  expect(record).toMatchObject({
    apiId: "api",
    eventType: "HTTP",
    routeKey: "GET /a/{id}",
    settings: { loggingLevel: "ERROR" },
    responseBody: '"hi"',
    functionRequestId: invocations[0]?.functionRequestId,
  })
  expect(record?.context).toEqual({
    apiId: "api",
    domainName: "api.example",
    extendedRequestId: requestId,
    httpMethod: "GET",
    "identity.sourceIp": "127.0.0.1",
    "identity.userAgent": "agent",
    "integration.latency": 0,
    "integration.status": 200,
    integrationLatency: 0,
    integrationStatus: 200,
    path: "/a/7",
    protocol: "HTTP/1.1",
    requestId: expect.stringMatching(/^[\w-]{15}=$/),
    requestTime: "14/Nov/2023:22:13:20 +0000",
    requestTimeEpoch: clock.now(),
    responseLatency: 0,
    responseLength: 2,
    routeKey: "GET /a/{id}",
    stage: "$default",
    status: 200,
  })
  expect(invocations).toMatchObject([
    {
      functionArn: arnOf("f"),
      event: {
        pathParameters: { id: "7" },
        requestContext: { accountId: "123456789012", apiId: "api", requestId },
      },
    },
  ])
})

test("the latencies of a request are recorded in milliseconds", async () => {
  const world = createApi({
    invoke: async () => {
      world.clock.advance(12)
      return answered("hi")
    },
  })
  const request = { method: "GET", path: "/a/7", query: "", headers: {}, body: Buffer.alloc(0) }
  await handleHttpRequest(world.api, { ...request, sourceIp: "127.0.0.1", domainName: "api.example" }, world.ports)
  expect(world.records[0]?.context).toMatchObject({
    "integration.latency": 12,
    integrationLatency: 12,
    responseLatency: 12,
    "identity.userAgent": undefined,
  })
})

describe("the stage", () => {
  const stages = ["$default", "dev"]
  test.each([
    ["/a/7", "$default", 200],
    ["/dev/a/7", "dev", 200],
    ["/other/a/7", "$default", 404],
    ["/$default/a/7", "$default", 404],
    ["/dev", "dev", 404],
    ["/devs/a/7", "$default", 404],
  ])("of %s is %s", async (path, stageName, status) => {
    const { record, ...response } = await handle({ path }, { stages })
    expect(response.status).toBe(status)
    expect(record?.context).toMatchObject({ stage: stageName, path })
    expect(record?.stage.variables).toEqual({ at: stageName })
  })

  test("is required: without one the response is 404, and nothing is recorded", async () => {
    const { status, headers, body, records } = await handle({}, { stages: ["dev"] })
    expect({ status, body, records }).toEqual({ status: 404, body: '{"message":"Not Found"}', records: [] })
    expect(headers["apigw-requestid"]?.[0]).toMatch(/^[\w-]{15}=$/)
  })

  test("is served at its name alone when the API has a route for the root", async () => {
    const { status, record } = await handle({ path: "/dev" }, { stages, route: { routeKey: "GET /" } })
    expect(status).toBe(200)
    expect(record?.routeKey).toBe("GET /")
  })
})

test("a request without a route is recorded with the stage's settings", async () => {
  const { status, record, invocations } = await handle({ path: "/b" })
  expect(status).toBe(404)
  expect(record).toMatchObject({ routeKey: undefined, settings: { loggingLevel: "INFO" }, context: { status: 404 } })
  expect(record?.context).not.toHaveProperty("routeKey")
  expect(invocations).toEqual([])
})

const internal = { status: 500, body: '{"message":"Internal Server Error"}' }
const failed = { requestId: "run", errorType: "Error", errorMessage: "it broke", payload: "{}" }
const failures: [name: string, options: Options, cause: string, blame: string][] = [
  ["fails", resultOf({ outcome: "function-error", ...failed }), "it broke", "integration"],
  ["is throttled", resultOf({ outcome: "throttled", requestId: "run" }), "Rate Exceeded.", "execution"],
  [
    "is missing",
    resultOf({ outcome: "not-found", requestId: "run" }),
    `Function not found: ${arnOf("f")}`,
    "execution",
  ],
  [
    "returns an invalid status",
    resultOf(answered({ statusCode: 1 })),
    "Malformed Lambda proxy response: The statusCode is invalid",
    "integration",
  ],
]

test.each(failures)(
  "a function that %s is a 500 with its cause in the record",
  async (_name, options, cause, blame) => {
    const { record, ...response } = await handle({}, options)
    expect(response).toMatchObject(internal)
    expect(record).toMatchObject({
      blame,
      failure: cause,
      context: { status: 500, "integration.error": cause, integrationErrorMessage: cause, responseLength: 35 },
    })
  },
)

test("a malformed response is logged with the ids of the request and of the invocation", async () => {
  const { logged, record } = await handle({}, resultOf(answered({ statusCode: 1 })))
  expect(record?.context["integration.status"]).toBe(200)
  expect(logged).toEqual([
    {
      level: "warn",
      event: "Integration failed",
      fields: {
        message: "Malformed Lambda proxy response: The statusCode is invalid",
        apiId: "api",
        routeKey: "GET /a/{id}",
        requestId: record?.context.requestId,
        functionRequestId: record?.functionRequestId,
      },
    },
  ])
})

test("a bug is a 500 that is logged and recorded with the ids of the request", async () => {
  const { record, logged, ...response } = await handle({}, { invoke: () => Promise.reject(new Error("a bug")) })
  expect(response).toMatchObject(internal)
  expect(record).toMatchObject({ blame: "execution", failure: "Internal Server Error", context: { status: 500 } })
  expect(logged).toMatchObject([
    {
      level: "error",
      event: "Request failed",
      fields: { apiId: "api", stage: "$default", routeKey: "GET /a/{id}", requestId: record?.context.requestId },
    },
  ])
})

describe("CORS", () => {
  const cors: HttpCors = {
    allowOrigins: ["https://page.example"],
    allowMethods: ["GET"],
    allowHeaders: [],
    exposeHeaders: [],
    allowCredentials: false,
  }
  const headers = { origin: ["https://page.example"] }
  const preflight = { method: "OPTIONS", headers: { ...headers, "access-control-request-method": ["GET"] } }

  test("a preflight request is answered without a record and without an invocation", async () => {
    const { status, headers: sent, body, records, invocations } = await handle(preflight, { cors })
    expect({ status, body, records, invocations }).toEqual({ status: 204, body: "", records: [], invocations: [] })
    expect(sent).toEqual({
      "access-control-allow-origin": ["https://page.example"],
      "access-control-allow-methods": ["GET"],
      vary: ["Origin"],
    })
  })

  test.each([
    ["OPTIONS without a requested method", { method: "OPTIONS", headers }, { cors }],
    ["a preflight to an API without CORS", preflight, {}],
    ["GET with a requested method", { ...preflight, method: "GET", path: "/b" }, { cors }],
  ])("%s is a request like any other", async (_name, request, options) => {
    const { status, records } = await handle(request, options)
    expect(status).toBe(404)
    expect(records).toHaveLength(1)
  })

  test("adds its headers to every response, errors included", async () => {
    for (const path of ["/a/7", "/b"]) {
      const { headers: sent } = await handle({ path, headers }, { cors })
      expect(sent["access-control-allow-origin"]).toEqual(["https://page.example"])
    }
    const { headers: sent } = await handle({ headers })
    expect(sent).not.toHaveProperty("access-control-allow-origin")
  })
})
