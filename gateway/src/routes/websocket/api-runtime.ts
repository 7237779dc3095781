// Compiles a WebSocket API for requests: its stages with their routes, and the parsed route selection expression.
import type { RouteDefinition, StageDefinition, WebSocketApiDefinition } from "../../definition/api.ts"
import type { Notice } from "../../definition/definition.ts"
import { ownValue } from "../../foundation/own-value.ts"
import { type Backend, compileBackend, templateNotices, withStageVariables } from "../integrations/backend.ts"
import type { CompileSchema } from "../models/compile-model.ts"
import { createMessageValidation, type ValidateMessage } from "../models/message-models.ts"
import { createRoutes, type RouteRuntime, type StageOptions, type StageRuntime } from "../stage-runtime.ts"
import { type RouteSelection, readRouteSelection } from "./select-route.ts"

export type WebSocketApiRuntime = {
  definition: WebSocketApiDefinition
  stages: ReadonlyMap<string, WebSocketStageRuntime>
}

export type WebSocketStageRuntime = StageRuntime & {
  api: WebSocketApiDefinition
  selection: RouteSelection
  routes: ReadonlyMap<string, WebSocketRouteRuntime>
  /** Without a deployment the stage exists but serves nothing. */
  isDeployed: boolean
}

export type WebSocketRouteRuntime = RouteRuntime<RouteDefinition> & {
  /** Absent for a Lambda proxy. */
  backend?: Backend
  validate?: ValidateMessage
}

export type WebSocketApiOptions = StageOptions & {
  /** Absent when no API has models. */
  compileSchema?: CompileSchema | undefined
}

export function createWebSocketApi(api: WebSocketApiDefinition, options: WebSocketApiOptions): WebSocketApiRuntime {
  const selection = readRouteSelection(api.routeSelectionExpression)
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
        routes: compileRoutes(createRoutes(stage, routes ?? [], options), options),
        isDeployed: routes !== undefined,
      },
    ]
  })
  return { definition: api, stages: new Map(stages) }
}

function deployedRoutes({ deployments }: WebSocketApiDefinition, { deploymentId, variables }: StageDefinition) {
  const deployment = deploymentId === undefined ? undefined : ownValue(deployments, deploymentId)
  return (
    deployment &&
    Object.values(deployment.routes).map((definition) => ({
      definition,
      integration: definition.integration && withStageVariables(definition.integration, variables),
      resourcePath: definition.routeKey,
    }))
  )
}

function compileRoutes(
  routes: ReadonlyMap<string, RouteRuntime<RouteDefinition>>,
  { compileSchema }: WebSocketApiOptions,
): ReadonlyMap<string, WebSocketRouteRuntime> {
  const compiled = new Map<string, WebSocketRouteRuntime>()
  for (const [routeKey, route] of routes) {
    const { integration, models } = route.definition
    const backend = integration && route.integration && compileBackend(integration, route.integration)
    const validate = models && compileSchema && createMessageValidation(models, compileSchema)
    compiled.set(routeKey, { ...route, ...(backend && { backend }), ...(validate && { validate }) })
  }
  return compiled
}

export function webSocketTemplateNotices({ stages }: WebSocketApiRuntime): Notice[] {
  const routes = [...stages.values()].flatMap((stage) => [...stage.routes.values()])
  return templateNotices(
    routes.flatMap(({ backend, definition: { integration } }) =>
      backend && integration
        ? [{ backend, logicalId: integration.logicalId, type: "AWS::ApiGatewayV2::Integration" }]
        : [],
    ),
  )
}
