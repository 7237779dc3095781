// Reads the routes of a WebSocket API with their integrations.
import type {
  AuthorizerDefinition,
  IntegrationDefinition,
  ModelDefinition,
  RouteDefinition,
} from "../../definition/api.ts"
import { recordFrom } from "../../foundation/record-from.ts"
import type { Resource } from "../resolve/resource.ts"
import { readRouteModels } from "./models.ts"

const predefinedKeys = ["$connect", "$disconnect", "$default"]

type OfApi = (type: string) => Resource[]

/** What routes refer to, by id; models by name. */
export type RouteTargets = {
  integrations: ReadonlyMap<string, IntegrationDefinition>
  authorizers: ReadonlyMap<string, AuthorizerDefinition>
  models: ReadonlyMap<string, ModelDefinition>
}

/** By route key. */
export function readRoutes(api: Resource, ofApi: OfApi, targets: RouteTargets): Record<string, RouteDefinition> {
  const responses = new Set(ofApi("AWS::ApiGatewayV2::RouteResponse").map(routeOfResponse))
  const routes = new Map<string, RouteDefinition>()
  for (const resource of ofApi("AWS::ApiGatewayV2::Route")) {
    const route = readRoute(resource, targets, responses.has(resource.ref))
    // AWS: a second route with the same key is rejected with this text (deploy-same-route-twice)
    if (routes.has(route.routeKey)) resource.problem(`Route with key ${route.routeKey} already exists for this API`)
    routes.set(route.routeKey, route)
  }
  // AWS: an API has at most 300 routes (template-route-quota)
  if (routes.size > 300) api.advice("It has more than 300 routes, which AWS allows only with a raised quota.")
  return recordFrom(routes)
}

function routeOfResponse(response: Resource): string | undefined {
  // AWS: only `$default` is allowed (template-route-response-key)
  if (response.properties.text("RouteResponseKey") !== "$default")
    response.problem("RouteResponseKey must be $default.")
  return response.properties.text("RouteId")
}

function readRoute(
  resource: Resource,
  { integrations, authorizers, models }: RouteTargets,
  hasResponse: boolean,
): RouteDefinition {
  const { properties } = resource
  const routeKey = properties.required("RouteKey")
  if (routeKey.startsWith("$") && !predefinedKeys.includes(routeKey)) {
    // AWS: the prefix `$` is reserved (template-route-key)
    resource.problem(`The route key ${routeKey} is not allowed: only ${predefinedKeys.join(", ")} may start with $.`)
  }
  const route: RouteDefinition = {
    ...resource.origin,
    routeKey,
    ...authorizationOf(resource, routeKey, authorizers),
    apiKeyRequired: properties.flag("ApiKeyRequired") ?? false,
    returnsResponse: returnsResponse(resource, hasResponse),
  }
  if (route.apiKeyRequired && routeKey !== "$connect") {
    resource.advice("ApiKeyRequired applies to the $connect route only.")
  }
  const integration = integrationOf(resource, integrations)
  if (integration) route.integration = integration
  const routeModels = readRouteModels(resource, models)
  if (routeModels) route.models = routeModels
  reportRequiredParameters(resource)
  return route
}

function reportRequiredParameters({ properties, notice }: Resource): void {
  const parameters = properties.object("RequestParameters")
  const required = (parameters?.names() ?? []).filter((name) => parameters?.object(name)?.flag("Required") === true)
  if (required.length > 0) notice(`A request without ${required.join(", ")} is not rejected.`)
}

function integrationOf(
  resource: Resource,
  integrations: ReadonlyMap<string, IntegrationDefinition>,
): IntegrationDefinition | undefined {
  const target = resource.properties.text("Target")
  if (target === undefined) {
    // AWS: without an integration, $connect accepts every client (handshake-connect-without-target)
    if (["$connect", "$disconnect"].includes(resource.properties.text("RouteKey") ?? "")) return undefined
    return resource.advice("It has no Target, so no integration receives its messages.")
  }
  const integrationId = /^integrations\/(.+)$/.exec(target)?.[1]
  if (integrationId === undefined) {
    return resource.problem(`Target must be integrations/{integrationId}, not "${target}".`)
  }
  return (
    integrations.get(integrationId) ?? resource.problem(`Target: ${integrationId} is not an integration of this API.`)
  )
}

function returnsResponse(resource: Resource, hasResponse: boolean): boolean {
  const expression = resource.properties.text("RouteResponseSelectionExpression")
  if (expression !== undefined && expression !== "$default") {
    resource.problem("RouteResponseSelectionExpression must be $default.")
  }
  // AWS: a route response suffices, the expression alone does not (answer-response-only, answer-expression-only)
  if (expression !== undefined && !hasResponse) {
    resource.advice("Without AWS::ApiGatewayV2::RouteResponse the route is one-way and sends no response.")
  }
  return hasResponse
}

function authorizationOf(
  resource: Resource,
  routeKey: string,
  authorizers: ReadonlyMap<string, AuthorizerDefinition>,
): Pick<RouteDefinition, "authorizationType" | "authorizerId"> {
  const { properties } = resource
  const authorizationType = properties.oneOf("AuthorizationType", ["NONE", "AWS_IAM", "CUSTOM"]) ?? "NONE"
  if (authorizationType !== "NONE" && routeKey !== "$connect") {
    // AWS: authorization of another route is rejected with this text (template-authorization)
    resource.problem("Currently, authorization is restricted to the $connect route only")
  }
  if (authorizationType !== "CUSTOM") return { authorizationType }
  const authorizerId = properties.required("AuthorizerId")
  if (authorizerId !== "" && !authorizers.has(authorizerId)) {
    resource.problem(`AuthorizerId: ${authorizerId} is not an authorizer of this API.`)
  }
  return { authorizationType, authorizerId }
}
