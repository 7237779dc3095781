// The caller of a Lambda invocation, and its result.
import type { TransactionRecord } from "./record.ts"

/** The event of an API that needs the invocation. Its `functionRequestId` becomes the id of the invocation. */
export type InvocationCaller = Partial<Pick<TransactionRecord, "functionRequestId" | "routeKey" | "context">> & {
  /** Receives the response of a handler that streams it; the result is null then. */
  stream?: InvocationStream | undefined
}

export type InvocationStream = {
  /** @param head status, headers and cookies as JSON text, in the payload format of function URLs */
  begin(head: string): void
  /** Resolves when there is room for more. Never rejects. */
  write(part: Buffer): Promise<void>
}

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
