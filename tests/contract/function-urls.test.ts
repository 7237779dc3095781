// URLs of functions: events, responses, permissions, signatures, CORS and failures.
import { once } from "node:events"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { describe, expect, onTestFinished, test } from "vitest"
import { signedHeaders } from "../testing/sign-handshake.ts"
import { type LocalGateway, shareLocal, startLocal } from "../testing/start-local.ts"
import { accept, echoEvent, functionResource, type TestApi } from "../testing/template.ts"

type Options = {
  code?: string
  authType?: "NONE" | "AWS_IAM"
  properties?: Record<string, unknown>
  runtime?: string
  handler?: string
  /** Logical ids of permissions that are absent. */
  without?: string[]
  reservedConcurrency?: number
  statements?: Record<string, unknown>[]
}

function target(code: string, { reservedConcurrency, runtime, handler }: Options) {
  const { Type, Properties } = functionResource(code, {}, 10, reservedConcurrency)
  return {
    Type,
    Properties: { ...Properties, ...(runtime && { Runtime: runtime }), ...(handler && { Handler: handler }) },
  }
}

/** A function with a URL that everybody may call. */
function withUrl({ code = echoEvent, authType = "NONE", properties, without = [], ...options }: Options = {}): TestApi {
  const permission = (Action: string, condition: Record<string, unknown>) => ({
    Type: "AWS::Lambda::Permission",
    Properties: { Action, FunctionName: { Ref: "Target" }, Principal: "*", ...condition },
  })
  const permissions = {
    UrlPermission: permission("lambda:InvokeFunctionUrl", { FunctionUrlAuthType: "NONE" }),
    InvokePermission: permission("lambda:InvokeFunction", { InvokedViaFunctionUrl: true }),
  }
  const kept = Object.entries(permissions).filter(([id]) => authType === "NONE" && !without.includes(id))
  return {
    routes: { $connect: { code: accept } },
    ...(options.statements && { statements: options.statements }),
    resources: {
      Target: target(code, options),
      Address: {
        Type: "AWS::Lambda::Url",
        Properties: { TargetFunctionArn: { Ref: "Target" }, AuthType: authType, ...properties },
      },
      ...Object.fromEntries(kept),
    },
    outputs: {
      FunctionUrl: { Value: { "Fn::GetAtt": ["Address", "FunctionUrl"] } },
      FunctionArn: { Value: { "Fn::GetAtt": ["Address", "FunctionArn"] } },
      Reference: { Value: { Ref: "Address" } },
    },
  }
}

const serve = shareLocal()

const start = async (options: Options = {}) => use(await serve(withUrl(options)))

function use(local: LocalGateway) {
  const { FunctionUrl = "", FunctionArn = "", Reference = "" } = local.gateway.outputs()
  return { ...local, functionUrl: FunctionUrl, functionArn: FunctionArn, reference: Reference }
}

/** Runs what a request sends, as the body of a handler: one process for all cases. */
const runSent = `
const run = (event, stream, context) =>
  new (async () => {}).constructor("stream", "context", event.queryStringParameters.run)(stream, context)
export const handler = (event, context) => run(event, undefined, context)
export const streaming = awslambda.streamifyResponse(run)`

const running = { code: runSent }
/** The handler streams, and its caller receives the whole response. */
const buffering = { ...running, handler: "index.streaming" }
/** The handler streams to its caller. */
const streaming = { ...buffering, properties: { InvokeMode: "RESPONSE_STREAM" } }

const fetchRunning = (url: string, body: string, init: RequestInit = {}) =>
  fetch(`${url}?run=${encodeURIComponent(body)}`, init)

describe("a function URL", () => {
  test("is an output with a local address, a stage of the ready line, and refers to its function", async () => {
    const { gateway, functionUrl, functionArn, reference } = await start()
    expect(functionUrl).toMatch(/^http:\/\/localhost:\d+\/$/)
    expect(functionArn).toMatch(/^arn:aws:lambda:us-east-1:000000000000:function:/)
    expect(reference).toBe(functionArn)
    expect(gateway.stages().find(({ protocol }) => protocol === "FUNCTION_URL")).toEqual({
      protocol: "FUNCTION_URL",
      apiId: expect.stringMatching(/^[a-z0-9]{32}$/),
      logicalId: "Address",
      stageName: "$default",
      url: functionUrl.slice(0, -1),
    })
  })

  test("invokes its function with an event of payload format 2.0, without stages", async () => {
    const { functionUrl } = await start()
    const headers = { "content-type": "text/plain", cookie: "a=1; b=2" }
    const response = await fetch(`${functionUrl}my/path?p=1&p=2`, { method: "POST", body: "hi", headers })
    const event = (await response.json()) as { requestContext: { apiId: string } }
    const { apiId } = event.requestContext
    expect(event).toMatchObject({
      version: "2.0",
      routeKey: "$default",
      rawPath: "/my/path",
      rawQueryString: "p=1&p=2",
      queryStringParameters: { p: "1,2" },
      cookies: ["a=1", "b=2"],
      body: "hi",
      isBase64Encoded: false,
      requestContext: {
        accountId: "anonymous",
        domainName: `${apiId}.lambda-url.us-east-1.on.aws`,
        domainPrefix: apiId,
        http: { method: "POST", path: "/my/path", protocol: "HTTP/1.1", sourceIp: "127.0.0.1" },
        requestId: response.headers.get("x-amzn-requestid"),
        routeKey: "$default",
        stage: "$default",
      },
    })
    expect(event).not.toHaveProperty("pathParameters")
    expect(event).not.toHaveProperty("stageVariables")
    expect(event.requestContext).not.toHaveProperty("authorizer")
  })

  test("infers the response from a result without statusCode", async () => {
    const { functionUrl } = await start(running)
    const response = await fetchRunning(functionUrl, "return { a: 1 }")
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "application/json"])
    expect(await response.json()).toEqual({ a: 1 })
  })

  test("sends status, headers, cookies and a binary body", async () => {
    const result = `{ statusCode: 201, headers: { "X-A": "b" }, cookies: ["a=1", "b=2"], body: "aGk=", isBase64Encoded: true }`
    const { functionUrl } = await start(running)
    const response = await fetchRunning(functionUrl, `return ${result}`)
    expect([response.status, response.headers.get("x-a")]).toEqual([201, "b"])
    expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"])
    expect(await response.text()).toBe("hi")
  })

  test.each([
    ["throws", "throw new Error('no')", 0],
    ["returns an invalid status", "return { statusCode: 'x' }", 1],
  ])("responds with 502 when its function %s", async (_, body, reported) => {
    const { functionUrl, events } = await start(running)
    const response = await fetchRunning(functionUrl, body)
    expect(response.status).toBe(502)
    expect(await response.text()).toBe("Internal Server Error")
    // What the function throws is in its own log.
    const messages = events.flatMap((event) => ("message" in event ? event.message : []))
    expect(messages.filter((message) => message?.includes("Malformed response"))).toHaveLength(reported)
  })

  test("responds with 429 when the reserved concurrency is zero", async () => {
    const { functionUrl } = await start({ reservedConcurrency: 0 })
    expect((await fetch(functionUrl)).status).toBe(429)
  })

  test("rejects a payload over 6 MB with 413", async () => {
    const { functionUrl } = await start({ code: accept })
    const statusOf = async (bytes: number) =>
      (await fetch(functionUrl, { method: "POST", body: Buffer.alloc(bytes, "a") })).status
    expect(await statusOf(4 * 1024 * 1024)).toBe(200)
    expect(await statusOf(6 * 1024 * 1024 + 1)).toBe(413)
  })

  test("is reached by functions at its address on AWS", async () => {
    const call = `export const handler = async () => (await fetch(process.env.TARGET_URL + "inner")).json()`
    const api = withUrl()
    const caller = functionResource(call, {
      environment: { TARGET_URL: { "Fn::GetAtt": ["Address", "FunctionUrl"] } },
    })
    const { resources = {} } = api
    const { gateway } = await startLocal({
      ...api,
      resources: {
        ...resources,
        Caller: caller,
        CallerAddress: {
          Type: "AWS::Lambda::Url",
          Properties: { TargetFunctionArn: { Ref: "Caller" }, AuthType: "NONE" },
        },
        CallerPermission: {
          Type: "AWS::Lambda::Permission",
          Properties: { Action: "lambda:*", FunctionName: { Ref: "Caller" }, Principal: "*" },
        },
      },
    })
    const { url = "" } = gateway.stages().find(({ logicalId }) => logicalId === "CallerAddress") ?? {}
    expect(await (await fetch(url)).json()).toMatchObject({ rawPath: "/inner" })
  })

  test.each([
    [
      "metadata",
      `awslambda.HttpResponseStream.from(stream, { statusCode: 202, headers: { "x-a": "b" }, cookies: ["c=1"] })`,
    ],
    ["a content type", `(stream.setContentType("text/event-stream"), stream)`],
  ])("receives the whole response of a handler that streams it, with %s", async (kind, stream) => {
    const body = `
      const response = ${stream}
      response.write("one ")
      await new Promise((resolve) => setImmediate(resolve))
      response.write(context.functionName === undefined ? "?" : "two")
      response.end()`
    const { functionUrl } = await start(buffering)
    const response = await fetchRunning(functionUrl, body)
    expect(await response.text()).toBe("one two")
    const { status, headers } = response
    expect([status, headers.get("x-a"), headers.getSetCookie(), headers.get("content-type")]).toEqual(
      kind === "metadata" ? [202, "b", ["c=1"], "text/plain;charset=UTF-8"] : [200, null, [], "text/event-stream"],
    )
  })

  test("waits for the end of a stream that a handler leaves open", async () => {
    const body = `
      stream.write("one ")
      setImmediate(() => setImmediate(() => stream.end("two")))`
    const { functionUrl } = await start(buffering)
    expect(await (await fetchRunning(functionUrl, body)).text()).toBe("one two")
  })

  test("goes on to use the execution environment whose handler destroyed its stream and failed", async () => {
    const destroying = `
      globalThis.hasRun = true
      stream.destroy(new Error("cut"))
      await new Promise((resolve) => setImmediate(resolve))
      throw new Error("no")`
    const { functionUrl } = await start(buffering)
    expect((await fetchRunning(functionUrl, destroying)).status).toBe(502)
    expect(await (await fetchRunning(functionUrl, "stream.end(String(globalThis.hasRun))")).text()).toBe("true")
  })

  test("responds with 502 when a handler that streams throws", async () => {
    const { functionUrl } = await start(buffering)
    expect((await fetchRunning(functionUrl, `throw new Error("no")`)).status).toBe(502)
  })

  test("sends each part of a streamed response when the handler writes it", async () => {
    const gate = createServer().listen(0, "127.0.0.1")
    const waiting = once(gate, "request") as Promise<[IncomingMessage, ServerResponse]>
    await once(gate, "listening")
    onTestFinished(() => void gate.close())
    const body = `
      const headers = { "content-type": "text/plain" }
      const parts = awslambda.HttpResponseStream.from(stream, { statusCode: 201, headers })
      parts.write("one ")
      await fetch("http://127.0.0.1:${(gate.address() as AddressInfo).port}")
      parts.write("two ")
      parts.end("three")`
    const { functionUrl } = await start(streaming)
    const response = await fetchRunning(functionUrl, body)
    expect([response.status, response.headers.get("content-type")]).toEqual([201, "text/plain"])
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
    expect((await reader.read()).value).toBe("one ")
    // The handler waits for this response.
    const [, opened] = await waiting
    opened.end()
    let rest = ""
    for (let next = await reader.read(); !next.done; next = await reader.read()) rest += next.value
    expect(rest).toBe("two three")
  })

  test.each(["nodejs22.x", "nodejs24.x"])(
    "streams more than 6 MB on %s, at the pace of its client",
    async (runtime) => {
      const code = `export const handler = awslambda.streamifyResponse(async (event, stream) => {
      const { pipeline } = await import("node:stream/promises")
      const parts = Array.from({ length: 9 }, (_, index) => Buffer.alloc(1500000, index))
      await pipeline(parts, stream)
    })`
      const { functionUrl } = await start({ code, runtime, properties: { InvokeMode: "RESPONSE_STREAM" } })
      const response = await fetch(functionUrl)
      expect(response.headers.get("content-type")).toBe("application/octet-stream")
      const body = Buffer.from(await response.arrayBuffer())
      expect(body.length).toBe(13_500_000)
      expect([0, 1_500_000, 13_499_999].map((at) => body[at])).toEqual([0, 1, 8])
    },
  )

  test("cuts a streamed response off when its handler fails", async () => {
    const body = `
      stream.write("one ")
      await new Promise((resolve) => setImmediate(resolve))
      throw new Error("no")`
    const { functionUrl } = await start(streaming)
    const response = await fetchRunning(functionUrl, body)
    expect(response.status).toBe(200)
    await expect(response.text()).rejects.toThrow("terminated")
    expect((await fetchRunning(functionUrl, body)).status).toBe(200)
  })

  test("with RESPONSE_STREAM reads the result of a handler that does not stream", async () => {
    const { functionUrl } = await start({ ...running, properties: { InvokeMode: "RESPONSE_STREAM" } })
    const body = `return { statusCode: 202, headers: { "x-a": "b" }, body: "whole" }`
    const response = await fetchRunning(functionUrl, body)
    expect([response.status, response.headers.get("x-a"), await response.text()]).toEqual([202, "b", "whole"])
  })

  test("responds with 502 when a streamed response has an invalid status", async () => {
    const { functionUrl } = await start(streaming)
    const body = `awslambda.HttpResponseStream.from(stream, { statusCode: 99 }).end("x")`
    expect((await fetchRunning(functionUrl, body)).status).toBe(502)
  })
})

describe("a function URL without authorization", () => {
  test.each([
    ["UrlPermission", "lambda:InvokeFunctionUrl"],
    ["InvokePermission", "lambda:InvokeFunction"],
  ])("is a 403 without %s, and the permission is reported", async (without, action) => {
    const { functionUrl, events } = await start({ without: [without] })
    const response = await fetch(functionUrl)
    expect([response.status, response.headers.get("x-amzn-errortype")]).toEqual([403, "AccessDeniedException"])
    expect(await response.json()).toEqual({
      Message:
        "Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html",
    })
    expect(events).toContainEqual(
      expect.objectContaining({ event: "denied", action, cure: expect.stringContaining(action) }),
    )
  })

  test("is served without its permissions when permissions are not enforced", async () => {
    const { functionUrl } = use(
      await startLocal(withUrl({ without: ["UrlPermission", "InvokePermission"] }), { iam: "off" }),
    )
    expect((await fetch(functionUrl)).status).toBe(200)
  })
})

describe("a function URL with AWS_IAM", () => {
  test("rejects a request without a signature, and passes the signer of another one on", async () => {
    const { functionUrl, gateway } = await start({ authType: "AWS_IAM" })
    expect((await fetch(functionUrl)).status).toBe(403)
    const url = `${functionUrl}a`
    const headers = await signedHeaders(url, gateway.credentials, { service: "lambda" })
    const response = await fetch(url, { headers })
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({
      requestContext: {
        accountId: "000000000000",
        authorizer: { iam: { accessKey: gateway.credentials.accessKeyId, accountId: "000000000000" } },
      },
    })
  })
})

describe("the CORS of a function URL", () => {
  const Cors = { AllowOrigins: ["https://a.example"], AllowMethods: ["GET"], AllowHeaders: ["x-a"], MaxAge: 5 }
  const headers = { origin: "https://a.example" }

  test("responds to a preflight without the function", async () => {
    const { functionUrl } = await start({ code: "export const handler = async () => 1 / 0n", properties: { Cors } })
    const preflight = { ...headers, "access-control-request-method": "GET" }
    const response = await fetch(functionUrl, { method: "OPTIONS", headers: preflight })
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "access-control-allow-origin": "https://a.example",
      "access-control-allow-methods": "GET",
      "access-control-allow-headers": "x-a",
      "access-control-max-age": "5",
    })
  })

  test("leaves a request with OPTIONS that is not a preflight to the function", async () => {
    const { functionUrl } = await start({ properties: { Cors } })
    const response = await fetch(functionUrl, { method: "OPTIONS", headers })
    expect(await response.json()).toMatchObject({ requestContext: { http: { method: "OPTIONS" } } })
  })

  test("adds its headers to those of the function", async () => {
    const body = `return { statusCode: 200, headers: { "access-control-allow-origin": "*" } }`
    const { functionUrl } = await start({ ...running, properties: { Cors } })
    const response = await fetchRunning(functionUrl, body, { headers })
    expect(response.headers.get("access-control-allow-origin")).toBe("*, https://a.example")
  })
})
