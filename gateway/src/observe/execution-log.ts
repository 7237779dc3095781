// The execution log: what API Gateway tells of one run, line by line, as far as the stage's logging level wants it.
// AWS: section 10.3. AWS?: which lines belong to which level. [execution-log-levels]
// Failures to ERROR, all to INFO.
import { exceedsUtf8Size } from "../foundation/utf8-size.ts"
import { withoutSecrets } from "./without-secrets.ts"

// AWS: an event is truncated at 1,024 bytes. [doc, section 9]
const MAX_LINE_BYTES = 1024

/** What the log needs to know of something that happened. */
export type ExecutionFacts = {
  requestId: string
  apiId: string
  stageName: string
  routeKey: string | undefined
  eventType: string
  status: string | number | undefined
  integrationUri?: string
  requestBody?: string
  responseBody?: string
  integrationLatency?: number
  failure?: string | string[]
}

export type LoggingSettings = { loggingLevel?: "OFF" | "ERROR" | "INFO"; dataTraceEnabled?: boolean }

export function executionLogLines(facts: ExecutionFacts, settings: LoggingSettings): string[] {
  const level = settings.loggingLevel ?? "OFF"
  if (level === "OFF" || (level === "ERROR" && facts.failure === undefined)) return []
  const lines = level === "INFO" ? infoLines(facts, settings.dataTraceEnabled === true) : []
  if (facts.failure !== undefined) lines.push(...[facts.failure].flat())
  return lines.map((line) => truncate(`(${facts.requestId}) ${line}`))
}

function infoLines(facts: ExecutionFacts, dataTrace: boolean): string[] {
  const lines = [`Extended Request Id: ${facts.requestId}`, `Starting execution for request: ${facts.requestId}`]
  if (facts.routeKey !== undefined) lines.push(`WebSocket Request Route: [${facts.routeKey}]`)
  if (facts.integrationUri !== undefined) lines.push(`Endpoint request URI: ${facts.integrationUri}`)
  if (dataTrace && facts.requestBody !== undefined) {
    const body = withoutSecrets(facts.eventType, facts.requestBody)
    lines.push(`Endpoint request body after transformations: ${body}`)
  }
  if (facts.integrationLatency !== undefined) {
    lines.push(`Received response. Integration latency: ${facts.integrationLatency} ms`)
  }
  if (dataTrace && facts.responseBody !== undefined) {
    lines.push(`Endpoint response body before transformations: ${facts.responseBody}`)
  }
  return lines
}

function truncate(line: string): string {
  if (!exceedsUtf8Size(line, MAX_LINE_BYTES)) return line
  const mark = " [TRUNCATED]"
  // As a stream, so that a character that is cut in two is left out whole.
  return new TextDecoder().decode(Buffer.from(line).subarray(0, MAX_LINE_BYTES - mark.length), { stream: true }) + mark
}
