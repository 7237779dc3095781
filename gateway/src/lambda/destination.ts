// The record of a completed asynchronous invocation that a destination receives.
import { randomUUID } from "node:crypto"
import type { InvocationResult } from "../definition/invocation.ts"
import type { FunctionDefinition } from "../definition/lambda.ts"
import { isoTime } from "../foundation/clock.ts"

export type InvocationRecord = {
  condition: "Success" | "RetriesExhausted" | "EventAgeExceeded"
  /** Milliseconds since the epoch. */
  time: number
  /** How often the function was invoked with the event. */
  attempts: number
  /** The event, as JSON text. */
  payload: string
  result: InvocationResult
}

/**
 * @returns the record as JSON text
 * AWS: the record has event, response, condition and number of attempts (lambda-async-failure)
 */
export function invocationRecord(
  { arn }: FunctionDefinition,
  { condition, time, attempts, payload, result }: InvocationRecord,
): string {
  return JSON.stringify({
    version: "1.0",
    timestamp: isoTime(time),
    requestContext: {
      requestId: result.requestId,
      functionArn: `${arn}:$LATEST`,
      condition,
      approximateInvokeCount: attempts,
    },
    requestPayload: JSON.parse(payload),
    ...response(result),
  })
}

/** @param detail the record as JSON text @returns the event as JSON text */
export function busEvent({ arn }: FunctionDefinition, { condition, time }: InvocationRecord, detail: string): string {
  const [, , , region, account] = arn.split(":")
  return JSON.stringify({
    version: "0",
    id: randomUUID(),
    "detail-type": `Lambda Function Invocation Result - ${condition === "Success" ? "Success" : "Failure"}`,
    source: "lambda",
    account,
    time: isoTime(time).replace(/\.\d+Z$/, "Z"),
    region,
    resources: [`${arn}:$LATEST`],
    detail: JSON.parse(detail),
  })
}

// AWS?: the record has no response for a function that was throttled throughout (lambda-async-too-old)
function response(result: InvocationResult): object {
  if (result.outcome === "throttled" || result.outcome === "not-found") return {}
  const functionError = result.outcome === "function-error" ? { functionError: "Unhandled" } : {}
  return {
    responseContext: { statusCode: 200, executedVersion: "$LATEST", ...functionError },
    responsePayload: JSON.parse(result.payload),
  }
}
