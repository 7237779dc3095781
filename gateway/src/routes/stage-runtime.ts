// Compiles the routes of a stage, for every kind of API: merged settings, and a throttle for each route.
import type { IntegrationDefinition, RouteSettings, StageDefinition } from "../definition/api.ts"
import type { Clock } from "../foundation/clock.ts"
import { ownValue } from "../foundation/own-value.ts"
import type { Quotas } from "../foundation/quotas.ts"
import { TokenBucket } from "./throttling/token-bucket.ts"

/** With the values of the stage variables in place of their names. */
export type DeployedIntegration = Pick<
  IntegrationDefinition,
  "type" | "uri" | "functionArn" | "credentialsArn" | "timeoutMs"
>

export type DeployedRoute<Definition extends { routeKey: string }> = {
  definition: Definition
  integration: DeployedIntegration | undefined
  /** The route's part of execute-api ARNs: `progress`, `GET/documents/{documentId}`. */
  resourcePath: string
}

export type RouteRuntime<Definition extends { routeKey: string } = { routeKey: string }> = DeployedRoute<Definition> & {
  settings: RouteSettings
  bucket: TokenBucket
}

export type StageRuntime = {
  apiId: string
  definition: StageDefinition
  /** For requests that match no route. */
  settings: RouteSettings
}

export type StageOptions = { clock: Clock; quotas: Quotas }

/** @returns the routes of a stage by route key */
export function createRoutes<Definition extends { routeKey: string }>(
  stage: StageDefinition,
  deployed: readonly DeployedRoute<Definition>[],
  options: StageOptions,
): ReadonlyMap<string, RouteRuntime<Definition>> {
  // AWS?: routes without their own throttle share one bucket (throttle-stage-shared)
  const shared = bucketFor(stage.defaultRouteSettings, options)
  const routes = new Map<string, RouteRuntime<Definition>>()
  for (const { definition, integration, resourcePath } of deployed) {
    const { routeKey } = definition
    const own = ownValue(stage.routeSettings, routeKey)
    const settings = mergeSettings(stage.defaultRouteSettings, own)
    const hasOwnThrottle = own?.throttlingRateLimit !== undefined || own?.throttlingBurstLimit !== undefined
    const bucket = hasOwnThrottle ? bucketFor(settings, options) : shared
    routes.set(routeKey, { definition, integration, resourcePath, settings, bucket })
  }
  return routes
}

/** AWS: a route's value replaces the stage's, but cannot switch off detailed metrics (metrics-detailed-default) */
function mergeSettings(defaults: RouteSettings, own: RouteSettings | undefined): RouteSettings {
  const merged = { ...defaults, ...own }
  return defaults.detailedMetricsEnabled === true ? { ...merged, detailedMetricsEnabled: true } : merged
}

/** AWS: without a throttle the limit is the account's (throttle-absent) */
function bucketFor(settings: RouteSettings, { clock, quotas }: StageOptions): TokenBucket {
  return new TokenBucket(
    settings.throttlingRateLimit ?? quotas.accountRateLimit,
    settings.throttlingBurstLimit ?? quotas.accountBurstLimit,
    clock.now(),
  )
}
