// Writes the lines of the execution log for one record, as far as the route's logging level allows.
// AWS?: failures are logged at ERROR, everything at INFO (execution-log-levels)
import type { TransactionRecord } from "../definition/record.ts"
import { exceedsUtf8Size } from "../foundation/utf8-size.ts"
import { redactSecrets } from "./redact-secrets.ts"

// AWS: a line is cut at 1,024 bytes (execution-log-truncated)
const MAX_LINE_BYTES = 1024

export function executionLogLines(record: TransactionRecord): string[] {
  const { settings, failure, context } = record
  const level = settings.loggingLevel ?? "OFF"
  if (level === "OFF" || (level === "ERROR" && failure === undefined)) return []
  const lines = level === "INFO" ? infoLines(record) : []
  if (failure !== undefined) lines.push(...[failure].flat())
  return lines.map((line) => truncate(`(${context.requestId}) ${line}`))
}

function infoLines(record: TransactionRecord): string[] {
  const { requestId } = record.context
  const dataTrace = record.settings.dataTraceEnabled === true
  const lines = [`Extended Request Id: ${requestId}`, `Starting execution for request: ${requestId}`]
  if (record.isRest) lines.push(`HTTP Method: ${record.context.httpMethod}, Resource Path: ${record.context.path}`)
  else if (record.routeKey !== undefined) lines.push(`WebSocket Request Route: [${record.routeKey}]`)
  if (record.integrationUri !== undefined) lines.push(`Endpoint request URI: ${record.integrationUri}`)
  if (dataTrace && record.requestBody !== undefined) {
    const body = redactSecrets(record.eventType, record.requestBody)
    lines.push(`Endpoint request body after transformations: ${body}`)
  }
  if (record.integrationLatency !== undefined) {
    lines.push(`Received response. Integration latency: ${record.integrationLatency} ms`)
  }
  if (dataTrace && record.responseBody !== undefined) {
    lines.push(`Endpoint response body before transformations: ${record.responseBody}`)
  }
  return lines
}

function truncate(line: string): string {
  if (!exceedsUtf8Size(line, MAX_LINE_BYTES)) return line
  const mark = " [TRUNCATED]"
  // Decoded as a stream, so that a character that the cut splits is dropped as a whole.
  return new TextDecoder().decode(Buffer.from(line).subarray(0, MAX_LINE_BYTES - mark.length), { stream: true }) + mark
}
