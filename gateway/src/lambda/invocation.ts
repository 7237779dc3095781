// One invocation of a function, and its result when it fails.
import type { InvocationResult, InvocationStream } from "../definition/invocation.ts"

export type Invocation = {
  requestId: string
  invokedFunctionArn: string
  /** JSON text. */
  payload: string
  /** On the gateway's clock. */
  requestedAt: number
  /** Receives the response in parts. */
  stream?: InvocationStream | undefined
  settle(result: InvocationResult): void
}

export function timeoutText(timeoutMs: number): string {
  return `Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`
}

/** @param error as the runtime reports it; its fields keep this order in the payload, as on Lambda. */
export function functionError(
  requestId: string,
  error: { errorType: string; errorMessage: string; trace?: string[] },
): InvocationResult {
  const { errorType, errorMessage } = error
  return { outcome: "function-error", payload: JSON.stringify(error), errorType, errorMessage, requestId }
}
