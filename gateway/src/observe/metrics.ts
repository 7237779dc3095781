// CloudWatch's metrics for WebSocket APIs, counted per API, stage and route. AWS: section 10.5.

export const metricNames = [
  "ConnectCount",
  "MessageCount",
  "IntegrationError",
  "ClientError",
  "ExecutionError",
  "IntegrationLatency",
] as const
export type MetricName = (typeof metricNames)[number]

export type Dimensions = { apiId: string; stageName: string; routeKey?: string }

/** `average` is of interest for latency and, since errors are sampled as 0 or 1, for error rates. */
export type Statistic = { sum: number; sampleCount: number; average: number; maximum: number }

export class Metrics {
  readonly #series = new Map<string, { sum: number; sampleCount: number; maximum: number }>()

  /** Adds one sample to the API's, the stage's and, when there is a route, the route's series. */
  record(name: MetricName, value: number, { apiId, stageName, routeKey }: Dimensions): void {
    this.#add(`${name}|${apiId}`, value)
    this.#add(`${name}|${apiId}|${stageName}`, value)
    if (routeKey !== undefined) this.#add(`${name}|${apiId}|${stageName}|${routeKey}`, value)
  }

  read(name: MetricName, { apiId, stageName, routeKey }: Partial<Dimensions> & { apiId: string }): Statistic {
    const key = [name, apiId, stageName, routeKey].filter((part) => part !== undefined).join("|")
    const { sum, sampleCount, maximum } = this.#series.get(key) ?? { sum: 0, sampleCount: 0, maximum: 0 }
    return { sum, sampleCount, maximum, average: sampleCount === 0 ? 0 : sum / sampleCount }
  }

  #add(key: string, value: number): void {
    const series = this.#series.get(key)
    if (!series) {
      this.#series.set(key, { sum: value, sampleCount: 1, maximum: value })
      return
    }
    series.sum += value
    series.sampleCount++
    if (value > series.maximum) series.maximum = value
  }
}
