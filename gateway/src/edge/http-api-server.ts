// One HTTP API's own server: CORS, routing, and the function behind a route.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import type { Ids } from "../connections/ids.ts"
import type { HttpApiDefinition, HttpRouteDefinition, StageDefinition } from "../definition/api.ts"
import type { InvocationResult } from "../definition/invocation.ts"
import type { Permission } from "../definition/permission.ts"
import type { ContextVariables, TransactionRecord } from "../definition/record.ts"
import type { Clock } from "../foundation/clock.ts"
import {
  type HttpRequest,
  type HttpResponse,
  httpEvent,
  matchHttpRoute,
  type RouteMatch,
  readHttpResponse,
} from "../routes/http/http-request.ts"
import { requestTime } from "../routes/stamp.ts"
import { corsHeaders, preflightHeaders } from "./cors.ts"
import { readBody } from "./read-body.ts"
import { pathOf, queryOf, sourceIpOf } from "./request-maps.ts"

/** AWS: a payload of an HTTP API has at most 10 MB (http-payload-size) */
const MAX_BODY_BYTES = 10 * 1024 * 1024

export type HttpApiServerPorts = {
  clock: Clock
  ids: Ids
  accountId: string
  domainName: string
  api(): HttpApiDefinition
  invoke(functionArn: string, payload: string): Promise<InvocationResult>
  mayInvoke(api: HttpApiDefinition, stageName: string, route: HttpRouteDefinition): Permission
  /** The stage's throttle, then the account's. */
  takeRequest(stage: StageDefinition): boolean
  record(record: TransactionRecord): void
}

export function createHttpApiServer(ports: HttpApiServerPorts): Server {
  return createServer((request, response) => {
    onRequest(request, response, ports).catch((error: unknown) => response.destroy(error as Error))
  })
}

async function onRequest(message: IncomingMessage, response: ServerResponse, ports: HttpApiServerPorts): Promise<void> {
  const api = ports.api()
  const origin = message.headers.origin
  const preflight = message.method === "OPTIONS" && message.headers["access-control-request-method"] !== undefined
  if (api.cors && preflight) {
    // AWS: the API responds itself, without an integration (http-cors-preflight)
    message.resume()
    response.writeHead(204, preflightHeaders(api.cors, origin)).end()
    return
  }
  const nowMs = ports.clock.now()
  const requestId = ports.ids.requestId()
  const { stage, path } = stageAndPath(api, pathOf(message))
  const body = await readBody(message, MAX_BODY_BYTES)
  const request = body && { ...readRequest(message, path), body }
  const context: ContextVariables = {
    apiId: api.apiId,
    domainName: ports.domainName,
    extendedRequestId: requestId,
    httpMethod: message.method ?? "",
    "identity.sourceIp": sourceIpOf(message),
    "identity.userAgent": message.headers["user-agent"],
    path: pathOf(message),
    protocol: "HTTP/1.1",
    requestId,
    requestTime: requestTime(nowMs),
    requestTimeEpoch: nowMs,
    stage: stage?.stageName,
  }
  const answer = request
    ? await answerTo(api, stage, request, context, ports)
    : problem(413, "Request Entity Too Large")
  response.writeHead(answer.status, {
    ...answer.headers,
    ...(api.cors && corsHeaders(api.cors, origin)),
    ...(answer.cookies.length > 0 && { "set-cookie": answer.cookies }),
    "apigw-requestid": requestId,
    ...(body ? {} : { connection: "close" }),
  })
  response.end(message.method === "HEAD" ? undefined : answer.body)
  if (!stage) return
  Object.assign(context, {
    status: answer.status,
    responseLength: answer.body.length,
    responseLatency: ports.clock.now() - nowMs,
  })
  const routeKey = context.routeKey === undefined ? undefined : String(context.routeKey)
  ports.record({
    apiId: api.apiId,
    stage,
    eventType: "HTTP",
    routeKey,
    settings: stage.defaultRouteSettings,
    context,
  })
}

async function answerTo(
  api: HttpApiDefinition,
  stage: StageDefinition | undefined,
  request: HttpRequest,
  context: ContextVariables,
  ports: HttpApiServerPorts,
): Promise<HttpResponse> {
  if (!stage) return problem(404, "Not Found")
  const match = matchHttpRoute(api.routes, request.method, request.path)
  if (!match) return problem(404, "Not Found")
  context.routeKey = match.route.routeKey
  if (!ports.takeRequest(stage)) return problem(429, "Too Many Requests")
  return invokeRoute(api, stage, match, request, context, ports)
}

/** AWS: a function that fails is a 500, one that takes too long a 503 (http-failures) */
async function invokeRoute(
  api: HttpApiDefinition,
  stage: StageDefinition,
  match: RouteMatch,
  request: HttpRequest,
  context: ContextVariables,
  ports: HttpApiServerPorts,
): Promise<HttpResponse> {
  const { functionArn, timeoutMs } = match.route
  const fail = (status: number, message: string, integrationError: string) => {
    context["integration.error"] = integrationError
    context.integrationErrorMessage = integrationError
    return problem(status, message)
  }
  if (functionArn === undefined) return fail(500, "Internal Server Error", "The route has no Lambda integration")
  const permission = ports.mayInvoke(api, stage.stageName, match.route)
  if (!permission.allowed) return fail(500, "Internal Server Error", permission.message)
  const { domainName, accountId, clock } = ports
  const about = { requestId: String(context.requestId), nowMs: Number(context.requestTimeEpoch), accountId, domainName }
  const startedAt = clock.now()
  const timedOut = Promise.withResolvers<undefined>()
  const timer = clock.after(timeoutMs, () => timedOut.resolve(undefined))
  const result = await Promise.race([
    ports.invoke(functionArn, httpEvent(api, stage, match, request, about)),
    timedOut.promise,
  ])
  timer.cancel()
  context.integrationLatency = clock.now() - startedAt
  context["integration.latency"] = context.integrationLatency
  if (!result) return fail(503, "Service Unavailable", "Endpoint request timed out")
  if (result.outcome === "function-error") return fail(500, "Internal Server Error", result.errorMessage)
  if (result.outcome !== "answered") return fail(500, "Internal Server Error", `Lambda: ${result.outcome}`)
  const answer = readHttpResponse(result.payload)
  if (!answer) return fail(500, "Internal Server Error", "Malformed Lambda proxy response")
  context["integration.status"] = 200
  context.integrationStatus = 200
  return answer
}

/** AWS: the `$default` stage is served at the root, every other one under its name (http-stages) */
function stageAndPath(api: HttpApiDefinition, path: string): { stage: StageDefinition | undefined; path: string } {
  const [, first = ""] = path.split("/")
  const named = api.stages.find((stage) => stage.stageName === first && stage.stageName !== "$default")
  if (named) return { stage: named, path: path.slice(first.length + 1) || "/" }
  return { stage: api.stages.find((stage) => stage.stageName === "$default"), path }
}

function readRequest(message: IncomingMessage, path: string): Omit<HttpRequest, "body"> {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(message.headers)) {
    // AWS: cookies are in a list of their own (http-cookies)
    if (name !== "cookie" && value !== undefined) headers[name] = Array.isArray(value) ? value.join(",") : value
  }
  const cookies = message.headers.cookie?.split(/;\s*/) ?? []
  return {
    method: message.method ?? "GET",
    path,
    query: queryOf(message),
    headers,
    cookies,
    sourceIp: sourceIpOf(message),
  }
}

function problem(status: number, message: string): HttpResponse {
  const body = Buffer.from(JSON.stringify({ message }))
  return { status, headers: { "content-type": "application/json" }, cookies: [], body }
}
