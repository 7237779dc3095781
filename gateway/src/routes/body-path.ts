// Finds values in a JSON message by the paths of selection expressions and parameter mappings: `a.b[0]['c d']`.
import { ownValue } from "../foundation/own-value.ts"
import { parseJson } from "../foundation/parse-json.ts"

/** `a.b-c[0]['d e']` -> ["a", "b-c", "0", "d e"] */
export function readPath(path: string): string[] {
  return [...path.matchAll(/\[\s*(?:'([^']*)'|"([^"]*)"|(\d+))\s*\]|[^.[\]]+/g)].map(
    ([key, single, double, index]) => single ?? double ?? index ?? key,
  )
}

/** The value at a path as text; empty when there is none. */
export function textAt(body: unknown, path: readonly string[]): string {
  let value = body
  for (const key of path) {
    value = typeof value === "object" && value !== null ? ownValue(value as Record<string, unknown>, key) : undefined
  }
  return value === undefined ? "" : stringify(value)
}

/** The value at a path of a message as text; empty when there is none, or when the message is not JSON. */
export function textInBody(body: string, path: string): string {
  try {
    return textAt(parseJson(body), readPath(path))
  } catch {
    // The value is nested too deeply to be serialized.
    return ""
  }
}

function stringify(value: unknown): string {
  if (typeof value === "string") return value
  // AWS: an array becomes "[item1, item2]" (route-array)
  if (Array.isArray(value)) return `[${value.map(stringify).join(", ")}]`
  // AWS: numbers, booleans and null become their JSON text (route-number) AWS?: objects do too (route-object)
  return JSON.stringify(value)
}
