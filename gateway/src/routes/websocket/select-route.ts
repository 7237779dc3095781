// Selects the route of a message: parses the API's route selection expression once and evaluates it per message.
// AWS: the value of the expression selects the route with exactly that key (route-exact)

type Part = { text: string } | { path: string[] }

/** Evaluates to a route key, or to undefined when the message is not JSON. */
export type Selection = (message: string) => string | undefined

/**
 * Parses `$request.body.action`, `${request.body.a}/${request.body.b}`, static text, and `\$` for a literal dollar.
 * A path that is not in the message yields the empty string.
 */
export function readSelectionExpression(expression: string): Selection {
  const parts = readParts(expression)
  const [only] = parts
  if (parts.length === 1 && only && "path" in only) {
    const { path } = only
    return (message) => ofJson(message, (body) => valueAt(body, path))
  }
  return (message) =>
    ofJson(message, (body) => parts.map((part) => ("text" in part ? part.text : valueAt(body, part.path))).join(""))
}

/**
 * @param routes the deployment's routes by route key
 * @returns undefined when no route matches
 */
export function selectRoute<Route>(
  selection: Selection,
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

/** `a.b-c[0]['d e']` -> ["a", "b-c", "0", "d e"] */
export function readPath(path: string): string[] {
  return [...path.matchAll(/\[\s*(?:'([^']*)'|"([^"]*)"|(\d+))\s*\]|[^.[\]]+/g)].map(
    ([key, single, double, index]) => single ?? double ?? index ?? key,
  )
}

/** AWS?: undefined, and so $default, for a value nested too deeply to be serialized (route-deep-nesting) */
function ofJson(message: string, evaluate: (body: unknown) => string): string | undefined {
  try {
    return evaluate(JSON.parse(message))
  } catch {
    return undefined
  }
}

/** The value at a path as text. Only own keys count, so `constructor` and `__proto__` find only what the client sent. */
export function valueAt(body: unknown, path: readonly string[]): string {
  let value = body
  for (const key of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return ""
    value = (value as Record<string, unknown>)[key]
  }
  return stringify(value)
}

function stringify(value: unknown): string {
  if (typeof value === "string") return value
  // AWS: an array becomes "[item1, item2]" (route-array)
  if (Array.isArray(value)) return `[${value.map(stringify).join(", ")}]`
  // AWS: numbers, booleans and null become their JSON text (route-number) AWS?: objects do too (route-object)
  return JSON.stringify(value)
}
