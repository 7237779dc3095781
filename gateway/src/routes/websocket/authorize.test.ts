// Authorization of handshakes: by signature, and by a Lambda authorizer.
import { describe, expect, test } from "vitest"
import type { AuthorizerDefinition } from "../../definition/api.ts"
import type { InvocationResult } from "../../definition/invocation.ts"
import { evaluateAuthorizerPolicy } from "../../iam/authorizer-policy.ts"
import type { RoutePorts } from "../ports.ts"
import { answered, arnOf, createWorld, origin, routeOf, type WorldOptions } from "../testing/route-world.ts"
import { connect, type Handshake } from "./connect.ts"

const request: Handshake = {
  headers: { Host: "api.example", "X-Token": "secret", "X-Empty": "" },
  multiValueHeaders: { Host: ["api.example"], "X-Token": ["secret"], "X-Empty": [""] },
  queryStringParameters: { room: "7" },
  multiValueQueryStringParameters: { room: ["7"] },
  identity: { sourceIp: "127.0.0.1" },
  domainName: "api.example",
  signed: () => ({ method: "GET", path: "/dev", query: "room=7", headers: { host: "localhost" } }),
}
const methodArn = "arn:aws:execute-api:eu-west-1:123456789012:api/dev/$connect"
const allow = { Effect: "Allow", Action: "execute-api:Invoke", Resource: methodArn }
const responseOf = (...statements: object[]) => ({ principalId: "ann", policyDocument: { Statement: statements } })
const noResponse: InvocationResult = { outcome: "throttled", requestId: "run" }

async function authorized(
  options: {
    result?: InvocationResult
    authorizer?: Partial<AuthorizerDefinition>
    latencyMs?: number
    changes?: Partial<Handshake>
  } & WorldOptions = {},
) {
  const { result = answered(responseOf(allow)), authorizer, latencyMs = 0, changes, ...others } = options
  const world = createWorld({
    routes: [routeOf("$connect", { authorizationType: "CUSTOM", authorizerId: "a" })],
    authorizers: {
      a: { ...origin, authorizerId: "a", functionArn: arnOf("authorizer"), identitySource: [], ...authorizer },
    },
    async invoke(functionArn) {
      if (functionArn !== arnOf("authorizer")) return answered({ statusCode: 200 })
      world.clock.advance(latencyMs)
      return result
    },
    ...others,
    ports: { evaluatePolicy: evaluateAuthorizerPolicy, ...others.ports },
  })
  const outcome = await connect(world.stage, { ...request, ...changes }, world.ports)
  const body = outcome.outcome === "rejected" ? JSON.parse(outcome.body).message : undefined
  return { ...world, outcome, message: body, record: world.records[0] }
}

const configurationError = (...causes: string[]) => [
  ...causes.map((cause) => `Execution failed due to configuration error: ${cause}`),
  "Execution failed due to configuration error: Authorizer error",
  "Gateway response type: AUTHORIZER_CONFIGURATION_ERROR with status code: 500",
]

describe("a Lambda authorizer", () => {
  test("that allows the handshake adds its context to the connection and to the record", async () => {
    const result = answered({ ...responseOf(allow), context: { tenant: 7 } })
    const { outcome, record, invocations } = await authorized({ result, latencyMs: 12 })
    const authorizer = { principalId: "ann", tenant: "7" }
    expect(outcome).toMatchObject({ outcome: "accepted", facts: { authorizer } })
    expect(record).toMatchObject({
      authorizer,
      context: { "authorizer.latency": 12, "authorizer.integrationLatency": 12, status: 200 },
    })
    expect(invocations).toMatchObject([
      {
        functionArn: arnOf("authorizer"),
        event: { type: "REQUEST", methodArn, queryStringParameters: { room: "7" } },
      },
      {
        functionArn: arnOf("$connect"),
        event: { requestContext: { authorizer: { ...authorizer, integrationLatency: 12 } } },
      },
    ])
  })

  test.each([
    [
      "no statement",
      [{ ...allow, Resource: "other" }],
      "because no identity-based policy allows the execute-api:Invoke action",
    ],
    ["a deny", [allow, { ...allow, Effect: "Deny" }], "with an explicit deny in an identity-based policy"],
  ])("whose policy has %s for the route rejects the handshake with 403", async (_name, statements, reason) => {
    const { outcome, message, record, invocations } = await authorized({ result: answered(responseOf(...statements)) })
    expect(outcome).toMatchObject({ outcome: "rejected", status: 403 })
    expect(message).toBe(`User is not authorized to access this resource ${reason}`)
    expect(record).toMatchObject({ blame: "client", failure: message, context: { status: 403 } })
    expect(invocations).toHaveLength(1)
  })

  test('that fails with "Unauthorized" rejects the handshake with 401', async () => {
    const error = { outcome: "function-error" as const, requestId: "run", payload: "{}", errorType: "Error" }
    const { outcome, message, record } = await authorized({ result: { ...error, errorMessage: "Unauthorized" } })
    expect(outcome).toMatchObject({ outcome: "rejected", status: 401 })
    expect(message).toBe("Unauthorized")
    expect(record).toMatchObject({ blame: "client", failure: "Unauthorized request", context: { status: 401 } })
  })

  const invalid: [name: string, options: Parameters<typeof authorized>[0], causes: string[]][] = [
    [
      "that fails otherwise",
      {
        result: {
          outcome: "function-error",
          requestId: "run",
          payload: "{}",
          errorType: "Error",
          errorMessage: "it broke",
        },
      },
      [],
    ],
    ["that is throttled", { result: noResponse }, []],
    ["that returns an invalid response", { result: answered({}) }, ["Invalid response from authorizer"]],
    [
      "that returns more than 8 KB",
      { result: answered({ ...responseOf(allow), context: { a: "x".repeat(8 * 1024) } }) },
      ["Authorizer response is too large"],
    ],
    [
      "that may not be invoked",
      { ports: { mayInvokeAuthorizer: () => ({ allowed: false, message: "Not permitted" }) } },
      ["Not permitted"],
    ],
    ["that the API does not have", { authorizers: {} }, ["Authorizer not found"]],
  ]
  test.each(invalid)("%s rejects the handshake with 500", async (_name, options, causes) => {
    const { outcome, message, record, invocations } = await authorized(options)
    expect(outcome).toMatchObject({ outcome: "rejected", status: 500 })
    expect(message).toBe("Internal server error")
    expect(record).toMatchObject({
      blame: "execution",
      failure: configurationError(...causes),
      context: { status: 500 },
    })
    expect(invocations.map(({ functionArn }) => functionArn)).not.toContain(arnOf("$connect"))
  })

  test("that returns exactly 8 KB is accepted", async () => {
    const { length } = JSON.stringify({ ...responseOf(allow), context: { a: "" } })
    const context = { a: "x".repeat(8 * 1024 - length) }
    const { outcome } = await authorized({ result: answered({ ...responseOf(allow), context }) })
    expect(outcome).toMatchObject({ outcome: "accepted" })
  })
})

describe("an identity source", () => {
  const stage = { variables: { region: "eu", empty: "" } }
  test.each([
    ["route.request.header.x-token", true],
    ["$route.request.header.X-TOKEN", true],
    ["route.request.header.X-Empty", false],
    ["route.request.header.Authorization", false],
    ["route.request.querystring.room", true],
    ["route.request.querystring.Room", false],
    ["stageVariables.region", true],
    ["stageVariables.empty", false],
    ["stageVariables.other", false],
    ["context.identity.sourceIp", true],
    ["context.messageId", false],
    ["context.other", false],
    ["something.else", false],
  ])("%s is present: %j, and only then the authorizer runs", async (source, isPresent) => {
    const { outcome, record, invocations } = await authorized({ authorizer: { identitySource: [source] }, stage })
    if (isPresent) {
      expect(outcome).toMatchObject({ outcome: "accepted" })
      return
    }
    expect(outcome).toMatchObject({ outcome: "rejected", status: 401, body: expect.stringContaining('"Unauthorized"') })
    expect(record).toMatchObject({ blame: "client", failure: "Identity source is missing or empty" })
    expect(invocations).toEqual([])
  })

  test("that is missing rejects the handshake even when another one is present", async () => {
    const identitySource = ["route.request.header.x-token", "route.request.querystring.other"]
    expect((await authorized({ authorizer: { identitySource } })).outcome).toMatchObject({ status: 401 })
  })

  test("in the query string is missing when the handshake has no query string", async () => {
    const { queryStringParameters: _, ...changes } = request
    const world = createWorld({
      routes: [routeOf("$connect", { authorizationType: "CUSTOM", authorizerId: "a" })],
      authorizers: {
        a: {
          ...origin,
          authorizerId: "a",
          functionArn: arnOf("authorizer"),
          identitySource: ["route.request.querystring.room"],
        },
      },
    })
    expect(await connect(world.stage, changes, world.ports)).toMatchObject({ status: 401 })
  })
})

describe("AWS_IAM", () => {
  const routes = [routeOf("$connect", { authorizationType: "AWS_IAM" })]

  test("accepts a handshake that is signed, and records the principal", async () => {
    const calls: unknown[] = []
    const mayCallRoute: RoutePorts["mayCallRoute"] = (stage, routeKey, signed) => {
      calls.push([stage.apiId, routeKey, signed])
      return { allowed: true, signer: { arn: "arn:aws:iam::1:role/a", accountId: "1" } }
    }
    const { outcome, record } = await authorized({ routes, ports: { mayCallRoute } })
    expect(outcome).toMatchObject({ outcome: "accepted" })
    expect(record?.context).toMatchObject({ "identity.userArn": "arn:aws:iam::1:role/a", "identity.accountId": "1" })
    expect(calls).toEqual([["api", "$connect", request.signed()]])
  })

  test("accepts a handshake without a signer when signatures are not enforced", async () => {
    const { outcome } = await authorized({ routes, ports: { mayCallRoute: () => ({ allowed: true }) } })
    expect(outcome).toMatchObject({ outcome: "accepted" })
  })

  test("rejects any other handshake with 403 and the reason", async () => {
    const ports: Partial<RoutePorts> = {
      mayCallRoute: () => ({ allowed: false, errorType: "AccessDeniedException", message: "Not signed" }),
    }
    const { outcome, message, record, invocations } = await authorized({ routes, ports })
    expect(outcome).toMatchObject({ outcome: "rejected", status: 403 })
    expect(message).toBe("Not signed")
    expect(record).toMatchObject({ blame: "client", failure: "Not signed", context: { status: 403 } })
    expect(invocations).toEqual([])
  })
})

describe("an API key", () => {
  const keyed = { apiKeyRequired: true }
  const routes = [routeOf("$connect", keyed)]
  const changes = { headers: { "X-API-Key": "k1" }, multiValueHeaders: { "X-API-Key": ["k1"] } }

  async function withKey(use: ReturnType<RoutePorts["useApiKey"]>, options: Parameters<typeof authorized>[0] = {}) {
    const values: string[] = []
    const useApiKey: RoutePorts["useApiKey"] = (stage, value) => {
      values.push(`${stage.apiId} ${value}`)
      return use
    }
    return { values, ...(await authorized({ routes, changes, ...options, ports: { useApiKey } })) }
  }

  test("in the x-api-key header is accepted and recorded", async () => {
    const { values, outcome, record } = await withKey({ outcome: "accepted", keyId: "id1" })
    expect(values).toEqual(["api k1"])
    expect(outcome).toMatchObject({ outcome: "accepted" })
    expect(record?.context).toMatchObject({ "identity.apiKey": "k1", "identity.apiKeyId": "id1" })
  })

  test("comes from the authorizer when the API says so", async () => {
    const { values, outcome } = await withKey(
      { outcome: "accepted", keyId: "id1" },
      {
        routes: [routeOf("$connect", { ...keyed, authorizationType: "CUSTOM", authorizerId: "a" })],
        apiKeySelectionExpression: "$context.authorizer.usageIdentifierKey",
        result: answered({ ...responseOf(allow), usageIdentifierKey: "k2" }),
      },
    )
    expect(values).toEqual(["api k2"])
    expect(outcome).toMatchObject({ outcome: "accepted" })
  })

  test("that is absent is checked as an empty value", async () => {
    expect((await withKey({ outcome: "unknown" }, { changes: {} })).values).toEqual(["api "])
  })

  test("is not checked when the route does not require one", async () => {
    const { values } = await withKey({ outcome: "unknown" }, { routes: [routeOf("$connect")] })
    expect(values).toEqual([])
  })

  test.each([
    ["unknown" as const, 403, "Forbidden", "API Key ****** not authorized because route '$connect' requires API Key"],
    [
      "throttled" as const,
      429,
      "Too Many Requests",
      "Usage Plan check failed for API Key and API Stage api/dev: Too Many",
    ],
    [
      "quota-exceeded" as const,
      429,
      "Limit Exceeded",
      "Usage Plan check failed for API Key and API Stage api/dev: Limit",
    ],
  ])("that is %s rejects the handshake with %i", async (use, status, message, log) => {
    const found = await withKey({ outcome: use })
    expect(found.outcome).toMatchObject({ outcome: "rejected", status })
    expect(found.message).toBe(message)
    expect(found.record).toMatchObject({
      blame: "client",
      failure: expect.stringContaining(log),
      context: { status },
    })
    expect(found.record?.context).not.toHaveProperty("identity.apiKey")
    expect(found.invocations).toEqual([])
  })
})
