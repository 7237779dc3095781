// Creates what observes a running gateway: log, recorder, metrics and the history of the console.
import type { TransactionRecord } from "../definition/record.ts"
import type { Log } from "../foundation/log.ts"
import { createEventLog } from "./event-log.ts"
import { type FunctionLine, type OnGatewayEvent, outputEvent } from "./gateway-event.ts"
import { createHistory, type History } from "./history.ts"
import { createLiveMetrics, type LiveMetrics } from "./live-metrics.ts"
import { Metrics } from "./metrics.ts"
import { createOtlpExporter, type OtlpExporter, type OtlpExporterOptions } from "./otlp-exporter.ts"
import { createRecorder, type Recorder } from "./recorder.ts"

export type Observer = {
  log: Log
  /** Reports an event to the listener and to the history. */
  report: OnGatewayEvent
  /** Reports a log line of a function in the same way. */
  reportLine(line: FunctionLine): void
  recorder: Recorder
  metrics: Metrics
  /** For the console and for Prometheus. */
  live: LiveMetrics
  history: History
  exporter: OtlpExporter | undefined
}

export type Listeners = {
  onEvent?: OnGatewayEvent | undefined
  onRecord?: ((record: TransactionRecord) => void) | undefined
  /** Sends traces and metrics to a collector of OpenTelemetry. */
  otlp?: Pick<OtlpExporterOptions, "url" | "post" | "clock"> | undefined
}

export function createObserver(now: () => number, { onEvent, onRecord, otlp }: Listeners): Observer {
  const history = createHistory(now)
  const metrics = new Metrics()
  const live = createLiveMetrics()
  const report: OnGatewayEvent = (event) => {
    history.addEvent(event)
    onEvent?.(event)
  }
  const reportLine = (line: FunctionLine) => {
    history.addLine(line)
    live.addLine(line)
    onEvent?.(outputEvent(line))
  }
  const log = createEventLog(report)
  const exporter = otlp && createOtlpExporter({ ...otlp, series: live.series, log })
  const recorder = createRecorder(report, { metrics, live, history })
  const listened: Recorder = {
    record(one) {
      recorder.record(one)
      exporter?.addRecord(one)
      onRecord?.(one)
    },
    recordCall(call) {
      recorder.recordCall(call)
      exporter?.addCall(call)
    },
  }
  return {
    log,
    report,
    reportLine,
    recorder: onRecord || exporter ? listened : recorder,
    exporter,
    metrics,
    live,
    history,
  }
}
