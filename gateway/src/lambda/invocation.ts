// One invocation of a function and what can come of it.

export type InvocationResult =
  /** `payload`: JSON text as Lambda would return it. */
  | { outcome: "answered"; payload: string; requestId: string }
  /** Thrown, timed out, exited, out of memory, failed to initialize. `payload` is the error object as JSON text. */
  | { outcome: "function-error"; payload: string; errorType: string; errorMessage: string; requestId: string }
  | { outcome: "throttled"; requestId: string }
  | { outcome: "not-found"; requestId: string }

export type Invocation = {
  requestId: string
  invokedFunctionArn: string
  /** JSON text. */
  payload: string
  /** On the gateway's clock. */
  requestedAt: number
  settle(result: InvocationResult): void
}

/** @param error as the runtime reports it; its fields keep this order in the payload, as on Lambda. */
export function functionError(
  requestId: string,
  error: { errorType: string; errorMessage: string; trace?: string[] },
): InvocationResult {
  const { errorType, errorMessage } = error
  return { outcome: "function-error", payload: JSON.stringify(error), errorType, errorMessage, requestId }
}
