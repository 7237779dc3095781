// Implements the log port: warnings and errors become `problem` events, everything else is dropped.
import type { Log, LogFields } from "../foundation/log.ts"
import type { OnGatewayEvent } from "./gateway-event.ts"

export function createEventLog(onEvent: OnGatewayEvent): Log {
  const reporter =
    (code: string) =>
    (event: string, fields: LogFields = {}) => {
      const { message, hint = "", ...rest } = fields
      const details = Object.entries(rest).flatMap(([name, value]) =>
        value === undefined ? [] : `${name} ${textOf(value)}`,
      )
      const sentence = message === undefined ? event : `${event}: ${textOf(message)}`
      onEvent({
        event: "problem",
        code,
        message: details.length > 0 ? `${sentence} (${details.join(", ")})` : sentence,
        hint: textOf(hint),
      })
    }
  return { info() {}, warn: reporter("WARNING"), error: reporter("ERROR") }
}

function textOf(value: unknown): string {
  if (value instanceof Error) return value.message
  return typeof value === "string" ? value : JSON.stringify(value)
}
