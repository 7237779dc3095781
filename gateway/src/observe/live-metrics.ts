// Counts AWS's metrics by API, stage and route, and by function, and the embedded metrics of functions, for the console and
// for Prometheus. CloudWatch has series of routes only with detailed metrics; these are always by route.
import type { InvocationResult } from "../definition/invocation.ts"
import type { TransactionRecord } from "../definition/record.ts"
import { GatewayError } from "../foundation/errors.ts"
import { readEmbeddedMetrics } from "./embedded-metrics.ts"
import type { GatewayEvent } from "./gateway-event.ts"
import { type LiveSeries, latencyBuckets, type OpenConnections, type PrometheusText } from "./live-series.ts"
import { samplesOf } from "./samples.ts"

export type LiveMetrics = {
  addRecord(record: TransactionRecord): void
  addEvent(event: GatewayEvent): void
  addInvocation(functionName: string, outcome: InvocationResult["outcome"]): void
  series(): readonly LiveSeries[]
  /** @throws GatewayError PACKAGE_MISSING */
  prometheusText(open: readonly OpenConnections[]): Promise<PrometheusText>
}

const latencies = new Set(["IntegrationLatency", "Latency", "Duration"])
/** Functions choose the names of embedded metrics, so their number has no bound. */
const MAX_SERIES = 5000

export function createLiveMetrics(): LiveMetrics {
  const all = new Map<string, LiveSeries>()

  function add(namespace: string, name: string, dimensions: readonly (readonly [string, string])[], value: number) {
    const key = `${namespace}\n${name}\n${dimensions.flat().join("\n")}`
    let series = all.get(key)
    if (!series) {
      if (all.size >= MAX_SERIES) return
      const isLatency = namespace.startsWith("AWS/") && latencies.has(name)
      series = { namespace, name, dimensions: new Map(dimensions), sum: 0, sampleCount: 0, maximum: value }
      if (isLatency) series.buckets = latencyBuckets.map(() => 0)
      all.set(key, series)
    }
    series.sum += value
    series.sampleCount++
    series.maximum = Math.max(series.maximum, value)
    const { buckets } = series
    if (buckets)
      for (const [index, limit] of latencyBuckets.entries())
        if (value <= limit) buckets[index] = (buckets[index] ?? 0) + 1
  }

  return {
    addRecord(record) {
      const dimensions = [
        ["ApiId", record.apiId],
        ["Stage", record.stage.stageName],
        ["Route", record.routeKey ?? ""],
      ] as const
      for (const [name, value] of samplesOf(record)) add("AWS/ApiGateway", name, dimensions, value)
    },
    addEvent(event) {
      if (event.event !== "log" || event.source !== "function") return
      const functionName = event.logGroup.replace(/^\/aws\/lambda\//, "")
      if (event.kind === "platform") {
        const durationMs = durationIn(event.message)
        if (durationMs !== undefined) add("AWS/Lambda", "Duration", [["FunctionName", functionName]], durationMs)
        return
      }
      for (const { namespace, name, dimensions, values } of readEmbeddedMetrics(event.message)) {
        // Such names belong to services.
        if (namespace.startsWith("AWS/")) continue
        for (const value of values) add(namespace, name, dimensions, value)
      }
    },
    addInvocation(functionName, outcome) {
      const dimensions = [["FunctionName", functionName]] as const
      // A throttled request is no invocation.
      add("AWS/Lambda", "Throttles", dimensions, outcome === "throttled" ? 1 : 0)
      if (outcome === "throttled") return
      add("AWS/Lambda", "Invocations", dimensions, 1)
      add("AWS/Lambda", "Errors", dimensions, outcome === "function-error" ? 1 : 0)
    },
    series: () => [...all.values()],
    prometheusText: async (open) => (await loadPrometheus()).prometheusText([...all.values()], open),
  }
}

/** Optional, because few need it. */
async function loadPrometheus(): Promise<typeof import("./prometheus-text.ts")> {
  try {
    return await import("./prometheus-text.ts")
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw cause
    const message = "Metrics for Prometheus need a package that is not installed."
    throw new GatewayError("PACKAGE_MISSING", message, { hint: "Run: npm install --save-dev prom-client@15", cause })
  }
}

/** Of the REPORT line, in the text and in the JSON format. */
function durationIn(line: string): number | undefined {
  if (!line.startsWith("REPORT ") && !line.includes('"platform.report"')) return undefined
  const duration = /(?:\tDuration: |"durationMs":)([\d.]+)/.exec(line)?.[1]
  return duration === undefined ? undefined : Number(duration)
}
