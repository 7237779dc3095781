// Compiles a REST API for requests: its stages with their resources and methods, and a cache of authorizer results.
import type { StageDefinition } from "../../definition/api.ts"
import type { Notice } from "../../definition/definition.ts"
import type { RestApiDefinition, RestMethodDefinition } from "../../definition/rest-api.ts"
import { ownValue } from "../../foundation/own-value.ts"
import { recordFrom } from "../../foundation/record-from.ts"
import { type AuthorizerCache, createAuthorizerCache } from "../authorizer-cache.ts"
import type { AuthorizerResponse } from "../authorizer-response.ts"
import { type RoutePattern, readRouteKey } from "../http/select-route.ts"
import { type Backend, compileBackend, templateNotices, withStageVariables } from "../integrations/backend.ts"
import { createBodyValidation, type ValidateBody } from "../models/body-models.ts"
import type { CompileSchema } from "../models/compile-model.ts"
import { createRoutes, type RouteRuntime, type StageOptions, type StageRuntime } from "../stage-runtime.ts"

export type RestApiRuntime = { definition: RestApiDefinition; stages: ReadonlyMap<string, RestStageRuntime> }

export type RestStageRuntime = StageRuntime & {
  api: RestApiDefinition
  resources: readonly RestResourceRuntime[]
  authorizerResults: AuthorizerCache<AuthorizerResponse>
}

export type RestResourceRuntime = {
  /** Of the path, for any method. */
  pattern: RoutePattern
  /** By method; `ANY` for all others. */
  methods: ReadonlyMap<string, RestMethodRuntime>
}

export type RestMethodRuntime = RouteRuntime<RestMethodDefinition> & {
  /** Absent for a Lambda proxy. */
  backend?: Backend
  validateBody?: ValidateBody
}

export type RestApiOptions = StageOptions & {
  /** Absent when no API has models. */
  compileSchema?: CompileSchema | undefined
}

export function createRestApi(api: RestApiDefinition, options: RestApiOptions): RestApiRuntime {
  const stages = api.stages.map((definition): [string, RestStageRuntime] => {
    const { stageName, defaultRouteSettings: settings } = definition
    const resources = resourcesOf(api, definition, options)
    const authorizerResults = createAuthorizerCache<AuthorizerResponse>(options.clock)
    return [stageName, { apiId: api.apiId, api, definition, settings, resources, authorizerResults }]
  })
  return { definition: api, stages: new Map(stages) }
}

function resourcesOf(api: RestApiDefinition, stage: StageDefinition, options: RestApiOptions): RestResourceRuntime[] {
  const deployed = api.methods.map((definition) => ({
    definition,
    integration: definition.integration && withStageVariables(definition.integration, stage.variables),
    resourcePath: definition.routeKey.replace(" /", "/"),
  }))
  const byPath = new Map<string, Map<string, RestMethodRuntime>>()
  for (const [routeKey, route] of createRoutes(withSettings(stage, api.methods), deployed, options)) {
    const [method = "", path = ""] = routeKey.split(" ")
    const { integration, models } = route.definition
    const backend = integration && route.integration && compileBackend(integration, route.integration)
    const methods = byPath.get(path) ?? new Map<string, RestMethodRuntime>()
    const validateBody = models && options.compileSchema && createBodyValidation(models, options.compileSchema)
    methods.set(method, { ...route, ...(backend && { backend }), ...(validateBody && { validateBody }) })
    byPath.set(path, methods)
  }
  return [...byPath].map(([path, methods]) => ({ pattern: readRouteKey(`ANY ${path}`), methods }))
}

/** The settings of each method, with those of all methods of its path. */
function withSettings(stage: StageDefinition, methods: readonly RestMethodDefinition[]): StageDefinition {
  const { routeSettings } = stage
  const merged = methods.map(({ routeKey }) => {
    const ofAllMethods = ownValue(routeSettings, routeKey.replace(/^\S+/, "ANY"))
    return [routeKey, { ...ofAllMethods, ...ownValue(routeSettings, routeKey) }] as const
  })
  return { ...stage, routeSettings: recordFrom(merged) }
}

export function restTemplateNotices({ stages }: RestApiRuntime): Notice[] {
  const methods = [...stages.values()].flatMap(({ resources }) => resources.flatMap((one) => [...one.methods.values()]))
  return templateNotices(
    methods.flatMap(({ backend, definition: { logicalId } }) =>
      backend ? [{ backend, logicalId, type: "AWS::ApiGateway::Method" }] : [],
    ),
  )
}
