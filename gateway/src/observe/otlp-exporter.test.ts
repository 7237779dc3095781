// Traces and metrics of OpenTelemetry, as a collector receives them.
import { expect, test } from "vitest"
import type { TransactionRecord } from "../definition/record.ts"
import { silentLog } from "../foundation/log.ts"
import { ManualClock } from "../foundation/manual-clock.ts"
import { createLiveMetrics } from "./live-metrics.ts"
import { createOtlpExporter } from "./otlp-exporter.ts"
import { webSocketSamples } from "./samples.ts"

const requestId = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaa1"
const functionRequestId = "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbb2"
const traceId = functionRequestId.replaceAll("-", "")

function start(post: (url: string, body: string) => Promise<void>) {
  const clock = new ManualClock()
  const live = createLiveMetrics()
  const warnings: unknown[] = []
  const log = { ...silentLog, warn: (...warning: unknown[]) => warnings.push(warning) }
  const exporter = createOtlpExporter({ url: "http://collector:4318/", post, series: live.series, clock, log })
  const startedAt = clock.now()
  const record: TransactionRecord = {
    apiId: "api",
    stage: { stageName: "dev" } as TransactionRecord["stage"],
    eventType: "MESSAGE",
    routeKey: "chat",
    settings: {},
    context: { requestId, requestTimeEpoch: startedAt - 40, status: 500, connectionId: "c" },
    functionRequestId,
    integrationUri: "arn:aws:lambda:us-east-1:0:function:f/invocations",
    integrationLatency: 30,
    failure: ["one", "two"],
    blame: "integration",
  }
  return { clock, live, warnings, exporter, record, startedAt }
}

/** Until what was sent has failed or succeeded. */
const settled = () => new Promise((resolve) => setImmediate(resolve))

test("an event, its invocation and the calls of its function are one trace", async () => {
  const sent: [url: string, body: Record<string, unknown>][] = []
  const { exporter, record, live, startedAt } = start(async (url, body) => void sent.push([url, JSON.parse(body)]))
  exporter.addCall({
    service: "dynamodb",
    operation: "PutItem",
    resource: "documents",
    startedAt: startedAt - 20,
    durationMs: 5,
    status: 200,
    callerRequestId: functionRequestId,
    decisions: [],
  })
  exporter.addRecord(record)
  exporter.addRecord({
    ...record,
    eventType: "CONNECTION_API",
    functionRequestId: undefined as never,
    callerRequestId: functionRequestId,
  })
  live.addSamples(record, webSocketSamples(record))
  await exporter.close()
  expect(sent.map(([url]) => url)).toEqual(["http://collector:4318/v1/traces", "http://collector:4318/v1/metrics"])
  const nano = (ms: number) => `${BigInt(startedAt + ms) * 1_000_000n}`
  expect(sent[0]?.[1]).toMatchObject({
    resourceSpans: [
      {
        resource: { attributes: [{ key: "service.name", value: { stringValue: "apigw-local" } }] },
        scopeSpans: [
          {
            spans: [
              { traceId, parentSpanId: traceId.slice(16), name: "dynamodb PutItem", kind: 3, status: { code: 0 } },
              {
                traceId,
                spanId: "8aaaaaaaaaaaaaa1",
                name: "MESSAGE chat",
                startTimeUnixNano: nano(-40),
                endTimeUnixNano: nano(0),
                status: { code: 2, message: "one\ntwo" },
              },
              {
                traceId,
                spanId: traceId.slice(16),
                parentSpanId: "8aaaaaaaaaaaaaa1",
                name: "invoke f",
                startTimeUnixNano: nano(-30),
              },
              { traceId, parentSpanId: traceId.slice(16), name: "CONNECTION_API chat" },
            ],
          },
        ],
      },
    ],
  })
  const text = JSON.stringify(sent[1]?.[1])
  expect(text).toContain('"name":"AWS/ApiGateway/MessageCount"')
  expect(text).toContain('"bucketCounts":["0","0","0","1","0","0","0","0","0","0","0","0","0"]')
})

test("is sent every five seconds, and a collector that is away is reported once", async () => {
  let isAway = true
  const urls: string[] = []
  const { clock, exporter, record, live, warnings } = start(async (url) => {
    if (isAway) throw new Error("connect ECONNREFUSED")
    urls.push(url)
  })
  live.addSamples(record, webSocketSamples(record))
  for (let count = 0; count < 2; count++) {
    exporter.addRecord(record)
    clock.advance(5000)
    await settled()
  }
  expect(warnings).toMatchObject([[expect.any(String), { hint: "Is a collector at http://collector:4318/?" }]])
  isAway = false
  exporter.addRecord(record)
  clock.advance(5000)
  await settled()
  expect(urls).toHaveLength(2)
  // Away once more.
  isAway = true
  exporter.addRecord(record)
  clock.advance(5000)
  await settled()
  expect(warnings).toHaveLength(2)
  await exporter.close()
})

test("metrics are cumulative since the start, as sums and as histograms of latencies", async () => {
  const sent: string[] = []
  const { exporter, record, live, clock, startedAt } = start(async (_url, body) => void sent.push(body))
  live.addSamples(record, [
    ["ClientError", 1],
    ["ClientError", 0],
    ["IntegrationLatency", 7],
    ["IntegrationLatency", 30_000],
  ])
  clock.advance(1000)
  await exporter.close()
  const point = {
    attributes: [
      { key: "ApiId", value: { stringValue: "api" } },
      { key: "Stage", value: { stringValue: "dev" } },
      { key: "Route", value: { stringValue: "chat" } },
    ],
    startTimeUnixNano: `${startedAt}000000`,
    timeUnixNano: `${startedAt + 1000}000000`,
  }
  const explicitBounds = [5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 29_000]
  expect(JSON.parse(sent[0] ?? "").resourceMetrics[0].scopeMetrics[0].metrics).toEqual([
    {
      name: "AWS/ApiGateway/ClientError",
      sum: { aggregationTemporality: 2, isMonotonic: false, dataPoints: [{ ...point, asDouble: 1 }] },
    },
    {
      name: "AWS/ApiGateway/IntegrationLatency",
      unit: "ms",
      histogram: {
        aggregationTemporality: 2,
        dataPoints: [
          {
            ...point,
            count: "2",
            sum: 30_007,
            bucketCounts: ["0", "1", ...Array.from({ length: 10 }, () => "0"), "1"],
            explicitBounds,
          },
        ],
      },
    },
  ])
})

test("spans have the ids, times and attributes of what they are about", async () => {
  const sent: string[] = []
  const { exporter, record, startedAt } = start(async (_url, body) => void sent.push(body))
  const call = {
    service: "s3" as const,
    operation: "GetObject",
    resource: "bucket",
    startedAt,
    durationMs: 5,
    decisions: [],
  }
  exporter.addCall({ ...call, status: 404, failure: "no such key" })
  exporter.addCall({ ...call, status: 503 })
  exporter.addCall({ ...call, status: 399 })
  // Without an invocation.
  const { functionRequestId: _, failure: __, ...plain } = record
  exporter.addRecord({ ...plain, context: { ...record.context, requestId, status: 200 } })
  await exporter.close()
  // Nothing was counted, so no metrics are sent.
  expect(sent).toHaveLength(1)
  const nano = (ms: number) => `${BigInt(startedAt + ms) * 1_000_000n}`
  const text = (key: string, stringValue: string) => ({ key, value: { stringValue } })
  const { spans } = JSON.parse(sent[0] ?? "").resourceSpans[0].scopeSpans[0]
  const [first] = spans
  expect(first.spanId).toMatch(/^[0-9a-f]{16}$/)
  expect(first).toEqual({
    traceId: first.spanId.repeat(2),
    spanId: first.spanId,
    name: "s3 GetObject",
    kind: 3,
    startTimeUnixNano: nano(0),
    endTimeUnixNano: nano(5),
    attributes: [
      text("rpc.system", "aws-api"),
      text("rpc.service", "s3"),
      text("rpc.method", "GetObject"),
      text("aws.resource", "bucket"),
      { key: "http.response.status_code", value: { intValue: "404" } },
    ],
    status: { code: 2, message: "no such key" },
  })
  expect(spans.slice(1, 3)).toMatchObject([{ status: { code: 2, message: "status 503" } }, { status: { code: 0 } }])
  expect(spans.slice(3)).toEqual([
    {
      traceId: requestId.replaceAll("-", ""),
      spanId: "8aaaaaaaaaaaaaa1",
      name: "MESSAGE chat",
      kind: 2,
      startTimeUnixNano: nano(-40),
      endTimeUnixNano: nano(0),
      attributes: [
        text("aws.apigateway.api_id", "api"),
        text("aws.apigateway.stage", "dev"),
        text("aws.apigateway.route", "chat"),
        text("aws.apigateway.connection_id", "c"),
        text("aws.request_id", requestId),
        { key: "http.response.status_code", value: { intValue: "200" } },
      ],
      status: { code: 0 },
    },
  ])
})

test("events of WebSocket APIs, whose request ids are not UUIDs, have spans and traces of their own", async () => {
  const sent: string[] = []
  const { exporter, record } = start(async (_url, body) => void sent.push(body))
  for (const one of ["JKJaXmPLvHcESHA=", "JKJaXmPLvHcFSHA="]) {
    const context = { ...record.context, requestId: one }
    exporter.addRecord({ ...record, context })
    exporter.addRecord({ ...record, context, functionRequestId: undefined as never })
  }
  await exporter.close()
  const { spans } = JSON.parse(sent[0] ?? "").resourceSpans[0].scopeSpans[0]
  const [event, invocation, alone, other, , otherAlone] = spans
  expect(invocation.parentSpanId).toBe(event.spanId)
  expect(alone.spanId).toBe(event.spanId)
  expect(new Set([event.spanId, other.spanId, "0".repeat(16)]).size).toBe(3)
  expect(new Set([alone.traceId, otherAlone.traceId, "0".repeat(32)]).size).toBe(3)
  for (const { traceId, spanId } of spans) expect([traceId, spanId].join()).toMatch(/^[0-9a-f]{32},[0-9a-f]{16}$/)
})

test("at most 20,000 spans wait for a collector, and none are sent after the close", async () => {
  const counts: number[] = []
  const { exporter, record, clock } = start(async (url, body) => {
    if (url.endsWith("/traces")) counts.push(JSON.parse(body).resourceSpans[0].scopeSpans[0].spans.length)
  })
  const { functionRequestId: _, ...one } = record
  for (let count = 0; count < 20_001; count++) exporter.addRecord(one)
  clock.advance(5000)
  await settled()
  exporter.addRecord(one)
  await exporter.close()
  expect(counts).toEqual([20_000, 1])
  exporter.addRecord(one)
  clock.advance(60_000)
  await settled()
  expect(counts).toHaveLength(2)
})
