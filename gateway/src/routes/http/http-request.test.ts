import { describe, expect, test } from "vitest"
import type { HttpApiDefinition, HttpRouteDefinition, StageDefinition } from "../../definition/api.ts"
import { type HttpRequest, httpEvent, matchHttpRoute, readHttpResponse } from "./http-request.ts"

const route = (routeKey: string): HttpRouteDefinition => ({
  routeKey,
  logicalId: routeKey,
  stackName: "test",
  payloadFormatVersion: "2.0",
  timeoutMs: 30_000,
})

describe("the most specific route wins", () => {
  const routes = [
    "$default",
    "ANY /{proxy+}",
    "GET /documents/{documentId}",
    "ANY /documents/{documentId}",
    "GET /documents/latest",
    "POST /documents",
    "GET /files/{path+}",
  ].map(route)

  test.each([
    ["GET", "/documents/latest", "GET /documents/latest", {}],
    ["GET", "/documents/a%2Fb", "GET /documents/{documentId}", { documentId: "a/b" }],
    ["DELETE", "/documents/7", "ANY /documents/{documentId}", { documentId: "7" }],
    ["POST", "/documents", "POST /documents", {}],
    ["GET", "/files/a/b/c", "GET /files/{path+}", { path: "a/b/c" }],
    ["PUT", "/documents", "ANY /{proxy+}", { proxy: "documents" }],
    ["GET", "/documents/1/pages", "ANY /{proxy+}", { proxy: "documents/1/pages" }],
  ])("%s %s -> %s", (method, path, routeKey, pathParameters) => {
    const match = matchHttpRoute(routes, method, path)
    expect(match?.route.routeKey).toBe(routeKey)
    expect(match?.pathParameters).toEqual(pathParameters)
  })

  test("$default takes the rest, and without it there is none", () => {
    expect(matchHttpRoute([route("GET /a"), route("$default")], "GET", "/b")?.route.routeKey).toBe("$default")
    expect(matchHttpRoute([route("GET /a")], "GET", "/b")).toBe(undefined)
    expect(matchHttpRoute([route("GET /a/{id}")], "GET", "/a/")).toBe(undefined)
  })
})

describe("events of payload format 2.0", () => {
  const api: HttpApiDefinition = {
    apiId: "abc",
    name: "test",
    logicalId: "Api",
    stackName: "test",
    routes: [],
    stages: [],
  }
  const stage: StageDefinition = {
    stageName: "$default",
    logicalId: "Stage",
    stackName: "test",
    variables: {},
    defaultRouteSettings: {},
    routeSettings: {},
  }
  const about = {
    requestId: "JKJaXmPLvHcESHA=",
    nowMs: 1_583_348_638_390,
    accountId: "123456789012",
    domainName: "abc.example",
  }
  const request: HttpRequest = {
    method: "GET",
    path: "/documents/7",
    query: "",
    headers: { "user-agent": "agent" },
    cookies: [],
    body: Buffer.alloc(0),
    sourceIp: "127.0.0.1",
  }
  const eventOf = (changes: Partial<HttpRequest>, on = stage) => {
    const match = { route: route("GET /documents/{documentId}"), pathParameters: { documentId: "7" } }
    return JSON.parse(httpEvent(api, on, match, { ...request, ...changes }, about))
  }

  test("what is not there has no key", () => {
    const event = eventOf({})
    expect(Object.keys(event).sort()).toEqual([
      "headers",
      "isBase64Encoded",
      "pathParameters",
      "rawPath",
      "rawQueryString",
      "requestContext",
      "routeKey",
      "version",
    ])
    expect(event.requestContext).toEqual({
      accountId: "123456789012",
      apiId: "abc",
      domainName: "abc.example",
      domainPrefix: "abc",
      http: { method: "GET", path: "/documents/7", protocol: "HTTP/1.1", sourceIp: "127.0.0.1", userAgent: "agent" },
      requestId: "JKJaXmPLvHcESHA=",
      routeKey: "GET /documents/{documentId}",
      stage: "$default",
      time: "04/Mar/2020:19:03:58 +0000",
      timeEpoch: 1_583_348_638_390,
    })
  })

  test("repeated query parameters are joined by commas, cookies are a list", () => {
    expect(eventOf({ query: "a=1&b=2&a=3", cookies: ["x=1", "y=2"] })).toMatchObject({
      rawQueryString: "a=1&b=2&a=3",
      queryStringParameters: { a: "1,3", b: "2" },
      cookies: ["x=1", "y=2"],
    })
  })

  test("text travels as text, everything else as base64", () => {
    const body = Buffer.from('{"a":1}')
    expect(eventOf({ body, headers: { "content-type": "application/json" } })).toMatchObject({
      body: '{"a":1}',
      isBase64Encoded: false,
    })
    expect(eventOf({ body: Buffer.from([0, 255]), headers: { "content-type": "image/png" } })).toMatchObject({
      body: "AP8=",
      isBase64Encoded: true,
    })
  })

  test("a named stage is part of the path", () => {
    expect(eventOf({}, { ...stage, stageName: "dev", variables: { a: "b" } })).toMatchObject({
      rawPath: "/dev/documents/7",
      stageVariables: { a: "b" },
    })
  })
})

describe("responses", () => {
  const read = (result: unknown) => {
    const response = readHttpResponse(JSON.stringify(result) ?? "null")
    return response && { ...response, body: response.body.toString() }
  }

  test("with a statusCode it is taken as it is", () => {
    expect(
      read({ statusCode: 201, headers: { "Content-Type": "text/html", "X-N": 1 }, cookies: ["a=b"], body: "hi" }),
    ).toEqual({
      status: 201,
      headers: { "content-type": "text/html", "x-n": "1" },
      cookies: ["a=b"],
      body: "hi",
    })
    expect(read({ statusCode: "204" })).toMatchObject({ status: 204, body: "" })
    expect(read({ statusCode: 200, body: "aGk=", isBase64Encoded: true })).toMatchObject({ body: "hi" })
  })

  test("without one the whole result is the body of a 200", () => {
    expect(read({ hello: "world" })).toMatchObject({ status: 200, body: '{"hello":"world"}' })
    expect(read("plain")).toMatchObject({ status: 200, body: "plain" })
    expect(read(null)).toMatchObject({ status: 200, body: "null" })
  })

  test("what makes no sense is malformed", () => {
    for (const result of [{ statusCode: "many" }, { statusCode: 99 }, { statusCode: 200, body: { a: 1 } }]) {
      expect(read(result)).toBe(undefined)
    }
  })
})
