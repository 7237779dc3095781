// The result of one Lambda invocation.

export type InvocationResult =
  /** `payload`: the function's result as JSON text. */
  | { outcome: "responded"; payload: string; requestId: string }
  /**
   * The handler threw, timed out, exited, ran out of memory or failed to initialize. `payload` is the error object as
   * JSON text.
   */
  | { outcome: "function-error"; payload: string; errorType: string; errorMessage: string; requestId: string }
  | { outcome: "throttled"; requestId: string }
  | { outcome: "not-found"; requestId: string }
