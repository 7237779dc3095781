// Reads an event pattern or filter policy, as an object or as JSON text, and reports one that AWS would reject.
import { compileEventPattern } from "../../foundation/event-pattern.ts"
import { isRecord } from "../../foundation/is-record.ts"
import { parseJsonOrText } from "../../foundation/parse-json.ts"
import { InvalidPattern } from "../../foundation/pattern-matcher.ts"
import type { Properties } from "../resolve/properties.ts"
import type { Resource } from "../resolve/resource.ts"

export function readEventPattern(
  resource: Resource,
  properties: Properties,
  name: string,
): Record<string, unknown> | undefined {
  const value = properties.value(name)
  if (value === undefined) return undefined
  const pattern = typeof value === "string" ? parseJsonOrText(value) : value
  // An empty policy filters nothing.
  if (isRecord(pattern) && Object.keys(pattern).length === 0) return undefined
  try {
    compileEventPattern(pattern)
  } catch (error) {
    if (!(error instanceof InvalidPattern)) throw error
    return resource.problem(`${name} is not valid: ${error.message}.`)
  }
  return isRecord(pattern) ? pattern : undefined
}

/** The patterns of the `FilterCriteria` of an event source mapping. */
export function readFilters(resource: Resource): Record<string, unknown>[] {
  const filters = resource.properties.object("FilterCriteria")?.objects("Filters") ?? []
  return filters
    .map((filter) => readEventPattern(resource, filter, "Pattern"))
    .filter((pattern) => pattern !== undefined)
}
