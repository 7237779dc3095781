// Runs the integration of a method, and makes the HTTP response.
import { queryLists } from "../../foundation/request-target.ts"
import {
  configurationFailure,
  type Failure,
  internalServerError,
  malformedResponseFailure,
  timeoutFailure,
} from "../failure.ts"
import { reportMalformedResponse } from "../http/record.ts"
import { firstHeader, type HeaderLists, type HttpResponse } from "../http/request.ts"
import { connectionHeaders, headerText, type ResponseFormat, readHttpResponse } from "../http/response.ts"
import { type Backend, callBackend } from "../integrations/backend.ts"
import { invokeLambda } from "../integrations/lambda-proxy.ts"
import type { RouteRequest } from "../integrations/request-mapping.ts"
import type { RouteResponse } from "../integrations/response-mapping.ts"
import type { RoutePorts } from "../ports.ts"
import { contentTypeOf } from "./content-type.ts"
import { isBinaryType, restProxyEvent } from "./event.ts"
import type { RestFailure } from "./gateway-responses.ts"
import type { RestRequest, RestTransaction } from "./transaction.ts"

export type RestOutcome = HttpResponse | { failure: RestFailure }

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
  // AWS: a function that takes too long is a 504 (rest-timeout)
  if (result.outcome === "timed-out") return { failure: restFailure(timeoutFailure) }
  if (result.outcome === "failed") {
    // AWS: a function that fails is a 502, one that cannot be invoked a 500 (rest-function-error)
    return result.why === "function"
      ? badGateway(result.log)
      : { failure: restFailure(configurationFailure(result.cause)) }
  }
  record.context["integration.status"] = 200
  record.context.integrationStatus = 200
  const response = readHttpResponse(result.payload, formatOf(transaction))
  if (!("malformed" in response)) return response
  // AWS: a malformed result is a 502 (rest-malformed)
  reportMalformedResponse(record, response.malformed, ports.log)
  return badGateway(malformedResponseFailure.log)
}

function badGateway(log: string): RestOutcome {
  return { failure: { type: "DEFAULT_5XX", status: 502, message: internalServerError, blame: "integration", log } }
}

/**
 * AWS: base64 is decoded when the first type that the client accepts is a binary media type (rest-binary-response), and
 * the content type is JSON unless the function names one (rest-content-type)
 */
function formatOf({ request, stage }: RestTransaction): ResponseFormat {
  const accepted = firstHeader(request.headers, "accept")?.split(",")[0]
  return {
    version: "1.0",
    contentType: "application/json",
    decodesBase64: isBinaryType(accepted, stage.api.binaryMediaTypes),
  }
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

function httpResponse({ statusCode, headers, body, bytes }: RouteResponse): HttpResponse {
  const lists: HeaderLists = Object.create(null)
  for (const [name, value] of Object.entries(headers)) {
    if (!connectionHeaders.has(name)) lists[name] = [headerText(value)]
  }
  lists["content-type"] ??= ["application/json"]
  return { status: statusCode, headers: lists, body: bytes ?? Buffer.from(body ?? "") }
}

/** The gateway response to a failure of an integration. AWS: they have different types (rest-gateway-responses) */
function restFailure({ status, message, blame, log }: Failure): RestFailure {
  switch (status) {
    case 400:
      return { type: "BAD_REQUEST_BODY", message: "Invalid request body", blame, log }
    case 415:
      return { type: "UNSUPPORTED_MEDIA_TYPE", message, blame, log }
    case 504:
      return message === timeoutFailure.message
        ? { type: "INTEGRATION_TIMEOUT", message, blame, log }
        : { type: "INTEGRATION_FAILURE", message: "Network error communicating with endpoint", blame, log }
    default:
      return { type: "API_CONFIGURATION_ERROR", message: internalServerError, blame, log }
  }
}
