// Counts CloudWatch's metrics of WebSocket APIs per API, stage and route.
// AWS: ConnectCount counts handshakes, MessageCount messages in both directions (metrics-counts)

export const metricNames = [
  "ConnectCount",
  "MessageCount",
  "IntegrationError",
  "ClientError",
  "ExecutionError",
  "IntegrationLatency",
] as const
export type MetricName = (typeof metricNames)[number]

export type Dimensions = { apiId: string; stageName: string; routeKey?: string | undefined }

/** `average` is of interest for latency and, since errors are sampled as 0 or 1, for error rates. */
export type Statistic = { sum: number; sampleCount: number; average: number; maximum: number }

type Series = { sum: number; sampleCount: number; maximum: number }

/** The series of an API, below it those of its stages, below each of these those of its routes. */
type Branch = { series: Partial<Record<MetricName, Series>>; branches: Map<string, Branch> }

export class Metrics {
  readonly #root: Branch = { series: {}, branches: new Map() }

  /** Adds samples to the series of the API, of the stage and, when there is a route, of the route. */
  record(samples: Iterable<readonly [name: MetricName, value: number]>, dimensions: Dimensions): void {
    const { apiId, stageName, routeKey } = dimensions
    const api = growBranch(this.#root, apiId)
    const stage = growBranch(api, stageName)
    const route = routeKey === undefined ? undefined : growBranch(stage, routeKey)
    for (const [name, value] of samples) {
      addSample(api, name, value)
      addSample(stage, name, value)
      if (route) addSample(route, name, value)
    }
  }

  read(name: MetricName, { apiId, stageName, routeKey }: Partial<Dimensions> & { apiId: string }): Statistic {
    let branch: Branch | undefined = this.#root
    for (const part of [apiId, stageName, routeKey]) if (part !== undefined) branch = branch?.branches.get(part)
    const { sum, sampleCount, maximum } = branch?.series[name] ?? { sum: 0, sampleCount: 0, maximum: 0 }
    return { sum, sampleCount, maximum, average: sampleCount === 0 ? 0 : sum / sampleCount }
  }
}

function growBranch({ branches }: Branch, name: string): Branch {
  const known = branches.get(name)
  if (known) return known
  const branch: Branch = { series: {}, branches: new Map() }
  branches.set(name, branch)
  return branch
}

function addSample({ series }: Branch, name: MetricName, value: number): void {
  const known = series[name]
  if (!known) {
    series[name] = { sum: value, sampleCount: 1, maximum: value }
    return
  }
  known.sum += value
  known.sampleCount++
  known.maximum = Math.max(known.maximum, value)
}
