// Counts events per second, with their latencies, for the charts.
import type { EventEntry } from "./entry.ts"

export type Second = {
  /** Seconds since the epoch. */
  second: number
  messages: number
  pushes: number
  handshakes: number
  requests: number
  errors: number
  throttles: number
  /** Milliseconds, of messages and requests. */
  latencies: number[]
}

export type Totals = { label: string; count: number; errors: number; latencies: number[] }

export type Metrics = {
  add(entry: EventEntry): void
  /** The last `count` seconds up to now, oldest first. Seconds without events have zeros. */
  seconds(nowMs: number, count: number): Second[]
  /** By route and integration, most frequent first. */
  routes(): Totals[]
}

const KEPT_SECONDS = 15 * 60
/** Of a second or a route; more would not change the percentiles much. */
const MAX_LATENCIES = 2_000

export function createMetrics(): Metrics {
  const bySecond = new Map<number, Second>()
  const byRoute = new Map<string, Totals>()

  function secondOf(second: number): Second {
    const known = bySecond.get(second)
    if (known) return known
    const made = emptySecond(second)
    bySecond.set(second, made)
    if (bySecond.size > KEPT_SECONDS) {
      const [oldest] = bySecond.keys()
      if (oldest !== undefined) bySecond.delete(oldest)
    }
    return made
  }

  return {
    add(entry) {
      const second = secondOf(Math.floor((entry.time + entry.durationMs) / 1000))
      const label = entry.routeKey ?? "no route"
      const totals = byRoute.get(label) ?? { label, count: 0, errors: 0, latencies: [] }
      byRoute.set(label, totals)
      totals.count++
      if (entry.eventType === "MESSAGE") second.messages++
      else if (entry.eventType === "CONNECT") second.handshakes++
      else if (entry.eventType === "HTTP") second.requests++
      else if (entry.eventType === "CONNECTION_API") second.pushes++
      if (Number(entry.status) === 429) second.throttles++
      else if (entry.failure !== undefined || Number(entry.status) >= 500) {
        second.errors++
        totals.errors++
      }
      if (entry.eventType !== "MESSAGE" && entry.eventType !== "HTTP") return
      if (second.latencies.length < MAX_LATENCIES) second.latencies.push(entry.durationMs)
      if (totals.latencies.length < MAX_LATENCIES) totals.latencies.push(entry.durationMs)
      else totals.latencies[totals.count % MAX_LATENCIES] = entry.durationMs
    },
    seconds(nowMs, count) {
      const last = Math.floor(nowMs / 1000)
      return Array.from({ length: count }, (_, index) => {
        const second = last - count + 1 + index
        return bySecond.get(second) ?? emptySecond(second)
      })
    },
    routes: () => [...byRoute.values()].toSorted((one, other) => other.count - one.count),
  }
}

function emptySecond(second: number): Second {
  return { second, messages: 0, pushes: 0, handshakes: 0, requests: 0, errors: 0, throttles: 0, latencies: [] }
}

/** @param share 0.5 for the median; undefined without values */
export function percentile(values: readonly number[], share: number): number | undefined {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
}
