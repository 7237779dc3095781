// Writes Lambda's own lines in a function's log: START, END and REPORT around each invocation, in both log formats.
import type { FunctionDefinition } from "../definition/lambda.ts"
import { isoTime } from "../foundation/clock.ts"

export type OutputLine = {
  functionName: string
  logicalId: string
  /** Empty outside an invocation (init). */
  requestId: string
  environmentId: string
  /** Milliseconds since the epoch. */
  time: number
  text: string
  kind: "stdout" | "stderr" | "platform"
}

export type InvocationReport = {
  requestId: string
  durationMs: number
  /** The most that the process of the environment was seen to use. */
  memoryBytes: number
  /** Only for the first invocation of an environment. */
  initMs: number | undefined
  status: "success" | "error" | "timeout"
  errorType: string | undefined
}

/** The line before an invocation's output. */
export function startLine(definition: FunctionDefinition, requestId: string, time: number): string {
  if (definition.logFormat === "Text") return `START RequestId: ${requestId} Version: $LATEST`
  return platformLine(time, "platform.start", { requestId, version: "$LATEST" })
}

/** The lines after it. AWS: the JSON format has no END line (lambda-log-json) */
export function reportLines(definition: FunctionDefinition, report: InvocationReport, time: number): string[] {
  return definition.logFormat === "Text"
    ? [`END RequestId: ${report.requestId}`, textReport(definition, report)]
    : [platformLine(time, "platform.report", jsonReport(definition, report))]
}

/** A line that was over the limit, with how much of it is missing. */
export function cutLine(text: string, cutBytes: number): string {
  return `${text} [${cutBytes} more bytes of this line were dropped]`
}

function textReport(definition: FunctionDefinition, report: InvocationReport): string {
  const parts = [
    `REPORT RequestId: ${report.requestId}`,
    `Duration: ${report.durationMs.toFixed(2)} ms`,
    `Billed Duration: ${billedMs(report)} ms`,
    `Memory Size: ${definition.memoryMb} MB`,
    `Max Memory Used: ${megabytes(report)} MB`,
  ]
  if (report.initMs !== undefined) parts.push(`Init Duration: ${report.initMs.toFixed(2)} ms`)
  if (report.status !== "success") parts.push(`Status: ${report.status}`)
  if (report.errorType && report.status === "error") parts.push(`Error Type: ${report.errorType}`)
  return parts.join("\t")
}

function jsonReport(definition: FunctionDefinition, report: InvocationReport): object {
  const metrics = {
    durationMs: round(report.durationMs),
    billedDurationMs: billedMs(report),
    memorySizeMB: definition.memoryMb,
    maxMemoryUsedMB: megabytes(report),
    ...(report.initMs === undefined ? {} : { initDurationMs: round(report.initMs) }),
  }
  const { requestId, status, errorType } = report
  return { requestId, metrics, status, ...(errorType === undefined ? {} : { errorType }) }
}

// AWS: the billed duration is rounded up to whole milliseconds and includes init (lambda-billed-duration)
function billedMs({ durationMs, initMs = 0 }: InvocationReport): number {
  return Math.ceil(durationMs + initMs)
}

function megabytes({ memoryBytes }: InvocationReport): number {
  return Math.ceil(memoryBytes / 2 ** 20)
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000
}

function platformLine(time: number, type: string, record: object): string {
  return JSON.stringify({ time: isoTime(time), type, record })
}
