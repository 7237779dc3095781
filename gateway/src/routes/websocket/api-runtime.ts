// A WebSocket API as messages meet it: its stages with their routes, and the parsed route selection expression.
import type { RouteDefinition, StageDefinition, WebSocketApiDefinition } from "../../definition/api.ts"
import { createRoutes, type RouteRuntime, type StageOptions, type StageRuntime } from "../stage-runtime.ts"
import { readSelectionExpression, type Selection } from "./select-route.ts"

export type WebSocketApiRuntime = {
  definition: WebSocketApiDefinition
  stages: ReadonlyMap<string, WebSocketStageRuntime>
}

export type WebSocketStageRuntime = StageRuntime & {
  api: WebSocketApiDefinition
  selection: Selection
  routes: ReadonlyMap<string, WebSocketRouteRuntime>
  /** Without a deployment the stage exists but serves nothing. */
  isDeployed: boolean
}

export type WebSocketRouteRuntime = RouteRuntime<RouteDefinition>

export function createWebSocketApi(api: WebSocketApiDefinition, options: StageOptions): WebSocketApiRuntime {
  const selection = readSelectionExpression(api.routeSelectionExpression)
  const stages = api.stages.map((stage): [string, WebSocketStageRuntime] => {
    const routes = deployedRoutes(api, stage)
    return [
      stage.stageName,
      {
        apiId: api.apiId,
        api,
        definition: stage,
        settings: stage.defaultRouteSettings,
        selection,
        routes: createRoutes(stage, routes ?? [], options),
        isDeployed: routes !== undefined,
      },
    ]
  })
  return { definition: api, stages: new Map(stages) }
}

function deployedRoutes({ deployments }: WebSocketApiDefinition, { deploymentId }: StageDefinition) {
  if (deploymentId === undefined || !Object.hasOwn(deployments, deploymentId)) return undefined
  return Object.values(deployments[deploymentId]?.routes ?? {}).map((definition) => ({
    definition,
    integration: definition.integration,
    resourcePath: definition.routeKey,
  }))
}
