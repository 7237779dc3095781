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
  readonly text: string
  kind: "stdout" | "stderr" | "platform"
  /** In milliseconds, of the line that reports the end of an invocation. */
  durationMs?: number | undefined
}

/** What all lines of one execution environment share. */
export type LineSource = { definition: FunctionDefinition; environmentId: string }

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
export function startLine(source: LineSource, requestId: string, time: number): OutputLine {
  return new PlatformLine(source, { type: "start", requestId, time })
}

/** The lines after it. AWS: the JSON format has no END line (lambda-log-json) */
export function reportLines(source: LineSource, report: InvocationReport, time: number): OutputLine[] {
  const { requestId } = report
  const reported = new PlatformLine(source, { type: "report", requestId, time, report })
  if (source.definition.logFormat === "JSON") return [reported]
  return [new PlatformLine(source, { type: "end", requestId, time }), reported]
}

type PlatformEvent = { requestId: string; time: number } & (
  | { type: "start" | "end" }
  | { type: "report"; report: InvocationReport }
)

/** Every invocation has three of them, and most are dropped unread: the text is written when it is read. */
class PlatformLine implements OutputLine {
  readonly #source: LineSource
  readonly #event: PlatformEvent

  constructor(source: LineSource, event: PlatformEvent) {
    this.#source = source
    this.#event = event
  }

  get functionName(): string {
    return this.#source.definition.functionName
  }

  get logicalId(): string {
    return this.#source.definition.logicalId
  }

  get environmentId(): string {
    return this.#source.environmentId
  }

  get requestId(): string {
    return this.#event.requestId
  }

  get time(): number {
    return this.#event.time
  }

  get kind(): "platform" {
    return "platform"
  }

  get durationMs(): number | undefined {
    return this.#event.type === "report" ? this.#event.report.durationMs : undefined
  }

  get text(): string {
    const { definition } = this.#source
    return definition.logFormat === "Text" ? textLine(definition, this.#event) : jsonLine(definition, this.#event)
  }
}

function textLine(definition: FunctionDefinition, event: PlatformEvent): string {
  if (event.type === "report") return textReport(definition, event.report)
  const { type, requestId } = event
  return type === "start" ? `START RequestId: ${requestId} Version: $LATEST` : `END RequestId: ${requestId}`
}

function jsonLine(definition: FunctionDefinition, event: PlatformEvent): string {
  const record =
    event.type === "report" ? jsonReport(definition, event.report) : { requestId: event.requestId, version: "$LATEST" }
  return JSON.stringify({ time: isoTime(event.time), type: `platform.${event.type}`, record })
}

/** A line that was over the limit, with how much of it is missing. */
export function cutLine(text: string, cutBytes: number): string {
  return `${text} [${cutBytes} more bytes of this line were dropped]`
}

function textReport(definition: FunctionDefinition, report: InvocationReport): string {
  const { requestId, durationMs, initMs, status, errorType } = report
  let text =
    `REPORT RequestId: ${requestId}\tDuration: ${durationMs.toFixed(2)} ms\tBilled Duration: ${billedMs(report)} ms` +
    `\tMemory Size: ${definition.memoryMb} MB\tMax Memory Used: ${megabytes(report)} MB`
  if (initMs !== undefined) text += `\tInit Duration: ${initMs.toFixed(2)} ms`
  if (status !== "success") text += `\tStatus: ${status}`
  if (errorType && status === "error") text += `\tError Type: ${errorType}`
  return text
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
