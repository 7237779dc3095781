// Builds the request of an HTTP_PROXY integration: the message or the handshake as it arrived, plus mapped parameters.
import type { MappedRequest, RouteRequest } from "./request-mapping.ts"

/** These headers belong to the connection between client and gateway. */
const hopHeaders = new Set(["host", "connection", "upgrade", "content-length", "transfer-encoding", "keep-alive"])

/**
 * AWS: the headers and the query string of a handshake are forwarded (int-http-proxy-connect), and mapped parameters
 * replace them (int-http-proxy-parameters)
 */
export function proxyRequest(request: RouteRequest, mapped: MappedRequest): MappedRequest {
  const header = new Map<string, string>()
  for (const [name, value] of request.header) {
    if (!hopHeaders.has(name.toLowerCase())) header.set(name.toLowerCase(), value)
  }
  for (const [name, value] of mapped.header) header.set(name, value)
  const querystring = new Map([...request.querystring, ...mapped.querystring])
  return { ...mapped, header, querystring }
}
