import { describe, expect, test } from "vitest"
import { type HttpEventSource, httpEvent } from "./event.ts"
import type { HttpRequest } from "./request.ts"

const request: HttpRequest = {
  method: "GET",
  path: "/documents/7",
  query: "",
  headers: { "user-agent": ["agent"] },
  body: Buffer.alloc(0),
  sourceIp: "127.0.0.1",
  domainName: "abc.example",
}
const source: HttpEventSource = {
  apiId: "abc",
  accountId: "123456789012",
  stage: { stageName: "$default", variables: {} },
  route: { routeKey: "GET /documents/{documentId}", payloadFormatVersion: "2.0" },
  pathParameters: { documentId: "7" },
  stamp: { requestId: "JKJaXmPLvHcESHA=", requestTimeEpoch: 1_583_348_638_390 },
  request,
}
const eventOf = (version: "1.0" | "2.0", changes: Partial<HttpRequest>, others: Partial<HttpEventSource> = {}) => {
  const route = { ...source.route, payloadFormatVersion: version }
  return JSON.parse(httpEvent({ ...source, route, request: { ...request, ...changes }, ...others }))
}
const names = ["__proto__", "constructor", "toString", "hasOwnProperty"]
const nullPrototype = (entries: Record<string, string[]>) => Object.assign(Object.create(null), entries)

describe("an event of format 2.0", () => {
  test("has no keys without a value", () => {
    const event = eventOf("2.0", {})
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

  test("joins repeated headers and query parameters by commas, and lists cookies", () => {
    const headers = { "x-a": ["1", "2"], cookie: ["x=1; y=2", "z=3"] }
    const event = eventOf("2.0", { query: "a=1&b=2&a=3", headers })
    expect(event).toMatchObject({
      rawQueryString: "a=1&b=2&a=3",
      queryStringParameters: { a: "1,3", b: "2" },
      cookies: ["x=1", "y=2", "z=3"],
    })
    expect(event.headers).toEqual({ "x-a": "1,2" })
  })

  test("contains text as text and every other body in base64", () => {
    const body = Buffer.from('{"a":1}')
    expect(eventOf("2.0", { body, headers: { "content-type": ["application/json"] } })).toMatchObject({
      body: '{"a":1}',
      isBase64Encoded: false,
    })
    expect(eventOf("2.0", { body: Buffer.from([0, 255]), headers: { "content-type": ["image/png"] } })).toMatchObject({
      body: "AP8=",
      isBase64Encoded: true,
    })
  })

  test("has the stage variables and the path with the stage", () => {
    const stage = { stageName: "dev", variables: { a: "b" } }
    expect(eventOf("2.0", { path: "/dev/documents/7" }, { stage })).toMatchObject({
      rawPath: "/dev/documents/7",
      stageVariables: { a: "b" },
    })
  })

  test.each(names)("may have a header and a query parameter named %s", (name) => {
    const event = eventOf("2.0", { query: `${name}=1&${name}=2`, headers: nullPrototype({ [name]: ["3"] }) })
    expect(Object.entries(event.queryStringParameters)).toEqual([[name, "1,2"]])
    expect(Object.entries(event.headers)).toEqual([[name, "3"]])
  })
})

describe("an event of format 1.0", () => {
  test("has the documented keys, null where there is no value", () => {
    expect(eventOf("1.0", {}, { pathParameters: {} })).toEqual({
      version: "1.0",
      resource: "/documents/{documentId}",
      path: "/documents/7",
      httpMethod: "GET",
      headers: { "user-agent": "agent" },
      multiValueHeaders: { "user-agent": ["agent"] },
      queryStringParameters: null,
      multiValueQueryStringParameters: null,
      requestContext: {
        accountId: "123456789012",
        apiId: "abc",
        authorizer: { claims: null, scopes: null },
        domainName: "abc.example",
        domainPrefix: "abc",
        extendedRequestId: "JKJaXmPLvHcESHA=",
        httpMethod: "GET",
        identity: {
          accessKey: null,
          accountId: null,
          caller: null,
          cognitoAuthenticationProvider: null,
          cognitoAuthenticationType: null,
          cognitoIdentityId: null,
          cognitoIdentityPoolId: null,
          principalOrgId: null,
          sourceIp: "127.0.0.1",
          user: null,
          userAgent: "agent",
          userArn: null,
        },
        path: "/documents/7",
        protocol: "HTTP/1.1",
        requestId: "JKJaXmPLvHcESHA=",
        requestTime: "04/Mar/2020:19:03:58 +0000",
        requestTimeEpoch: 1_583_348_638_390,
        resourceId: null,
        resourcePath: "/documents/{documentId}",
        stage: "$default",
      },
      pathParameters: null,
      stageVariables: null,
      body: null,
      isBase64Encoded: false,
    })
  })

  test("has every value of repeated headers and query parameters, and cookies as a header", () => {
    const headers = { "x-a": ["1", "2"], cookie: ["x=1; y=2"] }
    expect(eventOf("1.0", { query: "a=1&b=2&a=3", headers })).toMatchObject({
      headers: { "x-a": "2", cookie: "x=1; y=2" },
      multiValueHeaders: headers,
      queryStringParameters: { a: "1", b: "2" },
      multiValueQueryStringParameters: { a: ["1", "3"], b: ["2"] },
    })
  })

  test("has path parameters, stage variables and the body", () => {
    const stage = { stageName: "dev", variables: { a: "b" } }
    const headers = { "content-type": ["text/plain"] }
    expect(eventOf("1.0", { headers, body: Buffer.from("hi") }, { stage })).toMatchObject({
      pathParameters: { documentId: "7" },
      stageVariables: { a: "b" },
      body: "hi",
      isBase64Encoded: false,
    })
  })

  test.each(names)("may have a header and a query parameter named %s", (name) => {
    const event = eventOf("1.0", { query: `${name}=1&${name}=2`, headers: nullPrototype({ [name]: ["3"] }) })
    expect(Object.entries(event.queryStringParameters)).toEqual([[name, "1"]])
    expect(Object.entries(event.multiValueQueryStringParameters)).toEqual([[name, ["1", "2"]]])
    expect(Object.entries(event.headers)).toEqual([[name, "3"]])
    expect(Object.entries(event.multiValueHeaders)).toEqual([[name, ["3"]]])
  })
})

describe("in both formats", () => {
  test.each(["1.0", "2.0"] as const)(
    "%s: an absent user agent is empty, and an invalid encoding stays in the path",
    (version) => {
      const event = eventOf(version, { headers: {}, path: "/documents/%" })
      const { identity, http } = event.requestContext
      expect((identity ?? http).userAgent).toBe("")
      expect(event.rawPath ?? event.path).toBe("/documents/%")
      expect(eventOf(version, { path: "/documents/%C3%BC" })).toMatchObject(
        version === "1.0" ? { path: "/documents/ü" } : { rawPath: "/documents/ü" },
      )
    },
  )

  test.each(["1.0", "2.0"] as const)("%s: a body without a content type is text", (version) => {
    expect(eventOf(version, { body: Buffer.from("hi"), headers: {} })).toMatchObject({
      body: "hi",
      isBase64Encoded: false,
    })
  })

  test.each([
    ["text/html; charset=utf-8", false],
    ["TEXT/PLAIN", false],
    ["application/json", false],
    ["application/javascript", false],
    ["application/xml", false],
    ["application/x-www-form-urlencoded", false],
    ["application/vnd.api+json", false],
    ["image/svg+xml", false],
    ["application/octet-stream", true],
    ["x-text/plain", true],
  ])("a body of the type %s is in base64: %j", (contentType, isBase64Encoded) => {
    const event = eventOf("2.0", { body: Buffer.from("hi"), headers: { "content-type": [contentType] } })
    expect(event).toMatchObject({ body: isBase64Encoded ? "aGk=" : "hi", isBase64Encoded })
  })

  test("a $default route has no path parameters, and is its own resource", () => {
    const others = { route: { routeKey: "$default", payloadFormatVersion: "1.0" as const }, pathParameters: {} }
    const event = JSON.parse(httpEvent({ ...source, ...others }))
    expect(event).toMatchObject({ resource: "$default", pathParameters: null })
    const event2 = eventOf("2.0", { body: undefined }, { pathParameters: {} })
    expect(event2).not.toHaveProperty("pathParameters")
    expect(event2).not.toHaveProperty("body")
  })
})
