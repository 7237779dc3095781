// Writes metrics in the text format of Prometheus, with the package prom-client.
import { Counter, Gauge, Histogram, Registry } from "prom-client"
import { type LiveSeries, latencyBuckets, type OpenConnections, type PrometheusText } from "./live-series.ts"

/** Written from scratch each time: Prometheus asks every few seconds. */
export async function prometheusText(
  series: readonly LiveSeries[],
  open: readonly OpenConnections[],
): Promise<PrometheusText> {
  const registry = new Registry()
  const connections = open.map(({ apiId, stageName, count }) => ({
    labels: { ApiId: apiId, Stage: stageName },
    value: count,
  }))
  addValues(registry, Gauge, {
    name: "aws_apigateway_connections_open",
    help: "Open WebSocket connections",
    values: connections,
  })
  for (const [name, group] of groupByName(series)) {
    const [first] = group
    if (!first) continue
    const help = `${first.namespace} ${first.name}`
    const valuesOf = (read: (one: LiveSeries) => number) =>
      group.map((one) => ({ labels: labelsOf(one), value: read(one) }))
    const sum = valuesOf((one) => one.sum)
    if (first.buckets) {
      new LiveHistogram(registry, { name: `${name}_milliseconds`, help }, group)
    } else if (first.namespace.startsWith("AWS/")) {
      addValues(registry, Counter, { name: `${name}_total`, help, values: sum })
    } else {
      // Gauges, because the sum of an embedded metric can fall.
      addValues(registry, Gauge, { name: `${name}_sum`, help: `${help}, sum`, values: sum })
      const samples = valuesOf((one) => one.sampleCount)
      addValues(registry, Gauge, { name: `${name}_count`, help: `${help}, samples`, values: samples })
      const maximum = valuesOf((one) => one.maximum)
      addValues(registry, Gauge, { name: `${name}_max`, help: `${help}, maximum`, values: maximum })
    }
  }
  return { contentType: registry.contentType, text: await registry.metrics() }
}

type Labels = Record<string, string>
type Values = { name: string; help: string; values: { labels: Labels; value: number }[] }

function addValues(registry: Registry, Type: typeof Counter | typeof Gauge, { name, help, values }: Values): void {
  const labelNames = [...new Set(values.flatMap(({ labels }) => Object.keys(labels)))]
  const metric = new Type({ name, help, labelNames, registers: [registry] })
  for (const { labels, value } of values) metric.inc(labels, value)
}

/** A histogram whose buckets were counted elsewhere. */
class LiveHistogram extends Histogram {
  readonly #about: { name: string; help: string }
  readonly #series: readonly LiveSeries[]

  constructor(registry: Registry, about: { name: string; help: string }, series: readonly LiveSeries[]) {
    super({ ...about, registers: [registry] })
    this.#about = about
    this.#series = series
  }

  /** What the registry calls for the text. */
  getForPromString() {
    const { name, help } = this.#about
    const values = this.#series.flatMap((one) => {
      const labels = labelsOf(one)
      const limits = [...latencyBuckets.map((limit, index) => [limit, one.buckets?.[index] ?? 0] as const)]
      const buckets = [...limits, ["+Inf", one.sampleCount] as const].map(([le, value]) => ({
        metricName: `${name}_bucket`,
        labels: { ...labels, le: String(le) },
        value,
      }))
      return [
        ...buckets,
        { metricName: `${name}_sum`, labels, value: one.sum },
        { metricName: `${name}_count`, labels, value: one.sampleCount },
      ]
    })
    return { name, help, type: "histogram", values }
  }
}

function groupByName(series: readonly LiveSeries[]): ReadonlyMap<string, LiveSeries[]> {
  const groups = new Map<string, LiveSeries[]>()
  for (const one of series) {
    const name = nameOf(one)
    const group = groups.get(name) ?? []
    group.push(one)
    groups.set(name, group)
  }
  return groups
}

/** `aws_apigateway_message_count`; `emf_` and the namespace for embedded metrics. */
function nameOf({ namespace, name }: LiveSeries): string {
  const isOfAws = namespace.startsWith("AWS/")
  const words = name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, "_")
  const own = isOfAws ? namespace : `emf_${namespace}`
  return `${own}_${words}`.toLowerCase().replace(/[^a-z0-9_]+/g, "_")
}

/** Names that begin with two underscores are reserved. Two dimensions with one label keep the last value. */
function labelsOf({ dimensions }: LiveSeries): Labels {
  const pairs = [...dimensions].map(([name, value]) => {
    const label = name.replace(/[^a-zA-Z0-9_]+/g, "_").replace(/^_+/, "")
    return [/^[a-zA-Z]/.test(label) ? label : `d_${label}`, value] as const
  })
  return Object.fromEntries(pairs)
}
