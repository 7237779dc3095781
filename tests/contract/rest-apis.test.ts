// REST APIs, as their clients see them: paths, events, responses, authorizers, API keys, mocks and gateway responses.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { createServer, request } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { ManualClock } from "@document-insight/gateway"
import { startGateway, type TestGateway } from "@document-insight/gateway/testing"
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest"
import { type RestTemplate, restTemplate } from "../testing/rest-template.ts"
import { signedHeaders } from "../testing/sign-handshake.ts"
import { invokeUri } from "../testing/template.ts"

const keyOf = "a-key-of-twenty-characters"

const functions = {
  Echo: "export const handler = async (event) => ({ statusCode: 200, body: JSON.stringify(event) })",
  Bytes: `export const handler = async () => ({
    statusCode: 200, headers: { "Content-Type": "image/png" }, body: "AQID", isBase64Encoded: true })`,
  Cookies: `export const handler = async () => ({
    statusCode: 201, multiValueHeaders: { "Set-Cookie": ["a=1", "b=2"] }, body: "made" })`,
  Page: `export const handler = async () => ({
    statusCode: 200, multiValueHeaders: { "Content-Type": ["text/html"] }, body: "<p>" })`,
  Throws: "export const handler = async () => { throw new Error('no') }",
  Malformed: "export const handler = async () => ({ body: 'no status' })",
  TokenAuthorizer: `
    export const handler = async ({ type, authorizationToken, methodArn }) => {
      if (authorizationToken === "unknown") throw new Error("Unauthorized")
      if (authorizationToken === "broken") return { principalId: "x" }
      const [effect, resource] = authorizationToken === "one-path"
        ? ["Allow", methodArn.replace(/[^/]*$/, "token")]
        : [authorizationToken === "deny" ? "Deny" : "Allow", "*"]
      return {
        principalId: "me",
        policyDocument: { Statement: [{ Effect: effect, Action: "execute-api:Invoke", Resource: resource }] },
        context: { type, run: Math.random(), methodArn, text: "x".repeat(authorizationToken === "large" ? 8192 : 0) },
      }
    }`,
  RequestAuthorizer: `export const handler = async (event) => ({
    principalId: "you",
    policyDocument: { Statement: [{ Effect: "Allow", Action: "execute-api:Invoke", Resource: event.methodArn }] },
    context: { resource: event.resource, tenant: event.queryStringParameters.tenant, hasBody: "body" in event },
  })`,
}

const mock = {
  Type: "MOCK",
  RequestTemplates: { "application/json": `{ "statusCode": #if($input.params('fail') == 'yes') 500 #else 200 #end }` },
  IntegrationResponses: [
    {
      StatusCode: "200",
      ResponseTemplates: { "application/json": `{ "id": "$input.params('id')", "stage": "$context.stage" }` },
      ResponseParameters: {
        "method.response.header.X-Made": "'by a mock'",
        "method.response.header.X-Lines": "'one\r\nX-Other: two'",
      },
    },
    { StatusCode: "418", SelectionPattern: "5\\d\\d", ResponseTemplates: { "text/plain": "teapot" } },
  ],
}

const template: RestTemplate = {
  functions,
  api: { BinaryMediaTypes: ["image/png"] },
  stage: {
    Variables: { color: "blue" },
    MethodSettings: [
      { ResourcePath: "/*", HttpMethod: "*", LoggingLevel: "INFO" },
      { ResourcePath: "/~1slow", HttpMethod: "GET", ThrottlingRateLimit: 0, ThrottlingBurstLimit: 0 },
    ],
    AccessLogSetting: {
      DestinationArn: "arn:aws:logs:us-east-1:000000000000:log-group:access",
      Format:
        '{"requestId":"$context.requestId","status":"$context.status","path":"$context.resourcePath","length":"$context.responseLength"}',
    },
  },
  methods: [
    { key: "GET /", functionId: "Echo" },
    { key: "ANY /items/{id}", functionId: "Echo" },
    { key: "GET /items/first", functionId: "Echo" },
    { key: "GET /files/{path+}", functionId: "Echo" },
    { key: "POST /only", functionId: "Echo" },
    { key: "ANY /{proxy+}", functionId: "Echo" },
    { key: "GET /bytes", functionId: "Bytes" },
    { key: "GET /cookies", functionId: "Cookies" },
    { key: "GET /page", functionId: "Page" },
    { key: "GET /throws", functionId: "Throws" },
    { key: "GET /malformed", functionId: "Malformed" },
    { key: "GET /slow", functionId: "Echo" },
    { key: "GET /mock/{id}", integration: mock },
    {
      key: "POST /typed",
      integration: { ...mock, PassthroughBehavior: "NEVER" },
    },
    {
      key: "GET /required",
      functionId: "Echo",
      properties: {
        RequestValidatorId: { Ref: "Validator" },
        RequestParameters: { "method.request.querystring.size": true, "method.request.header.X-Kind": true },
      },
    },
    {
      key: "GET /token",
      functionId: "Echo",
      properties: { AuthorizationType: "CUSTOM", AuthorizerId: { Ref: "Token" } },
    },
    {
      key: "GET /other",
      functionId: "Echo",
      properties: { AuthorizationType: "CUSTOM", AuthorizerId: { Ref: "Token" } },
    },
    {
      key: "GET /request",
      functionId: "Echo",
      properties: { AuthorizationType: "CUSTOM", AuthorizerId: { Ref: "Request" } },
    },
    { key: "GET /signed", functionId: "Echo", properties: { AuthorizationType: "AWS_IAM" } },
    { key: "GET /key", functionId: "Echo", properties: { ApiKeyRequired: true } },
  ],
  resources: {
    Validator: {
      Type: "AWS::ApiGateway::RequestValidator",
      Properties: { RestApiId: { Ref: "Api" }, ValidateRequestParameters: true },
    },
    Token: {
      Type: "AWS::ApiGateway::Authorizer",
      Properties: {
        RestApiId: { Ref: "Api" },
        Name: "token",
        Type: "TOKEN",
        AuthorizerUri: invokeUri("TokenAuthorizer"),
        IdentitySource: "method.request.header.Authorization",
        IdentityValidationExpression: "[a-z-]+",
      },
    },
    Request: {
      Type: "AWS::ApiGateway::Authorizer",
      Properties: {
        RestApiId: { Ref: "Api" },
        Name: "request",
        Type: "REQUEST",
        AuthorizerUri: invokeUri("RequestAuthorizer"),
        IdentitySource: "method.request.querystring.tenant, stageVariables.color",
        AuthorizerResultTtlInSeconds: 0,
      },
    },
    Key: { Type: "AWS::ApiGateway::ApiKey", Properties: { Enabled: true, Value: keyOf } },
    Plan: {
      Type: "AWS::ApiGateway::UsagePlan",
      Properties: {
        ApiStages: [{ ApiId: { Ref: "Api" }, Stage: { Ref: "Stage" } }],
        Quota: { Limit: 1, Period: "DAY" },
      },
    },
    PlanKey: {
      Type: "AWS::ApiGateway::UsagePlanKey",
      Properties: { KeyId: { Ref: "Key" }, KeyType: "API_KEY", UsagePlanId: { Ref: "Plan" } },
    },
  },
}

let gateway: TestGateway
let folder: string
const clock = new ManualClock()

type Options = Omit<Parameters<typeof startGateway>[0], "source">

async function start(own: RestTemplate, options: Options = {}): Promise<TestGateway> {
  folder = mkdtempSync(join(tmpdir(), "rest-"))
  const file = join(folder, "template.json")
  writeFileSync(file, restTemplate(own))
  const started = await startGateway({ ...options, source: file, clock })
  rmSync(folder, { recursive: true })
  return started
}

async function startOwn(own: RestTemplate, options: Options = {}) {
  const started = await start(own, options)
  onTestFinished(() => started.close())
  return started
}

beforeAll(async () => {
  gateway = await start(template)
})
afterAll(() => gateway.close())

async function call(path: string, init: RequestInit = {}, of = gateway) {
  const response = await fetch(`${of.httpUrl()}${path}`, init)
  const bytes = Buffer.from(await response.arrayBuffer())
  const text = bytes.toString()
  return { status: response.status, headers: response.headers, text, bytes, json: parsed(text) }
}

// biome-ignore lint/suspicious/noExplicitAny: the body of any response.
function parsed(text: string): any {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

test("an event has the documented keys, null where there is no value", async () => {
  const { json } = await call("/items/7")
  expect(Object.keys(json).toSorted()).toEqual([
    "body",
    "headers",
    "httpMethod",
    "isBase64Encoded",
    "multiValueHeaders",
    "multiValueQueryStringParameters",
    "path",
    "pathParameters",
    "queryStringParameters",
    "requestContext",
    "resource",
    "stageVariables",
  ])
  expect(json).toMatchObject({
    resource: "/items/{id}",
    path: "/items/7",
    httpMethod: "GET",
    pathParameters: { id: "7" },
    stageVariables: { color: "blue" },
    queryStringParameters: null,
    body: null,
    isBase64Encoded: false,
  })
  expect(json.requestContext).toMatchObject({
    resourcePath: "/items/{id}",
    path: "/dev/items/7",
    stage: "dev",
    identity: { sourceIp: "127.0.0.1", userArn: null },
    protocol: "HTTP/1.1",
    resourceId: expect.any(String),
    deploymentId: expect.any(String),
    accountId: "000000000000",
  })
  expect(json.requestContext.domainName).toBe(`${json.requestContext.apiId}.execute-api.us-east-1.amazonaws.com`)
})

test("repeated headers and query parameters have all values, and the last one in the single maps", async () => {
  const json = await new Promise<string>((resolve) => {
    const url = `${gateway.httpUrl()}/items/7?a=1&a=2&constructor=x`
    request(url, { headers: { "X-Kind": ["one", "two"] } }, (response) => {
      const chunks: Buffer[] = []
      response.on("data", (chunk) => chunks.push(chunk)).on("end", () => resolve(Buffer.concat(chunks).toString()))
    }).end()
  }).then((text) => JSON.parse(text))
  expect(json.queryStringParameters).toMatchObject({ a: "2", constructor: "x" })
  expect(json.multiValueQueryStringParameters.a).toEqual(["1", "2"])
  expect(json.headers["X-Kind"]).toBe("two")
  expect(json.multiValueHeaders["X-Kind"]).toEqual(["one", "two"])
})

test("a literal path is preferred to a variable, and that to a greedy variable", async () => {
  const resource = async (path: string) => (await call(path)).json.resource
  expect(await resource("/items/first")).toBe("/items/first")
  expect(await resource("/items/second")).toBe("/items/{id}")
  expect(await resource("/items/second/third")).toBe("/{proxy+}")
  expect(await resource("")).toBe("/")
  const { json } = await call("/files/a/b%20c")
  expect(json).toMatchObject({ resource: "/files/{path+}", pathParameters: { path: "a/b c" } })
})

test("a method that the resource of the path does not have is Missing Authentication Token", async () => {
  const { status, headers, json } = await call("/only")
  expect([status, json]).toEqual([403, { message: "Missing Authentication Token" }])
  expect(headers.get("x-amzn-errortype")).toBe("MissingAuthenticationTokenException")
  expect(headers.get("x-amzn-requestid")).toMatch(/\S/)
  expect((await call("/only", { method: "POST" })).status).toBe(200)
})

test("a stage that does not exist is Forbidden", async () => {
  const response = await fetch(`${gateway.httpUrl().replace(/dev$/, "other")}/items/7`)
  expect([response.status, await response.json()]).toEqual([403, { message: "Forbidden" }])
})

test("a body arrives as text, and as base64 when its type is a binary media type", async () => {
  const text = await call("/only", { method: "POST", body: "é", headers: { "content-type": "text/plain" } })
  expect(text.json).toMatchObject({ body: "é", isBase64Encoded: false })
  const image = { method: "POST", body: new Uint8Array([255, 0]), headers: { "content-type": "image/png" } }
  expect((await call("/only", image)).json).toMatchObject({ body: "/wA=", isBase64Encoded: true })
})

test("base64 of a function is decoded only for a client that accepts a binary media type", async () => {
  const accepted = await call("/bytes", { headers: { accept: "image/png, */*" } })
  expect([...accepted.bytes]).toEqual([1, 2, 3])
  expect((await call("/bytes", { headers: { accept: "text/html" } })).text).toBe("AQID")
})

test("a function's status and repeated headers are sent, and its content type is JSON by default", async () => {
  const { status, headers, text } = await call("/cookies")
  expect([status, text, headers.get("content-type")]).toEqual([201, "made", "application/json"])
  expect(headers.getSetCookie()).toEqual(["a=1", "b=2"])
  expect((await call("/page")).headers.get("content-type")).toBe("text/html")
})

test("a function that throws, and a malformed result, are 502", async () => {
  for (const path of ["/throws", "/malformed"]) {
    const { status, json } = await call(path)
    expect([path, status, json]).toEqual([path, 502, { message: "Internal server error" }])
  }
})

test("a function that takes too long is 504", async () => {
  const code = `export const handler = async () => { console.log("running"); await new Promise((done) => setTimeout(done, 1e6)) }`
  const own = await startOwn({
    functions: { Late: code },
    methods: [{ key: "GET /late", functionId: "Late", integration: { TimeoutInMillis: 50 } }],
  })
  const response = call("/late", {}, own)
  await own.untilEvent((event) => event.event === "log" && event.message.includes("running"))
  clock.advance(50)
  expect(await response).toMatchObject({ status: 504, json: { message: "Endpoint request timed out" } })
  // Ends the function by its own timeout, so that closing does not wait for it.
  clock.advance(10_000)
})

test("a function without a permission is 500", async () => {
  const own = await startOwn({
    functions: { Echo: functions.Echo },
    methods: [{ key: "GET /echo", functionId: "Echo" }],
  })
  expect((await call("/echo", {}, own)).status).toBe(200)
  const denied = await startOwn({
    methods: [{ key: "GET /echo", integration: { Type: "AWS_PROXY", Uri: invokeUri("Echo") } }],
    resources: {
      Echo: {
        Type: "AWS::Lambda::Function",
        Properties: {
          Runtime: "nodejs24.x",
          Handler: "index.handler",
          Role: { "Fn::GetAtt": ["Role", "Arn"] },
          Code: { ZipFile: functions.Echo },
        },
      },
    },
  })
  expect(await call("/echo", {}, denied)).toMatchObject({ status: 500, json: { message: "Internal server error" } })
})

test("a mock responds by its templates, and a pattern selects the response", async () => {
  const made = await call("/mock/7")
  expect(made).toMatchObject({ status: 200, json: { id: "7", stage: "dev" } })
  expect(made.headers.get("x-made")).toBe("by a mock")
  // A line break would begin another header.
  expect([made.headers.get("x-lines"), made.headers.get("x-other")]).toEqual(["one X-Other: two", null])
  const failed = await call("/mock/7?fail=yes")
  expect([failed.status, failed.text, failed.headers.get("content-type")]).toEqual([418, "teapot", "text/plain"])
})

test("a content type without a template is 415 with NEVER", async () => {
  const xml = { method: "POST", body: "<a/>", headers: { "content-type": "application/xml" } }
  expect(await call("/typed", xml)).toMatchObject({ status: 415, json: { message: "Unsupported Media Type" } })
  const json = { method: "POST", body: "{}", headers: { "content-type": "application/json; charset=utf-8" } }
  expect((await call("/typed", json)).status).toBe(200)
  expect((await call("/typed", { method: "POST" })).status).toBe(200)
})

test("a request without its required parameters is 400", async () => {
  const { status, json } = await call("/required?size=")
  expect([status, json]).toEqual([400, { message: "Missing required request parameters: [size, X-Kind]" }])
  expect((await call("/required?size=1", { headers: { "x-kind": "a" } })).status).toBe(200)
})

test("a payload over 10 MB is 413", async () => {
  const { status, json } = await call("/only", { method: "POST", body: Buffer.alloc(10 * 1024 * 1024 + 1) })
  expect([status, json]).toEqual([413, { message: "HTTP content length exceeded 10485760 bytes." }])
})

test("a throttled method is 429", async () => {
  expect(await call("/slow")).toMatchObject({ status: 429, json: { message: "Too Many Requests" } })
})

test("the methods share the limit of the account, above which a request is 429", async () => {
  const methods = ["/one", "/two"].map((path) => ({ key: `GET ${path}`, functionId: "Echo" }))
  const quotas = { accountRateLimit: 1, accountBurstLimit: 1 }
  const MethodSettings = ["/~1one", "/~1two"].map((ResourcePath) => ({
    ResourcePath,
    HttpMethod: "GET",
    ThrottlingRateLimit: 100,
    ThrottlingBurstLimit: 100,
  }))
  const own = await startOwn({ functions: { Echo: functions.Echo }, methods, stage: { MethodSettings } }, { quotas })
  expect((await call("/one", {}, own)).status).toBe(200)
  expect(await call("/two", {}, own)).toMatchObject({ status: 429, json: { message: "Too Many Requests" } })
  clock.advance(1000)
  expect((await call("/two", {}, own)).status).toBe(200)
})

const withToken = (authorization: string) => ({ headers: { authorization } })

test("a TOKEN authorizer receives the token, and its context is in the event", async () => {
  const { json } = await call("/token", withToken("allow"))
  expect(json.requestContext.authorizer).toMatchObject({
    principalId: "me",
    type: "TOKEN",
    methodArn: expect.stringMatching(/^arn:aws:execute-api:us-east-1:000000000000:\w+\/dev\/GET\/token$/),
    integrationLatency: expect.any(Number),
  })
})

test("the result of an authorizer is kept for its token, and evaluated for each method", async () => {
  const run = async () => (await call("/token", withToken("one-path"))).json.requestContext.authorizer.run
  const first = await run()
  expect(await run()).toBe(first)
  expect((await call("/other", withToken("one-path"))).status).toBe(403)
  clock.advance(299_000)
  expect(await run()).toBe(first)
  clock.advance(2000)
  expect(await run()).not.toBe(first)
})

test("a request without a token, or with one that does not match, is 401 without an invocation", async () => {
  const before = gateway.invocations().length
  for (const init of [{}, withToken("NOT LOWER CASE"), withToken("allow THIS"), withToken("THIS allow")]) {
    expect(await call("/token", init)).toMatchObject({ status: 401, json: { message: "Unauthorized" } })
  }
  expect(gateway.invocations().length).toBe(before)
})

test("an authorizer denies with 403, throws Unauthorized for 401, and fails with 500 and a null message", async () => {
  expect(await call("/token", withToken("deny"))).toMatchObject({
    status: 403,
    json: { message: "User is not authorized to access this resource with an explicit deny" },
  })
  expect(await call("/token", withToken("unknown"))).toMatchObject({ status: 401, json: { message: "Unauthorized" } })
  for (const token of ["broken", "large"]) {
    const { status, json, headers } = await call("/token", withToken(token))
    expect([token, status, json]).toEqual([token, 500, { message: null }])
    expect(headers.get("x-amzn-errortype")).toBe("AuthorizerConfigurationException")
  }
})

const tokenAuthorizer = (functionId: string) => ({
  Type: "AWS::ApiGateway::Authorizer",
  Properties: {
    RestApiId: { Ref: "Api" },
    Name: "own",
    Type: "TOKEN",
    AuthorizerUri: invokeUri(functionId),
    IdentitySource: "method.request.header.Authorization",
  },
})

test("an authorizer that API Gateway may not invoke is 500, and its function does not run", async () => {
  const own = await startOwn({
    functions: { Echo: functions.Echo },
    methods: [
      { key: "GET /a", functionId: "Echo", properties: { AuthorizationType: "CUSTOM", AuthorizerId: { Ref: "Own" } } },
    ],
    resources: {
      Own: tokenAuthorizer("Check"),
      Check: {
        Type: "AWS::Lambda::Function",
        Properties: {
          Runtime: "nodejs24.x",
          Handler: "index.handler",
          Role: { "Fn::GetAtt": ["Role", "Arn"] },
          Code: { ZipFile: functions.TokenAuthorizer },
        },
      },
    },
  })
  expect(await call("/a", withToken("allow"), own)).toMatchObject({ status: 500, json: { message: null } })
  expect(own.invocations()).toEqual([])
})

test("an API whose keys come from its authorizer takes the key that the authorizer names, and no header", async () => {
  const { Key, Plan, PlanKey } = template.resources ?? {}
  const own = await startOwn({
    functions: {
      Echo: functions.Echo,
      Check: `export const handler = async ({ authorizationToken }) => ({
        principalId: "me",
        policyDocument: { Statement: [{ Effect: "Allow", Action: "execute-api:Invoke", Resource: "*" }] },
        usageIdentifierKey: authorizationToken,
      })`,
    },
    api: { ApiKeySourceType: "AUTHORIZER" },
    methods: [
      {
        key: "GET /a",
        functionId: "Echo",
        properties: { AuthorizationType: "CUSTOM", AuthorizerId: { Ref: "Own" }, ApiKeyRequired: true },
      },
    ],
    resources: { Own: tokenAuthorizer("Check"), Key, Plan, PlanKey },
  })
  const other = { headers: { authorization: "another-key-of-that-length", "x-api-key": keyOf } }
  expect(await call("/a", other, own)).toMatchObject({ status: 403, json: { message: "Forbidden" } })
  const { status, json } = await call("/a", withToken(keyOf), own)
  expect([status, json.requestContext.identity.apiKey]).toEqual([200, keyOf])
})

test("a REQUEST authorizer receives the request without its body", async () => {
  const { json } = await call("/request?tenant=a")
  expect(json.requestContext.authorizer).toMatchObject({
    principalId: "you",
    resource: "/request",
    tenant: "a",
    hasBody: "false",
  })
  expect((await call("/request")).status).toBe(401)
})

test("an unsigned request to a method with AWS_IAM is Missing Authentication Token", async () => {
  expect(await call("/signed")).toMatchObject({ status: 403, json: { message: "Missing Authentication Token" } })
})

test("a signed request to a method with AWS_IAM has its signer in the event", async () => {
  const url = `${gateway.httpUrl()}/signed`
  const headers = await signedHeaders(url, gateway.credentials, { signedAt: new Date(clock.now()) })
  const { status, json } = await call("/signed", { headers })
  expect([status, json.requestContext.identity.userArn]).toEqual([200, expect.stringMatching(/^arn:aws:/)])
  const changed = await call("/signed?a=1", { headers })
  expect(changed.status).toBe(403)
  expect(changed.json.message).toMatch(/signature/)
})

test("a method that requires an API key counts requests against the quota of its plan", async () => {
  expect(await call("/key")).toMatchObject({ status: 403, json: { message: "Forbidden" } })
  const { status, json } = await call("/key", { headers: { "x-api-key": keyOf } })
  expect([status, json.requestContext.identity.apiKey]).toEqual([200, keyOf])
  expect(await call("/key", { headers: { "x-api-key": keyOf } })).toMatchObject({
    status: 429,
    json: { message: "Limit Exceeded" },
  })
})

test("a request is written to the access log and to the execution log", async () => {
  const { headers, bytes } = await call("/items/logged")
  const requestId = headers.get("x-amzn-requestid")
  expect(gateway.accessLog()).toContainEqual({
    requestId,
    status: "200",
    path: "/items/{id}",
    length: String(bytes.length),
  })
  const lines = gateway.events.flatMap((event) =>
    event.event === "log" && event.source === "api-gateway" ? event : [],
  )
  expect(lines).toContainEqual(
    expect.objectContaining({
      requestId,
      message: `(${requestId}) HTTP Method: GET, Resource Path: /dev/items/logged`,
    }),
  )
})

test("a gateway response of the template replaces the default, and DEFAULT_4XX the others", async () => {
  const own = await startOwn({
    functions: { Echo: functions.Echo },
    methods: [{ key: "GET /key", functionId: "Echo", properties: { ApiKeyRequired: true } }],
    resources: {
      Missing: {
        Type: "AWS::ApiGateway::GatewayResponse",
        Properties: {
          RestApiId: { Ref: "Api" },
          ResponseType: "MISSING_AUTHENTICATION_TOKEN",
          StatusCode: "404",
          ResponseParameters: {
            "gatewayresponse.header.Access-Control-Allow-Origin": "'*'",
            "gatewayresponse.header.X-Stage": "context.stage",
          },
          ResponseTemplates: { "application/json": '{"error":$context.error.messageString,"at":"$context.path"}' },
        },
      },
      Others: {
        Type: "AWS::ApiGateway::GatewayResponse",
        Properties: {
          RestApiId: { Ref: "Api" },
          ResponseType: "DEFAULT_4XX",
          ResponseParameters: { "gatewayresponse.header.X-Default": "'yes'" },
        },
      },
    },
  })
  const missing = await call("/nothing", {}, own)
  expect([missing.status, missing.json]).toEqual([404, { error: "Missing Authentication Token", at: "/dev/nothing" }])
  expect([missing.headers.get("access-control-allow-origin"), missing.headers.get("x-stage")]).toEqual(["*", "dev"])
  const key = await call("/key", {}, own)
  expect([key.status, key.headers.get("x-default"), key.json]).toEqual([403, "yes", { message: "Forbidden" }])
})

test("an HTTP proxy forwards the method, the segments of a greedy path, the query and the bytes", async () => {
  const backend = createServer((incoming, response) => {
    const chunks: Buffer[] = []
    incoming.on("data", (chunk) => chunks.push(chunk))
    incoming.on("end", () => {
      response.setHeader("x-seen", `${incoming.method} ${incoming.url}`)
      response.writeHead(202, { "content-type": "application/octet-stream" }).end(Buffer.concat(chunks))
    })
  }).listen(0, "127.0.0.1")
  onTestFinished(() => void backend.close())
  await new Promise((resolve) => backend.once("listening", resolve))
  const own = await startOwn({
    methods: [
      {
        key: "ANY /{proxy+}",
        integration: {
          Type: "HTTP_PROXY",
          IntegrationHttpMethod: "ANY",
          Uri: `http://127.0.0.1:${(backend.address() as AddressInfo).port}/base/{proxy}`,
          RequestParameters: { "integration.request.path.proxy": "method.request.path.proxy" },
        },
        properties: { RequestParameters: { "method.request.path.proxy": true } },
      },
    ],
  })
  const { status, headers, bytes } = await call("/a/b%20c?d=1", { method: "PUT", body: new Uint8Array([0, 255]) }, own)
  expect([status, headers.get("x-seen"), ...bytes]).toEqual([202, "PUT /base/a/b%20c?d=1", 0, 255])
  // How the backend sends its body is a matter of its own connection.
  expect([headers.get("transfer-encoding"), headers.get("content-length")]).toEqual([null, "2"])
  backend.close()
  backend.closeAllConnections()
  await new Promise((resolve) => backend.once("close", resolve))
  expect(await call("/a", {}, own)).toMatchObject({
    status: 504,
    json: { message: "Network error communicating with endpoint" },
  })
})
