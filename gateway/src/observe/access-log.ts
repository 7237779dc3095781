// Renders a stage's access log format for one record.
import type { TransactionRecord } from "../definition/record.ts"

export type RenderAccessLog = (record: Pick<TransactionRecord, "context" | "authorizer">) => string

/**
 * Parses a format such as `{"id":"$context.requestId"}` once. Values are inserted as text, without escaping.
 * AWS: a variable that is unknown or has no value becomes "-" (access-log-unknown-variable)
 */
export function readAccessLogFormat(format: string): RenderAccessLog {
  const parts = format.split(/\$context\.([A-Za-z0-9_]+(?:\.[A-Za-z0-9_-]+)*)/)
  return (record) => {
    let line = ""
    // `split` with one group alternates: text, name, text, name, ..., text.
    for (let index = 0; index < parts.length; index++) {
      const part = parts[index] ?? "" // mutants: equivalent, the index is in the list
      line += index % 2 === 0 ? part : (variable(record, part) ?? "-")
    }
    return line
  }
}

/** Only own properties count: `$context.constructor` is not a variable. */
function variable(record: Pick<TransactionRecord, "context" | "authorizer">, name: string) {
  if (Object.hasOwn(record.context, name)) return record.context[name]
  const key = name.startsWith("authorizer.") ? name.slice("authorizer.".length) : undefined
  return key !== undefined && record.authorizer && Object.hasOwn(record.authorizer, key)
    ? record.authorizer[key]
    : undefined
}
