// The rooms' log port, told to the outside: warnings and errors become `problem` events, the rest is for debugging.
import type { Log, LogFields } from "../foundation/log.ts"
import type { OnGatewayEvent } from "./gateway-event.ts"

export function createEventLog(onEvent: OnGatewayEvent): Log {
  const tell =
    (code: string) =>
    (event: string, fields: LogFields = {}) => {
      const { message, hint = "", ...rest } = fields
      const details = Object.entries(rest).map(([name, value]) => `${name} ${text(value)}`)
      const sentence = [event, ...(message === undefined ? [] : [text(message)])].join(": ")
      onEvent({
        event: "problem",
        code,
        message: details.length > 0 ? `${sentence} (${details.join(", ")})` : sentence,
        hint: text(hint),
      })
    }
  return { info() {}, warn: tell("WARNING"), error: tell("ERROR") }
}

function text(value: unknown): string {
  if (value instanceof Error) return value.message
  return typeof value === "string" ? value : JSON.stringify(value)
}
