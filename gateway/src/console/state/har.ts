// Writes events as an HTTP archive (HAR 1.2). Frames are in Chrome's member `_webSocketMessages`.
import type { EventEntry, Stage } from "./entry.ts"

type Header = { name: string; value: string }

type Message = {
  /** As Chrome has it: from the view of the client. */
  type: "send" | "receive"
  /** Seconds since the epoch. */
  time: number
  opcode: 1
  data: string
}

/** @param events oldest first */
export function harOf(events: readonly EventEntry[], stages: readonly Stage[]): object {
  const connections = new Map<string, [EventEntry, ...EventEntry[]]>()
  const entries: { startedDateTime: string }[] = []
  for (const event of events) {
    if (event.eventType === "HTTP") entries.push(httpEntry(event, urlOf(event, stages)))
    else if (event.connectionId !== undefined) {
      const key = `${event.apiId} ${event.connectionId}`
      const known = connections.get(key)
      if (known) known.push(event)
      else connections.set(key, [event])
    }
  }
  for (const own of connections.values()) entries.push(webSocketEntry(own, stages))
  entries.sort((one, other) => one.startedDateTime.localeCompare(other.startedDateTime))
  return { log: { version: "1.2", creator: { name: "apigw-local", version: "1" }, pages: [], entries } }
}

function urlOf({ apiId, stage: stageName }: EventEntry, stages: readonly Stage[]): string {
  const stage = stages.find((one) => one.apiId === apiId && one.stageName === stageName)
  return (stage?.url ?? `http://localhost/${stageName}`).replace(/\/$/, "")
}

function httpEntry(event: EventEntry, url: string) {
  const received = parse(event.event)
  const result = parse(event.result)
  const body = typeof received.body === "string" ? received.body : undefined
  const content = typeof result.body === "string" ? result.body : ""
  const headers = headersIn(received.headers)
  return {
    ...common(event, event.durationMs),
    request: {
      ...requestOf(event.method ?? "GET", `${url}${event.path ?? "/"}`, headers),
      ...(body !== undefined && { postData: { mimeType: typeIn(headers), text: body } }),
    },
    response: responseOf(Number(event.status ?? 0), headersIn(result.headers), content),
  }
}

/** @param events of one connection, oldest first */
function webSocketEntry(events: readonly [EventEntry, ...EventEntry[]], stages: readonly Stage[]) {
  const [first] = events
  const endsAt = events.reduce((latest, { time, durationMs }) => Math.max(latest, time + durationMs), 0)
  const handshake = events.find(({ eventType }) => eventType === "CONNECT")
  const received = parse(handshake?.event)
  const query = new URLSearchParams(pairsIn(received.queryStringParameters)).toString()
  const url = urlOf(first, stages) + (query && `?${query}`)
  const status = Number(handshake?.status ?? 200)
  return {
    ...common(handshake ?? first, endsAt - first.time),
    request: requestOf("GET", url, headersIn(received.headers)),
    // A handshake that a route accepts is recorded with 200.
    response: responseOf(status < 300 ? 101 : status, [], ""),
    _resourceType: "websocket",
    _webSocketMessages: events.flatMap(messagesOf).toSorted((one, other) => one.time - other.time),
  }
}

function messagesOf({ eventType, frame, responseFrame, status, time, durationMs }: EventEntry): Message[] {
  const messages: Message[] = []
  const isPush = eventType === "CONNECTION_API" && Number(status) === 200
  if (frame !== undefined && (eventType === "MESSAGE" || isPush)) {
    messages.push({ type: isPush ? "receive" : "send", time: time / 1000, opcode: 1, data: frame })
  }
  if (responseFrame !== undefined) {
    messages.push({ type: "receive", time: (time + durationMs) / 1000, opcode: 1, data: responseFrame })
  }
  return messages
}

function common(event: EventEntry, ms: number) {
  return {
    startedDateTime: new Date(event.time).toISOString(),
    time: ms,
    cache: {},
    timings: { send: 0, wait: ms, receive: 0 },
    comment: event.requestId,
  }
}

function requestOf(method: string, url: string, headers: Header[]) {
  const queryString = [...new URL(url).searchParams].map(([name, value]) => ({ name, value }))
  return { method, url, httpVersion: "HTTP/1.1", headers, queryString, cookies: [], headersSize: -1, bodySize: -1 }
}

function responseOf(status: number, headers: Header[], text: string) {
  return {
    status,
    statusText: "",
    httpVersion: "HTTP/1.1",
    headers,
    cookies: [],
    content: { size: text.length, mimeType: typeIn(headers), text },
    redirectURL: "",
    headersSize: -1,
    bodySize: -1,
  }
}

/** The event and the result of a function are JSON, unless they were cut. */
function parse(text: string | undefined): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? "{}")
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

function pairsIn(value: unknown): [string, string][] {
  if (typeof value !== "object" || value === null) return []
  return Object.entries(value).map(([name, one]) => [name, String(one)])
}

function headersIn(value: unknown): Header[] {
  return pairsIn(value).map(([name, one]) => ({ name, value: one }))
}

function typeIn(headers: readonly Header[]): string {
  return headers.find(({ name }) => name.toLowerCase() === "content-type")?.value ?? "text/plain"
}
