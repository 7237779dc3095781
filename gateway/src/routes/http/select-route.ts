// Selects the route of an HTTP request by method and path.
import { decodePercent } from "../../foundation/request-target.ts"

export type RoutePattern = { isDefault: true } | { isDefault: false; method: string; segments: readonly Segment[] }

type Segment = { literal: string } | { variable: string; isGreedy: boolean }

export type RouteMatch<Route> = { route: Route; pathParameters: Record<string, string> }

/** Parses `GET /documents/{documentId}`, `ANY /x/{proxy+}` or `$default`. */
export function readRouteKey(routeKey: string): RoutePattern {
  if (routeKey === "$default") return { isDefault: true }
  const [method = "", path = ""] = routeKey.split(" ")
  const segments = path.split("/").map((text): Segment => {
    const variable = /^\{(.+?)(\+?)\}$/.exec(text)
    return variable?.[1] === undefined ? { literal: text } : { variable: variable[1], isGreedy: variable[2] === "+" }
  })
  return { isDefault: false, method, segments }
}

/**
 * AWS: a full match is preferred to a greedy variable, and that to `$default` (http-route-priority)
 *
 * @param path percent-encoded, without the stage
 */
export function selectRoute<Route extends { pattern: RoutePattern }>(
  routes: readonly Route[],
  method: string,
  path: string,
): RouteMatch<Route> | undefined {
  const segments = path.split("/")
  let best: Route | undefined
  let bestRank = -1
  for (const route of routes) {
    const rank = rankOf(route.pattern, method, segments)
    if (rank <= bestRank) continue
    best = route
    bestRank = rank
  }
  return best && { route: best, pathParameters: pathParametersOf(best.pattern, segments) }
}

/** Literal segments count most, then variables, then a greedy one; a named method wins over ANY. -1: no match. */
function rankOf(pattern: RoutePattern, method: string, segments: readonly string[]): number {
  if (pattern.isDefault) return 0
  if (pattern.method !== "ANY" && pattern.method !== method) return -1
  let rank = pattern.method === "ANY" ? 1 : 2
  for (const [index, expected] of pattern.segments.entries()) {
    const segment = segments[index]
    if (segment === undefined) return -1
    if ("literal" in expected) {
      if (expected.literal !== segment) return -1
      rank += 100
    } else if (expected.isGreedy) return rank
    else if (segment === "") return -1
    else rank += 10
  }
  return segments.length === pattern.segments.length ? rank : -1
}

/** The names come from a template, so the prototype is null. */
function pathParametersOf(pattern: RoutePattern, segments: readonly string[]): Record<string, string> {
  const parameters: Record<string, string> = Object.create(null)
  if (pattern.isDefault) return parameters
  for (const [index, expected] of pattern.segments.entries()) {
    if (!("variable" in expected)) continue
    const text = expected.isGreedy ? segments.slice(index).join("/") : (segments[index] ?? "")
    // An invalid encoding is passed on.
    parameters[expected.variable] = decodePercent(text) ?? text
  }
  return parameters
}
