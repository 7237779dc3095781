// Handles one request to an HTTP API: CORS, stage, route, throttle, integration, and the record of it.
import type { TransactionRecord } from "../../definition/record.ts"
import { type IntegrationFailure, invokeLambda } from "../integrations/lambda-proxy.ts"
import type { RoutePorts } from "../ports.ts"
import type { Stamp } from "../stamp.ts"
import type { HttpApiRuntime, HttpRouteRuntime, HttpStageRuntime } from "./api-runtime.ts"
import { authorize } from "./authorize.ts"
import { addCorsHeaders, isPreflight, preflightResponse } from "./cors.ts"
import { type HttpEventSource, httpEvent } from "./event.ts"
import { newHttpRecord, recordResponse, reportBug, reportMalformedResponse } from "./record.ts"
import { firstHeader, type HttpRequest, type HttpResponse } from "./request.ts"
import { gatewayResponse, readHttpResponse } from "./response.ts"
import { selectRoute } from "./select-route.ts"

type HttpTransaction = {
  api: HttpApiRuntime
  stage: HttpStageRuntime
  request: HttpRequest
  /** Without the stage. */
  path: string
  stamp: Stamp
  record: TransactionRecord
}

/** Never rejects: a bug becomes a 500 and is reported with the request's ids. */
export async function handleHttpRequest(
  api: HttpApiRuntime,
  request: HttpRequest,
  ports: RoutePorts,
): Promise<HttpResponse> {
  const { cors } = api.definition
  const origin = firstHeader(request.headers, "origin")
  // AWS: the API responds itself, without an integration (http-cors-preflight)
  if (cors && isPreflight(request)) return preflightResponse(cors, origin)
  const stamp: Stamp = { requestId: ports.ids.requestId(), requestTimeEpoch: ports.clock.now() }
  const { stage, path } = selectStage(api, request)
  const response = stage
    ? await respond({ api, stage, request, path, stamp, record: newHttpRecord(stage, request, stamp) }, ports)
    : gatewayResponse(404, "Not Found")
  response.headers["apigw-requestid"] = [stamp.requestId]
  if (cors) addCorsHeaders(response.headers, cors, origin)
  return response
}

async function respond(transaction: HttpTransaction, ports: RoutePorts): Promise<HttpResponse> {
  const { record } = transaction
  const response = await runRoute(transaction, ports).catch((error: unknown) => {
    reportBug(record, error, ports.log)
    record.blame = "execution"
    record.failure = "Internal Server Error"
    return gatewayResponse(500, record.failure)
  })
  recordResponse(record, response, ports)
  return response
}

async function runRoute(transaction: HttpTransaction, ports: RoutePorts): Promise<HttpResponse> {
  const { api, stage, request, path, stamp, record } = transaction
  const { environment } = api.definition
  if (!request.body) return gatewayResponse(413, "Request Entity Too Large")
  const match = selectRoute(stage.routes, request.method, path)
  if (!match) return gatewayResponse(404, "Not Found")
  const { route } = match
  record.routeKey = route.definition.routeKey
  record.context.routeKey = record.routeKey
  record.settings = route.settings
  if (!ports.account.takeRequest() || !route.bucket.take(stamp.requestTimeEpoch)) {
    return gatewayResponse(429, "Too Many Requests")
  }
  const { stageName, variables } = stage.definition
  const eventSource: HttpEventSource = {
    apiId: stage.apiId,
    accountId: environment.accountId,
    stage: { stageName, variables },
    route: route.definition,
    pathParameters: match.pathParameters,
    stamp,
    request,
  }
  const attempt = { environment, stage, request, record, resourcePath: request.method + path, eventSource }
  const authorization = await authorize(attempt, route, ports)
  if (authorization.outcome === "rejected") {
    record.context["authorizer.error"] = authorization.cause
    return authorization.response
  }
  record.requestBody = httpEvent({ ...eventSource, authorizer: authorization.authorizer })
  return runIntegration(transaction, route, ports)
}

async function runIntegration(
  transaction: HttpTransaction,
  route: HttpRouteRuntime,
  ports: RoutePorts,
): Promise<HttpResponse> {
  const { record } = transaction
  const result = await invokeLambda(route, transaction, ports)
  record.context["integration.latency"] = record.integrationLatency
  if (result.outcome !== "succeeded") return failedResponse(record, result)
  record.context["integration.status"] = 200
  record.context.integrationStatus = 200
  const response = readHttpResponse(result.payload, { version: route.definition.payloadFormatVersion })
  if (!("malformed" in response)) return response
  reportMalformedResponse(record, response.malformed, ports.log)
  const cause = `Malformed Lambda proxy response: ${response.malformed}`
  return failedResponse(record, { outcome: "failed", why: "function", cause, log: cause })
}

/** AWS: a function that fails is a 500, one that takes too long a 503 (http-failures) */
function failedResponse(record: TransactionRecord, failure: IntegrationFailure): HttpResponse {
  const cause = failure.outcome === "timed-out" ? "Endpoint request timed out" : failure.cause
  record.context["integration.error"] = cause
  record.context.integrationErrorMessage = cause
  record.failure = cause
  record.blame = failure.outcome === "failed" && failure.why === "configuration" ? "execution" : "integration"
  return failure.outcome === "timed-out"
    ? gatewayResponse(503, "Service Unavailable")
    : gatewayResponse(500, "Internal Server Error")
}

/** AWS: the `$default` stage is served at the root, every other one under its name (http-stages) */
function selectStage(
  { stages, definition }: HttpApiRuntime,
  { path, mapping }: HttpRequest,
): { stage: HttpStageRuntime | undefined; path: string } {
  if (mapping) return { stage: stages.get(mapping.stageName), path: path.slice(mapping.basePath.length) || "/" }
  // AWS?: a default endpoint that is disabled is a 404 (domain-disabled-http)
  if (definition.environment.isEndpointDisabled) return { stage: undefined, path }
  const [, first = ""] = path.split("/", 2)
  const named = first === "$default" ? undefined : stages.get(first)
  if (named) return { stage: named, path: path.slice(first.length + 1) || "/" }
  return { stage: stages.get("$default"), path }
}
