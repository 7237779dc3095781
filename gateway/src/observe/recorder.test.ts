// One record after another: the access log in the stage's format, the execution log, the metrics, the history.
import { expect, test } from "vitest"
import type { RouteSettings } from "../definition/api.ts"
import type { TransactionRecord } from "../definition/record.ts"
import type { GatewayEvent } from "./gateway-event.ts"
import { createHistory } from "./history.ts"
import { createLiveMetrics } from "./live-metrics.ts"
import { Metrics, metricNames } from "./metrics.ts"
import { createRecorder } from "./recorder.ts"
import { httpSamples } from "./samples.ts"
import { testStage } from "./testing/test-stage.ts"

function record(changes: Partial<TransactionRecord>, settings: RouteSettings = {}, format?: string) {
  const events: GatewayEvent[] = []
  const metrics = new Metrics()
  const history = createHistory(() => 0)
  const { record } = createRecorder((event) => events.push(event), { metrics, live: createLiveMetrics(), history })
  record({
    apiId: "api",
    stage: {
      ...testStage,
      defaultRouteSettings: settings,
      ...(format !== undefined && { accessLog: { format } }),
    },
    routeKey: "progress",
    eventType: "MESSAGE",
    settings,
    context: { requestId: "r=", routeKey: "progress", status: 200 },
    ...changes,
  })
  const lines = events.flatMap((event) => ("message" in event ? [event.message] : []))
  const metric = (name: Parameters<Metrics["read"]>[0], routeKey?: string) =>
    metrics.read(name, { apiId: "api", stageName: "dev", ...(routeKey !== undefined && { routeKey }) })
  return { events, lines, metric, entry: history.entries()[0] }
}

test("the access log is written in the stage's format, and only if the stage has one", () => {
  expect(record({}, {}, "$context.routeKey $context.status").lines).toEqual(["progress 200"])
  expect(record({}).events).toEqual([])
})

test("the execution log contains the lines of its level", () => {
  const run = { integrationUri: "arn:uri", requestBody: "{}", responseBody: '"x"', integrationLatency: 3 }
  const failed = { ...run, failure: "Execution failed due to a timeout error" }
  expect(record(failed, {}).lines).toEqual([])
  expect(record(run, { loggingLevel: "ERROR" }).lines).toEqual([])
  expect(record(failed, { loggingLevel: "ERROR" }).lines).toEqual(["(r=) Execution failed due to a timeout error"])
  const info = record(run, { loggingLevel: "INFO" }).lines
  expect(info).toContain("(r=) WebSocket Request Route: [progress]")
  expect(info.join()).not.toContain("body")
  const traced = record(run, { loggingLevel: "INFO", dataTraceEnabled: true }).lines
  expect(traced).toContain("(r=) Endpoint request body after transformations: {}")
  expect(traced).toContain('(r=) Endpoint response body before transformations: "x"')
})

test("a line of the execution log has at most 1,024 bytes", () => {
  const long = { requestBody: JSON.stringify("ü".repeat(5000)) }
  for (const line of record(long, { loggingLevel: "INFO", dataTraceEnabled: true }).lines) {
    expect(Buffer.byteLength(line)).toBeLessThanOrEqual(1024)
  }
})

test("messages count in both directions, errors are samples of 0 and 1, routes need detailed metrics", () => {
  const { metric } = record({ responseFrame: "hi", integrationLatency: 12 })
  expect(metric("MessageCount").sum).toBe(2)
  expect(metric("IntegrationError")).toMatchObject({ sum: 0, sampleCount: 1 })
  expect(metric("IntegrationLatency")).toMatchObject({ sum: 12, sampleCount: 1 })
  expect(metric("MessageCount", "progress").sum).toBe(0)
  const detailed = record({ blame: "client" }, { detailedMetricsEnabled: true })
  expect(detailed.metric("MessageCount", "progress").sum).toBe(1)
  expect(detailed.metric("ClientError", "progress")).toMatchObject({ sum: 1, average: 1 })
})

test("the lines of the execution log name their log group, request and kind", () => {
  const { events } = record({ failure: "it failed" }, { loggingLevel: "ERROR" })
  expect(events).toEqual([
    {
      event: "log",
      source: "api-gateway",
      logGroup: "API-Gateway-Execution-Logs_api/dev",
      requestId: "r=",
      message: "(r=) it failed",
      kind: "execution",
    },
  ])
})

test("the execution log at INFO has its lines in order, and every line of a failure at the end", () => {
  const run = { integrationUri: "arn:uri", requestBody: "{}", responseBody: '"x"', integrationLatency: 3 }
  const settings = { loggingLevel: "INFO" as const, dataTraceEnabled: true }
  expect(record({ ...run, failure: ["first", "second"] }, settings).lines).toEqual([
    "(r=) Extended Request Id: r=",
    "(r=) Starting execution for request: r=",
    "(r=) WebSocket Request Route: [progress]",
    "(r=) Endpoint request URI: arn:uri",
    "(r=) Endpoint request body after transformations: {}",
    "(r=) Received response. Integration latency: 3 ms",
    '(r=) Endpoint response body before transformations: "x"',
    "(r=) first",
    "(r=) second",
  ])
  expect(record({ routeKey: undefined }, settings).lines).toEqual([
    "(r=) Extended Request Id: r=",
    "(r=) Starting execution for request: r=",
  ])
})

test("a line of the execution log that is too long ends with a mark, and a shorter one is whole", () => {
  const settings = { loggingLevel: "ERROR" as const }
  const whole = "x".repeat(1024 - "(r=) ".length)
  expect(record({ failure: whole }, settings).lines).toEqual([`(r=) ${whole}`])
  const [cut = ""] = record({ failure: `${whole}x` }, settings).lines
  expect(cut).toBe(`(r=) ${whole.slice(0, 1024 - "(r=)  [TRUNCATED]".length)} [TRUNCATED]`)
  expect(record({ failure: `${"x".repeat(1000)}üüüüüüüüüüü` }, settings).lines.join()).not.toContain("\ufffd")
})

test("the credentials of a handshake are redacted in the execution log", () => {
  const requestBody = '{"headers":{"Authorization":"Bearer abcdef123456"}}'
  const settings = { loggingLevel: "INFO" as const, dataTraceEnabled: true }
  const lines = record({ eventType: "CONNECT", requestBody }, settings).lines.join("\n")
  expect(lines).toContain("****123456")
  expect(lines).not.toContain("Bearer")
})

test("the execution log of a REST API has the method and the path, and an HTTP API has none", () => {
  const settings = { loggingLevel: "INFO" as const }
  const context = { requestId: "r=", httpMethod: "GET", path: "/dev/a", status: 200 }
  const request = { eventType: "HTTP" as const, routeKey: "GET /a", context }
  expect(record({ ...request, isRest: true }, settings).lines).toEqual([
    "(r=) Extended Request Id: r=",
    "(r=) Starting execution for request: r=",
    "(r=) HTTP Method: GET, Resource Path: /dev/a",
  ])
  expect(record(request, settings).lines).toEqual([])
})

test("a request to a function URL is in the history only", () => {
  const request = { eventType: "HTTP" as const, isFunctionUrl: true, failure: "it failed", blame: "execution" as const }
  const { events, entry, metric } = record(request, { loggingLevel: "INFO" }, "$context.status")
  expect(events).toEqual([])
  expect(entry).toMatchObject({ kind: "event", eventType: "HTTP" })
  expect(metric("MessageCount").sampleCount).toBe(0)
})

test("a REST or HTTP request counts once, as an error of the client from 400 and of the server from 500 on", () => {
  const counts = (status: number, integrationLatency?: number) =>
    httpSamples({
      apiId: "api",
      stage: testStage,
      eventType: "HTTP",
      routeKey: "GET /",
      settings: {},
      context: { requestId: "r", status },
      ...(integrationLatency !== undefined && { integrationLatency }),
    })
  const sums = (client: number, server: number) => [
    ["Count", 1],
    ["4xx", client],
    ["5xx", server],
  ]
  expect(counts(399)).toEqual(sums(0, 0))
  expect(counts(400)).toEqual(sums(1, 0))
  expect(counts(499)).toEqual(sums(1, 0))
  expect(counts(500)).toEqual(sums(0, 1))
  expect(counts(200, 0)).toEqual([...sums(0, 0), ["IntegrationLatency", 0]])
})

test("each event is counted by its type", () => {
  const counts = (changes: Partial<TransactionRecord>) => {
    const { metric } = record(changes)
    return metricNames.map((name) => metric(name).sampleCount)
  }
  // ConnectCount, MessageCount, IntegrationError, ClientError, ExecutionError, IntegrationLatency
  expect(counts({ eventType: "CONNECT" })).toEqual([1, 0, 1, 1, 1, 0])
  expect(counts({ eventType: "MESSAGE" })).toEqual([0, 1, 1, 1, 1, 0])
  expect(counts({ eventType: "DISCONNECT", integrationLatency: 1 })).toEqual([0, 0, 1, 1, 1, 1])
  expect(counts({ eventType: "CONNECTION_API" })).toEqual([0, 0, 0, 0, 0, 0])
  expect(counts({ eventType: "HTTP" })).toEqual([0, 0, 0, 0, 0, 0])
})

test.each([
  ["client" as const, "ClientError"],
  ["integration" as const, "IntegrationError"],
  ["execution" as const, "ExecutionError"],
])("a failure of the %s counts as %s only", (blame, name) => {
  const { metric } = record({ blame })
  const errors = (["ClientError", "IntegrationError", "ExecutionError"] as const).map((one) => [one, metric(one).sum])
  expect(errors.filter(([, sum]) => sum !== 0)).toEqual([[name, 1]])
})

test("a GET or DELETE of @connections does not count as a message", () => {
  for (const method of ["GET", "DELETE"]) {
    const call = { eventType: "CONNECTION_API" as const, routeKey: `${method} /@connections/{connectionId}` }
    expect(record({ ...call, context: { requestId: "r", status: 200 } }).metric("MessageCount").sum).toBe(0)
  }
})

test("a record without a route has no series of its own with detailed metrics", () => {
  const { metric } = record({ routeKey: undefined }, { detailedMetricsEnabled: true })
  expect(metric("MessageCount").sum).toBe(1)
  expect(metric("MessageCount", "progress").sum).toBe(0)
})

test("a POST to @connections counts as a message when it was delivered", () => {
  const post = { eventType: "CONNECTION_API" as const, routeKey: "POST /@connections/{connectionId}" }
  expect(record({ ...post, context: { requestId: "r", status: 200 } }).metric("MessageCount").sum).toBe(1)
  expect(record({ ...post, context: { requestId: "r", status: 410 } }).metric("MessageCount").sum).toBe(0)
})

test("an HTTP request is written to the access log and the history, with method, path and status", () => {
  const context = { requestId: "r=", httpMethod: "GET", path: "/a", status: 404 }
  const settings = { loggingLevel: "INFO" as const }
  const { events, metric, entry } = record(
    { eventType: "HTTP", routeKey: undefined, context },
    settings,
    "$context.requestId $context.httpMethod $context.path $context.status",
  )
  expect(events).toEqual([{ event: "access", apiId: "api", stage: "dev", message: "r= GET /a 404" }])
  expect(entry).toMatchObject({ kind: "event", eventType: "HTTP", method: "GET", path: "/a", status: 404 })
  expect(metric("ClientError").sampleCount).toBe(0)
})
