// Reports requests that fail for a reason that no other event has: the log of a stage is off in most templates.
import type { TransactionRecord } from "../definition/record.ts"
import type { OnGatewayEvent } from "./gateway-event.ts"

/** Bounds what clients can make the gateway print. */
const MAX_REPORTS = 100
const MAX_BODY_CHARACTERS = 300

/** The codes of the problems that the record of a request has as well. */
export const requestProblemCodes: ReadonlySet<string> = new Set(["NO_ROUTE", "REQUEST_FAILED"])

/** Reports each different failure once. */
export function createFailureReporter(onEvent: OnGatewayEvent): (record: TransactionRecord) => void {
  const reported = new Set<string>()

  function report(code: string, message: string, hint: string): void {
    if (reported.has(message) || reported.size >= MAX_REPORTS) return
    reported.add(message)
    onEvent({ event: "problem", code, message, hint })
  }

  return (record) => {
    const { routeKey, unmatched, settings, eventType } = record
    if (unmatched) {
      const value = unmatched.key === undefined ? "no value" : JSON.stringify(unmatched.key)
      const message = `A message matches no route: the route selection expression of the API returns ${value}.`
      const hint = `The client received "Forbidden". Routes: ${unmatched.routes.join(", ")}. A $default route receives all other messages.`
      report("NO_ROUTE", message, hint)
      return
    }
    // HTTP APIs log their failures, and a stage with a level has its execution log.
    if ((eventType === "HTTP" && !record.isRest) || (settings.loggingLevel ?? "OFF") !== "OFF") return
    const cause = causeOf(record)
    if (cause === undefined) return
    const name = routeKey ?? eventType
    report(
      "REQUEST_FAILED",
      `${name}: ${cause}`,
      "The console shows the request. On AWS the execution log has the cause.",
    )
  }
}

function causeOf({ blame, failure, context, integrationUri, responseBody }: TransactionRecord): string | undefined {
  if (blame !== "execution" && blame !== "integration") return undefined
  if (failure !== undefined) {
    const lines = [failure].flat()
    // The log of the function has its error, and a denial is an event.
    const isReported = lines.some((line) => /customer function error|^Invalid permissions/.test(line))
    return isReported ? undefined : lines.join(" ")
  }
  const status = context["integration.integrationStatus"]
  if (status === undefined || integrationUri?.startsWith("arn:") !== true) return undefined
  return `${integrationUri} responded with ${status}: ${(responseBody ?? "").slice(0, MAX_BODY_CHARACTERS)}`
}
