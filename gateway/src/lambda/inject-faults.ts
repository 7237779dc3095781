// Injects the faults of an invocation: an error, a delay, a cold start, a throttle.
import type { FaultSubject, InvocationFaults } from "../definition/fault.ts"
import type { InvocationResult } from "../definition/invocation.ts"
import { functionError, timeoutText } from "./invocation.ts"

export type FaultedInvocation = {
  subject: FaultSubject
  requestId: string
  timeoutMs: number
  /** Makes the next invocation run in a new execution environment. */
  expireEnvironments(): void
  run(): Promise<InvocationResult>
}

/** Runs an invocation unless a fault prevents it. */
export async function injectFaults(
  { subject, requestId, timeoutMs, expireEnvironments, run }: FaultedInvocation,
  faults: InvocationFaults,
): Promise<InvocationResult> {
  for (const fault of faults.ofInvocation(subject)) {
    switch (fault.effect) {
      case "function-error": {
        const { errorType = "InjectedFault", errorMessage = "This error was injected by a fault of the gateway." } =
          fault
        return functionError(requestId, { errorType, errorMessage })
      }
      case "function-throttle":
        return { outcome: "throttled", requestId }
      case "function-cold-start":
        expireEnvironments()
        break
      case "function-delay":
        await faults.wait(Math.min(fault.delayMs, timeoutMs))
        // AWS: a function over its timeout fails with this type and message (lambda-timeout)
        if (fault.delayMs >= timeoutMs) {
          const errorMessage = `RequestId: ${requestId} Error: ${timeoutText(timeoutMs)}`
          return functionError(requestId, { errorType: "Sandbox.Timedout", errorMessage })
        }
    }
  }
  return run()
}
