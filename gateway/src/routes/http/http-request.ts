// A request to an HTTP API: which route, the event of payload format 2.0, and the answer made of the function's result.

import type { HttpApiDefinition, HttpRouteDefinition, StageDefinition } from "../../definition/api.ts"
import { decodePercent } from "../../foundation/request-target.ts"
import { requestTime } from "../stamp.ts"

export type HttpRequest = {
  method: string
  /** Without the stage, still percent-encoded. */
  path: string
  query: string
  /** Lower-case names; repeated headers joined by commas. */
  headers: Record<string, string>
  cookies: string[]
  body: Buffer
  sourceIp: string
}

export type HttpResponse = {
  status: number
  headers: Record<string, string>
  cookies: string[]
  body: Buffer
}

export type RouteMatch = { route: HttpRouteDefinition; pathParameters: Record<string, string> }

/** AWS: a full match is preferred to a greedy variable, and that to `$default` (http-route-priority) */
export function matchHttpRoute(
  routes: readonly HttpRouteDefinition[],
  method: string,
  path: string,
): RouteMatch | undefined {
  let best: (RouteMatch & { rank: number }) | undefined
  for (const route of routes) {
    const match = matchOne(route, method, path)
    if (match && (!best || match.rank > best.rank)) best = match
  }
  return best
}

function matchOne(route: HttpRouteDefinition, method: string, path: string) {
  if (route.routeKey === "$default") return { route, pathParameters: {}, rank: 0 }
  const [routeMethod, routePath = ""] = route.routeKey.split(" ")
  if (routeMethod !== "ANY" && routeMethod !== method) return undefined
  const pattern = routePath.split("/")
  const segments = path.split("/")
  const pathParameters: Record<string, string> = {}
  // Literal segments count most, then variables, then a greedy one; a named method breaks ties with ANY.
  let rank = routeMethod === "ANY" ? 1 : 2
  for (const [index, part] of pattern.entries()) {
    const greedy = /^\{(.+)\+\}$/.exec(part)
    if (greedy?.[1]) {
      if (segments.length <= index) return undefined
      pathParameters[greedy[1]] = decode(segments.slice(index).join("/"))
      return { route, pathParameters, rank }
    }
    const segment = segments[index]
    if (segment === undefined) return undefined
    const variable = /^\{(.+)\}$/.exec(part)
    if (variable?.[1]) {
      if (segment === "") return undefined
      pathParameters[variable[1]] = decode(segment)
      rank += 10
    } else if (part === segment) rank += 100
    else return undefined
  }
  return segments.length === pattern.length ? { route, pathParameters, rank } : undefined
}

/** AWS: an event has payload format 2.0 (http-payload-format) */
export function httpEvent(
  api: HttpApiDefinition,
  stage: StageDefinition,
  match: RouteMatch,
  request: HttpRequest,
  about: { requestId: string; nowMs: number; accountId: string; domainName: string },
): string {
  const rawPath = stage.stageName === "$default" ? request.path : `/${stage.stageName}${request.path}`
  const isText = isTextual(request.headers["content-type"])
  const query = request.query === "" ? undefined : joinedValues(request.query)
  return JSON.stringify({
    version: "2.0",
    routeKey: match.route.routeKey,
    rawPath: decode(rawPath),
    rawQueryString: request.query,
    ...(request.cookies.length > 0 && { cookies: request.cookies }),
    headers: request.headers,
    ...(query && { queryStringParameters: query }),
    requestContext: {
      accountId: about.accountId,
      apiId: api.apiId,
      domainName: about.domainName,
      domainPrefix: api.apiId,
      http: {
        method: request.method,
        path: decode(rawPath),
        protocol: "HTTP/1.1",
        sourceIp: request.sourceIp,
        userAgent: request.headers["user-agent"] ?? "",
      },
      requestId: about.requestId,
      routeKey: match.route.routeKey,
      stage: stage.stageName,
      time: requestTime(about.nowMs),
      timeEpoch: about.nowMs,
    },
    ...(Object.keys(match.pathParameters).length > 0 && { pathParameters: match.pathParameters }),
    ...(Object.keys(stage.variables).length > 0 && { stageVariables: stage.variables }),
    ...(request.body.length > 0 && { body: request.body.toString(isText ? "utf8" : "base64") }),
    isBase64Encoded: request.body.length > 0 && !isText,
  })
}

/** The response for a function's result, or undefined when the result is malformed. */
export function readHttpResponse(payload: string): HttpResponse | undefined {
  const result: unknown = JSON.parse(payload)
  if (typeof result !== "object" || result === null || !("statusCode" in result)) {
    // AWS: a result without statusCode is the body of a 200, as JSON (http-inferred-response)
    const text = typeof result === "string" ? result : JSON.stringify(result)
    return { status: 200, headers: { "content-type": "application/json" }, cookies: [], body: Buffer.from(text) }
  }
  const { statusCode, headers, cookies, body, isBase64Encoded } = result as Record<string, unknown>
  const status = Number(statusCode)
  if (!Number.isInteger(status) || status < 100 || status > 599) return undefined
  if (body !== undefined && body !== null && typeof body !== "string") return undefined
  const flat: Record<string, string> = { "content-type": "text/plain;charset=UTF-8" }
  if (typeof headers === "object" && headers !== null) {
    for (const [name, value] of Object.entries(headers)) flat[name.toLowerCase()] = String(value)
  }
  return {
    status,
    headers: flat,
    cookies: Array.isArray(cookies) ? cookies.map(String) : [],
    body: Buffer.from(body ?? "", isBase64Encoded === true ? "base64" : "utf8"),
  }
}

/** AWS: bodies of these types arrive as text, all others as base64 (http-text-bodies) */
function isTextual(contentType = ""): boolean {
  return (
    contentType === "" ||
    /^(text\/|application\/(json|javascript|xml|x-www-form-urlencoded)|.*\+(json|xml))/i.test(contentType)
  )
}

/** AWS: repeated query parameters are joined by commas (http-repeated-query) */
function joinedValues(query: string): Record<string, string> {
  const joined: Record<string, string> = {}
  for (const [name, value] of new URLSearchParams(query)) {
    joined[name] = name in joined ? `${joined[name]},${value}` : value
  }
  return joined
}

/** An invalid encoding stays as it is. */
function decode(text: string): string {
  return decodePercent(text) ?? text
}
