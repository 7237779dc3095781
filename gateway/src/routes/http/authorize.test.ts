// Who may call a route of an HTTP API: Lambda authorizers and their cache, tokens, and signatures.
import { exportJWK, generateKeyPair, SignJWT } from "jose"
import { describe, expect, test } from "vitest"
import type { HttpLambdaAuthorizerDefinition, HttpRouteDefinition } from "../../definition/api.ts"
import type { InvocationResult } from "../../definition/invocation.ts"
import { answered, arnOf, createWorld, origin, type WorldOptions } from "../testing/route-world.ts"
import { testEnvironment } from "../testing/test-environment.ts"
import { createHttpApi } from "./api-runtime.ts"
import { handleHttpRequest } from "./handle-request.ts"
import type { HttpRequest } from "./request.ts"

/** An API with two routes that are authorized in the same way. */
function createApi(authorization: HttpRouteDefinition["authorization"], options: WorldOptions = {}) {
  const world = createWorld(options)
  const { ports, records } = world
  const route = (routeKey: string): HttpRouteDefinition => ({
    ...origin,
    routeKey,
    functionArn: arnOf("f"),
    payloadFormatVersion: "2.0",
    timeoutMs: 30_000,
    authorization,
  })
  const stage = { ...origin, stageName: "$default", variables: { tenant: "t1" } }
  const api = createHttpApi(
    {
      ...origin,
      apiId: "api",
      environment: testEnvironment,
      routes: [route("GET /a"), route("GET /b")],
      stages: [{ ...stage, defaultRouteSettings: {}, routeSettings: {} }],
    },
    { clock: ports.clock, quotas: ports.quotas },
  )
  async function get(path: string, headers: Record<string, string> = {}, query = "") {
    const request: HttpRequest = {
      method: "GET",
      path,
      query,
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
      body: Buffer.alloc(0),
      sourceIp: "127.0.0.1",
      domainName: "api.example",
    }
    const { status, headers: sent, body } = await handleHttpRequest(api, request, ports)
    return { status, challenge: sent["www-authenticate"]?.[0], body: body.toString(), record: records.at(-1) }
  }
  return { ...world, get }
}

describe("a Lambda authorizer", () => {
  type Options = Partial<HttpLambdaAuthorizerDefinition> & {
    result?: InvocationResult
    ports?: WorldOptions["ports"]
    quotas?: WorldOptions["quotas"]
  }
  function createAuthorized({ result = answered({ isAuthorized: true }), ports, quotas, ...changes }: Options = {}) {
    const authorizer = {
      ...origin,
      authorizerId: "a1",
      functionArn: arnOf("authorizer"),
      identitySource: ["$request.header.Authorization"],
      payloadFormatVersion: "2.0",
      hasSimpleResponses: true,
      resultTtlSeconds: 300,
      ...changes,
    } as HttpLambdaAuthorizerDefinition
    const world = createApi(
      { type: "CUSTOM", authorizer },
      {
        ...(quotas && { quotas }),
        ...(ports && { ports }),
        async invoke(functionArn) {
          if (functionArn !== arnOf("authorizer")) return answered("hi")
          world.clock.advance(7)
          return result
        },
      },
    )
    const invoked = () => world.invocations.filter(({ functionArn }) => functionArn === arnOf("authorizer"))
    return { ...world, invoked }
  }
  const known = { authorization: "me" }
  const rejectedWith = (status: number, message: string, cause: string) => ({
    status,
    body: JSON.stringify({ message }),
    record: { context: { "authorizer.error": cause } },
  })

  test("that allows a request passes its context on, which is recorded with its latency", async () => {
    const context = { user: "u1", roles: ["a"], level: 2 }
    const { get, invocations } = createAuthorized({ result: answered({ isAuthorized: true, context }) })
    const { status, body, record } = await get("/a", known)
    expect([status, body]).toEqual([200, "hi"])
    expect(record?.context).toMatchObject({ "authorizer.integrationLatency": 7 })
    expect(record?.authorizer).toEqual({ user: "u1", roles: '["a"]', level: "2" })
    expect(invocations.at(-1)?.event).toMatchObject({ requestContext: { authorizer: { lambda: context } } })
  })

  test("is not invoked without its identity", async () => {
    const { get, invoked } = createAuthorized({
      identitySource: ["$request.header.Authorization", "$request.querystring.id"],
    })
    expect(await get("/a", known)).toMatchObject(rejectedWith(401, "Unauthorized", "Unauthorized"))
    expect(await get("/a", known, "id=")).toMatchObject({ status: 401 })
    expect(invoked()).toEqual([])
    expect(await get("/a", known, "id=1")).toMatchObject({ status: 200 })
  })

  test("has its identity from headers, the query, variables of the stage and the context", async () => {
    const sources = ["request.header.Authorization", "request.querystring.id", "stageVariables.tenant", "context.path"]
    const { get, invoked } = createAuthorized({ identitySource: sources.map((source) => `$${source}`) })
    await get("/a", known, "id=1")
    expect(invoked()[0]?.event).toMatchObject({ identitySource: ["me", "1", "t1", "/a"] })
    const { get: getWithout } = createAuthorized({ identitySource: ["$stageVariables.missing"] })
    expect(await getWithout("/a")).toMatchObject({ status: 401 })
  })

  test("is invoked once for an identity until its result expires, on every route", async () => {
    const { get, invoked, clock } = createAuthorized({ resultTtlSeconds: 10 })
    for (const path of ["/a", "/b", "/a"]) await get(path, known)
    expect(invoked()).toHaveLength(1)
    await get("/a", { authorization: "you" })
    expect(invoked()).toHaveLength(2)
    clock.advance(10_000)
    await get("/a", known)
    expect(invoked()).toHaveLength(3)
    const uncached = createAuthorized({ resultTtlSeconds: 0 })
    for (const path of ["/a", "/a"]) await uncached.get(path, known)
    expect(uncached.invoked()).toHaveLength(2)
  })

  test("may return a policy, which is evaluated for the route of each request", async () => {
    const policyDocument = { Version: "2012-10-17", Statement: [] }
    const evaluated: unknown[] = []
    const { get, invoked } = createAuthorized({
      hasSimpleResponses: false,
      result: answered({ principalId: "u", policyDocument }),
      ports: {
        evaluatePolicy(document, routeArn) {
          evaluated.push(document)
          return routeArn.endsWith("/GET/a") ? "allow" : "no-allow"
        },
      },
    })
    expect(await get("/a", known)).toMatchObject({ status: 200 })
    expect(await get("/b", known)).toMatchObject(rejectedWith(403, "Forbidden", "Forbidden"))
    expect(invoked()).toHaveLength(1)
    expect(invoked()[0]?.event).toMatchObject({ routeArn: expect.stringMatching(/^arn:aws:execute-api:.*\/GET\/a$/) })
    expect(evaluated).toEqual([policyDocument, policyDocument])
  })

  const failure = (errorMessage: string): InvocationResult => ({
    outcome: "function-error",
    payload: "{}",
    errorType: "Error",
    errorMessage,
    requestId: "r",
  })
  const internal = "Internal Server Error"
  test.each<[string, Options, object]>([
    ["denies", { result: answered({ isAuthorized: false }) }, rejectedWith(403, "Forbidden", "Forbidden")],
    [
      'fails with "Unauthorized"',
      { result: failure("Unauthorized") },
      rejectedWith(401, "Unauthorized", "Unauthorized"),
    ],
    ["fails", { result: failure("no") }, rejectedWith(500, internal, "The authorizer failed: function-error")],
    [
      "is throttled",
      { result: { outcome: "throttled", requestId: "r" } },
      rejectedWith(500, internal, "The authorizer failed: throttled"),
    ],
    [
      "returns too much",
      { result: answered({ isAuthorized: true }), quotas: { maxAuthorizerResultBytes: 20 } },
      rejectedWith(500, internal, "The result is too large"),
    ],
    [
      "may not be invoked",
      { ports: { mayInvokeAuthorizer: () => ({ allowed: false, message: "Invalid permissions" }) } },
      rejectedWith(500, internal, "Invalid permissions"),
    ],
    ...[
      "text",
      {},
      { isAuthorized: "yes" },
      { isAuthorized: true, context: "x" },
      { principalId: "u", policyDocument: { Statement: [] } },
    ].map((result): [string, Options, object] => [
      `returns ${JSON.stringify(result)}`,
      { result: answered(result) },
      rejectedWith(500, internal, "The result has an invalid format"),
    ]),
    ...[{ isAuthorized: true }, { policyDocument: { Statement: [] } }, { principalId: "u", policyDocument: 1 }].map(
      (result): [string, Options, object] => [
        `returns ${JSON.stringify(result)} instead of a policy`,
        { hasSimpleResponses: false, result: answered(result) },
        rejectedWith(500, internal, "The result has an invalid format"),
      ],
    ),
  ])("that %s rejects the request", async (_, options, expected) => {
    const { get, invocations } = createAuthorized(options)
    expect(await get("/a", known)).toMatchObject(expected)
    expect(invocations.some(({ functionArn }) => functionArn === arnOf("f"))).toBe(false)
  })

  test("is invoked again after a failure", async () => {
    const { get, invoked } = createAuthorized({ result: failure("no") })
    for (const path of ["/a", "/a"]) await get(path, known)
    expect(invoked()).toHaveLength(2)
  })
})

describe("a token", async () => {
  const issuer = "https://issuer.example"
  const { privateKey, publicKey } = await generateKeyPair("RS256")
  const key = { ...(await exportJWK(publicKey)) }
  const token = (claims: Record<string, unknown>) =>
    new SignJWT({ iss: issuer, exp: 2_000_000_000, ...claims })
      .setProtectedHeader({ alg: "RS256", kid: "k" })
      .sign(privateKey)
  const createWithTokens = (scopes: string[] = [], findKey: () => Promise<object> = async () => ({ key })) =>
    createApi(
      {
        type: "JWT",
        authorizer: {
          ...origin,
          authorizerId: "j1",
          identitySource: ["$request.header.Authorization"],
          issuer,
          audience: ["app"],
        },
        scopes,
      },
      { invoke: async () => answered("hi"), ports: { findKey: findKey as never } },
    )

  test("that is valid passes its claims on, alone or after Bearer", async () => {
    const { get, invocations } = createWithTokens()
    const valid = await token({ aud: "app", sub: "u", groups: ["a", "b"], age: 7, none: null })
    for (const authorization of [valid, `Bearer ${valid}`, `bearer ${valid}`]) {
      expect(await get("/a", { authorization })).toMatchObject({ status: 200, body: "hi" })
    }
    const claims = { iss: issuer, exp: "2000000000", aud: "app", sub: "u", groups: "[a b]", age: "7" }
    expect(invocations[0]?.event).toMatchObject({ requestContext: { authorizer: { jwt: { claims, scopes: null } } } })
    const { record } = await get("/a", { authorization: valid })
    expect(record?.authorizer).toMatchObject({ "claims.sub": "u", "claims.groups": "[a b]" })
  })

  test("is required", async () => {
    const { get, invocations } = createWithTokens()
    expect(await get("/a")).toMatchObject({
      status: 401,
      challenge: "Bearer",
      record: { context: { "authorizer.error": "Unauthorized" } },
    })
    expect(invocations).toEqual([])
  })

  test.each<[string, Record<string, unknown>]>([
    ["the token does not have a valid issuer", { iss: "https://other.example" }],
    ["the token does not have a valid audience", { aud: "other" }],
    ["the token does not have a valid audience", { aud: "other", client_id: "app" }],
    ["the token does not have an expiration time", { exp: undefined }],
    ["the token has expired", { exp: 1_700_000_000 }],
    ["the token is not valid yet", { nbf: 1_900_000_000 }],
    ["the token was issued in the future", { iat: 1_900_000_000 }],
  ])("is rejected because %s: %j", async (description, claims) => {
    const { get } = createWithTokens(["read", "write"])
    const authorization = await token({ aud: "app", ...claims })
    const { status, challenge, record } = await get("/a", { authorization })
    expect([status, challenge]).toEqual([
      401,
      `Bearer scope="read write" error="invalid_token" error_description="${description}"`,
    ])
    expect(record?.context).toMatchObject({ "authorizer.error": `invalid_token: ${description}` })
  })

  test("whose client is the audience is valid", async () => {
    const authorization = await token({ client_id: "app" })
    expect(await createWithTokens().get("/a", { authorization })).toMatchObject({ status: 200 })
  })

  test("needs one of the scopes of the route", async () => {
    const { get, invocations } = createWithTokens(["read", "write"])
    const withScope = async (scope: string) => get("/a", { authorization: await token({ aud: "app", scope }) })
    expect(await withScope("other write")).toMatchObject({ status: 200 })
    expect(invocations[0]?.event).toMatchObject({
      requestContext: { authorizer: { jwt: { scopes: ["other", "write"] } } },
    })
    expect(await withScope("other")).toMatchObject({
      status: 403,
      challenge:
        'Bearer scope="read write" error="insufficient_scope" error_description="the token has none of the scopes"',
      record: { context: { "authorizer.error": "insufficient_scope" } },
    })
  })

  test("whose key is not known is rejected, and the cause is logged", async () => {
    const { get, logged } = createWithTokens([], async () => ({ problem: "the issuer cannot be reached" }))
    const { status, challenge } = await get("/a", { authorization: await token({ aud: "app" }) })
    expect(status).toBe(401)
    expect(challenge).toContain('error_description="the signing key of the token is unknown"')
    expect(logged).toMatchObject([
      {
        level: "warn",
        event: "A token was rejected",
        fields: { message: "the issuer cannot be reached", apiId: "api", routeKey: "GET /a" },
      },
    ])
  })

  const header = (fields: object) => Buffer.from(JSON.stringify(fields)).toString("base64url")
  test.each([
    ["token contains an invalid number of segments", "a.b"],
    ["the token cannot be decoded", "a.b.c"],
    ["signing method HS256 is invalid", `${header({ alg: "HS256", kid: "k" })}.e30.x`],
    ["the token has no key id", `${header({ alg: "RS256" })}.e30.x`],
  ])("is rejected without its key because %s", async (description, authorization) => {
    const { get } = createWithTokens([], () => Promise.reject(new Error("The key is not needed.")))
    const { status, challenge } = await get("/a", { authorization })
    expect([status, challenge]).toEqual([401, expect.stringContaining(`error_description="${description}"`)])
  })
})

describe("a signature", () => {
  const arn = "arn:aws:sts::123456789012:assumed-role/r/f"
  test("passes its signer on", async () => {
    const { get, invocations } = createApi(
      { type: "AWS_IAM" },
      { ports: { mayCallRoute: () => ({ allowed: true, signer: { arn, accountId: "123456789012" } }) } },
    )
    const authorization = "AWS4-HMAC-SHA256 Credential=ASIAKEY/20261122/eu-west-1/execute-api/aws4_request, Signature=x"
    const { record } = await get("/a", { authorization })
    const iam = { accessKey: "ASIAKEY", accountId: "123456789012", userArn: arn, cognitoIdentity: null }
    const userId = expect.stringMatching(/^AROA[0-9A-F]{17}:f$/)
    expect(invocations[0]?.event).toMatchObject({ requestContext: { authorizer: { iam: { ...iam, userId } } } })
    expect(record?.context).toMatchObject({ "identity.userArn": arn, "identity.accountId": "123456789012" })
    await get("/a", {}, "X-Amz-Credential=ASIAURL%2F20261122%2Feu-west-1%2Fexecute-api%2Faws4_request")
    expect(invocations[1]?.event).toMatchObject({ requestContext: { authorizer: { iam: { accessKey: "ASIAURL" } } } })
  })

  test("that is denied is a 403 with its cause in the record", async () => {
    const { get } = createApi(
      { type: "AWS_IAM" },
      { ports: { mayCallRoute: () => ({ allowed: false, message: "no", errorType: "AccessDeniedException" }) } },
    )
    const { status, body, record } = await get("/a")
    expect([status, body]).toEqual([403, '{"message":"Forbidden"}'])
    expect(record?.context).toMatchObject({ "authorizer.error": "no" })
  })

  test("is not needed for a request without a signer when nothing is enforced", async () => {
    const { get, invocations } = createApi({ type: "AWS_IAM" }, { ports: { mayCallRoute: () => ({ allowed: true }) } })
    expect(await get("/a")).toMatchObject({ status: 200 })
    expect(invocations[0]?.event).not.toHaveProperty("requestContext.authorizer")
  })
})
