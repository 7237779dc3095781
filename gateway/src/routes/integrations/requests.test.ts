// The requests that integrations send to backends, services and functions, and what their results become.
import { describe, expect, test } from "vitest"
import type { IntegrationMapping } from "../../definition/api.ts"
import type { InvocationResult } from "../../definition/invocation.ts"
import type { OutgoingRequest, OutgoingResult, ServiceRequest } from "../../definition/outgoing-request.ts"
import { ManualClock } from "../../foundation/manual-clock.ts"
import { callService, readServiceUri } from "./aws-service.ts"
import { callHttp, type HttpTarget, readResult } from "./http.ts"
import { proxyRequest } from "./http-proxy.ts"
import { callLambda } from "./lambda.ts"
import { callMock } from "./mock.ts"
import {
  createScope,
  type MappedRequest,
  mapRequest,
  type RouteRequest,
  readRequestMapping,
} from "./request-mapping.ts"

type Parts = { body?: string } & Partial<Record<"header" | "querystring" | "path", Record<string, string>>>

function mappedOf({ body = "", header = {}, querystring = {}, path = {} }: Parts = {}): MappedRequest {
  return {
    body: Buffer.from(body),
    header: new Map(Object.entries(header)),
    querystring: new Map(Object.entries(querystring)),
    path: new Map(Object.entries(path)),
  }
}

const responded: OutgoingResult = { outcome: "responded", status: 201, headers: {}, body: Buffer.from("ok") }
const internal = "Internal server error"

describe("a request to an HTTP backend", () => {
  async function send(target: Partial<HttpTarget>, parts: Parts = {}) {
    const sent: OutgoingRequest[] = []
    const result = await callHttp(
      { uri: "https://backend.example/a", method: "PUT", timeoutMs: 5000, apiId: "a1", keepsSlashes: false, ...target },
      mappedOf(parts),
      {
        sendRequest: async (request) => {
          sent.push(request)
          return responded
        },
      },
    )
    return { result, request: sent[0] }
  }

  test("has the method, the timeout, the body and the headers of API Gateway", async () => {
    const { result, request } = await send({}, { body: "{}" })
    expect({ ...request, headers: { ...request?.headers } }).toEqual({
      method: "PUT",
      url: "https://backend.example/a",
      timeoutMs: 5000,
      body: Buffer.from("{}"),
      headers: {
        "user-agent": "AmazonAPIGateway_a1",
        "x-amzn-apigateway-api-id": "a1",
        "content-type": "application/json",
      },
    })
    expect(result).toMatchObject({ status: 201, selectionValue: "201" })
  })

  test("has mapped headers instead of its own, in one line, and no content type without a body", async () => {
    const { request } = await send({}, { header: { "user-agent": "me", "x-a": "one\r\nx-b: two" } })
    expect({ ...request?.headers }).toEqual({
      "user-agent": "me",
      "x-amzn-apigateway-api-id": "a1",
      "x-a": "one x-b: two",
    })
  })

  test.each<[string, Partial<HttpTarget>, Parts, string]>([
    ["a parameter is encoded", { uri: "http://b/{id}/x" }, { path: { id: "a/b c" } }, "http://b/a%2Fb%20c/x"],
    [
      "the segments of a greedy one stay",
      { uri: "http://b/{proxy+}", keepsSlashes: true },
      { path: { proxy: "a/b c" } },
      "http://b/a/b%20c",
    ],
    ["one without a value stays", { uri: "http://b/{id}" }, {}, "http://b/%7Bid%7D"],
    ["a lone surrogate is replaced", { uri: "http://b/{id}" }, { path: { id: "\ud800" } }, "http://b/%EF%BF%BD"],
    ["the query is added", { uri: "http://b/?a=1&b=2" }, { querystring: { b: "x y" } }, "http://b/?a=1&b=x+y"],
  ])("%s", async (_, target, parts, url) => {
    expect((await send(target, parts)).request?.url).toBe(url)
  })

  test.each(["ftp://backend.example", "backend.example", "{id}"])("is not sent to %s", async (uri) => {
    const { result, request } = await send({ uri })
    expect(request).toBeUndefined()
    const log = "Execution failed due to configuration error: Invalid endpoint address"
    expect(result).toEqual({ failure: { status: 500, message: internal, blame: "execution", log } })
  })

  test.each<[OutgoingResult, object]>([
    [{ outcome: "timed-out" }, { status: 504, message: "Endpoint request timed out", blame: "integration" }],
    [
      { outcome: "unreachable", message: "refused" },
      {
        status: 504,
        message: internal,
        blame: "integration",
        log: "Execution failed due to a network error communicating with endpoint: refused",
      },
    ],
    [
      { outcome: "not-sent", message: "not served" },
      { status: 500, blame: "execution", log: "Execution failed due to configuration error: not served" },
    ],
  ])("that fails with %j is a failure", (result, failure) => {
    expect(readResult(result)).toMatchObject({ failure })
  })
})

describe("a request of a proxy integration", () => {
  test("has the headers and the query as they arrived, except those of the connection, and mapped ones instead", () => {
    const hop = ["Host", "connection", "Upgrade", "content-length", "Transfer-Encoding", "keep-alive"]
    const request = {
      header: new Map([...hop.map((name) => [name, "x"] as const), ["X-One", "1"], ["X-Two", "2"]]),
      querystring: new Map([
        ["a", "1"],
        ["b", "2"],
      ]),
    } as unknown as RouteRequest
    const proxied = proxyRequest(request, mappedOf({ body: "b", header: { "x-two": "9" }, querystring: { b: "8" } }))
    expect(Object.fromEntries(proxied.header)).toEqual({ "x-one": "1", "x-two": "9" })
    expect(Object.fromEntries(proxied.querystring)).toEqual({ a: "1", b: "8" })
    expect(proxied.body.toString()).toBe("b")
  })
})

describe("a request to a service", () => {
  test.each([
    ["arn:aws:apigateway:eu-west-1:dynamodb:action/PutItem", { service: "dynamodb", action: "PutItem" }],
    ["arn:aws:apigateway:eu-west-1:s3:path/{bucket}/{key}", { service: "s3", path: "/{bucket}/{key}" }],
    ["arn:aws-cn:apigateway:eu-west-1:bucket.s3:path/", { service: "s3", path: "/" }],
  ])("of %s", (uri, expected) => {
    expect(readServiceUri(uri)).toEqual({ region: "eu-west-1", ...expected })
  })

  test.each(["https://example.com", "arn:aws:apigateway:eu-west-1:s3:other/x", "arn:aws:lambda:eu-west-1:s3:path/x"])(
    "is not of %s",
    (uri) => {
      expect(readServiceUri(uri)).toBeUndefined()
    },
  )

  async function send(uri: string, parts: Parts = {}, result: OutgoingResult = responded) {
    const sent: ServiceRequest[] = []
    const read = readServiceUri(`arn:aws:apigateway:eu-west-1:${uri}`)
    if (!read) throw new Error("The URI cannot be read.")
    const target = { uri: read, method: "GET", timeoutMs: 5000, roleArn: "role" }
    const received = await callService(target, mappedOf(parts), {
      async callService(request) {
        sent.push(request)
        return result
      },
    })
    const [request] = sent
    return { received, request: request && { ...request, headers: { ...request.headers }, body: String(request.body) } }
  }

  test.each([
    ["dynamodb", "DynamoDB_20120810", "1.0"],
    ["events", "AWSEvents", "1.1"],
    ["firehose", "Firehose_20150804", "1.1"],
    ["kinesis", "Kinesis_20131202", "1.1"],
    ["states", "AWSStepFunctions", "1.0"],
  ])("that is an action of %s has its target and protocol", async (service, prefix, version) => {
    const { request } = await send(`${service}:action/Do`, { body: "{}", querystring: { a: "1" } })
    expect(request).toEqual({
      service,
      region: "eu-west-1",
      timeoutMs: 5000,
      roleArn: "role",
      method: "POST",
      path: "/?a=1",
      headers: { "content-type": `application/x-amz-json-${version}`, "x-amz-target": `${prefix}.Do` },
      body: "{}",
    })
  })

  test("that is an action of another service names it in the query, and SNS responds with JSON", async () => {
    const { request } = await send("sns:action/Publish", { querystring: { Message: "a b" }, header: { "x-a": "1\n2" } })
    expect(request).toMatchObject({
      method: "POST",
      path: "/?Message=a+b&Action=Publish",
      headers: { accept: "application/json", "x-a": "1 2" },
    })
  })

  test("of a path has the method and mapped parameters, whose slashes stay", async () => {
    const { request } = await send("s3:path/{bucket}/{key+}?x", { path: { bucket: "b", key: "a/b c" } })
    expect(request).toMatchObject({ method: "GET", path: "/b/a/b%20c?x", headers: {} })
    expect((await send("s3:path/{bucket}")).request?.path).toBe("/{bucket}")
  })

  test("to SQS by the query protocol becomes one of JSON, for the queue of its path", async () => {
    const parts = { body: " Action=SendMessage&MessageBody=hi ", querystring: { Version: "2012-11-05" } }
    const { request } = await send("sqs:path/123456789012/jobs", parts)
    expect(request).toMatchObject({
      method: "POST",
      path: "/",
      headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": "AmazonSQS.SendMessage" },
    })
    expect(JSON.parse(request?.body ?? "")).toMatchObject({
      MessageBody: "hi",
      QueueUrl: "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs",
    })
    const action = await send("sqs:action/ListQueues")
    expect(action.request?.headers["x-amz-target"]).toBe("AmazonSQS.ListQueues")
    expect(JSON.parse(action.request?.body ?? "")).not.toHaveProperty("QueueUrl")
  })

  test("to SQS without an action fails, and one in JSON is sent as it is", async () => {
    const log = "Execution failed due to configuration error: The request to SQS has no Action."
    expect((await send("sqs:path/")).received).toMatchObject({ failure: { log } })
    const json = await send("sqs:action/SendMessage", {
      body: "{}",
      header: { "content-type": "application/x-amz-json-1.0" },
    })
    expect(json.request).toMatchObject({ body: "{}", headers: { "x-amz-target": "AmazonSQS.SendMessage" } })
  })

  test("to SQS that times out is a timeout", async () => {
    const { received } = await send("sqs:action/ListQueues", {}, { outcome: "timed-out" })
    expect(received).toMatchObject({ failure: { status: 504 } })
  })
})

describe("an event of a function", () => {
  async function call(parts: Parts, result: InvocationResult | "never" = answer) {
    const clock = new ManualClock()
    const events: string[] = []
    const later: string[] = []
    const called = callLambda({ functionArn: "arn:f", timeoutMs: 1000, caller: {} }, mappedOf(parts), {
      steadyClock: clock,
      invoke(_, payload) {
        events.push(payload)
        return result === "never" ? new Promise(() => {}) : Promise.resolve(result)
      },
      async invokeAsync(_, payload) {
        later.push(payload)
      },
    })
    clock.advance(999)
    if (result === "never") clock.advance(1)
    const response = await called
    expect(clock.pending).toBe(0)
    return { response, events, later }
  }
  const answer: InvocationResult = { outcome: "responded", payload: '{"a":1}', requestId: "r" }

  test("is the mapped body, or an empty object, and the result is the response", async () => {
    const { response, events } = await call({ body: '{"n":1}' })
    expect(response).toEqual({ status: 200, headers: {}, body: Buffer.from('{"a":1}'), selectionValue: undefined })
    expect(events).toEqual(['{"n":1}'])
    expect((await call({})).events).toEqual(["{}"])
  })

  test("is not sent when it is not JSON", async () => {
    const { response, events } = await call({ body: "{" })
    const log = "Execution failed due to configuration error: Could not parse request body into json."
    expect([response, events]).toEqual([expect.objectContaining({ failure: expect.objectContaining({ log }) }), []])
  })

  test("is sent asynchronously by a header, with an empty response 202", async () => {
    const { response, events, later } = await call({ body: "1", header: { "x-amz-invocation-type": "Event" } })
    expect([response, events, later]).toEqual([
      { status: 202, headers: {}, body: Buffer.alloc(0), selectionValue: undefined },
      [],
      ["1"],
    ])
    const other = await call({ body: "1", header: { "x-amz-invocation-type": "RequestResponse" } })
    expect([other.events, other.later]).toEqual([["1"], []])
  })

  test.each<[InvocationResult | "never", object]>([
    [
      { outcome: "function-error", payload: '{"x":1}', errorType: "E", errorMessage: "torn", requestId: "r" },
      {
        status: 200,
        body: Buffer.from('{"x":1}'),
        selectionValue: "torn",
        resultStatus: 502,
        log: "Lambda execution failed due to customer function error: torn",
      },
    ],
    [
      { outcome: "throttled", requestId: "r" },
      { failure: { log: "Execution failed due to configuration error: Rate Exceeded." } },
    ],
    [
      { outcome: "not-found", requestId: "r" },
      { failure: { log: "Execution failed due to configuration error: Function not found: arn:f" } },
    ],
    ["never", { failure: { status: 504 } }],
  ])("with the result %j", async (result, expected) => {
    expect((await call({}, result)).response).toMatchObject(expected)
  })
})

describe("a mock", () => {
  test.each([
    ['{"statusCode": 200}', 200],
    ["{ statusCode: 404, }", 404],
    ["{'a': 1, 'statusCode':-1 }", -1],
  ])("responds to %s with the status %d and no body", (body, status) => {
    const response = { status, headers: {}, body: Buffer.alloc(0), selectionValue: String(status) }
    expect(callMock(mappedOf({ body }))).toEqual(response)
  })

  test.each(["", "200", '{"statusCode": "200"}', '{"statusCode": 200', '"statusCode": 200}', '{"otherstatusCode": 2}'])(
    "fails for %j, without an integer",
    (body) => {
      const log = expect.stringContaining("Unable to parse statusCode. It should be an integer")
      expect(callMock(mappedOf({ body }))).toMatchObject({ failure: { status: 500, log } })
    },
  )
})

describe("the mapped request", () => {
  function map(mapping: Partial<IntegrationMapping>, request: Partial<RouteRequest> = {}) {
    const empty = new Map<string, never>()
    const route = {
      body: "",
      querystring: empty,
      header: empty,
      multiValueQuerystring: empty,
      multiValueHeader: empty,
      ...request,
    }
    const stage = { variables: { tenant: "t1" } }
    const record = { context: { requestId: "r1" }, authorizer: { user: "u1" }, stage }
    const read = readRequestMapping({
      passthroughBehavior: "WHEN_NO_MATCH",
      requestTemplates: {},
      requestParameters: {},
      ...mapping,
    } as IntegrationMapping)
    return mapRequest(read, createScope(route, record as never))
  }
  const bodyOf = (mapped: ReturnType<typeof map>) => ("failure" in mapped ? mapped.failure : mapped.body.toString())

  test("has its body from the template of its content type, else from the default, else as it arrived", () => {
    const requestTemplates = { "application/json": "json", "text/plain": "plain", $default: "other" }
    const rest = (contentType: string) => ({ method: "POST", path: new Map(), contentType, bytes: Buffer.from("raw") })
    expect(bodyOf(map({ requestTemplates }, { body: "x" }))).toBe("json")
    expect(bodyOf(map({ requestTemplates }, { body: "x", rest: rest("text/plain") }))).toBe("plain")
    expect(bodyOf(map({ requestTemplates }, { body: "x", rest: rest("text/csv") }))).toBe("other")
    expect(bodyOf(map({ requestTemplates: { "text/plain": "p" } }, { body: "x" }))).toBe("x")
    expect(bodyOf(map({}, { body: "x", rest: rest("text/csv") }))).toBe("raw")
  })

  test("has the template that an expression selects", () => {
    const templateSelectionExpression = "$request.body.kind"
    const requestTemplates = { a: "of a", $default: "of others" }
    const select = (body: string) => bodyOf(map({ templateSelectionExpression, requestTemplates }, { body }))
    expect([select('{"kind":"a"}'), select('{"kind":"b"}')]).toEqual(["of a", "of others"])
  })

  test.each([
    ["NEVER", {}, 415],
    ["NEVER", { "text/plain": "p" }, 415],
    ["WHEN_NO_TEMPLATES", { "text/plain": "p" }, 415],
    ["WHEN_NO_TEMPLATES", {}, undefined],
    ["WHEN_NO_MATCH", { "text/plain": "p" }, undefined],
  ] as const)(
    "without a template is passed on by %s with %j, or rejected: %s",
    (passthroughBehavior, templates, status) => {
      const mapped = map({ passthroughBehavior, requestTemplates: templates }, { body: "x" })
      const rejected = { status, message: "Unsupported Media Type", blame: "client" }
      expect(bodyOf(mapped)).toEqual(status === undefined ? "x" : rejected)
    },
  )

  test("is decoded from base64 when the template converts it", () => {
    const convert = (body: string) => bodyOf(map({ contentHandling: "CONVERT_TO_BINARY" }, { body }))
    expect(convert(Buffer.from("hi").toString("base64"))).toBe("hi")
    for (const body of ["aGk", "a-k=", "hi!!"]) {
      const log = "Execution failed due to configuration error: Unable to base64 decode the body."
      expect(convert(body)).toMatchObject({ status: 500, log })
    }
    expect(bodyOf(map({ contentHandling: "CONVERT_TO_TEXT" }, { body: "aGk=" }))).toBe("aGk=")
  })

  test("fails with its template: with 400 for a body that is not JSON, else with 500", () => {
    const requestTemplates = { $default: "$input.json('$.a')" }
    expect(bodyOf(map({ requestTemplates }, { body: "{" }))).toMatchObject({
      status: 400,
      message: "Bad request body",
      blame: "client",
    })
    const twice = "#set($context.requestOverride.header.a = '1')#set($context.requestOverride.header.a = '2')"
    expect(bodyOf(map({ requestTemplates: { $default: twice } }))).toMatchObject({
      status: 500,
      log: [
        "Execution failed due to configuration error: Unable to transform request",
        expect.stringContaining("The request template failed: "),
      ],
    })
  })

  test.each([
    ["'a constant'", "a constant"],
    ["route.request.querystring.q", "last"],
    ["route.request.header.x-name", "h"],
    ["method.request.header.X-NAME", "h"],
    ["route.request.multivaluequerystring.q", "first,last"],
    ["route.request.multivalueheader.X-Name", "g,h"],
    ["route.request.body.a.b", "7"],
    ["method.request.path.id", "42"],
    ["stageVariables.tenant", "t1"],
    ["context.requestId", "r1"],
    ["context.authorizer.user", "u1"],
    ["route.request.querystring.missing", undefined],
    ["route.request.header.missing", undefined],
    ["stageVariables.toString", undefined],
    ["other.source", undefined],
  ])("has a parameter from %s", (source, expected) => {
    const mapped = map(
      { requestParameters: { "integration.request.header.X-Mine": source, "integration.request.nowhere.x": "'1'" } },
      {
        body: '{"a":{"b":7}}',
        querystring: new Map([["q", "last"]]),
        header: new Map([["X-Name", "h"]]),
        multiValueQuerystring: new Map([["q", ["first", "last"]]]),
        multiValueHeader: new Map([["x-name", ["g", "h"]]]),
        rest: {
          method: "POST",
          path: new Map([["id", "42"]]),
          contentType: "application/json",
          bytes: Buffer.from('{"a":{"b":7}}'),
        },
      },
    )
    if ("failure" in mapped) throw new Error("The request is not mapped.")
    expect(Object.fromEntries(mapped.header)).toEqual(expected === undefined ? {} : { "x-mine": expected })
  })

  test("has its parameters in the header, the query and the path, and what the template overrides", () => {
    const $default = ["header", "querystring", "path"]
      .map((location) => `#set($context.requestOverride.${location}.Over = '${location}')`)
      .join("")
    const mapped = map({
      requestTemplates: { $default },
      requestParameters: {
        "integration.request.header.Over": "'1'",
        "integration.request.querystring.Q": "'2'",
        "integration.request.path.P": "'3'",
      },
    })
    if ("failure" in mapped) throw new Error("The request is not mapped.")
    const { header, querystring, path } = mapped
    expect([header, querystring, path].map((one) => Object.fromEntries(one))).toEqual([
      { over: "header" },
      { Q: "2", Over: "querystring" },
      { P: "3", Over: "path" },
    ])
  })
})
