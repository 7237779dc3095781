// A recorded connection as a client can repeat it: its handshake, and its frames with the time between them.
import { isCut } from "./cut-text.ts"
import type { EventEntry, Stage } from "./entry.ts"
import { eventOf, type Row } from "./row.ts"

export type Recording = {
  url: string
  query: string
  headers: (readonly [string, string])[]
  protocols: string[]
  /** `afterMs`: the time since the frame before, or since the handshake. */
  frames: { text: string; afterMs: number }[]
}

/** Of the connection, or set by the client that repeats it. */
const ownHeaders =
  /^(host|connection|upgrade|user-agent|origin|content-length|sec-websocket-.*|x-forwarded-.*|x-amzn-.*|via|cloudfront-.*)$/i

/** @returns the recording, or why there is none */
export function recordingOf(rows: readonly Row[], connectionId: string, stages: readonly Stage[]): Recording | string {
  const events = rows.map(eventOf).filter((event) => event?.connectionId === connectionId)
  const connect = events.find((event) => event?.eventType === "CONNECT")
  if (!connect) return "Its handshake is no longer kept."
  const stage = stages.find(({ apiId, stageName }) => apiId === connect.apiId && stageName === connect.stage)
  if (!stage) return "Its stage is no longer deployed."
  const messages = events.filter((event): event is EventEntry => event?.eventType === "MESSAGE")
  if (messages.some(({ frame = "" }) => isCut(frame))) return "One of its frames is too long to be kept."
  const { query, headers, protocols } = handshakeOf(connect)
  let before = connect.time + connect.durationMs
  const frames = messages.map(({ frame = "", time }) => {
    const afterMs = Math.max(0, time - before)
    before = time
    return { text: frame, afterMs }
  })
  return { url: stage.url, query, headers, protocols, frames }
}

type ConnectEvent = {
  multiValueHeaders?: Record<string, string[]>
  multiValueQueryStringParameters?: Record<string, string[]>
}

/** Without a function there is no event, and what the client sent is not known. */
function handshakeOf({ event }: EventEntry): Pick<Recording, "query" | "headers" | "protocols"> {
  const { multiValueHeaders = {}, multiValueQueryStringParameters = {} } = parse(event)
  const all = Object.entries(multiValueHeaders).flatMap(([name, values]) =>
    values.map((value) => [name, value] as const),
  )
  const query = Object.entries(multiValueQueryStringParameters ?? {}).flatMap(([name, values]) =>
    values.map((value) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`),
  )
  return {
    query: query.join("&"),
    headers: all.filter(([name]) => !ownHeaders.test(name)),
    protocols: all
      .filter(([name]) => name.toLowerCase() === "sec-websocket-protocol")
      .flatMap(([, value]) => value.split(/,\s*/)),
  }
}

function parse(event: string | undefined): ConnectEvent {
  try {
    return JSON.parse(event ?? "{}")
  } catch {
    return {}
  }
}
