// Runs a Lambda proxy integration: permission, invocation, timeout. The protocol decides which response an outcome becomes.
import type { InvocationResult } from "../../definition/invocation.ts"
import type { TransactionRecord } from "../../definition/record.ts"
import { QueuedTimer, timerQueueOf } from "../../foundation/timer-queue.ts"
import { configurationErrorLog, functionErrorLog, timeoutFailure } from "../failure.ts"
import type { RoutePorts } from "../ports.ts"
import type { RouteRuntime, StageRuntime } from "../stage-runtime.ts"

/** `log`: the line of the execution log. */
export type IntegrationFailure =
  /** `configuration`: API Gateway could not invoke the function; `function`: it was invoked and failed. */
  | { outcome: "failed"; why: "configuration" | "function"; cause: string; log: string }
  | { outcome: "timed-out"; log: string }

export type IntegrationOutcome = { outcome: "succeeded"; payload: string } | IntegrationFailure

/** Invokes the route's function with `record.requestBody`, and records the invocation. */
export async function invokeLambda(
  { integration, resourcePath }: RouteRuntime,
  { stage, record }: { stage: StageRuntime; record: TransactionRecord },
  ports: RoutePorts,
): Promise<IntegrationOutcome> {
  if (!integration) return configurationError("No integration for the route")
  record.integrationUri = integration.uri
  const { functionArn, credentialsArn } = integration
  if (integration.type !== "AWS_PROXY" || functionArn === undefined) {
    return configurationError(`Integration type ${integration.type} is not served locally`)
  }
  const permission = ports.mayInvoke(stage, resourcePath, { functionArn, credentialsArn })
  if (!permission.allowed) return configurationError(permission.message)
  if (permission.statement) record.allowedBy = permission.statement

  const startedAt = ports.steadyClock.now()
  record.functionRequestId = ports.ids.functionRequestId()
  const invocation = ports.invoke(functionArn, record.requestBody ?? "", record)
  const result = await withTimeout(invocation, integration.timeoutMs, ports)
  record.integrationLatency = ports.steadyClock.now() - startedAt
  record.context.integrationLatency = record.integrationLatency
  return outcomeOf(result, functionArn, record)
}

function outcomeOf(
  result: InvocationResult | undefined,
  functionArn: string,
  record: TransactionRecord,
): IntegrationOutcome {
  if (!result) return { outcome: "timed-out", log: timeoutFailure.log }
  if (result.outcome === "responded") {
    record.responseBody = result.payload
    return { outcome: "succeeded", payload: result.payload }
  }
  if (result.outcome === "function-error") {
    record.responseBody = result.payload
    const cause = result.errorMessage
    return { outcome: "failed", why: "function", cause, log: functionErrorLog(cause) }
  }
  if (result.outcome === "throttled") return configurationError("Rate Exceeded.")
  return configurationError(`Function not found: ${functionArn}`)
}

function configurationError(cause: string): IntegrationFailure {
  return { outcome: "failed", why: "configuration", cause, log: configurationErrorLog(cause) }
}

/** The value of the promise; undefined after `ms` milliseconds, and then its value is discarded. */
export function withTimeout<Value>(
  promise: Promise<Value>,
  ms: number,
  { steadyClock }: Pick<RoutePorts, "steadyClock">,
): Promise<Value | undefined> {
  return new Promise((resolve, reject) => {
    const timers = timerQueueOf(steadyClock)
    const timer = new Timeout(resolve)
    timers.add(timer, steadyClock.now() + ms)
    promise.then(
      (value) => {
        timers.remove(timer)
        resolve(value)
      },
      (error) => {
        timers.remove(timer)
        reject(error)
      },
    )
  })
}

/** Resolves with undefined. */
class Timeout extends QueuedTimer {
  readonly #resolve: (value: undefined) => void

  constructor(resolve: (value: undefined) => void) {
    super()
    this.#resolve = resolve
  }

  onDue(): void {
    this.#resolve(undefined)
  }
}
