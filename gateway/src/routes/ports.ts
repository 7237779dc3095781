// What the routes are handed by gateway.ts: the rooms they may not know, cut down to single functions.

import type { Ids } from "../connections/ids.ts"
import type { AuthorizerDefinition, IntegrationDefinition } from "../definition/api.ts"
import type { PolicyDocument } from "../definition/iam.ts"
import type { InvocationResult } from "../definition/invocation.ts"
import type { Permission, RequestPermission } from "../definition/permission.ts"
import type { TransactionRecord } from "../definition/record.ts"
import type { Clock } from "../foundation/clock.ts"
import type { Quotas } from "../foundation/quotas.ts"
import type { AccountThrottle, ServedStage } from "./stage-runtime.ts"
import type { ApiKeyUse } from "./throttling/usage-plans.ts"

export type RoutePorts = {
  clock: Clock
  ids: Ids
  quotas: Quotas
  account: AccountThrottle
  /** Runs a function, under an id of the caller's choice; `payload` and the answer's are JSON text. Never rejects. */
  invoke(functionArn: string, payload: string, functionRequestId?: string): Promise<InvocationResult>
  /** May API Gateway run this integration's function for this route? */
  mayInvoke(stage: ServedStage, routeKey: string, integration: IntegrationDefinition): Permission
  /** May API Gateway run this authorizer's function? */
  mayInvokeAuthorizer(stage: ServedStage, authorizer: AuthorizerDefinition): Permission
  /** AWS_IAM: did somebody sign the handshake who may invoke the route? */
  mayCallRoute(stage: ServedStage, routeKey: string, request: SignedRequest): RequestPermission
  /** One request to a stage by the holder of an API key; an empty value: nobody's. */
  useApiKey(stage: ServedStage, value: string): ApiKeyUse
  /** What an authorizer's policy says of `execute-api:Invoke` on a method ARN. */
  evaluatePolicy(policy: PolicyDocument, methodArn: string): "allow" | "explicit-deny" | "no-allow"
  /** Writes the access log and the execution log, and counts the metrics. */
  record(record: TransactionRecord): void
}

/** An HTTP request as it came, for whoever checks its signature. Header names in lower case. */
export type SignedRequest = {
  method: string
  path: string
  query: string
  headers: Record<string, string | string[] | undefined>
}
