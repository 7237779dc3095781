// What is served at this moment. A reload replaces it whole: sockets that are open stay open and meet the new one with
// their next message. AWS: open connections stay, and their later messages use the new deployment (deploy-socket-stays)

import type { HttpApiDefinition, StageDefinition } from "../definition/api.ts"
import type { Definition } from "../definition/definition.ts"
import type { Clock } from "../foundation/clock.ts"
import type { Quotas } from "../foundation/quotas.ts"
import { type Access, type AccessMode, createAccess, type Denial } from "../iam/access.ts"
import { type ServedApi, serveApi } from "../routes/stage-runtime.ts"
import { TokenBucket } from "../routes/throttling/token-bucket.ts"
import { createUsagePlans, type UsagePlans } from "../routes/throttling/usage-plans.ts"

export type Deployment = {
  definition: Definition
  access: Access
  usagePlans: UsagePlans
  webSocketApis: ReadonlyMap<string, ServedApi>
  httpApis: ReadonlyMap<string, HttpApiDefinition>
  /** One token from the throttle of an HTTP API's stage. */
  takeHttpRequest(stage: StageDefinition): boolean
}

export type DeploymentOptions = { clock: Clock; quotas: Quotas; mode: AccessMode; onDenied(denial: Denial): void }

export function createDeployment(definition: Definition, options: DeploymentOptions): Deployment {
  const { clock, quotas } = options
  const bucketOf = ({ defaultRouteSettings: { throttlingRateLimit, throttlingBurstLimit } }: StageDefinition) =>
    new TokenBucket(
      throttlingRateLimit ?? quotas.accountRateLimit,
      throttlingBurstLimit ?? quotas.accountBurstLimit,
      clock.now(),
    )
  const httpStages = definition.httpApis.flatMap((api) => api.stages)
  const buckets = new Map(httpStages.map((stage) => [stage, bucketOf(stage)]))
  return {
    definition,
    access: createAccess(definition, options),
    usagePlans: createUsagePlans(definition.usagePlans, options),
    webSocketApis: new Map(definition.webSocketApis.map((api) => [api.apiId, serveApi(api, options)])),
    httpApis: new Map(definition.httpApis.map((api) => [api.apiId, api])),
    takeHttpRequest: (stage) => buckets.get(stage)?.take(clock.now()) ?? true,
  }
}
