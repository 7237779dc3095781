// Live metrics, embedded metrics of functions, and their text for Prometheus and Grafana.
import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import type { TransactionRecord } from "../definition/record.ts"
import { readEmbeddedMetrics } from "./embedded-metrics.ts"
import { createLiveMetrics, type LiveMetrics } from "./live-metrics.ts"
import { httpSamples, webSocketSamples } from "./samples.ts"

const record = (change: Partial<TransactionRecord> = {}): TransactionRecord => ({
  apiId: "api",
  stage: { stageName: "dev" } as TransactionRecord["stage"],
  eventType: "MESSAGE",
  routeKey: "chat",
  settings: {},
  context: { requestId: "r", status: 200 },
  ...change,
})
const printed = (text: string) => ({ functionName: "f", requestId: "r", text, kind: "stdout" }) as const
const report = (durationMs: number) =>
  ({ functionName: "f", requestId: "r", text: "REPORT", kind: "platform", durationMs }) as const

const embedded = JSON.stringify({
  _aws: {
    Timestamp: 1,
    CloudWatchMetrics: [
      {
        Namespace: "Shop/Orders",
        Dimensions: [["Plan", "__proto__"], []],
        Metrics: [{ Name: "itemCount", Unit: "Count" }, { Name: "missing" }],
      },
    ],
  },
  Plan: "pro",
  itemCount: [2, 3],
})

function addRecord(live: LiveMetrics, one: TransactionRecord): void {
  live.addSamples(one, one.eventType === "HTTP" ? httpSamples(one) : webSocketSamples(one))
}

function filled() {
  const live = createLiveMetrics()
  addRecord(live, record({ integrationLatency: 12, responseFrame: "x" }))
  addRecord(live, record({ integrationLatency: 300, blame: "integration" }))
  addRecord(live, record({ eventType: "CONNECT", routeKey: "$connect" }))
  addRecord(live, record({ eventType: "HTTP", routeKey: "GET /", context: { status: 503 } }))
  live.addLine({ functionName: "f", requestId: "r", text: "START", kind: "platform" })
  live.addLine(report(12.5))
  live.addLine(report(700.5))
  live.addLine(printed(embedded))
  live.addInvocation("f", "responded")
  live.addInvocation("f", "function-error")
  live.addInvocation("f", "throttled")
  return live
}

test("the text has AWS's metrics by route and by function, with histograms of latencies", async () => {
  const { contentType, text } = await filled().prometheusText([{ apiId: "api", stageName: "dev", count: 3 }])
  expect(contentType).toContain("text/plain; version=0.0.4")
  for (const line of [
    'aws_apigateway_connections_open{ApiId="api",Stage="dev"} 3',
    'aws_apigateway_message_count_total{ApiId="api",Stage="dev",Route="chat"} 3',
    'aws_apigateway_connect_count_total{ApiId="api",Stage="dev",Route="$connect"} 1',
    'aws_apigateway_integration_error_total{ApiId="api",Stage="dev",Route="chat"} 1',
    'aws_apigateway_integration_latency_milliseconds_bucket{ApiId="api",Stage="dev",Route="chat",le="10"} 0',
    'aws_apigateway_integration_latency_milliseconds_bucket{ApiId="api",Stage="dev",Route="chat",le="25"} 1',
    'aws_apigateway_integration_latency_milliseconds_bucket{ApiId="api",Stage="dev",Route="chat",le="+Inf"} 2',
    'aws_apigateway_integration_latency_milliseconds_sum{ApiId="api",Stage="dev",Route="chat"} 312',
    'aws_apigateway_integration_latency_milliseconds_count{ApiId="api",Stage="dev",Route="chat"} 2',
    'aws_apigateway_5xx_total{ApiId="api",Stage="dev",Route="GET /"} 1',
    'aws_lambda_invocations_total{FunctionName="f"} 2',
    'aws_lambda_errors_total{FunctionName="f"} 1',
    'aws_lambda_throttles_total{FunctionName="f"} 1',
    'aws_lambda_duration_milliseconds_sum{FunctionName="f"} 713',
  ]) {
    expect(text).toContain(`\n${line}\n`)
  }
  expect(text).toContain("# TYPE aws_lambda_duration_milliseconds histogram")
})

test("embedded metrics are counted by namespace and dimensions", async () => {
  const { text } = await filled().prometheusText([])
  expect(text).toContain('\nemf_shop_orders_item_count_sum{Plan="pro",proto__=""} 5\n')
  expect(text).toContain("\nemf_shop_orders_item_count_sum 5\n")
  expect(text).toContain('\nemf_shop_orders_item_count_count{Plan="pro",proto__=""} 2\n')
  expect(text).toContain("\nemf_shop_orders_item_count_max 3\n")
})

test.each([
  ["after the prefix of console.log", `2026-01-01T00:00:00.000Z\tid\tINFO\t${embedded}`, 2],
  ["without dimensions", '{"_aws":{"CloudWatchMetrics":[{"Namespace":"n","Metrics":[{"Name":"m"}]}]},"m":1}', 1],
  ["that is cut", embedded.slice(0, -5), 0],
  ["without values", '{"_aws":{"CloudWatchMetrics":[{"Namespace":"n","Metrics":[{"Name":"m"}]}]},"m":"x"}', 0],
  ["of another shape", '{"_aws":{"CloudWatchMetrics":"x"}}', 0],
  ["that mentions the word only", 'see "CloudWatchMetrics"', 0],
])("a line %s is read", (_name, line, count) => {
  expect(readEmbeddedMetrics(line)).toHaveLength(count)
})

test("a namespace of AWS is not taken from a function", () => {
  const live = createLiveMetrics()
  live.addLine(printed(embedded.replace("Shop/Orders", "AWS/Lambda")))
  expect(live.series()).toEqual([])
})

test("the dashboard asks for metrics that exist", async () => {
  const { text } = await filled().prometheusText([{ apiId: "api", stageName: "dev", count: 3 }])
  const dashboard = readFileSync(new URL("../console/grafana-dashboard.json", import.meta.url), "utf8")
  const asked = new Set(dashboard.match(/\baws_\w+/g))
  expect(asked.size).toBeGreaterThan(10)
  for (const name of asked) expect(text).toMatch(new RegExp(`^${name}[{ ]`, "m"))
})
