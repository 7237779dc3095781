// Compiles an HTTP API for requests: its stages with their routes, and the parsed route keys.
import type { HttpApiDefinition, HttpRouteDefinition } from "../../definition/api.ts"
import { type AuthorizerCache, createAuthorizerCache } from "../authorizer-cache.ts"
import {
  createRoutes,
  type DeployedIntegration,
  type RouteRuntime,
  type StageOptions,
  type StageRuntime,
} from "../stage-runtime.ts"
import type { AuthorizerResult } from "./authorizer-result.ts"
import { type RoutePattern, readRouteKey } from "./select-route.ts"

export type HttpApiRuntime = {
  definition: HttpApiDefinition
  stages: ReadonlyMap<string, HttpStageRuntime>
}

export type HttpStageRuntime = StageRuntime & {
  routes: readonly HttpRouteRuntime[]
  /** Cached results of Lambda authorizers. */
  authorizerResults: AuthorizerCache<AuthorizerResult>
}

export type HttpRouteRuntime = RouteRuntime<HttpRouteDefinition> & { pattern: RoutePattern }

export function createHttpApi(api: HttpApiDefinition, options: StageOptions): HttpApiRuntime {
  const deployed = api.routes.map((definition) => ({
    definition,
    integration: integrationOf(definition),
    // AWS: the source ARN of a call by an HTTP API ends in {stage}/{method}/{path} (http-source-arn)
    resourcePath: definition.routeKey.replace(" /", "/"),
  }))
  const stages = api.stages.map((definition): [string, HttpStageRuntime] => {
    const routes = [...createRoutes(definition, deployed, options).values()].map((route) => ({
      ...route,
      pattern: readRouteKey(route.definition.routeKey),
    }))
    const { stageName, defaultRouteSettings: settings } = definition
    const authorizerResults = createAuthorizerCache<AuthorizerResult>(options.clock)
    return [stageName, { apiId: api.apiId, definition, settings, routes, authorizerResults }]
  })
  return { definition: api, stages: new Map(stages) }
}

function integrationOf({
  functionArn,
  credentialsArn,
  timeoutMs,
}: HttpRouteDefinition): DeployedIntegration | undefined {
  if (functionArn === undefined) return undefined
  const integration: DeployedIntegration = { type: "AWS_PROXY", uri: functionArn, functionArn, timeoutMs }
  if (credentialsArn !== undefined) integration.credentialsArn = credentialsArn
  return integration
}
