// The spans of one event in the order of their causes: frame in, route, permission, invocation, calls, frame out.
import {
  eventOf,
  invocationOf,
  methodOfCall,
  milliseconds,
  quoted,
  type Row,
  serviceTitle,
  statementText,
} from "./row.ts"

export type Span = {
  name: string
  detail: string
  kind: "edge" | "wait" | "init" | "run" | "call" | "decision"
  /** Milliseconds after the start of the trace. */
  startMs: number
  /** Absent: a moment. */
  endMs?: number
  isFailed?: boolean
  /** The row that the span leads to. */
  row?: Row
}

export type Trace = { startedAt: number; durationMs: number; spans: Span[] }

export function traceOf(row: Row): Trace {
  const event = eventOf(row)
  const invocation = invocationOf(row)
  const startedAt = event?.time ?? invocation?.startedAt ?? row.time
  const at = (epochMs: number) => Math.max(0, epochMs - startedAt)
  const spans: Span[] = []
  const eventEnd = event?.durationMs ?? 0
  if (event) spans.push(arrivalOf(event), ...decisionsOf(row))
  if (invocation) {
    const beganAt = at(invocation.startedAt ?? row.time)
    const { initMs } = invocation
    if (initMs !== undefined) {
      const detail = `${milliseconds(initMs)} of it init`
      spans.push({ name: "cold start", detail, kind: "init", startMs: 0, endMs: beganAt })
    } else if (beganAt >= 1) {
      const detail = "for an execution environment"
      spans.push({ name: "wait", detail, kind: "wait", startMs: 0, endMs: beganAt })
    }
    const run: Span = {
      name: invocation.functionName,
      detail: memoryOf(invocation.maxMemoryMb, invocation.memoryMb),
      kind: "run",
      startMs: beganAt,
      isFailed: invocation.status !== undefined && invocation.status !== "success",
    }
    run.endMs = invocation.durationMs === undefined ? Math.max(eventEnd, beganAt) : beganAt + invocation.durationMs
    if (invocation.durationMs === undefined) run.detail = "is running"
    spans.push(run)
  }
  for (const call of row.calls) spans.push(callSpan(call, at))
  if (event) spans.push(...departureOf(event))
  const durationMs = Math.max(1, eventEnd, ...spans.map(({ startMs, endMs = startMs }) => endMs))
  return { startedAt, durationMs, spans }
}

type Event = NonNullable<ReturnType<typeof eventOf>>

function arrivalOf(event: Event): Span {
  const size = event.frame === undefined ? "" : `${event.frame.length} characters`
  const names = {
    CONNECT: "handshake",
    MESSAGE: "frame in",
    DISCONNECT: "close",
    CONNECTION_API: methodOfCall(event),
    HTTP: "request",
  }
  const detail = event.eventType === "HTTP" ? `${event.method} ${event.path}` : size
  return { name: names[event.eventType], detail, kind: "edge", startMs: 0 }
}

function decisionsOf(row: Row): Span[] {
  const event = eventOf(row)
  if (!event || event.eventType === "CONNECTION_API") return []
  const spans: Span[] = []
  if (event.eventType === "MESSAGE" || event.eventType === "HTTP") {
    const isFound = event.routeKey !== undefined
    const detail = isFound ? String(event.routeKey) : `no route for ${quoted(event.unmatched?.key)}`
    spans.push({ name: "route", detail, kind: "decision", startMs: 0, isFailed: !isFound })
  }
  const denial = row.denials.find(({ action }) => action === "lambda:InvokeFunction" || action === "sts:AssumeRole")
  if (denial)
    spans.push({ name: "permission", detail: denial.explanation, kind: "decision", startMs: 0, isFailed: true })
  else if (event.functionRequestId !== undefined)
    spans.push({
      name: "permission",
      detail: event.allowedBy
        ? `lambda:InvokeFunction allowed by ${statementText(event.allowedBy)}`
        : "lambda:InvokeFunction allowed",
      kind: "decision",
      startMs: 0,
    })
  if (event.authorizer)
    spans.push({ name: "authorizer", detail: event.authorizer.principalId ?? "", kind: "decision", startMs: 0 })
  return spans
}

function callSpan(call: Row, at: (epochMs: number) => number): Span {
  const startMs = at(call.time)
  if (call.entry.kind === "service") {
    const { entry } = call
    const statement = entry.decisions[0]?.statement
    return {
      name: serviceTitle(entry),
      detail: [`${entry.status} ${entry.resource}`, statement && `by ${statementText(statement)}`]
        .filter(Boolean)
        .join(", "),
      kind: "call",
      startMs,
      endMs: startMs + entry.durationMs,
      isFailed: entry.status >= 400,
      row: call,
    }
  }
  const event = eventOf(call)
  const statement = event?.allowedBy
  return {
    name: `@connections ${event ? methodOfCall(event) : ""}`,
    detail: [
      `${event?.status ?? ""} ${event?.connectionId ?? ""}`.trim(),
      statement && `by ${statementText(statement)}`,
    ]
      .filter(Boolean)
      .join(", "),
    kind: "call",
    startMs,
    endMs: startMs + (event?.durationMs ?? 0),
    isFailed: Number(event?.status) >= 400,
    row: call,
  }
}

function departureOf(event: Event): Span[] {
  const startMs = event.durationMs
  if (event.eventType === "MESSAGE" && event.responseFrame !== undefined) {
    return [
      {
        name: "frame out",
        detail: `${event.responseFrame.length} characters`,
        kind: "edge",
        startMs,
        isFailed: event.failure !== undefined,
      },
    ]
  }
  if (event.eventType === "MESSAGE")
    return [{ name: "no frame out", detail: "the route is one-way", kind: "edge", startMs }]
  if (event.eventType === "DISCONNECT") return []
  const isFailed = Number(event.status) >= 400
  return [{ name: "response", detail: String(event.status ?? ""), kind: "edge", startMs, isFailed }]
}

function memoryOf(used: number | undefined, size: number | undefined): string {
  return used === undefined || size === undefined ? "" : `${used} of ${size} MB`
}
