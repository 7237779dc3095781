// Requests to a function URL: their responses, and what is recorded of them.
import { expect, test } from "vitest"
import type { FunctionUrlDefinition } from "../../definition/function-url.ts"
import type { InvocationResult } from "../../definition/invocation.ts"
import type { RequestPermission } from "../../definition/permission.ts"
import { answered, arnOf, createWorld, origin } from "../testing/route-world.ts"
import { testEnvironment } from "../testing/test-environment.ts"
import { handleUrlRequest } from "./handle-request.ts"

const url: FunctionUrlDefinition = {
  ...origin,
  urlId: "url",
  environment: testEnvironment,
  functionArn: arnOf("f"),
  authType: "NONE",
  invokeMode: "BUFFERED",
}
const request = {
  method: "GET",
  path: "/a",
  query: "",
  headers: {},
  body: Buffer.alloc(0),
  sourceIp: "127.0.0.1",
  domainName: "url.lambda-url.eu-west-1.on.aws",
}

async function handle(
  definition: FunctionUrlDefinition | undefined,
  {
    permission = { allowed: true },
    result = answered("hi"),
  }: Partial<{
    permission: RequestPermission
    result: InvocationResult | Error
  }> = {},
) {
  const world = createWorld({
    async invoke() {
      world.clock.advance(25)
      if (result instanceof Error) throw result
      return result
    },
    ports: { mayInvokeUrl: () => permission },
  })
  const { status, headers, body } = await handleUrlRequest(definition, request, world.ports)
  const [record] = world.records
  return { ...world, record, response: { status, errorType: headers["x-amzn-errortype"]?.[0], body: String(body) } }
}

test("a URL that is not deployed any more is a 404, of which nothing is recorded", async () => {
  const { response, records } = await handle(undefined)
  expect(response).toEqual({ status: 404, errorType: "ResourceNotFoundException", body: '{"Message":null}' })
  expect(records).toEqual([])
})

test("a request is recorded with the statement that allows it, its latency and its response", async () => {
  const statement = { policyName: "UrlPermission", index: 0, policyType: "resource-based" } as const
  const { record, invocations } = await handle(url, { permission: { allowed: true, statement } })
  expect(record).toMatchObject({
    isFunctionUrl: true,
    routeKey: "$default",
    allowedBy: statement,
    integrationLatency: 25,
    functionRequestId: invocations[0]?.functionRequestId,
    responseBody: '"hi"',
    context: { status: 200, responseLength: 2, responseLatency: 25 },
  })
  expect(record?.failure).toBeUndefined()
})

const requestId = "run"
test.each<[why: string, result: InvocationResult, status: number, failure: string, warnings: number]>([
  ["is throttled", { outcome: "throttled", requestId }, 429, "Rate Exceeded.", 0],
  ["does not exist", { outcome: "not-found", requestId }, 502, "The function does not exist", 1],
  [
    "fails",
    { outcome: "function-error", requestId, payload: "{}", errorType: "Error", errorMessage: "torn page" },
    502,
    "torn page",
    0,
  ],
])("a function that %s is recorded as the cause", async (_why, result, status, failure, warnings) => {
  const { record, response, logged } = await handle(url, { result })
  expect(response.status).toBe(status)
  expect(record).toMatchObject({ failure, blame: "integration", context: { status } })
  expect(logged.filter(({ level }) => level === "warn")).toHaveLength(warnings)
})

test("a request that is denied is recorded as the client's, and the function is not invoked", async () => {
  const permission = {
    allowed: false,
    errorType: "InvalidSignatureException",
    message: "The signature differs",
  } as const
  const { record, response, invocations } = await handle({ ...url, authType: "AWS_IAM" }, { permission })
  expect(response).toEqual({
    status: 403,
    errorType: "InvalidSignatureException",
    body: '{"message":"The signature differs"}',
  })
  expect(record).toMatchObject({ failure: "The signature differs", blame: "client" })
  expect(invocations).toEqual([])
})

test("a defect is a 500 that is logged with the request's id, and recorded", async () => {
  const { record, response, logged } = await handle(url, { result: new Error("a defect") })
  expect(response).toEqual({ status: 500, errorType: "InternalFailure", body: '{"Message":null}' })
  expect(logged).toEqual([
    {
      level: "error",
      event: "Request failed",
      fields: {
        message: expect.stringContaining("a defect"),
        server: request.domainName,
        requestId: record?.context.requestId,
      },
    },
  ])
  expect(record).toMatchObject({ failure: "Internal Server Error", context: { status: 500 } })
})
