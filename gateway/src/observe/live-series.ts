// The series of the live metrics: one per metric and set of dimensions.

/** Milliseconds; the last one is the longest integration timeout. */
export const latencyBuckets = [5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 29_000] as const

export type LiveSeries = {
  /** `AWS/ApiGateway`, `AWS/Lambda`, or the namespace of an embedded metric. */
  namespace: string
  /** `MessageCount` */
  name: string
  dimensions: ReadonlyMap<string, string>
  sum: number
  sampleCount: number
  maximum: number
  /** Of a latency in milliseconds: how many samples are at most each of `latencyBuckets`. */
  buckets?: number[]
}

export type OpenConnections = { apiId: string; stageName: string; count: number }

export type PrometheusText = { contentType: string; text: string }
