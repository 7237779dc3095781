// One thing that happened on a stage, as the logs and the metrics need it: `$context` variables and a trace.
import type { ConnectionFacts } from "../connections/connection.ts"
import type { RouteSettings } from "../definition/api.ts"
import type { ServedStage } from "./stage-runtime.ts"
import { requestTime, type Stamp } from "./websocket/event.ts"

/** `$context` variables by name without the prefix (`requestId`, `identity.sourceIp`); absent ones render as "-". */
export type ContextVariables = Record<string, string | number | undefined>

export type Transaction = {
  stage: ServedStage
  facts: ConnectionFacts
  stamp: Stamp
  /** Absent when a message found no route. */
  routeKey: string | undefined
  eventType: "CONNECT" | "MESSAGE" | "DISCONNECT" | "CONNECTION_API"
  settings: RouteSettings
  context: ContextVariables
  trace: Trace
}

/** What went to the integration and what came back, for the execution log and the metrics. */
export type Trace = {
  integrationUri?: string
  requestBody?: string
  responseBody?: string
  /** Milliseconds. */
  integrationLatency?: number
  /** Set when something failed: a line, or several, in the execution log's words. */
  failure?: string | string[]
  /** Who is to blame, which decides the metric: ClientError, IntegrationError or ExecutionError. */
  blame?: Blame
  /** The text frames that came in and went back, whole. */
  frame?: string
  answer?: string
  /** Lambda's own id of the run, under which the function's output is found. */
  functionRequestId?: string
}

export type Blame = "client" | "integration" | "execution"

export type Failure = { status: number; message: string; blame: Blame; log?: string | string[] }

export function newTransaction(
  stage: ServedStage,
  facts: ConnectionFacts,
  stamp: Stamp,
  about: Pick<Transaction, "routeKey" | "eventType" | "settings"> & { messageId?: string },
): Transaction {
  const { routeKey, eventType, settings, messageId } = about
  const context: ContextVariables = {
    apiId: facts.apiId,
    connectedAt: facts.connectedAt,
    connectionId: facts.connectionId,
    domainName: facts.domainName,
    eventType,
    extendedRequestId: stamp.requestId,
    "identity.sourceIp": facts.identity.sourceIp,
    "identity.userAgent": facts.identity.userAgent,
    messageId,
    requestId: stamp.requestId,
    requestTime: requestTime(stamp.requestTimeEpoch),
    requestTimeEpoch: stamp.requestTimeEpoch,
    routeKey,
    stage: facts.stageName,
  }
  for (const name in facts.authorizer) context[`authorizer.${name}`] = facts.authorizer[name]
  return { stage, facts, stamp, routeKey, eventType, settings, context, trace: {} }
}

/** Notes that it failed: `$context.status`, `$context.error.*`, and what the trace tells of it. */
export function fail(transaction: Transaction, failure: Failure): void {
  const { context, trace } = transaction
  context.status = failure.status
  context["error.message"] = failure.message
  context["error.messageString"] = JSON.stringify(failure.message)
  trace.blame = failure.blame
  trace.failure = failure.log ?? failure.message
}

/** A call of the management API. AWS: logged with this eventType. [peer, section 10.1] */
export function managementTransaction(
  stage: ServedStage,
  stamp: Stamp,
  about: { connectionId: string; sourceIp: string; routeKey: string; status: number },
): Transaction {
  const facts: ConnectionFacts = {
    connectionId: about.connectionId,
    apiId: stage.api.apiId,
    stageName: stage.definition.stageName,
    domainName: "",
    connectedAt: 0,
    identity: { sourceIp: about.sourceIp },
  }
  const { routeKey } = about
  const transaction = newTransaction(stage, facts, stamp, {
    routeKey,
    eventType: "CONNECTION_API",
    settings: stage.settings,
  })
  Object.assign(transaction.context, { status: about.status, connectedAt: undefined, domainName: undefined })
  return transaction
}
