// An HTTP request's headers and query as the maps that proxy events carry.

import { randomUUID } from "node:crypto"
import type { IncomingMessage } from "node:http"
import { splitTarget } from "../foundation/request-target.ts"
import type { HandshakeRequest } from "../routes/websocket/event.ts"

// AWS: a CONNECT event spells these in one way, whatever the client sent (event-connect-standard-header-case)
const spelling = new Map(
  [
    "Host",
    "Sec-WebSocket-Extensions",
    "Sec-WebSocket-Key",
    "Sec-WebSocket-Protocol",
    "Sec-WebSocket-Version",
    "X-Amzn-Trace-Id",
    "X-Forwarded-For",
    "X-Forwarded-Port",
    "X-Forwarded-Proto",
  ].map((name) => [name.toLowerCase(), name]),
)

/** @param domainName the API's own, which stands in for the local host name. */
export function handshakeMaps(request: IncomingMessage, domainName: string, nowMs: number): HandshakeRequest {
  const multiValueHeaders = headerLists(request)
  multiValueHeaders.Host = [domainName]
  multiValueHeaders["X-Amzn-Trace-Id"] = [traceId(nowMs)]
  multiValueHeaders["X-Forwarded-For"] = [sourceIpOf(request)]
  multiValueHeaders["X-Forwarded-Port"] = ["443"]
  multiValueHeaders["X-Forwarded-Proto"] = ["https"]
  // AWS: the event of an authorizer has this header (event-authorizer-request)
  multiValueHeaders["content-length"] ??= ["0"]
  const query = queryLists(queryOf(request))
  return {
    headers: lastValues(multiValueHeaders),
    multiValueHeaders,
    // AWS: both maps are absent without a query (event-connect-query-absent)
    ...(query && { queryStringParameters: lastValues(query), multiValueQueryStringParameters: query }),
  }
}

function headerLists(request: IncomingMessage): Record<string, string[]> {
  const lists: Record<string, string[]> = Object.create(null)
  const { rawHeaders } = request
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const sent = rawHeaders[index] ?? ""
    const name = spelling.get(sent.toLowerCase()) ?? sent
    const list = lists[name]
    const value = rawHeaders[index + 1] ?? ""
    if (list) list.push(value)
    else lists[name] = [value]
  }
  return lists
}

/** Every value by name; undefined when there is no query. */
export function queryLists(query: string): Record<string, string[]> | undefined {
  if (query === "") return undefined
  const lists: Record<string, string[]> = Object.create(null)
  for (const [name, value] of new URLSearchParams(query)) {
    const list = lists[name]
    if (list) list.push(value)
    else lists[name] = [value]
  }
  return lists
}

/** AWS: the single-value map has the last value (event-connect-header-repeated) */
function lastValues(lists: Record<string, string[]>): Record<string, string> {
  return Object.fromEntries(Object.entries(lists).map(([name, list]) => [name, list.at(-1) ?? ""]))
}

/** The raw path of a request, without the query. */
export function pathOf({ url = "/" }: IncomingMessage): string {
  return splitTarget(url).path
}

/** The raw query of a request, without the question mark. */
export function queryOf({ url = "/" }: IncomingMessage): string {
  return splitTarget(url).query
}

export function sourceIpOf(request: IncomingMessage): string {
  return (request.socket.remoteAddress ?? "127.0.0.1").replace(/^::ffff:/, "")
}

/** `Root=1-{8 hex: seconds}-{24 hex: random}` */
export function traceId(nowMs: number): string {
  // Node.js keeps random UUIDs in stock, unlike other random bytes.
  return `Root=1-${Math.floor(nowMs / 1000).toString(16)}-${randomUUID().replaceAll("-", "").slice(8)}`
}
