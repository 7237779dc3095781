// What a route received, in the form that mappings read.
import type { HandshakeRequest } from "../websocket/event.ts"
import type { RouteRequest } from "./request-mapping.ts"

const none = new Map<string, never>()

/** AWS: only `$connect` has headers and a query string (int-parameters-connect-only) */
export function messageRequest(body: string): RouteRequest {
  return { body, querystring: none, header: none, multiValueQuerystring: none, multiValueHeader: none }
}

export function handshakeRequest(request: HandshakeRequest): RouteRequest {
  return {
    body: "",
    querystring: new Map(Object.entries(request.queryStringParameters ?? {})),
    header: new Map(Object.entries(request.headers)),
    multiValueQuerystring: new Map(Object.entries(request.multiValueQueryStringParameters ?? {})),
    multiValueHeader: new Map(Object.entries(request.multiValueHeaders)),
  }
}
