// What becomes of one thing that happened: the access log in the stage's format, the execution log, the metrics.
import { expect, test } from "vitest"
import type { RouteSettings } from "../definition/api.ts"
import type { GatewayEvent } from "./gateway-event.ts"
import { createHistory } from "./history.ts"
import { Metrics } from "./metrics.ts"
import { createRecorder, type Recordable } from "./recorder.ts"

function record(changes: Partial<Recordable>, settings: RouteSettings = {}, format?: string) {
  const events: GatewayEvent[] = []
  const metrics = new Metrics()
  const { record } = createRecorder(
    (event) => events.push(event),
    metrics,
    createHistory(() => 0),
  )
  record({
    stage: {
      api: { apiId: "api" },
      definition: {
        stageName: "dev",
        logicalId: "Stage",
        stackName: "test",
        variables: {},
        defaultRouteSettings: settings,
        routeSettings: {},
        ...(format !== undefined && { accessLog: { destinationArn: "arn", format } }),
      },
    },
    routeKey: "progress",
    eventType: "MESSAGE",
    settings,
    context: { requestId: "r=", routeKey: "progress", status: 200 },
    trace: {},
    ...changes,
  })
  const lines = events.flatMap((event) => ("message" in event ? [event.message] : []))
  const metric = (name: Parameters<Metrics["read"]>[0], routeKey?: string) =>
    metrics.read(name, { apiId: "api", stageName: "dev", ...(routeKey !== undefined && { routeKey }) })
  return { events, lines, metric }
}

test("the access log has the stage's own format, and there is none without one", () => {
  expect(record({}, {}, "$context.routeKey $context.status").lines).toEqual(["progress 200"])
  expect(record({}).events).toEqual([])
})

test("the execution log says as much as its level wants", () => {
  const trace = { integrationUri: "arn:uri", requestBody: "{}", responseBody: '"x"', integrationLatency: 3 }
  const failed = { trace: { ...trace, failure: "Execution failed due to a timeout error" } }
  expect(record(failed, {}).lines).toEqual([])
  expect(record({ trace }, { loggingLevel: "ERROR" }).lines).toEqual([])
  expect(record(failed, { loggingLevel: "ERROR" }).lines).toEqual(["(r=) Execution failed due to a timeout error"])
  const info = record({ trace }, { loggingLevel: "INFO" }).lines
  expect(info).toContain("(r=) WebSocket Request Route: [progress]")
  expect(info.join()).not.toContain("body")
  const traced = record({ trace }, { loggingLevel: "INFO", dataTraceEnabled: true }).lines
  expect(traced).toContain("(r=) Endpoint request body after transformations: {}")
  expect(traced).toContain('(r=) Endpoint response body before transformations: "x"')
})

test("a line of the execution log has at most 1,024 bytes", () => {
  const long = { trace: { requestBody: JSON.stringify("ü".repeat(5000)) } }
  for (const line of record(long, { loggingLevel: "INFO", dataTraceEnabled: true }).lines) {
    expect(Buffer.byteLength(line)).toBeLessThanOrEqual(1024)
  }
})

test("messages count in both directions; errors are samples of 0 and 1; routes only with detailed metrics", () => {
  const { metric } = record({ trace: { answer: "hi", integrationLatency: 12 } })
  expect(metric("MessageCount").sum).toBe(2)
  expect(metric("IntegrationError")).toMatchObject({ sum: 0, sampleCount: 1 })
  expect(metric("IntegrationLatency")).toMatchObject({ sum: 12, sampleCount: 1 })
  expect(metric("MessageCount", "progress").sum).toBe(0)
  const detailed = record({ trace: { blame: "client" } }, { detailedMetricsEnabled: true })
  expect(detailed.metric("MessageCount", "progress").sum).toBe(1)
  expect(detailed.metric("ClientError", "progress")).toMatchObject({ sum: 1, average: 1 })
})

test("a POST to @connections that arrived is a message, others are not", () => {
  const post = { eventType: "CONNECTION_API" as const, routeKey: "POST /@connections/{connectionId}" }
  expect(record({ ...post, context: { requestId: "r", status: 200 } }).metric("MessageCount").sum).toBe(1)
  expect(record({ ...post, context: { requestId: "r", status: 410 } }).metric("MessageCount").sum).toBe(0)
})
