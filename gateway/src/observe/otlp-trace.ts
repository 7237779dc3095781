// Turns records into spans of OpenTelemetry: one trace per event, with its invocation and the calls of its function.
import { createHash } from "node:crypto"
import type { ServiceCallRecord, TransactionRecord } from "../definition/record.ts"

/** In the JSON format of OTLP, in which 64-bit numbers are texts. */
export type OtlpSpan = {
  traceId: string
  spanId: string
  parentSpanId?: string
  name: string
  /** 2: server, 3: client. */
  kind: 2 | 3
  startTimeUnixNano: string
  endTimeUnixNano: string
  attributes: OtlpAttribute[]
  /** 2: error. */
  status: { code: 0 | 2; message?: string }
}

export type OtlpAttribute = { key: string; value: { stringValue: string } | { intValue: string } }

/** @param endedAt milliseconds since the epoch */
export function spansOfRecord(record: TransactionRecord, endedAt: number): OtlpSpan[] {
  const { context, eventType, routeKey, functionRequestId, callerRequestId, integrationLatency } = record
  const requestId = String(context.requestId)
  const startedAt = Number(context.requestTimeEpoch ?? endedAt)
  const failure = record.failure ?? record.rejection
  const span: OtlpSpan = {
    // The calls of a function know only its invocation, so the invocation names the trace.
    traceId: traceIdOf(callerRequestId ?? functionRequestId ?? requestId),
    spanId: spanIdOf(requestId),
    ...(callerRequestId !== undefined && { parentSpanId: spanIdOf(callerRequestId) }),
    name: `${eventType} ${routeKey ?? ""}`.trim(),
    kind: 2,
    ...times(startedAt, endedAt),
    attributes: attributesOf({
      "aws.apigateway.api_id": record.apiId,
      "aws.apigateway.stage": record.stage.stageName,
      "aws.apigateway.route": routeKey,
      "aws.apigateway.connection_id": context.connectionId,
      "aws.request_id": requestId,
      "http.response.status_code": context.status,
      "faas.invocation_id": functionRequestId,
    }),
    status: statusOf(failure === undefined ? undefined : [failure].flat().join("\n")),
  }
  if (functionRequestId === undefined || integrationLatency === undefined) return [span]
  const invocation: OtlpSpan = {
    traceId: span.traceId,
    spanId: spanIdOf(functionRequestId),
    parentSpanId: span.spanId,
    name: `invoke ${/:function:([^:/]+)/.exec(record.integrationUri ?? "")?.[1] ?? ""}`.trim(),
    kind: 3,
    ...times(endedAt - integrationLatency, endedAt),
    attributes: attributesOf({ "faas.invocation_id": functionRequestId }),
    status: statusOf(record.blame === "integration" ? span.status.message : undefined),
  }
  return [span, invocation]
}

export function spanOfCall(call: ServiceCallRecord, spanId: string): OtlpSpan {
  const { callerRequestId, startedAt, durationMs, status, failure, service, operation, resource } = call
  return {
    traceId: callerRequestId === undefined ? spanId.repeat(2) : traceIdOf(callerRequestId),
    spanId,
    ...(callerRequestId !== undefined && { parentSpanId: spanIdOf(callerRequestId) }),
    name: `${service} ${operation}`,
    kind: 3,
    ...times(startedAt, startedAt + durationMs),
    attributes: attributesOf({
      "rpc.system": "aws-api",
      "rpc.service": service,
      "rpc.method": operation,
      "aws.resource": resource,
      "http.response.status_code": status,
    }),
    status: statusOf(status >= 400 ? (failure ?? `status ${status}`) : undefined),
  }
}

/** The request id of an invocation is a UUID, whose 32 digits are a trace id. Those of events are hashed. */
function traceIdOf(id: string): string {
  const digits = id.replaceAll("-", "").toLowerCase()
  if (/^[0-9a-f]{32}$/.test(digits)) return digits
  return createHash("sha256").update(id).digest("hex").slice(0, 32)
}

function spanIdOf(id: string): string {
  return traceIdOf(id).slice(16)
}

function times(startedAt: number, endedAt: number) {
  return { startTimeUnixNano: nanos(Math.min(startedAt, endedAt)), endTimeUnixNano: nanos(endedAt) }
}

export function nanos(epochMs: number): string {
  return `${BigInt(Math.round(epochMs)) * 1_000_000n}`
}

export function attributesOf(values: Readonly<Record<string, string | number | undefined>>): OtlpAttribute[] {
  return Object.entries(values).flatMap(([key, value]) => {
    if (value === undefined) return []
    return { key, value: typeof value === "number" ? { intValue: String(value) } : { stringValue: value } }
  })
}

function statusOf(message: string | undefined): OtlpSpan["status"] {
  return message === undefined ? { code: 0 } : { code: 2, message }
}
