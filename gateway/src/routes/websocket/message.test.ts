// Messages: the frame that each result of a route becomes for the client, and the record of it.
import { expect, test } from "vitest"
import type { InvocationResult } from "../../definition/invocation.ts"
import { answered, arnOf, createWorld, routeOf, type WorldOptions } from "../testing/route-world.ts"
import { handleMessage } from "./message.ts"

async function send(options: WorldOptions, text = '{"action":"chat"}') {
  const world = createWorld({ routes: [routeOf("chat")], ...options })
  const { stage, connection, ports, records } = world
  const frame = await handleMessage({ stage, connection, text }, ports)
  expect(records).toHaveLength(1)
  return { ...world, frame, record: records[0] }
}

const bodyOf = (body: unknown) => ({ invoke: async () => answered({ statusCode: 201, body }) })

test("the function receives the message, and its body is sent back and recorded", async () => {
  const { frame, record, invocations, connection } = await send(bodyOf("hello"))
  expect(frame).toBe("hello")
  const { messageId } = record?.context ?? {}
  expect(messageId).toMatch(/^[\w-]{15}=$/)
  expect(record).toMatchObject({
    apiId: "api",
    eventType: "MESSAGE",
    routeKey: "chat",
    frame: '{"action":"chat"}',
    responseFrame: "hello",
    integrationUri: "uri of chat",
    responseBody: '{"statusCode":201,"body":"hello"}',
    functionRequestId: invocations[0]?.functionRequestId,
    context: { status: 201, routeKey: "chat", eventType: "MESSAGE", connectionId: connection.facts.connectionId },
  })
  expect(record).not.toHaveProperty("blame")
  expect(invocations).toEqual([
    {
      functionArn: arnOf("chat"),
      event: {
        requestContext: expect.objectContaining({ routeKey: "chat", messageId, eventType: "MESSAGE" }),
        body: '{"action":"chat"}',
        isBase64Encoded: false,
      },
      functionRequestId: expect.stringMatching(/^[\da-f-]{36}$/),
    },
  ])
})

test("the authorizer's context of the connection is recorded", async () => {
  const world = createWorld()
  const connection = Object.assign(Object.create(world.connection), {
    facts: { ...world.connection.facts, authorizer: { principalId: "ann" } },
  })
  await handleMessage({ stage: world.stage, connection, text: "{}" }, world.ports)
  expect(world.records).toMatchObject([{ authorizer: { principalId: "ann" } }])
})

test.each([
  ["of a one-way route", { ...bodyOf("hello"), routes: [routeOf("chat", { returnsResponse: false })] }],
  ["that is empty", bodyOf("")],
  ["that is absent", bodyOf(undefined)],
])("a body %s is not sent", async (_name, options) => {
  const { frame, record } = await send(options)
  expect(frame).toBeUndefined()
  expect(record?.context.status).toBe(201)
  expect(record).not.toHaveProperty("responseFrame")
  expect(record).not.toHaveProperty("failure")
})

const forbidden: [string, number, string, string] = ["Forbidden", 403, "client", "No route found for the message"]
const malformed = "Execution failed due to configuration error: Malformed Lambda proxy response"
const tooLarge =
  "Execution failed due to configuration error: The integration's response is larger than a message may be"
const resultOf = (result: InvocationResult) => ({ invoke: async () => result })
const failed = { outcome: "function-error" as const, requestId: "run", errorType: "Error", errorMessage: "it broke" }
const failures: [name: string, options: WorldOptions, expected: [string, number, string, string]][] = [
  ["without a route", { routes: [] }, forbidden],
  [
    "over the account's limit",
    { quotas: { accountRateLimit: 0 } },
    ["Too Many Requests", 429, "client", "Too Many Requests"],
  ],
  [
    "over the account's limit and without a route",
    { quotas: { accountRateLimit: 0 }, routes: [] },
    ["Too Many Requests", 429, "client", "Too Many Requests"],
  ],
  [
    "over the route's limit",
    { stage: { defaultRouteSettings: { throttlingRateLimit: 0 } } },
    ["Too Many Requests", 429, "client", "Too Many Requests"],
  ],
  [
    "whose function fails",
    resultOf({ ...failed, payload: '{"errorMessage":"it broke"}' }),
    ["Internal server error", 500, "integration", "Lambda execution failed due to customer function error: it broke"],
  ],
  [
    "whose function is throttled",
    resultOf({ outcome: "throttled", requestId: "run" }),
    ["Internal server error", 500, "execution", "Execution failed due to configuration error: Rate Exceeded."],
  ],
  [
    "whose function is missing",
    resultOf({ outcome: "not-found", requestId: "run" }),
    [
      "Internal server error",
      500,
      "execution",
      `Execution failed due to configuration error: Function not found: ${arnOf("chat")}`,
    ],
  ],
  [
    "whose route has no integration",
    { routes: [{ ...routeOf("chat"), integration: undefined as never }] },
    [
      "Internal server error",
      500,
      "execution",
      "Execution failed due to configuration error: No integration for the route",
    ],
  ],
  [
    "whose function returns no object",
    { invoke: async () => answered(null) },
    ["Internal server error", 502, "integration", malformed],
  ],
  [
    "whose response exceeds 128 KB",
    bodyOf("x".repeat(128 * 1024 + 1)),
    ["Internal server error", 500, "integration", tooLarge],
  ],
]

test.each(failures)("a message %s is answered with API Gateway's error", async (_name, options, expected) => {
  const [text, status, blame, log] = expected
  const { frame, record, connection } = await send(options)
  const { requestId } = record?.context ?? {}
  expect(frame).toBe(
    `{"message": "${text}", "connectionId":"${connection.facts.connectionId}", "requestId":"${requestId}"}`,
  )
  expect(record).toMatchObject({
    blame,
    failure: log,
    responseFrame: frame,
    context: { status, "error.message": text, "error.messageString": `"${text}"` },
  })
})

test("an error is sent on a one-way route as well", async () => {
  const routes = [routeOf("chat", { returnsResponse: false })]
  const { frame } = await send({ routes, invoke: async () => answered(null) })
  expect(frame).toContain('"Internal server error"')
})

test("a failed function's error is recorded as its response", async () => {
  const { record } = await send(resultOf({ ...failed, payload: '{"errorMessage":"it broke"}' }))
  expect(record?.responseBody).toBe('{"errorMessage":"it broke"}')
})

test("a response of exactly 128 KB is sent", async () => {
  const body = "x".repeat(128 * 1024)
  expect((await send(bodyOf(body))).frame).toBe(body)
})

test("a message whose function takes longer than the timeout is answered, and a later result is ignored", async () => {
  const invoked = Promise.withResolvers<void>()
  const result = Promise.withResolvers<InvocationResult>()
  const world = createWorld({
    invoke: () => {
      invoked.resolve()
      return result.promise
    },
  })
  const { stage, connection, ports, clock, records } = world
  const frame = handleMessage({ stage, connection, text: "{}" }, ports)
  await invoked.promise
  clock.advance(29_000)
  expect(await frame).toContain('"Endpoint request timed out"')
  result.resolve(answered({ statusCode: 200, body: "late" }))
  await result.promise
  expect(records).toMatchObject([
    {
      blame: "integration",
      failure: "Execution failed due to a timeout error",
      integrationLatency: 29_000,
      context: { status: 504 },
    },
  ])
})

test("the timer of an integration ends with its result", async () => {
  const { clock } = await send(bodyOf("hello"))
  // The one that remains is the connection's own.
  expect(clock.pending).toBe(1)
  const world = createWorld({ invoke: () => Promise.reject(new Error("a bug")) })
  const { stage, connection, ports } = world
  await expect(handleMessage({ stage, connection, text: "{}" }, ports)).rejects.toThrow("a bug")
  expect(world.clock.pending).toBe(1)
})

test("a message without a route has the stage's settings in its record", async () => {
  const stage = {
    defaultRouteSettings: { loggingLevel: "INFO" as const },
    routeSettings: { chat: { loggingLevel: "ERROR" as const } },
  }
  expect((await send({ stage })).record?.settings).toEqual({ loggingLevel: "ERROR" })
  const { record } = await send({ stage }, '{"action":"other"}')
  expect(record).toMatchObject({ routeKey: undefined, settings: { loggingLevel: "INFO" } })
})
