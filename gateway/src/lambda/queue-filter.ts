// Filters the messages of a queue for an event source mapping by its event patterns.
import { compileEventPattern } from "../foundation/event-pattern.ts"
import { parseJsonOrText } from "../foundation/parse-json.ts"

/**
 * AWS: a body that is JSON is compared as JSON, and does not match a pattern for text; no pattern: every message
 * (sqs-filter, sqs-filter-body)
 *
 * @returns whether a record of the function's event is wanted
 */
export function createQueueFilter(
  patterns: readonly Record<string, unknown>[],
): (record: Readonly<Record<string, unknown>>) => boolean {
  if (patterns.length === 0) return () => true
  const filters = patterns.map((pattern) => compileEventPattern(pattern))
  return (record) => {
    const { body } = record
    const event = { ...record, body: typeof body === "string" ? parseJsonOrText(body) : body }
    return filters.some((matches) => matches(event))
  }
}
