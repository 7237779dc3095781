// One run of a route's integration: permission, invocation, timeout. What its outcome means is the caller's to say.
import type { IntegrationDefinition } from "../../definition/api.ts"
import type { InvocationResult } from "../../definition/invocation.ts"
import type { RoutePorts } from "../ports.ts"
import type { Trace, Transaction } from "../transaction.ts"

export type IntegrationOutcome =
  | { outcome: "answered"; payload: string }
  /** `configuration`: API Gateway could not run it at all; `function`: it ran and failed. */
  | { outcome: "failed"; why: "configuration" | "function"; log: string }
  | { outcome: "timed-out"; log: string }

export async function integrate(
  integration: IntegrationDefinition,
  payload: string,
  transaction: Transaction,
  ports: RoutePorts,
): Promise<IntegrationOutcome> {
  const { stage, routeKey = "", trace } = transaction
  trace.integrationUri = integration.uri
  trace.requestBody = payload
  if (integration.type !== "AWS_PROXY" || integration.functionArn === undefined) {
    return configuration(`Integration type ${integration.type} is not served locally`)
  }
  const permission = ports.mayInvoke(stage, routeKey, integration)
  if (!permission.allowed) return configuration(permission.message)

  const startedAt = ports.clock.now()
  trace.functionRequestId = ports.ids.functionRequestId()
  const running = ports.invoke(integration.functionArn, payload, trace.functionRequestId)
  const result = await withTimeout(running, integration.timeoutMs, ports)
  trace.integrationLatency = ports.clock.now() - startedAt
  transaction.context.integrationLatency = trace.integrationLatency
  return outcomeOf(result, integration.functionArn, trace)
}

function outcomeOf(result: InvocationResult | undefined, functionArn: string, trace: Trace): IntegrationOutcome {
  if (!result) return { outcome: "timed-out", log: "Execution failed due to a timeout error" }
  if (result.outcome === "answered") {
    trace.responseBody = result.payload
    return { outcome: "answered", payload: result.payload }
  }
  if (result.outcome === "function-error") {
    trace.responseBody = result.payload
    const log = `Lambda execution failed due to customer function error: ${result.errorMessage}`
    return { outcome: "failed", why: "function", log }
  }
  if (result.outcome === "throttled") return configuration("Rate Exceeded.")
  return configuration(`Function not found: ${functionArn}`)
}

function configuration(why: string): IntegrationOutcome {
  return { outcome: "failed", why: "configuration", log: `Execution failed due to configuration error: ${why}` }
}

/** The result, or undefined once `ms` have passed: the function goes on, but nobody waits for it any more. */
function withTimeout<Value>(promise: Promise<Value>, ms: number, { clock }: RoutePorts): Promise<Value | undefined> {
  return new Promise((resolve) => {
    const timer = clock.after(ms, () => resolve(undefined))
    promise.then((value) => {
      timer.cancel()
      resolve(value)
    })
  })
}
