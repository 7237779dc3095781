// Reads the headers, the target and the source address of an HTTP request.
import type { IncomingMessage } from "node:http"
import type { SignedRequest } from "../definition/signed-request.ts"
import { invocationInTrace } from "../foundation/invocation-trace.ts"
import { randomUuid } from "../foundation/random-uuid.ts"
import { queryLists, splitTarget } from "../foundation/request-target.ts"
import type { HandshakeRequest } from "../routes/websocket/event.ts"

// AWS: a CONNECT event has these in this spelling, not in that of the client (event-connect-standard-header-case)
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

/**
 * The headers and the query string of a handshake, as proxy events carry them.
 *
 * @param domainName the API's own, which replaces the local host name
 */
export function handshakeRequest(request: IncomingMessage, domainName: string, nowMs: number): HandshakeRequest {
  const multiValueHeaders = headerLists(request, (name) => spelling.get(name.toLowerCase()) ?? name)
  multiValueHeaders.Host = [domainName]
  multiValueHeaders["X-Amzn-Trace-Id"] = [traceId(nowMs)]
  multiValueHeaders["X-Forwarded-For"] = [sourceIpOf(request)]
  multiValueHeaders["X-Forwarded-Port"] = ["443"]
  multiValueHeaders["X-Forwarded-Proto"] = ["https"]
  // AWS: the event of an authorizer has this header (event-authorizer-request)
  multiValueHeaders["content-length"] ??= ["0"]
  const queryText = queryOf(request)
  const query = queryText === "" ? undefined : queryLists(queryText)
  return {
    // Only when they are read: a Lambda proxy integration needs the lists alone.
    get headers() {
      return lastValues(multiValueHeaders)
    },
    multiValueHeaders,
    // AWS: both maps are absent without a query (event-connect-query-absent)
    ...(query && { queryStringParameters: lastValues(query), multiValueQueryStringParameters: query }),
  }
}

/** Every value of each header by name. Names are the client's, so the prototype is null, unlike that of `headers`. */
export function headerLists(
  { rawHeaders }: IncomingMessage,
  nameOf: (name: string) => string,
): Record<string, string[]> {
  const lists: Record<string, string[]> = Object.create(null)
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = nameOf(rawHeaders[index] ?? "") // mutants: equivalent, the index is in the list
    const list = lists[name]
    const value = rawHeaders[index + 1] ?? "" // mutants: equivalent, every name has a value
    if (list) list.push(value)
    else lists[name] = [value]
  }
  return lists
}

/** AWS: the single-value map has the last value (event-connect-header-repeated) */
function lastValues(lists: Record<string, string[]>): Record<string, string> {
  const last: Record<string, string> = Object.create(null)
  for (const name in lists) last[name] = lists[name]?.at(-1) ?? ""
  return last
}

/** The parts of a request that its signature covers. The prototype of the headers is null, because a signature names them. */
export function signedRequest(request: IncomingMessage): SignedRequest {
  return {
    method: request.method ?? "",
    path: pathOf(request),
    query: queryOf(request),
    headers: Object.assign(Object.create(null), request.headers),
  }
}

/** The path and the query of a request, as sent. */
export function targetOf(request: IncomingMessage): string {
  return request.url ?? "/" // mutants: equivalent, every request to a server has a target
}

/** The raw path of a request, without the query. */
export function pathOf(request: IncomingMessage): string {
  return splitTarget(targetOf(request)).path
}

/** The raw query of a request, without the question mark. */
export function queryOf(request: IncomingMessage): string {
  return splitTarget(targetOf(request)).query
}

export function sourceIpOf(request: IncomingMessage): string {
  return (request.socket.remoteAddress ?? "127.0.0.1").replace(/^::ffff:/, "")
}

/** The request id of the invocation that sent a request. */
export function invocationOf({ headers }: IncomingMessage): string | undefined {
  return invocationInTrace(String(headers["x-amzn-trace-id"]))
}

/** `Root=1-{8 hex: seconds}-{24 hex: random}` */
export function traceId(nowMs: number): string {
  const uuid = randomUuid()
  const random = uuid.slice(9, 13) + uuid.slice(14, 18) + uuid.slice(19, 23) + uuid.slice(24)
  return `Root=1-${Math.floor(nowMs / 1000).toString(16)}-${random}`
}
