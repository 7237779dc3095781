// Reads the methods of a REST API with their integrations.
import type { IntegrationDefinition, IntegrationResponseDefinition } from "../../definition/api.ts"
import type { RestAuthorizerDefinition, RestMethodDefinition } from "../../definition/rest-api.ts"
import { functionArnInUri } from "../../foundation/function-arn-in-uri.ts"
import { withoutUndefined } from "../../foundation/without-undefined.ts"
import type { Properties } from "../resolve/properties.ts"
import type { Resource } from "../resolve/resource.ts"
import { isRegularExpression } from "./is-regular-expression.ts"
import { readMethodModels, readRestModels } from "./models.ts"
import { integrationTypes, passthroughBehaviors, reportUri } from "./websocket-integrations.ts"

type OfApi = (type: string) => Resource[]

export function readRestMethods(
  api: Resource,
  ofApi: OfApi,
  authorizers: Readonly<Record<string, RestAuthorizerDefinition>>,
): RestMethodDefinition[] {
  const pathOf = resourcePaths(api, ofApi("AWS::ApiGateway::Resource"))
  const validators = validatorsOf(ofApi)
  const models = readRestModels(api, ofApi)
  const methods: RestMethodDefinition[] = []
  for (const resource of ofApi("AWS::ApiGateway::Method")) {
    const { properties } = resource
    const resourceId = properties.required("ResourceId")
    const path = pathOf(resourceId)
    if (path === undefined) {
      resource.problem("ResourceId must be the id of a resource of this API, or its RootResourceId.")
      continue
    }
    const routeKey = `${properties.required("HttpMethod").toUpperCase()} ${path}`
    if (methods.some((one) => one.routeKey === routeKey)) {
      resource.problem(`Method already exists for this resource: ${routeKey}`)
    }
    const validatorId = properties.text("RequestValidatorId") ?? ""
    const integration = properties.object("Integration")
    methods.push({
      ...resource.origin,
      routeKey,
      resourceId,
      authorizationType: authorizationOf(resource, authorizers),
      scopes: properties.texts("AuthorizationScopes"),
      apiKeyRequired: properties.flag("ApiKeyRequired") ?? false,
      requiredParameters: validators.parameters.has(validatorId) ? requiredParametersOf(properties) : [],
      ...withoutUndefined({
        // AWS: bodies are validated when the method has a validator for them (rest-model)
        models: validators.bodies.has(validatorId) ? readMethodModels(resource, models) : undefined,
        authorizerId: properties.text("AuthorizerId"),
        integration: integration && readIntegration(resource, integration),
      }),
    })
  }
  return methods
}

/** The path of a resource by its id; the root of an API has an id too. */
function resourcePaths(api: Resource, resources: Resource[]): (resourceId: string) => string | undefined {
  const byId = new Map(resources.map((resource) => [resource.ref, resource]))
  const rootId = api.attribute("RootResourceId")
  function pathOf(resourceId: string, depth = 0): string | undefined {
    if (resourceId === rootId) return "/"
    const resource = byId.get(resourceId)
    // A circle of parents is a problem that resolving them has reported.
    if (!resource || depth > resources.length) return undefined
    const parent = pathOf(resource.properties.required("ParentId"), depth + 1)
    if (parent === undefined) return undefined
    return `${parent === "/" ? "" : parent}/${resource.properties.required("PathPart")}`
  }
  return pathOf
}

function authorizationOf(
  resource: Resource,
  authorizers: Readonly<Record<string, RestAuthorizerDefinition>>,
): RestMethodDefinition["authorizationType"] {
  const { properties } = resource
  const type = properties.oneOf("AuthorizationType", ["NONE", "AWS_IAM", "CUSTOM", "COGNITO_USER_POOLS"]) ?? "NONE"
  if (type !== "CUSTOM" && type !== "COGNITO_USER_POOLS") return type
  const authorizer = authorizers[properties.text("AuthorizerId") ?? ""]
  if (!authorizer || (authorizer.kind === "COGNITO_USER_POOLS") !== (type === "COGNITO_USER_POOLS")) {
    resource.problem("AuthorizerId must be the id of an authorizer of this API.")
  }
  return type
}

/** The ids of the validators that check parameters, and of those that check bodies. */
function validatorsOf(ofApi: OfApi): Record<"parameters" | "bodies", ReadonlySet<string>> {
  const validators = ofApi("AWS::ApiGateway::RequestValidator")
  const idsWith = (name: string) =>
    new Set(validators.flatMap(({ ref, properties }) => (properties.flag(name) ? [ref] : [])))
  return { parameters: idsWith("ValidateRequestParameters"), bodies: idsWith("ValidateRequestBody") }
}

/** AWS: parameters are checked when the method has a validator for them (rest-required-parameters) */
function requiredParametersOf(properties: Properties): string[] {
  const parameters = properties.object("RequestParameters")
  return (parameters?.names() ?? []).flatMap((name) => {
    const [, parameter] = /^method\.request\.((?:header|querystring)\..+)$/.exec(name) ?? []
    return parameter !== undefined && parameters?.flag(name) === true ? [parameter] : []
  })
}

function readIntegration(resource: Resource, properties: Properties): IntegrationDefinition {
  const type = properties.oneOf("Type", integrationTypes) ?? "MOCK"
  const uri = type === "MOCK" ? (properties.text("Uri") ?? "") : properties.required("Uri")
  const timeoutMs = properties.number("TimeoutInMillis") ?? 29_000
  // AWS: 50 to 29,000 ms (rest-timeout-range)
  if (timeoutMs < 50 || timeoutMs > 29_000) {
    resource.problem(`TimeoutInMillis must be between 50 and 29000, not ${timeoutMs}.`)
  }
  const integration: IntegrationDefinition = {
    ...resource.origin,
    type,
    uri,
    timeoutMs,
    ...withoutUndefined({
      functionArn: type === "AWS_PROXY" || type === "AWS" ? functionArnInUri(uri) : undefined,
      credentialsArn: properties.text("Credentials"),
    }),
  }
  if (type === "AWS_PROXY" || type === "AWS") reportUri(resource, integration)
  if (properties.text("ConnectionType") === "VPC_LINK") {
    resource.notice("VPC links are not served, so the backend is called at its address, which may not be reachable.")
  }
  if (type === "AWS_PROXY") return integration
  integration.mapping = {
    httpMethod: properties.text("IntegrationHttpMethod")?.toUpperCase() ?? "POST",
    // AWS: the default is WHEN_NO_MATCH (int-passthrough-no-match)
    passthroughBehavior: properties.oneOf("PassthroughBehavior", passthroughBehaviors) ?? "WHEN_NO_MATCH",
    requestParameters: properties.map("RequestParameters"),
    requestTemplates: properties.map("RequestTemplates"),
    responses: properties.objects("IntegrationResponses").flatMap((one) => readResponse(resource, one) ?? []),
    ...withoutUndefined({ contentHandling: contentHandlingOf(properties) }),
  }
  return integration
}

/** AWS: the response without a pattern is the default one (rest-integration-response) */
function readResponse(resource: Resource, properties: Properties): IntegrationResponseDefinition | undefined {
  const pattern = properties.text("SelectionPattern") ?? ""
  const statusCode = Number(properties.required("StatusCode"))
  if (!Number.isInteger(statusCode)) return resource.problem("StatusCode of an integration response must be a number.")
  if (pattern !== "" && !isRegularExpression(pattern)) {
    return resource.problem(`SelectionPattern ${pattern} is not a valid regular expression.`)
  }
  return {
    ...resource.origin,
    responseKey: pattern === "" ? "$default" : `/${pattern}/`,
    statusCode,
    responseParameters: properties.map("ResponseParameters"),
    responseTemplates: properties.map("ResponseTemplates"),
    ...withoutUndefined({ contentHandling: contentHandlingOf(properties) }),
  }
}

function contentHandlingOf(properties: Properties) {
  return properties.oneOf("ContentHandling", ["CONVERT_TO_TEXT", "CONVERT_TO_BINARY"])
}
