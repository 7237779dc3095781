// What happened lately, for the console: the last events with their payloads, and what functions wrote about them.
import type { GatewayEvent } from "./gateway-event.ts"
import type { Recordable } from "./recorder.ts"
import { withoutSecrets } from "./without-secrets.ts"

/** Payloads are cut to this many characters: the console is for reading. */
const MAX_TEXT = 8_192
const MAX_ENTRIES = 500

export type HistoryEntry = { id: number; time: number } & (
  | {
      kind: "event"
      apiId: string
      stage: string
      eventType: Recordable["eventType"]
      routeKey?: string | undefined
      connectionId?: string | undefined
      requestId: string
      status?: string | number | undefined
      latencyMs?: number | undefined
      failure?: string | undefined
      /** The text frame that came in, the event made of it, the function's result, the text frame that went back. */
      frame?: string | undefined
      event?: string | undefined
      result?: string | undefined
      answer?: string | undefined
      functionRequestId?: string | undefined
    }
  | { kind: "output"; functionRequestId: string; logGroup: string; stream: string; text: string }
  | { kind: "denied"; action: string; resource: string; role: string; explanation: string; cure: string }
  | { kind: "problem"; message: string; hint: string }
  | { kind: "reloaded"; what: string; durationMs: number }
)

export type History = {
  addTransaction(transaction: Recordable): void
  addEvent(event: GatewayEvent): void
  entries(): readonly HistoryEntry[]
  /** @returns stops telling */
  subscribe(listener: (entry: HistoryEntry) => void): () => void
}

export function createHistory(now: () => number): History {
  const entries: HistoryEntry[] = []
  const listeners = new Set<(entry: HistoryEntry) => void>()
  let nextId = 1

  function add(entry: HistoryEntry): void {
    entries.push(entry)
    // Half goes at once, so that a long run does not move the whole list for every entry.
    if (entries.length > MAX_ENTRIES * 2) entries.splice(0, MAX_ENTRIES)
    for (const listener of listeners) listener(entry)
  }

  return {
    addTransaction({ stage, eventType, routeKey, context, trace }) {
      add({
        id: nextId++,
        time: now(),
        kind: "event",
        apiId: stage.api.apiId,
        stage: stage.definition.stageName,
        eventType,
        routeKey,
        connectionId: context.connectionId === undefined ? undefined : String(context.connectionId),
        requestId: String(context.requestId),
        status: context.status,
        latencyMs: trace.integrationLatency,
        failure: trace.failure === undefined ? undefined : [trace.failure].flat().join("\n"),
        frame: cut(trace.frame),
        event: cut(trace.requestBody && withoutSecrets(eventType, trace.requestBody)),
        result: cut(trace.responseBody),
        answer: cut(trace.answer),
        functionRequestId: trace.functionRequestId,
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

function cut(text: string | undefined): string | undefined {
  if (text === undefined || text.length <= MAX_TEXT) return text
  // Copied: a slice of a string keeps the whole string alive.
  const start = Buffer.from(text.slice(0, MAX_TEXT)).toString("utf8")
  return `${start}… (${text.length} characters)`
}
