// The filter of the timeline: text, connection, route, function, kind and outcome.
import { functionOf, isFailed, outcomeOf, type Row } from "./row.ts"

export type Filter = {
  text: string
  connection: string
  route: string
  functionName: string
  /** `messages`, `pushes`, ... or empty. */
  kind: string
  /** `failed`, `throttled`, `denied`, `ok` or empty. */
  outcome: string
}

export const emptyFilter: Filter = { text: "", connection: "", route: "", functionName: "", kind: "", outcome: "" }

export function isEmpty(filter: Filter): boolean {
  return Object.values(filter).every((value) => value === "")
}

export function matches(row: Row, filter: Filter): boolean {
  const { entry } = row
  if (filter.connection !== "" && !(entry.kind === "event" && entry.connectionId === filter.connection)) return false
  if (filter.route !== "" && !(entry.kind === "event" && entry.routeKey === filter.route)) return false
  if (filter.functionName !== "" && functionOf(row) !== filter.functionName) return false
  if (filter.kind !== "" && row.kind !== filter.kind) return false
  if (filter.outcome !== "" && !hasOutcome(row, filter.outcome)) return false
  return filter.text === "" || hasText(row, filter.text.toLowerCase())
}

function hasOutcome(row: Row, outcome: string): boolean {
  return outcome === "failed" ? isFailed(row) : outcomeOf(row) === outcome
}

/** Field by field, so that most rows are not converted to lower case as a whole. */
function hasText({ entry, output }: Row, text: string): boolean {
  for (const value of Object.values(entry)) {
    if (typeof value === "string" && value.toLowerCase().includes(text)) return true
  }
  if (entry.kind === "event" && entry.status !== undefined && String(entry.status) === text) return true
  return output.some((line) => line.text.toLowerCase().includes(text))
}
