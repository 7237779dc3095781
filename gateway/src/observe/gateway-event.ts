// The events that a gateway reports: the lines of `--json`, of the terminal and of the console.

export type GatewayEvent =
  | { event: "access"; apiId: string; stage: string; message: string }
  /** A function's output, the execution log of an API, or what an execution of a state machine does. */
  | {
      event: "log"
      source: "function" | "api-gateway" | "states"
      logGroup: string
      requestId: string
      message: string
      kind: "stdout" | "stderr" | "platform" | "execution"
    }
  | {
      event: "denied"
      action: string
      resource: string
      role: string
      explanation: string
      /** What to add to the template, as a line of CDK. */
      cure: string
    }
  | { event: "problem"; code: string; message: string; hint: string }
  /** A change is served. `recovered`: the change before it could not be served. */
  | { event: "reloaded"; what: string; durationMs: number; recovered: boolean }
  /** A fault that a user set was injected. Absent fields do not apply. */
  | {
      event: "fault"
      faultId: string
      effect: string
      message: string
      connectionId?: string | undefined
      routeKey?: string | undefined
      functionName?: string | undefined
      requestId?: string | undefined
      functionRequestId?: string | undefined
    }
  /** A user moved the gateway's clock forward by `ms`, and by `movedMs` in all. */
  | { event: "clock"; ms: number; movedMs: number }

export type OnGatewayEvent = (event: GatewayEvent) => void

/** A log line of a function, or of Lambda about the function. */
export type FunctionLine = {
  readonly functionName: string
  readonly requestId: string
  /** Written when it is read, in a line of kind `platform`. */
  readonly text: string
  readonly kind: "stdout" | "stderr" | "platform"
  /** In milliseconds, of the line that reports the end of an invocation. */
  readonly durationMs?: number | undefined
}

export function outputEvent(line: FunctionLine): GatewayEvent {
  const { functionName, requestId, text, kind } = line
  const logGroup = logGroupOf(functionName)
  return { event: "log", source: "function", logGroup, requestId, message: text, kind }
}

export function logGroupOf(functionName: string): string {
  return `/aws/lambda/${functionName}`
}

/** A line about an execution of a state machine, in the form of its log. */
export function executionEvent(
  { name, machine }: { name: string; machine: { name: string } },
  event: { type: string; state?: string; error?: string; cause?: string },
): GatewayEvent {
  const { type, state, error, cause } = event
  const message = JSON.stringify({ type, execution: name, state, error, cause })
  const logGroup = `/aws/vendedlogs/states/${machine.name}`
  return { event: "log", source: "states", logGroup, requestId: name, message, kind: "execution" }
}
