// A REST API as requests meet it: its stages with their resources and methods, and the results of its authorizers.
import type { StageDefinition } from "../../definition/api.ts"
import type { Notice } from "../../definition/definition.ts"
import type { RestApiDefinition, RestMethodDefinition } from "../../definition/rest-api.ts"
import { recordFrom } from "../../foundation/record-from.ts"
import { type AuthorizerCache, createAuthorizerCache } from "../authorizer-cache.ts"
import { type RoutePattern, readRouteKey } from "../http/select-route.ts"
import { type Backend, compileBackend, templateProblems, withStageVariables } from "../integrations/backend.ts"
import { createBodyValidation, type ValidateBody } from "../models/body-models.ts"
import type { CompileSchema } from "../models/compile-model.ts"
import { createRoutes, type RouteRuntime, type StageOptions, type StageRuntime } from "../stage-runtime.ts"
import type { AuthorizerResponse } from "../websocket/authorizer-response.ts"

export type RestApiRuntime = { definition: RestApiDefinition; stages: ReadonlyMap<string, RestStageRuntime> }

export type RestStageRuntime = StageRuntime & {
  api: RestApiDefinition
  resources: readonly RestResourceRuntime[]
  authorizerResults: AuthorizerCache<AuthorizerResponse>
}

export type RestResourceRuntime = {
  /** Of any method. */
  pattern: RoutePattern
  /** By method; `ANY` for all others. */
  methods: ReadonlyMap<string, RestMethodRuntime>
}

/** `backend`: absent for a Lambda proxy. */
export type RestMethodRuntime = RouteRuntime<RestMethodDefinition> & { backend?: Backend; validateBody?: ValidateBody }

/** `compileSchema`: needed when methods have models. */
export type RestApiOptions = StageOptions & { compileSchema?: CompileSchema | undefined }

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
    const { integration } = route.definition
    const backend = integration && route.integration && compileBackend(integration, route.integration)
    const methods = byPath.get(path) ?? new Map<string, RestMethodRuntime>()
    const { models } = route.definition
    const validateBody = models && options.compileSchema && createBodyValidation(models, options.compileSchema)
    methods.set(method, { ...route, ...(backend && { backend }), ...(validateBody && { validateBody }) })
    byPath.set(path, methods)
  }
  return [...byPath].map(([path, methods]) => ({ pattern: readRouteKey(`ANY ${path}`), methods }))
}

/** The settings of each method, with those of all methods of its path. */
function withSettings(stage: StageDefinition, methods: readonly RestMethodDefinition[]): StageDefinition {
  const { routeSettings } = stage
  const own = (key: string) => (Object.hasOwn(routeSettings, key) ? routeSettings[key] : undefined)
  const merged = methods.map(({ routeKey }) => {
    const all = own(routeKey.replace(/^\S+/, "ANY"))
    return [routeKey, { ...all, ...own(routeKey) }] as const
  })
  return { ...stage, routeSettings: recordFrom(merged) }
}

/** Mapping templates that cannot be parsed, once for each method. Their requests fail. */
export function restTemplateNotices({ stages }: RestApiRuntime): Notice[] {
  const notices = new Map<string, Notice>()
  for (const { resources } of stages.values()) {
    for (const { backend, definition } of resources.flatMap(({ methods }) => [...methods.values()])) {
      for (const { key, problem } of backend ? templateProblems(backend) : []) {
        const { logicalId } = definition
        const message = `The mapping template "${key}" cannot be parsed, so its requests fail. ${problem}`
        notices.set(logicalId + message, { logicalId, type: "AWS::ApiGateway::Method", message })
      }
    }
  }
  return [...notices.values()]
}
