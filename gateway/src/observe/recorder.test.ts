// One record after another: the access log in the stage's format, the execution log, the metrics, the history.
import { expect, test } from "vitest"
import type { RouteSettings } from "../definition/api.ts"
import type { TransactionRecord } from "../definition/record.ts"
import type { GatewayEvent } from "./gateway-event.ts"
import { createHistory } from "./history.ts"
import { Metrics } from "./metrics.ts"
import { createRecorder } from "./recorder.ts"

function record(changes: Partial<TransactionRecord>, settings: RouteSettings = {}, format?: string) {
  const events: GatewayEvent[] = []
  const metrics = new Metrics()
  const history = createHistory(() => 0)
  const { record } = createRecorder((event) => events.push(event), metrics, history)
  record({
    apiId: "api",
    stage: {
      stageName: "dev",
      logicalId: "Stage",
      stackName: "test",
      variables: {},
      defaultRouteSettings: settings,
      routeSettings: {},
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
