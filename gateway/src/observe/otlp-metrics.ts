// Turns the live metrics into cumulative metrics of OpenTelemetry, in the JSON format of OTLP.
import { type LiveSeries, latencyBuckets } from "./live-series.ts"
import { nanos } from "./otlp-trace.ts"

export function otlpMetrics(series: readonly LiveSeries[], { since, now }: { since: number; now: number }): object[] {
  return series.map((one) => {
    const { namespace, name, sum, sampleCount, buckets } = one
    const point = {
      attributes: [...one.dimensions].map(([key, value]) => ({ key, value: { stringValue: value } })),
      startTimeUnixNano: nanos(since),
      timeUnixNano: nanos(now),
    }
    const metric = { name: `${namespace}/${name}` }
    if (!buckets)
      return {
        ...metric,
        sum: { aggregationTemporality: 2, isMonotonic: false, dataPoints: [{ ...point, asDouble: sum }] },
      }
    // The buckets of the live metrics are cumulative, those of OTLP are not.
    const counts = [...buckets, sampleCount].map((count, index) =>
      String(count - (index > 0 ? (buckets[index - 1] ?? 0) : 0)),
    )
    const dataPoint = {
      ...point,
      count: String(sampleCount),
      sum,
      bucketCounts: counts,
      explicitBounds: [...latencyBuckets],
    }
    return { ...metric, unit: "ms", histogram: { aggregationTemporality: 2, dataPoints: [dataPoint] } }
  })
}
