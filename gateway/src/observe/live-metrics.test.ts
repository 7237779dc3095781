// The series that the console and Prometheus read: sums, maxima and buckets, and their bounds.
import { expect, test } from "vitest"
import type { TransactionRecord } from "../definition/record.ts"
import { readEmbeddedMetrics } from "./embedded-metrics.ts"
import { createLiveMetrics } from "./live-metrics.ts"
import { latencyBuckets } from "./live-series.ts"

const record = (change: Partial<TransactionRecord> = {}): TransactionRecord => ({
  apiId: "api",
  stage: { stageName: "dev" } as TransactionRecord["stage"],
  eventType: "MESSAGE",
  routeKey: "chat",
  settings: {},
  context: { requestId: "r", status: 200 },
  ...change,
})
const printed = (root: object) =>
  ({ functionName: "f", requestId: "r", text: JSON.stringify(root), kind: "stdout" }) as const
/** A line with one embedded metric `m` in the namespace `n`. */
const embedded = (m: unknown, more: object = {}, Dimensions: string[][] = []) => ({
  _aws: { CloudWatchMetrics: [{ Namespace: "n", Dimensions, Metrics: [{ Name: "m" }] }] },
  m,
  ...more,
})

test("a series has the sum, the number and the maximum of its samples", () => {
  const live = createLiveMetrics()
  for (const value of [3, 7, 5]) live.addSamples(record(), [["MessageCount", value]])
  expect(live.series()).toEqual([
    {
      namespace: "AWS/ApiGateway",
      name: "MessageCount",
      dimensions: new Map([
        ["ApiId", "api"],
        ["Stage", "dev"],
        ["Route", "chat"],
      ]),
      sum: 15,
      sampleCount: 3,
      maximum: 7,
    },
  ])
})

test("events of different routes, stages and APIs have their own series, and an event without a route the empty one", () => {
  const live = createLiveMetrics()
  const stage = { stageName: "prod" } as TransactionRecord["stage"]
  const dev = record()
  for (const one of [dev, dev, { ...dev, routeKey: "send" }, { ...dev, routeKey: undefined }, record({ stage })]) {
    live.addSamples(one, [["MessageCount", 1]])
  }
  const counts = live.series().map(({ dimensions, sum }) => [dimensions.get("Stage"), dimensions.get("Route"), sum])
  expect(counts).toEqual([
    ["dev", "chat", 2],
    ["dev", "send", 1],
    ["dev", "", 1],
    ["prod", "chat", 1],
  ])
})

test("a latency counts in each bucket that it does not exceed", () => {
  const live = createLiveMetrics()
  for (const value of [5, 5.5, 29_000, 29_001]) live.addSamples(record(), [["IntegrationLatency", value]])
  const [series] = live.series()
  expect(series).toMatchObject({ sampleCount: 4, maximum: 29_001 })
  expect(series?.buckets).toEqual(latencyBuckets.map((limit) => (limit === 5 ? 1 : limit === 29_000 ? 3 : 2)))
})

test("only latencies of AWS have buckets, not an embedded metric of the same name", () => {
  const live = createLiveMetrics()
  const line = { _aws: { CloudWatchMetrics: [{ Namespace: "n", Metrics: [{ Name: "Latency" }] }] }, Latency: 3 }
  live.addLine(printed(line))
  live.addSamples(record(), [
    ["Latency", 3],
    ["ClientError", 0],
  ])
  expect(live.series().map(({ name, buckets }) => [name, buckets !== undefined])).toEqual([
    ["Latency", false],
    ["Latency", true],
    ["ClientError", false],
  ])
})

test("an invocation counts with and without errors, and a throttled request is no invocation", () => {
  const live = createLiveMetrics()
  const outcomes = ["responded", "function-error", "throttled"] as const
  for (const outcome of outcomes) live.addInvocation("f", outcome)
  live.addInvocation("g", "responded")
  const counts = live.series().map(({ name, dimensions, sum, sampleCount }) => {
    return [dimensions.get("FunctionName"), name, sum, sampleCount]
  })
  expect(counts).toEqual([
    ["f", "Throttles", 1, 3],
    ["f", "Invocations", 2, 2],
    ["f", "Errors", 1, 2],
    ["g", "Throttles", 0, 1],
    ["g", "Invocations", 1, 1],
    ["g", "Errors", 0, 1],
  ])
})

test("functions cannot create more than 5,000 series, and those that exist are counted on", () => {
  const live = createLiveMetrics()
  for (let count = 0; count < 5001; count++) live.addLine(printed(embedded(1, { id: count }, [["id"]])))
  expect(live.series()).toHaveLength(5000)
  live.addLine(printed(embedded(1, { id: 4999 }, [["id"]])))
  live.addLine(printed(embedded(1, { id: 5000 }, [["id"]])))
  live.addInvocation("new", "responded")
  expect(live.series()).toHaveLength(5000)
  expect(live.series().at(-1)).toMatchObject({ sum: 2, dimensions: new Map([["id", "4999"]]) })
})

test("a line has at most 100 values of a metric and 30 dimensions, and values that are no numbers are left out", () => {
  const names = Array.from({ length: 31 }, (_, index) => `d${index}`)
  const many = Array.from({ length: 101 }, (_, index) => index)
  const [metric] = readEmbeddedMetrics(JSON.stringify(embedded(many, { d0: "x" }, [names])))
  expect(metric?.values).toEqual(many.slice(0, 100))
  expect(metric?.dimensions).toEqual(names.slice(0, 30).map((name) => [name, name === "d0" ? "x" : ""]))
  expect(readEmbeddedMetrics(JSON.stringify(embedded([1, "2", null, 3])))).toMatchObject([{ values: [1, 3] }])
})
