// Renders a stage's access log format for one record.
import type { TransactionRecord } from "../definition/record.ts"
import { ownValue } from "../foundation/own-value.ts"

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

function variable(record: Pick<TransactionRecord, "context" | "authorizer">, name: string) {
  const value = ownValue(record.context, name)
  if (value !== undefined || !name.startsWith("authorizer.")) return value
  return ownValue(record.authorizer ?? {}, name.slice("authorizer.".length))
}
