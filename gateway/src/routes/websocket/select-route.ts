// Selects the route of a message: parses the API's route selection expression once and evaluates it per message.
// AWS: the value of the expression selects the route with exactly that key (route-exact)
import { readPath, textAt } from "../body-path.ts"

type Part = { text: string } | { path: string[] }

/** Evaluates to a route key, or to undefined when the message is not JSON. */
export type RouteSelection = (message: string) => string | undefined

/**
 * Parses `$request.body.action`, `${request.body.a}/${request.body.b}`, static text, and `\$` for a literal dollar.
 * A path that is not in the message yields the empty string.
 */
export function readRouteSelection(expression: string): RouteSelection {
  const parts = readParts(expression)
  const [only] = parts
  if (parts.length === 1 && only && "path" in only) {
    const { path } = only
    return (message) => ofJson(message, (body) => textAt(body, path))
  }
  return (message) =>
    ofJson(message, (body) => parts.map((part) => ("text" in part ? part.text : textAt(body, part.path))).join(""))
}

/**
 * @param routes the deployment's routes by route key
 * @returns undefined when no route matches
 */
export function selectRoute<Route>(
  selection: RouteSelection,
  routes: ReadonlyMap<string, Route>,
  message: string,
): Route | undefined {
  const routeKey = selection(message)
  // AWS: a message that is not JSON goes to $default, even with a static expression (route-static)
  if (routeKey === undefined) return routes.get("$default")
  // AWS: a message cannot select $connect or $disconnect (route-connect-unselectable)
  if (routeKey === "$connect" || routeKey === "$disconnect") return routes.get("$default")
  return routes.get(routeKey) ?? routes.get("$default")
}

function readParts(expression: string): Part[] {
  const bare = /^\$request\.body\.(.+)$/s.exec(expression)
  if (bare?.[1] && !bare[1].includes("${")) return [{ path: readPath(bare[1]) }]
  const parts: Part[] = []
  // One alternative per kind: an escaped dollar, `${request.body.path}`, anything else.
  for (const [piece, escaped, path] of expression.matchAll(/(\\\$)|\$\{request\.body\.([^}]*)\}|[^\\$]+|[\\$]/gs)) {
    parts.push(escaped ? { text: "$" } : path === undefined ? { text: piece } : { path: readPath(path) })
  }
  return parts
}

/** AWS?: undefined, and so $default, for a value nested too deeply to be serialized (route-deep-nesting) */
function ofJson(message: string, evaluate: (body: unknown) => string): string | undefined {
  try {
    return evaluate(JSON.parse(message))
  } catch {
    return undefined
  }
}
