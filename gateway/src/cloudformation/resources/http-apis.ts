// Reads the HTTP APIs with their routes and the functions behind them.
import type { HttpApiDefinition, HttpCors, HttpRouteDefinition, StageDefinition } from "../../definition/api.ts"
import { functionArnInUri } from "../../foundation/function-arn-in-uri.ts"
import { recordFrom } from "../../foundation/record-from.ts"
import { withoutUndefined } from "../../foundation/without-undefined.ts"
import type { Properties } from "../resolve/properties.ts"
import type { ResolvedTemplate } from "../resolve/resolve-template.ts"
import type { Resource } from "../resolve/resource.ts"
import { apiEnvironment } from "./api-environment.ts"
import { readAuthorization } from "./http-authorizers.ts"
import { readStage, reportMissingStage } from "./stages.ts"

export function readHttpApis(template: ResolvedTemplate): HttpApiDefinition[] {
  const apis = template
    .ofType("AWS::ApiGatewayV2::Api")
    .filter((api) => api.properties.text("ProtocolType") !== "WEBSOCKET")
  return apis.map((api) => readApi(api, template))
}

function readApi(api: Resource, template: ResolvedTemplate): HttpApiDefinition {
  const { properties, ref: apiId } = api
  const protocol = properties.text("ProtocolType")
  if (protocol !== "HTTP") api.problem(`ProtocolType must be WEBSOCKET or HTTP, not ${protocol ?? "missing"}.`)
  if (properties.value("BodyS3Location") !== undefined) {
    api.notice("An OpenAPI definition in another file is not read, so the API has no routes. Put it into the template.")
  }
  const ofApi = (type: string) => template.ofType(type).filter((one) => one.properties.text("ApiId") === apiId)
  const integrations = new Map(ofApi("AWS::ApiGatewayV2::Integration").map((one) => [one.ref, one]))
  const authorizers = new Map(ofApi("AWS::ApiGatewayV2::Authorizer").map((one) => [one.ref, one]))
  const routeResources = ofApi("AWS::ApiGatewayV2::Route")
  const routes = routeResources.flatMap((route) => readRoute(route, { integrations, authorizers }) ?? [])
  const quickCreated = quickCreate(api)
  const ownStages = ofApi("AWS::ApiGatewayV2::Stage").map(readStage)
  const stages = quickCreated && ownStages.length === 0 ? [defaultStage(api)] : ownStages
  reportMissingStage(api, stages)
  const allRoutes = quickCreated ? [...routes, quickCreated] : routes
  rejectDuplicateRoutes(allRoutes, routeResources)
  return {
    ...api.origin,
    apiId,
    environment: apiEnvironment(api),
    routes: allRoutes,
    stages,
    ...withoutUndefined({ cors: corsOf(properties.object("CorsConfiguration")) }),
  }
}

function defaultStage({ origin }: Resource): StageDefinition {
  return {
    ...origin,
    stageName: "$default",
    variables: recordFrom([]),
    defaultRouteSettings: {},
    routeSettings: recordFrom([]),
  }
}

/** AWS: `Target` creates an API with one route and a `$default` stage (http-quick-create) */
function quickCreate(api: Resource): HttpRouteDefinition | undefined {
  const target = api.properties.text("Target")
  const functionArn = target === undefined ? undefined : functionArnInUri(target)
  if (functionArn === undefined) return undefined
  return {
    ...api.origin,
    routeKey: api.properties.text("RouteKey") ?? "$default",
    functionArn,
    payloadFormatVersion: "2.0",
    timeoutMs: 30_000,
    authorization: { type: "NONE" },
    ...withoutUndefined({ credentialsArn: api.properties.text("CredentialsArn") }),
  }
}

type ApiResources = {
  integrations: ReadonlyMap<string, Resource>
  authorizers: ReadonlyMap<string, Resource>
}

function readRoute(resource: Resource, { integrations, authorizers }: ApiResources): HttpRouteDefinition | undefined {
  const { properties } = resource
  const routeKey = properties.required("RouteKey")
  // AWS: a route key is `{METHOD} /{path}` or `$default` (http-route-key)
  if (routeKey !== "$default" && !/^(ANY|GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) \/\S*$/.test(routeKey)) {
    resource.problem(`RouteKey "${routeKey}" must be $default, or a method and a path such as "GET /items/{id}".`)
  }
  const authorization = readAuthorization(resource, authorizers)
  const integrationId = /^integrations\/(.+)$/.exec(properties.text("Target") ?? "")?.[1]
  const integration = integrationId === undefined ? undefined : integrations.get(integrationId)
  if (!integration)
    return resource.problem("Target must be integrations/{integrationId} with an integration of this API.")
  return { ...resource.origin, routeKey, authorization, ...readIntegration(integration) }
}

type IntegrationPart = Pick<
  HttpRouteDefinition,
  "functionArn" | "credentialsArn" | "payloadFormatVersion" | "timeoutMs"
>

function readIntegration(resource: Resource): IntegrationPart {
  const { properties } = resource
  const timeoutMs = properties.number("TimeoutInMillis") ?? 30_000
  // AWS: HTTP APIs allow 50 to 30,000 ms (http-timeout)
  if (timeoutMs < 50 || timeoutMs > 30_000)
    resource.problem(`TimeoutInMillis must be between 50 and 30000, not ${timeoutMs}.`)
  // AWS: required for integrations of HTTP APIs (http-payload-version).
  const version = properties.required("PayloadFormatVersion")
  if (version !== "" && version !== "1.0" && version !== "2.0")
    resource.problem(`PayloadFormatVersion must be 1.0 or 2.0, not ${version}.`)
  const isLambdaProxy = properties.text("IntegrationType") === "AWS_PROXY"
  const functionArn = isLambdaProxy ? functionArnInUri(properties.text("IntegrationUri") ?? "") : undefined
  if (functionArn === undefined) {
    resource.notice("Only AWS_PROXY integrations with a Lambda function are served, so its routes fail.")
  }
  return {
    payloadFormatVersion: version === "2.0" ? "2.0" : "1.0",
    timeoutMs,
    ...withoutUndefined({ functionArn, credentialsArn: properties.text("CredentialsArn") }),
  }
}

export function corsOf(properties: Properties | undefined): HttpCors | undefined {
  if (!properties) return undefined
  return {
    allowOrigins: properties.texts("AllowOrigins"),
    allowMethods: properties.texts("AllowMethods"),
    allowHeaders: properties.texts("AllowHeaders"),
    exposeHeaders: properties.texts("ExposeHeaders"),
    allowCredentials: properties.flag("AllowCredentials") ?? false,
    ...withoutUndefined({ maxAgeSeconds: properties.number("MaxAge") }),
  }
}

function rejectDuplicateRoutes(routes: HttpRouteDefinition[], resources: Resource[]): void {
  const seen = new Set<string>()
  for (const { routeKey, logicalId } of routes) {
    const resource = resources.find((one) => one.logicalId === logicalId)
    if (seen.has(routeKey)) resource?.problem(`Route with key ${routeKey} already exists for this API`)
    seen.add(routeKey)
  }
}
