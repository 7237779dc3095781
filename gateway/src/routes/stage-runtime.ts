// A deployment made ready to serve: expressions read, settings merged, buckets filled. Built anew on every deployment.

import type { RouteDefinition, RouteSettings, StageDefinition, WebSocketApiDefinition } from "../definition/api.ts"
import type { Clock } from "../foundation/clock.ts"
import type { Quotas } from "../foundation/quotas.ts"
import { TokenBucket } from "./throttling/token-bucket.ts"
import { readSelectionExpression, type Selection } from "./websocket/select-route.ts"

export type ServedApi = { definition: WebSocketApiDefinition; stages: ReadonlyMap<string, ServedStage> }

export type ServedStage = {
  api: WebSocketApiDefinition
  definition: StageDefinition
  selection: Selection
  /** Empty when nothing has been deployed to the stage: it exists, but serves nothing. */
  routes: ReadonlyMap<string, ServedRoute>
  isDeployed: boolean
  /** For a message that found no route. */
  settings: RouteSettings
}

export type ServedRoute = { definition: RouteDefinition; settings: RouteSettings; bucket: TokenBucket }

export function serveApi(api: WebSocketApiDefinition, options: { clock: Clock; quotas: Quotas }): ServedApi {
  const selection = readSelectionExpression(api.routeSelectionExpression)
  const stages = api.stages.map((stage): [string, ServedStage] => [
    stage.stageName,
    serveStage(api, stage, selection, options),
  ])
  return { definition: api, stages: new Map(stages) }
}

function serveStage(
  api: WebSocketApiDefinition,
  stage: StageDefinition,
  selection: Selection,
  options: { clock: Clock; quotas: Quotas },
): ServedStage {
  const deployment = stage.deploymentId === undefined ? undefined : api.deployments[stage.deploymentId]
  // AWS?: routes without their own throttle share one bucket (throttle-stage-shared)
  const shared = bucketFor(stage.defaultRouteSettings, options)
  const routes = new Map<string, ServedRoute>()
  for (const [routeKey, definition] of Object.entries(deployment?.routes ?? {})) {
    const own = stage.routeSettings[routeKey]
    const settings = mergeSettings(stage.defaultRouteSettings, own)
    const hasOwnThrottle = own?.throttlingRateLimit !== undefined || own?.throttlingBurstLimit !== undefined
    routes.set(routeKey, { definition, settings, bucket: hasOwnThrottle ? bucketFor(settings, options) : shared })
  }
  return {
    api,
    definition: stage,
    selection,
    routes,
    isDeployed: deployment !== undefined,
    settings: stage.defaultRouteSettings,
  }
}

/** AWS: a route's value replaces the stage's, but cannot switch off detailed metrics (metrics-detailed-default) */
function mergeSettings(defaults: RouteSettings, own: RouteSettings | undefined): RouteSettings {
  const merged = { ...defaults, ...own }
  return defaults.detailedMetricsEnabled === true ? { ...merged, detailedMetricsEnabled: true } : merged
}

/** AWS: without a throttle the limit is the account's (throttle-absent) */
function bucketFor(settings: RouteSettings, { clock, quotas }: { clock: Clock; quotas: Quotas }): TokenBucket {
  return new TokenBucket(
    settings.throttlingRateLimit ?? quotas.accountRateLimit,
    settings.throttlingBurstLimit ?? quotas.accountBurstLimit,
    clock.now(),
  )
}

/** AWS: all APIs of an account share a throttle, and new connections have another one (throttle-account) */
export type AccountThrottle = {
  takeRequest(): boolean
  takeConnection(): boolean
}

export function createAccountThrottle({ clock, quotas }: { clock: Clock; quotas: Quotas }): AccountThrottle {
  const requests = new TokenBucket(quotas.accountRateLimit, quotas.accountBurstLimit, clock.now())
  // AWS?: the burst is that of one second; only the rate is documented (throttle-new-connections)
  const connections = new TokenBucket(quotas.newConnectionsPerSecond, quotas.newConnectionsPerSecond, clock.now())
  return {
    takeRequest: () => requests.take(clock.now()),
    takeConnection: () => connections.take(clock.now()),
  }
}
