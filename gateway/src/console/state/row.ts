// One row of the timeline, and what the list shows of it.
import type {
  DecidingStatement,
  DeniedEntry,
  Entry,
  EventEntry,
  FaultEntry,
  OutputEntry,
  ServiceEntry,
} from "./entry.ts"
import { duration } from "./format.ts"
import { functionNameOf, type Invocation, readInvocation } from "./invocation.ts"

export type RowKind =
  | "connect"
  | "message"
  | "disconnect"
  | "call"
  | "service"
  | "http"
  | "run"
  | "denied"
  | "problem"
  | "reloaded"
  | "fault"
  | "clock"

/** An event of an API with the invocation behind it, an invocation without an event, or a report of the gateway. */
export type Row = {
  /** Identifies the row in links. */
  key: string
  /** Rises with each row. */
  sequence: number
  time: number
  kind: RowKind
  entry: Entry
  output: OutputEntry[]
  /** Calls of the management API and of services by the invocation. */
  calls: Row[]
  /** The row whose invocation made this call. */
  caller?: Row
  denials: DeniedEntry[]
  /** Faults that were injected into it. */
  faults: FaultEntry[]
  /** Whether the filter shows it. */
  isShown: boolean
}

export type Outcome = "ok" | "error" | "throttled" | "denied" | "running"

export function eventOf({ entry }: Row): EventEntry | undefined {
  return entry.kind === "event" ? entry : undefined
}

export function invocationOf({ output }: Row): Invocation | undefined {
  return readInvocation(output)
}

const errorPattern = /\bERROR\b|Task timed out|Runtime\.|Invoke Error|Uncaught|Unhandled/

export function outcomeOf(row: Row): Outcome {
  const { entry, output, denials } = row
  if (entry.kind === "denied" || denials.length > 0) return "denied"
  if (entry.kind === "problem") return "error"
  if (entry.kind === "service") return outcomeOfCall(entry)
  const event = eventOf(row)
  const status = Number(event?.status)
  if (status === 429) return "throttled"
  if (event && event.eventType !== "HTTP" && (event.failure !== undefined || hasErrorStatus(event))) return "error"
  if (event?.eventType === "HTTP" && (event.failure !== undefined || status >= 500)) return "error"
  if (output.some(({ stream, text }) => stream !== "platform" && errorPattern.test(text))) return "error"
  if (
    output.some(
      ({ stream, text }) => stream === "platform" && /Status: (error|timeout)|"status":"(error|timeout)"/.test(text),
    )
  )
    return "error"
  if (entry.kind === "output" && entry.functionRequestId !== "" && invocationOf(row)?.durationMs === undefined)
    return "running"
  return "ok"
}

/** The integration response that a route selects may have the status 200 for an error of its integration. */
function hasErrorStatus({ status, integrationStatus }: EventEntry): boolean {
  return Number(status) >= 400 || Number(integrationStatus) >= 400
}

function outcomeOfCall({ status, decisions }: ServiceEntry): Outcome {
  if (decisions.some(({ allowed }) => !allowed) && status >= 400) return "denied"
  return status >= 400 ? "error" : "ok"
}

export function isFailed(row: Row): boolean {
  const outcome = outcomeOf(row)
  return outcome === "error" || outcome === "denied" || outcome === "throttled"
}

export type Summary = {
  symbol: string
  title: string
  note: string
  functionName: string
  duration: string
  status: string
}

export function summaryOf(row: Row): Summary {
  const { entry } = row
  const blank = { note: "", functionName: "", duration: "", status: "" }
  if (entry.kind === "denied") {
    return { ...blank, symbol: "⊘", title: "denied", note: `${entry.action} by ${entry.role}`, status: "403" }
  }
  if (entry.kind === "problem") return { ...blank, symbol: "!", title: "problem", note: entry.message }
  if (entry.kind === "reloaded") {
    return { ...blank, symbol: "↻", title: "reloaded", note: entry.what, duration: milliseconds(entry.durationMs) }
  }
  if (entry.kind === "fault") {
    return {
      ...blank,
      symbol: "⚑",
      title: `fault: ${entry.effect}`,
      note: entry.message,
      functionName: functionOf(row),
    }
  }
  if (entry.kind === "clock") {
    return { ...blank, symbol: "◷", title: "clock", note: `moved forward by ${duration(entry.ms)}` }
  }
  const functionName = functionOf(row)
  if (entry.kind === "service") {
    const { resource, durationMs, status } = entry
    const common = { note: resource, functionName, duration: milliseconds(durationMs), status: String(status) }
    return { ...common, symbol: "◇", title: serviceTitle(entry) }
  }
  if (entry.kind === "output") {
    const durationMs = invocationOf(row)?.durationMs
    const isInit = entry.functionRequestId === ""
    return {
      symbol: "ƒ",
      title: isInit ? "init" : "invocation",
      note: firstLine(row.output),
      functionName,
      duration: durationMs === undefined ? "" : milliseconds(durationMs),
      status: durationMs === undefined && !isInit ? "running" : "",
    }
  }
  return {
    symbol: symbols[row.kind] ?? "",
    title: titleOf(entry),
    note: noteOf(entry),
    functionName,
    duration: milliseconds(entry.durationMs),
    status: String(entry.closeCode ?? entry.status ?? ""),
  }
}

const services = new Map([
  ["dynamodb", "DynamoDB"],
  ["s3", "S3"],
  ["sqs", "SQS"],
  ["kinesis", "Kinesis"],
  ["lambda", "Lambda"],
  ["events", "EventBridge"],
  ["secretsmanager", "Secrets Manager"],
  ["sns", "SNS"],
  ["ssm", "Systems Manager"],
  ["states", "Step Functions"],
])

/** `DynamoDB PutItem` */
export function serviceTitle({ service, operation }: ServiceEntry): string {
  return `${services.get(service) ?? service} ${operation}`
}

export function statementText({ policyName, index, sid, policyType }: DecidingStatement): string {
  // A statement of a function's policy has the logical id of its permission.
  if (policyType === "resource-based" && sid !== undefined) return sid
  return `statement ${sid ?? index + 1} of ${policyName}`
}

const symbols: Partial<Record<RowKind, string>> = { connect: "⚡", message: "→", disconnect: "✕", call: "←", http: "⇄" }

export function titleOf(entry: EventEntry): string {
  if (entry.eventType === "CONNECTION_API") return callName(entry)
  if (entry.eventType === "HTTP") return entry.routeKey ?? "no route"
  if (entry.routeKey !== undefined) return entry.routeKey
  return `no route for ${quoted(entry.unmatched?.key)}`
}

/** `POST` for `POST /@connections/{connectionId}`. */
export function methodOfCall({ routeKey }: EventEntry): string {
  return routeKey?.split(" ")[0] ?? ""
}

function callName(entry: EventEntry): string {
  const method = methodOfCall(entry)
  return method === "POST" ? "push" : `${method} @connections`
}

export function quoted(key: string | undefined): string {
  return key === undefined ? "a message that is not JSON" : `"${key}"`
}

function noteOf(entry: EventEntry): string {
  if (entry.eventType === "HTTP") return `${entry.method} ${entry.path}`
  if (entry.eventType === "DISCONNECT") return entry.closeReason ?? ""
  if (entry.frame !== undefined) return entry.frame.slice(0, 300)
  return entry.connectionId ?? ""
}

/** The name of the function behind a row. */
export function functionOf({ entry, output, caller }: Row): string {
  if (entry.kind === "service") return caller ? functionOf(caller) : ""
  const [first] = output
  if (first) return functionNameOf(first.logGroup)
  if (entry.kind === "fault") return entry.functionName === undefined ? "" : functionNameOf(entry.functionName)
  const uri = entry.kind === "event" ? entry.integration : undefined
  // mutants: equivalent, the text of undefined names no function
  const name = /:function:([^:/]+)/.exec(uri ?? "")?.[1]
  return name === undefined ? "" : functionNameOf(name)
}

function firstLine(output: readonly OutputEntry[]): string {
  return output.find(({ stream }) => stream !== "platform")?.text.slice(0, 300) ?? ""
}

export function milliseconds(ms: number): string {
  if (ms >= 10_000) return `${(ms / 1000).toFixed(1)} s`
  return `${ms < 10 && !Number.isInteger(ms) ? ms.toFixed(1) : Math.round(ms)} ms`
}

/** `2026-01-02 14:03:12`, in the time zone of the browser. */
export function dateTime(epochMs: number): string {
  const date = new Date(epochMs)
  const day = [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, "0"))
  return `${day.join("-")} ${clockTime(epochMs).slice(0, 8)}`
}

/** `14:03:12.007`, in the time zone of the browser. */
export function clockTime(epochMs: number): string {
  const date = new Date(epochMs)
  const two = (value: number) => String(value).padStart(2, "0")
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, "0")}`
}
