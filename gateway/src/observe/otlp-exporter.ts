// Sends traces and metrics of OpenTelemetry in batches, as OTLP over HTTP in JSON. What cannot be sent is dropped.
import { randomBytes } from "node:crypto"
import type { ServiceCallRecord, TransactionRecord } from "../definition/record.ts"
import type { Clock } from "../foundation/clock.ts"
import type { Log } from "../foundation/log.ts"
import type { LiveSeries } from "./live-series.ts"
import { otlpMetrics } from "./otlp-metrics.ts"
import { attributesOf, type OtlpSpan, spanOfCall, spansOfRecord } from "./otlp-trace.ts"

export type OtlpExporterOptions = {
  /** Of the collector: `http://localhost:4318`. */
  url: string
  /** Sends a POST. @throws when the collector does not respond with success */
  post(url: string, body: string): Promise<void>
  series(): readonly LiveSeries[]
  clock: Clock
  log: Log
}

export type OtlpExporter = {
  addRecord(record: TransactionRecord): void
  addCall(call: ServiceCallRecord): void
  /** Sends what is left. */
  close(): Promise<void>
}

const INTERVAL_MS = 5000
/** Further spans are dropped until the waiting ones are sent. */
const MAX_WAITING = 20_000

export function createOtlpExporter({ url, post, series, clock, log }: OtlpExporterOptions): OtlpExporter {
  const since = clock.now()
  const resource = { attributes: attributesOf({ "service.name": "apigw-local" }) }
  const scope = { name: "apigw-local" }
  const base = url.replace(/\/+$/, "")
  let spans: OtlpSpan[] = []
  let isClosed = false
  let isFailing = false
  let sending: Promise<void> = Promise.resolve()
  let timer = clock.after(INTERVAL_MS, tick)

  function tick(): void {
    sending = send().finally(() => {
      if (!isClosed) timer = clock.after(INTERVAL_MS, tick)
    })
  }

  async function send(): Promise<void> {
    const sent = spans
    spans = []
    try {
      if (sent.length > 0) {
        await post(
          `${base}/v1/traces`,
          JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ scope, spans: sent }] }] }),
        )
      }
      const metrics = otlpMetrics(series(), { since, now: clock.now() })
      if (metrics.length > 0) {
        const scopeMetrics = [{ scope, metrics }]
        await post(`${base}/v1/metrics`, JSON.stringify({ resourceMetrics: [{ resource, scopeMetrics }] }))
      }
      isFailing = false
    } catch (error) {
      // Reported once, and not for every attempt.
      if (!isFailing)
        log.warn("OpenTelemetry data cannot be sent", { message: String(error), hint: `Is a collector at ${url}?` })
      isFailing = true
    }
  }

  function add(...added: OtlpSpan[]): void {
    if (spans.length < MAX_WAITING) spans.push(...added)
  }

  return {
    addRecord: (record) => add(...spansOfRecord(record, clock.now())),
    addCall: (call) => add(spanOfCall(call, randomBytes(8).toString("hex"))),
    async close() {
      isClosed = true
      timer.cancel()
      await sending
      await send()
    },
  }
}
