// Sends the request of an HTTP or HTTP_PROXY integration.
import type { OutgoingRequest, OutgoingResult } from "../../definition/outgoing-request.ts"
import { configurationFailure, type Failure, internalServerError, timeoutFailure } from "../failure.ts"
import type { RoutePorts } from "../ports.ts"
import type { MappedRequest } from "./request-mapping.ts"
import type { BackendResponse } from "./response-mapping.ts"

export type HttpTarget = Pick<OutgoingRequest, "method" | "timeoutMs"> & {
  uri: string
  apiId: string
  /** Whether slashes in path parameters stay: those of a REST API can have several segments. */
  keepsSlashes: boolean
}

export async function callHttp(
  target: HttpTarget,
  mapped: MappedRequest,
  ports: Pick<RoutePorts, "sendRequest">,
): Promise<BackendResponse | { failure: Failure }> {
  const url = urlOf(target, mapped)
  // AWS: an invalid address is a configuration error (int-http-invalid-address)
  if (!url) return { failure: configurationFailure("Invalid endpoint address") }
  const { method, timeoutMs } = target
  const headers = headersOf(target, mapped)
  return readResult(await ports.sendRequest({ method, url, headers, body: mapped.body, timeoutMs }))
}

/** The response of a backend, or the failure that the client is sent. */
export function readResult(result: OutgoingResult): BackendResponse | { failure: Failure } {
  switch (result.outcome) {
    case "responded":
      return { ...result, selectionValue: String(result.status) }
    case "timed-out":
      return { failure: timeoutFailure }
    case "unreachable": {
      // AWS?: the frame is that of any failure (int-http-unreachable)
      const log = `Execution failed due to a network error communicating with endpoint: ${result.message}`
      return { failure: { status: 504, message: internalServerError, blame: "integration", log } }
    }
    case "not-sent":
      return { failure: configurationFailure(result.message) }
  }
}

/** Replaces `{name}` by mapped path parameters, and appends the mapped query string. */
function urlOf({ uri, keepsSlashes }: HttpTarget, { path, querystring }: MappedRequest): string | undefined {
  const withPath = uri.replaceAll(/\{([^{}]+)\}/g, (found, name: string) => {
    const value = path.get(name.replace(/\+$/, ""))?.toWellFormed()
    if (value === undefined) return found
    // AWS: the segments of a greedy path parameter stay segments (rest-greedy-path)
    return keepsSlashes ? value.split("/").map(encodeURIComponent).join("/") : encodeURIComponent(value)
  })
  if (!URL.canParse(withPath) || !/^https?:/i.test(withPath)) return undefined
  const url = new URL(withPath)
  for (const [name, value] of querystring) url.searchParams.set(name, value)
  return url.href
}

function headersOf({ apiId }: HttpTarget, { header, body }: MappedRequest): Record<string, string> {
  const headers: Record<string, string> = Object.create(null)
  // AWS: a captured request to a backend has these two (int-http-headers)
  headers["user-agent"] = `AmazonAPIGateway_${apiId}`
  headers["x-amzn-apigateway-api-id"] = apiId
  // AWS?: a body without a mapped type is JSON (int-http-content-type)
  if (body.length > 0) headers["content-type"] = "application/json"
  for (const [name, value] of header) {
    // Line breaks would make the rest of a client's text a header.
    headers[name] = value.replaceAll(/[\r\n]+/g, " ")
  }
  return headers
}
