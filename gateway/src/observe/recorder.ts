// Writes every record to the access log, the execution log, the metrics and the history.
import type { StageDefinition } from "../definition/api.ts"
import type { ServiceCallRecord, TransactionRecord } from "../definition/record.ts"
import { type RenderAccessLog, readAccessLogFormat } from "./access-log.ts"
import { executionLogLines } from "./execution-log.ts"
import { createFailureReporter } from "./failure-reporter.ts"
import type { OnGatewayEvent } from "./gateway-event.ts"
import type { History } from "./history.ts"
import type { LiveMetrics } from "./live-metrics.ts"
import type { Dimensions, Metrics } from "./metrics.ts"
import { httpSamples, webSocketSamples } from "./samples.ts"

export type Recorder = {
  record(record: TransactionRecord): void
  recordCall(call: ServiceCallRecord): void
}

type Sinks = { metrics: Metrics; live: LiveMetrics; history: History }

export function createRecorder(onEvent: OnGatewayEvent, { metrics, live, history }: Sinks): Recorder {
  const formats = new WeakMap<StageDefinition, RenderAccessLog>()
  const reportFailure = createFailureReporter(onEvent)

  function writeAccessLog(record: TransactionRecord): void {
    const { apiId, stage } = record
    if (!stage.accessLog) return
    const render = formats.get(stage) ?? readAccessLogFormat(stage.accessLog.format)
    formats.set(stage, render)
    onEvent({ event: "access", apiId, stage: stage.stageName, message: render(record) })
  }

  function writeExecutionLog(record: TransactionRecord): void {
    const { apiId, stage, settings, context } = record
    if ((settings.loggingLevel ?? "OFF") === "OFF") return
    const requestId = String(context.requestId)
    // AWS?: the name is the one documented for REST APIs (execution-log-group)
    const logGroup = `API-Gateway-Execution-Logs_${apiId}/${stage.stageName}`
    for (const message of executionLogLines(record)) {
      onEvent({ event: "log", source: "api-gateway", logGroup, requestId, message, kind: "execution" })
    }
  }

  return {
    record(record) {
      history.addRecord(record)
      if (record.isFunctionUrl) return
      if (record.eventType === "HTTP") {
        // AWS: HTTP APIs have no execution log, and other metrics (http-no-execution-log)
        if (record.isRest) writeExecutionLog(record)
        live.addSamples(record, httpSamples(record))
      } else {
        const samples = webSocketSamples(record)
        metrics.record(samples, dimensionsOf(record))
        writeExecutionLog(record)
        live.addSamples(record, samples)
      }
      writeAccessLog(record)
      reportFailure(record)
    },
    recordCall: history.addCall,
  }
}

function dimensionsOf({ apiId, stage, routeKey, settings }: TransactionRecord): Dimensions {
  // AWS: a route has its own series only with detailed metrics (metrics-detailed)
  return {
    apiId,
    stageName: stage.stageName,
    routeKey: settings.detailedMetricsEnabled === true ? routeKey : undefined,
  }
}
