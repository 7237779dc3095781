// Lambda authorizers and IAM authorization of HTTP APIs.
import { ManualClock } from "@document-insight/gateway"
import { describe, expect, test } from "vitest"
import { signedHeaders } from "../testing/sign-handshake.ts"
import { type LocalGateway, shareLocal, startLocal } from "../testing/start-local.ts"
import { echoEvent, functionResource, type TestApi } from "../testing/template.ts"

const ApiId = { Ref: "HttpApi" }

type Options = {
  /** The code of the authorizer. */
  authorizer?: string
  properties?: Record<string, unknown>
  type?: "CUSTOM" | "AWS_IAM"
  payloadFormatVersion?: string
  withoutPermission?: boolean
}

const identity = { IdentitySource: ["$request.header.X-Token", "$request.querystring.tenant"] }

/** An HTTP API whose routes GET /a/{id} and POST /b respond with their event. */
function withAuthorizer({ authorizer = "", properties = {}, type = "CUSTOM", ...options }: Options = {}): TestApi {
  const route = (RouteKey: string) => ({
    Type: "AWS::ApiGatewayV2::Route",
    Properties: {
      ApiId,
      RouteKey,
      Target: { "Fn::Sub": "integrations/${EchoIntegration}" },
      AuthorizationType: type,
      ...(type === "CUSTOM" && { AuthorizerId: { Ref: "HttpAuthorizer" } }),
    },
  })
  const permission = (FunctionName: string) => ({
    Type: "AWS::Lambda::Permission",
    Properties: {
      Action: "lambda:InvokeFunction",
      FunctionName: { Ref: FunctionName },
      Principal: "apigateway.amazonaws.com",
    },
  })
  return {
    routes: { $connect: {} },
    statements: [
      {
        Effect: "Allow",
        Action: "execute-api:Invoke",
        Resource: { "Fn::Sub": "arn:aws:execute-api:us-east-1:000000000000:${HttpApi}/$default/GET/a/*" },
      },
    ],
    resources: {
      HttpApi: { Type: "AWS::ApiGatewayV2::Api", Properties: { Name: "http", ProtocolType: "HTTP" } },
      HttpStage: {
        Type: "AWS::ApiGatewayV2::Stage",
        Properties: {
          ApiId,
          StageName: "$default",
          AutoDeploy: true,
          AccessLogSettings: {
            DestinationArn: "arn:aws:logs:us-east-1:000000000000:log-group:http",
            Format: "$context.requestId $context.status $context.authorizer.error $context.authorizer.tenant",
          },
        },
      },
      Echo: functionResource(echoEvent, {}),
      EchoIntegration: {
        Type: "AWS::ApiGatewayV2::Integration",
        Properties: {
          ApiId,
          IntegrationType: "AWS_PROXY",
          IntegrationUri: { "Fn::GetAtt": ["Echo", "Arn"] },
          PayloadFormatVersion: options.payloadFormatVersion ?? "2.0",
        },
      },
      GetRoute: route("GET /a/{id}"),
      PostRoute: route("POST /b"),
      EchoPermission: permission("Echo"),
      ...(type === "CUSTOM" && {
        AuthorizerFunction: functionResource(authorizer, {}),
        HttpAuthorizer: {
          Type: "AWS::ApiGatewayV2::Authorizer",
          Properties: {
            ApiId,
            Name: "authorizer",
            AuthorizerType: "REQUEST",
            AuthorizerPayloadFormatVersion: "2.0",
            AuthorizerUri: {
              "Fn::Sub":
                "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${AuthorizerFunction.Arn}/invocations",
            },
            ...properties,
          },
        },
        ...(!options.withoutPermission && { AuthorizerPermission: permission("AuthorizerFunction") }),
      }),
    },
    outputs: { HttpUrl: { Value: { "Fn::GetAtt": ["HttpApi", "ApiEndpoint"] } } },
  }
}

const serve = shareLocal()

/** The gateway of all tests, whose cache of an authorizer begins anew with each template. */
const start = async (options: Options) => use(await serve(withAuthorizer(options)))

function use(local: LocalGateway) {
  const { HttpUrl = "" } = local.gateway.outputs()
  const get = (path = "/a/1", headers: Record<string, string> = {}) => fetch(HttpUrl + path, { headers })
  const outcome = async (response: Promise<Response>) => {
    const { status } = await response
    return [status, await (await response).text()]
  }
  const authorizerOf = async (response: Response) => {
    expect(response.status).toBe(200)
    const { requestContext } = (await response.json()) as { requestContext: { authorizer: Record<string, unknown> } }
    return requestContext.authorizer
  }
  return { ...local, HttpUrl, get, outcome, authorizerOf }
}

const simple = { EnableSimpleResponses: true }
/** Allows the token "good", and counts its invocations in the context. */
const countingSimple = `let count = 0
export const handler = async ({ headers }) => ({
  isAuthorized: headers["x-token"] === "good",
  context: { count: ++count, tenant: "t", list: [1, 2], deep: { a: true } },
})`

/** Returns what a request says: one process for all cases. */
const evaluating = `export const handler = async ({ headers }) => {
  const broken = () => { throw new Error("broken") }
  return eval(headers["x-result"])
}`

describe("a Lambda authorizer of an HTTP API", () => {
  test("allows and denies by a simple response, and passes its context on as it is", async () => {
    const { get, outcome, authorizerOf, accessLines } = await start({ authorizer: countingSimple, properties: simple })
    expect(await authorizerOf(await get("/a/1", { "x-token": "good" }))).toEqual({
      lambda: { count: expect.any(Number), tenant: "t", list: [1, 2], deep: { a: true } },
    })
    expect(await outcome(get("/a/1", { "x-token": "bad" }))).toEqual([403, '{"message":"Forbidden"}'])
    expect(accessLines().map((line) => line.replace(/^\S+ /, ""))).toEqual(["200 - t", "403 Forbidden t"])
  })

  test("receives an event of format 2.0 with the identity, and no body", async () => {
    const authorizer = "export const handler = async (event) => ({ isAuthorized: true, context: { event } })"
    const { HttpUrl } = await start({ authorizer, properties: { ...simple, ...identity } })
    const response = await fetch(`${HttpUrl}/b?tenant=x`, { method: "POST", body: "{}", headers: { "x-token": "t" } })
    const { requestContext } = (await response.json()) as {
      requestContext: { apiId: string; authorizer: { lambda: { event: Record<string, unknown> } } }
    }
    const { event } = requestContext.authorizer.lambda
    expect(event).toMatchObject({
      version: "2.0",
      type: "REQUEST",
      routeArn: `arn:aws:execute-api:us-east-1:000000000000:${requestContext.apiId}/$default/POST/b`,
      identitySource: ["t", "x"],
      routeKey: "POST /b",
      rawPath: "/b",
      rawQueryString: "tenant=x",
      queryStringParameters: { tenant: "x" },
      requestContext: { http: { method: "POST", path: "/b" }, stage: "$default" },
    })
    expect(event).not.toHaveProperty("body")
    expect(event).not.toHaveProperty("isBase64Encoded")
  })

  test("receives an event of format 1.0, and its policy decides", async () => {
    const authorizer = `export const handler = async (event) => ({
      principalId: "p",
      policyDocument: { Version: "2012-10-17", Statement: [
        { Action: "execute-api:Invoke", Effect: event.headers["x-token"] === "good" ? "Allow" : "Deny", Resource: event.methodArn },
      ] },
      context: { event: JSON.stringify(event) },
    })`
    const properties = { AuthorizerPayloadFormatVersion: "1.0", ...identity }
    const { get, outcome, authorizerOf } = await start({ authorizer, properties, payloadFormatVersion: "1.0" })
    const context = await authorizerOf(await get("/a/1?tenant=x", { "x-token": "good" }))
    expect(JSON.parse(String(context.event))).toMatchObject({
      version: "1.0",
      type: "REQUEST",
      methodArn: expect.stringMatching(/:execute-api:us-east-1:000000000000:[a-z0-9]{10}\/\$default\/GET\/a\/1$/),
      identitySource: "good,x",
      authorizationToken: "good,x",
      resource: "/a/{id}",
      path: "/a/1",
      httpMethod: "GET",
      pathParameters: { id: "1" },
      queryStringParameters: { tenant: "x" },
      requestContext: { resourcePath: "/a/{id}", httpMethod: "GET", stage: "$default" },
    })
    expect(await outcome(get("/a/1?tenant=x", { "x-token": "bad" }))).toEqual([403, '{"message":"Forbidden"}'])
  })

  test("does not run without its identity sources", async () => {
    const authorizer =
      "export const handler = async () => { console.log('authorizer ran'); return { isAuthorized: true } }"
    const { get, outcome, events } = await start({ authorizer, properties: { ...simple, ...identity } })
    const unauthorized = [401, '{"message":"Unauthorized"}']
    expect(await outcome(get("/a/1?tenant=x"))).toEqual(unauthorized)
    expect(await outcome(get("/a/1", { "x-token": "t" }))).toEqual(unauthorized)
    expect(await outcome(get("/a/1?tenant=&Tenant=x", { "x-token": "t" }))).toEqual(unauthorized)
    expect(events.filter((event) => event.event === "log" && event.message.includes("authorizer ran"))).toEqual([])
    expect((await get("/a/1?tenant=x", { "X-TOKEN": "t" })).status).toBe(200)
  })

  test("is asked once for an identity until its time to live has passed, for every route", async () => {
    const clock = new ManualClock()
    const IdentitySource = ["$request.header.x-token"]
    const properties = { ...simple, IdentitySource, AuthorizerResultTtlInSeconds: 60 }
    const { get, HttpUrl, authorizerOf } = use(
      await startLocal(withAuthorizer({ authorizer: countingSimple, properties }), { clock }),
    )
    const headers = { "x-token": "good" }
    const countOf = async (response: Response) =>
      ((await authorizerOf(response)) as { lambda: { count: number } }).lambda.count
    expect(await countOf(await get("/a/1", headers))).toBe(1)
    expect(await countOf(await get("/a/2", headers))).toBe(1)
    expect(await countOf(await fetch(`${HttpUrl}/b`, { method: "POST", headers }))).toBe(1)
    // A denial is cached too.
    expect((await get("/a/1", { "x-token": "bad" })).status).toBe(403)
    expect((await get("/a/1", { "x-token": "bad" })).status).toBe(403)
    clock.advance(59_999)
    expect(await countOf(await get("/a/1", headers))).toBe(1)
    clock.advance(1)
    expect(await countOf(await get("/a/1", headers))).toBe(3)
  })

  test("is asked per route when its identity sources have the route key, and each time without a time to live", async () => {
    const IdentitySource = ["$request.header.x-token", "$context.routeKey"]
    const perRoute = { ...simple, IdentitySource, AuthorizerResultTtlInSeconds: 60 }
    const headers = { "x-token": "good" }
    for (const [properties, expected] of [
      [perRoute, [1, 2, 1]],
      [{ ...simple, IdentitySource }, [1, 2, 3]],
    ] as const) {
      const { get, HttpUrl, authorizerOf } = await start({ authorizer: countingSimple, properties })
      const responses = [await get("/a/1", headers), await fetch(`${HttpUrl}/b`, { method: "POST", headers })]
      responses.push(await get("/a/1", headers))
      const counts: number[] = []
      for (const response of responses) counts.push(((await authorizerOf(response)).lambda as { count: number }).count)
      // The authorizer has counted the requests of the test before.
      const [first = 0] = counts
      expect(counts.map((count) => count - first + 1)).toEqual(expected)
    }
  })

  test("has its cached policy evaluated for each route", async () => {
    const authorizer = `export const handler = async (event) => ({
      principalId: "p",
      policyDocument: { Version: "2012-10-17", Statement: [
        { Action: "execute-api:Invoke", Effect: "Allow", Resource: event.routeArn },
      ] },
    })`
    const properties = { IdentitySource: ["$request.header.x-token"], AuthorizerResultTtlInSeconds: 60 }
    const { get } = await start({ authorizer, properties })
    const headers = { "x-token": "t" }
    expect((await get("/a/1", headers)).status).toBe(200)
    expect((await get("/a/2", headers)).status).toBe(403)
    expect((await get("/a/1", headers)).status).toBe(200)
  })

  test.each([
    ["returns a text instead of a flag", "({ isAuthorized: 'true' })", simple],
    ["returns nothing", "undefined", simple],
    ["returns a simple response without that setting", "({ isAuthorized: true })", {}],
    ["returns a policy without principalId", "({ policyDocument: { Statement: [] } })", {}],
    ["returns an invalid policy", "({ principalId: 'p', policyDocument: { Statement: [{}] } })", {}],
    ["returns more than 8 KB", "({ isAuthorized: true, context: { a: 'x'.repeat(9000) } })", simple],
    ["throws", "broken()", simple],
  ])("is a 500 when it %s", async (_, result, properties) => {
    const { get, outcome } = await start({ authorizer: evaluating, properties })
    expect(await outcome(get("/a/1", { "x-result": result }))).toEqual([500, '{"message":"Internal Server Error"}'])
  })

  test("is a 401 when it throws Unauthorized, and a 500 without permission to invoke it", async () => {
    const authorizer = "export const handler = async () => { throw new Error('Unauthorized') }"
    const { get, outcome } = await start({ authorizer, properties: simple })
    expect(await outcome(get())).toEqual([401, '{"message":"Unauthorized"}'])
    const denied = await start({ authorizer: countingSimple, properties: simple, withoutPermission: true })
    expect(await denied.outcome(denied.get("/a/1", { "x-token": "good" }))).toEqual([
      500,
      '{"message":"Internal Server Error"}',
    ])
  })
})

describe("AWS_IAM on a route of an HTTP API", () => {
  test("needs a signature of this run, which covers the body, and passes the signer on", async () => {
    const { HttpUrl, gateway, get, outcome, authorizerOf } = await start({ type: "AWS_IAM" })
    const forbidden = [403, '{"message":"Forbidden"}']
    expect(await outcome(get())).toEqual(forbidden)
    const { credentials } = gateway
    const sign = (path: string, body = "", own = credentials) =>
      signedHeaders(HttpUrl + path, own, { method: body ? "POST" : "GET", body })
    const response = await fetch(`${HttpUrl}/a/1`, { headers: await sign("/a/1") })
    expect(await authorizerOf(response)).toEqual({
      iam: {
        accessKey: credentials.accessKeyId,
        accountId: "000000000000",
        callerId: expect.stringMatching(/^AIDA[0-9A-F]{17}$/),
        cognitoIdentity: null,
        principalOrgId: null,
        userArn: "arn:aws:iam::000000000000:user/administrator",
        userId: expect.stringMatching(/^AIDA[0-9A-F]{17}$/),
      },
    })
    const post = async (headers: Record<string, string>, body: string) =>
      (await fetch(`${HttpUrl}/b`, { method: "POST", headers, body })).status
    const signed = await sign("/b", "signed")
    expect(await post(signed, "signed")).toBe(200)
    expect(await post(signed, "changed")).toBe(403)
    expect(await outcome(get("/a/2", await sign("/a/1")))).toEqual(forbidden)
    const foreign = { accessKeyId: "AKIAOTHER", secretAccessKey: "other" }
    expect(await outcome(get("/a/1", await sign("/a/1", "", foreign)))).toEqual(forbidden)
  })

  test("needs execute-api:Invoke for the method and path, and reports a missing permission", async () => {
    const api = withAuthorizer({ type: "AWS_IAM" })
    const caller = `import { createHash, createHmac } from "node:crypto"
const hmac = (key, text) => createHmac("sha256", key).update(text).digest()
const hash = (text) => createHash("sha256").update(text).digest("hex")
async function call(method, path) {
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: token, HOST: host } = process.env
  const date = new Date().toISOString().replace(/[-:]|\\.\\d+/g, "")
  const day = date.slice(0, 8)
  const scope = day + "/us-east-1/execute-api/aws4_request"
  const canonical = [method, path, "", "host:" + host, "x-amz-date:" + date, "x-amz-security-token:" + token, "",
    "host;x-amz-date;x-amz-security-token", hash("")].join("\\n")
  const key = [day, "us-east-1", "execute-api", "aws4_request"].reduce(hmac, "AWS4" + secret)
  const signature = hmac(key, ["AWS4-HMAC-SHA256", date, scope, hash(canonical)].join("\\n")).toString("hex")
  const authorization = "AWS4-HMAC-SHA256 Credential=" + id + "/" + scope +
    ", SignedHeaders=host;x-amz-date;x-amz-security-token, Signature=" + signature
  const headers = { authorization, "x-amz-date": date, "x-amz-security-token": token }
  const response = await fetch("https://" + host + path, { method, headers })
  return { status: response.status, body: await response.json() }
}
export const handler = async () => {
  const [allowed, denied] = [await call("GET", "/a/1"), await call("POST", "/b")]
  return { statusCode: 200, body: JSON.stringify({ iam: allowed.body.requestContext?.authorizer.iam, denied }) }
}`
    const { gateway, untilEvent } = await startLocal({
      ...api,
      routes: { $connect: {} },
      resources: {
        ...api.resources,
        Caller: functionResource(caller, {
          environment: { HOST: { "Fn::Sub": "${HttpApi}.execute-api.us-east-1.amazonaws.com" } },
        }),
        CallerIntegration: {
          Type: "AWS::ApiGatewayV2::Integration",
          Properties: {
            ApiId,
            IntegrationType: "AWS_PROXY",
            IntegrationUri: { "Fn::GetAtt": ["Caller", "Arn"] },
            PayloadFormatVersion: "2.0",
          },
        },
        CallerRoute: {
          Type: "AWS::ApiGatewayV2::Route",
          Properties: { ApiId, RouteKey: "GET /call", Target: { "Fn::Sub": "integrations/${CallerIntegration}" } },
        },
        CallerPermission: {
          Type: "AWS::Lambda::Permission",
          Properties: {
            Action: "lambda:InvokeFunction",
            FunctionName: { Ref: "Caller" },
            Principal: "apigateway.amazonaws.com",
          },
        },
      },
    })
    const response = await fetch(`${gateway.outputs().HttpUrl}/call`)
    expect(await response.json()).toEqual({
      iam: expect.objectContaining({
        userArn: expect.stringMatching(/^arn:aws:sts::000000000000:assumed-role\/.+-Role-.+\/.+-Caller-/),
        userId: expect.stringMatching(/^AROA[0-9A-F]{17}:.+-Caller-/),
        accessKey: expect.stringMatching(/^ASIA/),
      }),
      denied: { status: 403, body: { message: "Forbidden" } },
    })
    await untilEvent(
      (event) =>
        event.event === "denied" && event.action === "execute-api:Invoke" && event.resource.endsWith("/POST/b"),
    )
  })
})
