// Counts AWS's metrics by API, stage and route, and by function, and the embedded metrics of functions, for the console and
// for Prometheus. CloudWatch has series of routes only with detailed metrics; these are always by route.
import type { StageDefinition } from "../definition/api.ts"
import type { InvocationResult } from "../definition/invocation.ts"
import type { TransactionRecord } from "../definition/record.ts"
import { GatewayError } from "../foundation/errors.ts"
import { readEmbeddedMetrics } from "./embedded-metrics.ts"
import type { FunctionLine } from "./gateway-event.ts"
import { type LiveSeries, latencyBuckets, type OpenConnections, type PrometheusText } from "./live-series.ts"

export type LiveMetrics = {
  /** Adds what a transaction counts to the series of its route. */
  addSamples(record: TransactionRecord, samples: readonly (readonly [name: string, value: number])[]): void
  addLine(line: FunctionLine): void
  addInvocation(functionName: string, outcome: InvocationResult["outcome"]): void
  series(): readonly LiveSeries[]
  /** @throws GatewayError PACKAGE_MISSING */
  prometheusText(open: readonly OpenConnections[]): Promise<PrometheusText>
}

const latencies = new Set(["IntegrationLatency", "Latency", "Duration"])
/** Functions choose the names of embedded metrics, so their number has no bound. */
const MAX_SERIES = 5000

/** Adds a sample to a series of one namespace and set of dimensions. */
type Add = (name: string, value: number) => void

export function createLiveMetrics(): LiveMetrics {
  const all = new Map<string, LiveSeries>()
  // Every message adds some ten samples: their series are found without the text of all dimensions.
  const ofRoutes = new WeakMap<StageDefinition, Map<string, Add>>()
  const ofFunctions = new Map<string, Add>()

  function createAdd(namespace: string, dimensions: readonly (readonly [string, string])[]): Add {
    const found = new Map<string, LiveSeries>()
    return (name, value) => {
      const series = found.get(name) ?? findSeries(namespace, name, dimensions)
      if (!series) return
      found.set(name, series)
      addSample(series, value)
    }
  }

  function findSeries(namespace: string, name: string, dimensions: readonly (readonly [string, string])[]) {
    const key = JSON.stringify([namespace, name, dimensions])
    const existing = all.get(key)
    if (existing || all.size >= MAX_SERIES) return existing
    const isLatency = namespace.startsWith("AWS/") && latencies.has(name)
    const series: LiveSeries = {
      namespace,
      name,
      dimensions: new Map(dimensions),
      sum: 0,
      sampleCount: 0,
      maximum: Number.NEGATIVE_INFINITY,
      ...(isLatency && { buckets: latencyBuckets.map(() => 0) }),
    }
    all.set(key, series)
    return series
  }

  function ofRoute({ apiId, stage, routeKey = "" }: TransactionRecord): Add {
    const routes = ofRoutes.get(stage) ?? new Map<string, Add>()
    const known = routes.get(routeKey)
    if (known) return known
    const add = createAdd("AWS/ApiGateway", [
      ["ApiId", apiId],
      ["Stage", stage.stageName],
      ["Route", routeKey],
    ])
    if (routes.size < MAX_SERIES) routes.set(routeKey, add)
    ofRoutes.set(stage, routes)
    return add
  }

  function ofFunction(functionName: string): Add {
    const add = ofFunctions.get(functionName) ?? createAdd("AWS/Lambda", [["FunctionName", functionName]])
    ofFunctions.set(functionName, add)
    return add
  }

  return {
    addSamples(record, samples) {
      const add = ofRoute(record)
      for (const [name, value] of samples) add(name, value)
    },
    addLine(line) {
      if (line.kind === "platform") {
        const { durationMs } = line
        if (durationMs !== undefined) ofFunction(line.functionName)("Duration", durationMs)
        return
      }
      for (const { namespace, name, dimensions, values } of readEmbeddedMetrics(line.text)) {
        // These namespaces belong to services.
        if (namespace.startsWith("AWS/")) continue
        const add = createAdd(namespace, dimensions)
        for (const value of values) add(name, value)
      }
    },
    addInvocation(functionName, outcome) {
      const add = ofFunction(functionName)
      // A throttled request is not an invocation.
      add("Throttles", outcome === "throttled" ? 1 : 0)
      if (outcome === "throttled") return
      add("Invocations", 1)
      add("Errors", outcome === "function-error" ? 1 : 0)
    },
    series: () => [...all.values()],
    prometheusText: async (open) => (await loadPrometheus()).prometheusText([...all.values()], open),
  }
}

function addSample(series: LiveSeries, value: number): void {
  series.sum += value
  series.sampleCount++
  if (value > series.maximum) series.maximum = value
  const { buckets } = series
  if (!buckets) return
  for (let index = latencyBuckets.length - 1; index >= 0 && value <= (latencyBuckets[index] ?? 0); index--) {
    buckets[index] = (buckets[index] ?? 0) + 1
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
