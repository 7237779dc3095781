// What becomes of everything that happened: a line in the access log, lines in the execution log, samples in metrics.
import type { RouteSettings, StageDefinition } from "../definition/api.ts"
import { type RenderAccessLog, readAccessLogFormat } from "./access-log.ts"
import { executionLogLines } from "./execution-log.ts"
import type { OnGatewayEvent } from "./gateway-event.ts"
import type { History } from "./history.ts"
import type { Metrics } from "./metrics.ts"

type Context = Readonly<Record<string, string | number | undefined>>

/** The part of a route's transaction that is recorded. */
export type Recordable = {
  stage: { api: { apiId: string }; definition: StageDefinition }
  routeKey: string | undefined
  eventType: "CONNECT" | "MESSAGE" | "DISCONNECT" | "CONNECTION_API"
  settings: RouteSettings
  context: Context
  trace: {
    integrationUri?: string
    requestBody?: string
    responseBody?: string
    integrationLatency?: number
    failure?: string | string[]
    blame?: "client" | "integration" | "execution"
    frame?: string
    answer?: string
    functionRequestId?: string
  }
}

export type Recorder = {
  record(transaction: Recordable): void
  /** A request to an HTTP API: these have no execution log. */
  recordHttp(api: { apiId: string }, stage: StageDefinition, context: Context): void
}

export function createRecorder(onEvent: OnGatewayEvent, metrics: Metrics, history: History): Recorder {
  const formats = new WeakMap<StageDefinition, RenderAccessLog>()

  function writeAccess(apiId: string, stage: StageDefinition, context: Context): void {
    if (!stage.accessLog) return
    const render = formats.get(stage) ?? readAccessLogFormat(stage.accessLog.format)
    formats.set(stage, render)
    onEvent({ event: "access", apiId, stage: stage.stageName, message: render(context) })
  }

  function writeExecution(transaction: Recordable): void {
    const { context, settings, routeKey, eventType, stage, trace } = transaction
    if ((settings.loggingLevel ?? "OFF") === "OFF") return
    const { apiId } = stage.api
    const { stageName } = stage.definition
    const requestId = String(context.requestId)
    const facts = { requestId, apiId, stageName, routeKey, eventType, status: context.status, ...trace }
    // AWS?: the name on WebSocket APIs; this is the one documented for REST APIs. [execution-log-group]
    const logGroup = `API-Gateway-Execution-Logs_${apiId}/${stageName}`
    for (const message of executionLogLines(facts, settings)) {
      onEvent({ event: "log", source: "api-gateway", logGroup, requestId, message, kind: "execution" })
    }
  }

  return {
    record(transaction) {
      countMetrics(metrics, transaction)
      history.addTransaction(transaction)
      writeExecution(transaction)
      writeAccess(transaction.stage.api.apiId, transaction.stage.definition, transaction.context)
    },
    recordHttp({ apiId }, stage, context) {
      writeAccess(apiId, stage, context)
    },
  }
}

function countMetrics(metrics: Metrics, { stage, routeKey, eventType, settings, context, trace }: Recordable): void {
  const dimensions = {
    apiId: stage.api.apiId,
    stageName: stage.definition.stageName,
    // AWS: the route's own series only with detailed metrics. [doc, section 10.5]
    ...(settings.detailedMetricsEnabled === true && routeKey !== undefined && { routeKey }),
  }
  if (eventType === "CONNECTION_API") {
    if (context.status === 200 && routeKey?.startsWith("POST")) metrics.record("MessageCount", 1, dimensions)
    return
  }
  if (eventType === "CONNECT") metrics.record("ConnectCount", 1, dimensions)
  if (eventType === "MESSAGE") metrics.record("MessageCount", 1, dimensions)
  if (trace.answer !== undefined) metrics.record("MessageCount", 1, dimensions)
  // AWS: one 0/1 sample per operation, so that Average is a rate. [peer-native, section 10.5]
  metrics.record("ClientError", trace.blame === "client" ? 1 : 0, dimensions)
  metrics.record("IntegrationError", trace.blame === "integration" ? 1 : 0, dimensions)
  metrics.record("ExecutionError", trace.blame === "execution" ? 1 : 0, dimensions)
  if (trace.integrationLatency !== undefined) metrics.record("IntegrationLatency", trace.integrationLatency, dimensions)
}
