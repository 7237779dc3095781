// Runs the integration of a method and makes the response of it: Lambda proxy here, every other type by the shared backends.
import { queryLists } from "../../foundation/request-target.ts"
import type { Failure } from "../failure.ts"
import { firstHeader, type HeaderLists, type HttpResponse } from "../http/request.ts"
import { readHttpResponse } from "../http/response.ts"
import { type Backend, callBackend } from "../integrations/backend.ts"
import { invokeLambda } from "../integrations/lambda-proxy.ts"
import type { RouteRequest } from "../integrations/request-mapping.ts"
import type { RoutePorts } from "../ports.ts"
import type { ProxyResponse } from "../websocket/response.ts"
import { contentTypeOf } from "./content-type.ts"
import { isBinaryType, restProxyEvent } from "./event.ts"
import type { RestFailure } from "./gateway-responses.ts"
import type { RestRequest } from "./transaction.ts"

export type RestOutcome = HttpResponse | { failure: RestFailure }

const internal = "Internal server error"

export async function runRestIntegration(
  request: RestRequest,
  authorizer: Record<string, unknown> | undefined,
  ports: RoutePorts,
): Promise<RestOutcome> {
  const { backend } = request.method
  return backend ? runBackend(request, backend, ports) : runProxy(request, authorizer, ports)
}

async function runProxy(
  request: RestRequest,
  authorizer: Record<string, unknown> | undefined,
  ports: RoutePorts,
): Promise<RestOutcome> {
  const { transaction, method } = request
  const { record } = transaction
  record.requestBody = restProxyEvent(request, authorizer)
  const result = await invokeLambda(method, transaction, ports)
  record.context["integration.latency"] = record.integrationLatency
  if (result.outcome === "timed-out") {
    // AWS: a function that takes too long is a 504 (rest-timeout)
    const message = "Endpoint request timed out"
    return { failure: { type: "INTEGRATION_TIMEOUT", message, blame: "integration", log: result.log } }
  }
  if (result.outcome === "failed") {
    const { log, why } = result
    // AWS: a function that fails is a 502, one that cannot be invoked a 500 (rest-function-error)
    return why === "function"
      ? { failure: { type: "DEFAULT_5XX", status: 502, message: internal, blame: "integration", log } }
      : { failure: { type: "API_CONFIGURATION_ERROR", message: internal, blame: "execution", log } }
  }
  record.context["integration.status"] = 200
  record.context.integrationStatus = 200
  const response = readHttpResponse(result.payload, "1.0")
  if (!("malformed" in response)) return withoutDecoding(response, result.payload, request)
  // AWS: a malformed result is a 502 (rest-malformed)
  const log = "Execution failed due to configuration error: Malformed Lambda proxy response"
  ports.log.warn("Integration failed", {
    message: `Malformed Lambda proxy response: ${response.malformed}`,
    apiId: record.apiId,
    routeKey: record.routeKey,
    requestId: transaction.stamp.requestId,
    functionRequestId: record.functionRequestId,
  })
  return { failure: { type: "DEFAULT_5XX", status: 502, message: internal, blame: "integration", log } }
}

/**
 * AWS: base64 is decoded when the first type that the client accepts is a binary media type (rest-binary-response), and
 * the content type is JSON unless the function names one (rest-content-type)
 */
function withoutDecoding(response: HttpResponse, payload: string, { transaction }: RestRequest): HttpResponse {
  const result = JSON.parse(payload) as Record<string, unknown>
  const { binaryMediaTypes } = transaction.stage.api
  const accepted = firstHeader(transaction.request.headers, "accept")?.split(",")[0]
  if (!hasContentType(result)) response.headers["content-type"] = ["application/json"]
  if (result.isBase64Encoded !== true || isBinaryType(accepted, binaryMediaTypes)) return response
  return { ...response, body: Buffer.from(String(result.body ?? "")) }
}

function hasContentType({ headers, multiValueHeaders }: Record<string, unknown>): boolean {
  return [headers, multiValueHeaders].some((map) =>
    Object.keys((map ?? {}) as object).some((name) => name.toLowerCase() === "content-type"),
  )
}

async function runBackend(request: RestRequest, backend: Backend, ports: RoutePorts): Promise<RestOutcome> {
  const { transaction, method } = request
  const { stage, record } = transaction
  const call = {
    resourcePath: method.resourcePath,
    request: routeRequest(request),
    stage,
    record,
    isRequired: true,
  }
  const outcome = await callBackend(backend, call, ports)
  return "failure" in outcome ? { failure: restFailure(outcome.failure) } : httpResponse(outcome.response)
}

function routeRequest({ transaction, pathParameters }: RestRequest): RouteRequest {
  const { request } = transaction
  const bytes = request.body ?? Buffer.alloc(0)
  const query = Object.entries(queryLists(request.query))
  const headers = Object.entries(request.headers)
  const last = ([name, values]: [string, string[]]) => [name, values.at(-1) ?? ""] as const
  return {
    body: bytes.toString("utf8"),
    querystring: new Map(query.map(last)),
    header: new Map(headers.map(last)),
    multiValueQuerystring: new Map(query),
    multiValueHeader: new Map(headers),
    rest: {
      method: request.method,
      path: new Map(Object.entries(pathParameters)),
      contentType: contentTypeOf(request),
      bytes,
    },
  }
}

const hopHeaders = new Set(["connection", "content-length", "keep-alive", "transfer-encoding"])

function httpResponse({ statusCode, headers, body, bytes }: ProxyResponse): HttpResponse {
  const lists: HeaderLists = Object.create(null)
  for (const [name, value] of Object.entries(headers)) {
    // Line breaks would make the rest of a mapped text a header.
    if (!hopHeaders.has(name)) lists[name] = [value.replaceAll(/[^\t\x20-\x7e\x80-\xff]+/g, " ")]
  }
  lists["content-type"] ??= ["application/json"]
  return { status: statusCode, headers: lists, body: bytes ?? Buffer.from(body ?? "") }
}

/** The gateway response to a failure of a backend. AWS: each has a type of its own (rest-gateway-responses) */
function restFailure({ status, message, blame, log }: Failure): RestFailure {
  if (status === 415) return { type: "UNSUPPORTED_MEDIA_TYPE", message, blame, log }
  if (status === 400) return { type: "BAD_REQUEST_BODY", message: "Invalid request body", blame, log }
  if (status === 504 && message === internal) {
    const network = "Network error communicating with endpoint"
    return { type: "INTEGRATION_FAILURE", message: network, blame, log }
  }
  if (status === 504) return { type: "INTEGRATION_TIMEOUT", message, blame, log }
  return { type: "API_CONFIGURATION_ERROR", message: internal, blame, log }
}
