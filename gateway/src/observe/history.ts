// Keeps the latest records and the log lines of functions in memory, for the console.
import type { EventType, TransactionRecord } from "../definition/record.ts"
import type { GatewayEvent } from "./gateway-event.ts"
import { redactSecrets } from "./redact-secrets.ts"

/** Payloads are cut to this many characters: the console shows them to a person. */
const MAX_TEXT = 8_192
const MAX_ENTRIES = 500

export type HistoryEntry = { id: number; time: number } & (
  | {
      kind: "event"
      apiId: string
      stage: string
      eventType: EventType
      routeKey?: string | undefined
      /** Of an HTTP request: `GET` and the path. */
      method?: string | undefined
      path?: string | undefined
      connectionId?: string | undefined
      requestId: string
      status?: string | number | undefined
      latencyMs?: number | undefined
      failure?: string | undefined
      /** The text frame that arrived, the integration's event and result, the text frame that was sent back. */
      frame?: string | undefined
      event?: string | undefined
      result?: string | undefined
      responseFrame?: string | undefined
      functionRequestId?: string | undefined
    }
  | { kind: "output"; functionRequestId: string; logGroup: string; stream: string; text: string }
  | { kind: "denied"; action: string; resource: string; role: string; explanation: string; cure: string }
  | { kind: "problem"; message: string; hint: string }
  | { kind: "reloaded"; what: string; durationMs: number }
)

export type History = {
  addRecord(record: TransactionRecord): void
  addEvent(event: GatewayEvent): void
  entries(): readonly HistoryEntry[]
  /** @returns a function that ends the subscription */
  subscribe(listener: (entry: HistoryEntry) => void): () => void
}

export function createHistory(now: () => number): History {
  const entries: HistoryEntry[] = []
  const listeners = new Set<(entry: HistoryEntry) => void>()
  let nextId = 1

  function add(entry: HistoryEntry): void {
    entries.push(entry)
    // Removes half of the list at once, because removing one entry per event would move the whole list each time.
    if (entries.length > MAX_ENTRIES * 2) entries.splice(0, MAX_ENTRIES)
    for (const listener of listeners) listener(entry)
  }

  return {
    addRecord(record) {
      const { context, eventType, failure, requestBody } = record
      add({
        id: nextId++,
        time: now(),
        kind: "event",
        apiId: record.apiId,
        stage: record.stage.stageName,
        eventType,
        routeKey: record.routeKey,
        method: textOf(context.httpMethod),
        path: textOf(context.path),
        connectionId: textOf(context.connectionId),
        requestId: String(context.requestId),
        status: context.status,
        latencyMs: record.integrationLatency,
        failure: failure === undefined ? undefined : [failure].flat().join("\n"),
        frame: cut(record.frame),
        event: cut(requestBody && redactSecrets(eventType, requestBody)),
        result: cut(record.responseBody),
        responseFrame: cut(record.responseFrame),
        functionRequestId: record.functionRequestId,
      })
    },
    addEvent(event) {
      if (event.event === "log" && event.source === "function") {
        const { requestId: functionRequestId, logGroup, kind: stream, message } = event
        add({
          id: nextId++,
          time: now(),
          kind: "output",
          functionRequestId,
          logGroup,
          stream,
          text: cut(message) ?? "",
        })
      } else if (event.event === "denied") {
        const { action, resource, role, explanation, cure } = event
        add({ id: nextId++, time: now(), kind: "denied", action, resource, role, explanation, cure })
      } else if (event.event === "problem") {
        add({ id: nextId++, time: now(), kind: "problem", message: event.message, hint: event.hint })
      } else if (event.event === "reloaded") {
        add({ id: nextId++, time: now(), kind: "reloaded", what: event.what, durationMs: event.durationMs })
      }
    },
    entries: () => entries.slice(-MAX_ENTRIES),
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

function textOf(value: string | number | undefined): string | undefined {
  return value === undefined ? undefined : String(value)
}

function cut(text: string | undefined): string | undefined {
  if (text === undefined || text.length <= MAX_TEXT) return text
  // Copied, because a slice of a string keeps the whole string in memory.
  const start = Buffer.from(text.slice(0, MAX_TEXT)).toString("utf8")
  return `${start}… (${text.length} characters)`
}
