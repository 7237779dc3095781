// Reads the integrations of a WebSocket API with their responses.
import type { ContentHandling, IntegrationDefinition, IntegrationMapping } from "../../definition/api.ts"
import { endpointVariable } from "../../foundation/endpoint-variable.ts"
import { functionArnInUri } from "../../foundation/function-arn-in-uri.ts"
import { withoutUndefined } from "../../foundation/without-undefined.ts"
import type { Properties } from "../resolve/properties.ts"
import type { Resource } from "../resolve/resource.ts"
import { readIntegrationResponse } from "./integration-responses.ts"

export const integrationTypes = ["AWS_PROXY", "AWS", "HTTP_PROXY", "HTTP", "MOCK"] as const
export const passthroughBehaviors = ["WHEN_NO_MATCH", "WHEN_NO_TEMPLATES", "NEVER"] as const
const unappliedToProxy = ["RequestParameters", "RequestTemplates", "TemplateSelectionExpression"]

/** The services that are served. Others can be given by `AWS_ENDPOINT_URL_<SERVICE>`. */
const servedServices = ["dynamodb", "events", "kinesis", "s3", "secretsmanager", "sns", "sqs", "ssm", "states"]

/** By integration id. */
export function readIntegrations(ofApi: (type: string) => Resource[]): Map<string, IntegrationDefinition> {
  const integrations = new Map(
    ofApi("AWS::ApiGatewayV2::Integration").map((resource) => [resource.ref, readIntegration(resource)]),
  )
  for (const resource of ofApi("AWS::ApiGatewayV2::IntegrationResponse")) {
    const integration = integrations.get(resource.properties.required("IntegrationId"))
    if (!integration) {
      resource.problem("IntegrationId is not the id of an integration of this API.")
      continue
    }
    const response = readIntegrationResponse(resource)
    if (response) integration.mapping?.responses.push(response)
  }
  return integrations
}

function readIntegration(resource: Resource): IntegrationDefinition {
  const { properties } = resource
  properties.required("IntegrationType")
  const type = properties.oneOf("IntegrationType", integrationTypes) ?? "MOCK"
  const uri = type === "MOCK" ? (properties.text("IntegrationUri") ?? "") : properties.required("IntegrationUri")
  const integration: IntegrationDefinition = {
    ...resource.origin,
    type,
    uri,
    timeoutMs: timeoutOf(resource),
    ...withoutUndefined({
      functionArn: type === "AWS_PROXY" || type === "AWS" ? functionArnInUri(uri) : undefined,
      credentialsArn: properties.text("CredentialsArn"),
      mapping: type === "AWS_PROXY" ? undefined : mappingOf(properties),
    }),
  }
  reportUnserved(resource, integration)
  return integration
}

function mappingOf(properties: Properties): IntegrationMapping {
  return {
    // AWS?: the method is POST when the template has none (int-method)
    httpMethod: methodOf(properties),
    // AWS: the default is WHEN_NO_MATCH (int-passthrough-no-match)
    passthroughBehavior: properties.oneOf("PassthroughBehavior", passthroughBehaviors) ?? "WHEN_NO_MATCH",
    requestParameters: properties.map("RequestParameters"),
    requestTemplates: properties.map("RequestTemplates"),
    responses: [],
    ...withoutUndefined({
      contentHandling: readContentHandling(properties),
      templateSelectionExpression: properties.text("TemplateSelectionExpression"),
    }),
  }
}

function methodOf(properties: Properties): string {
  const method = properties.text("IntegrationMethod")?.toUpperCase() ?? "POST"
  return method === "ANY" ? "POST" : method
}

function readContentHandling(properties: Properties): ContentHandling | undefined {
  return properties.oneOf("ContentHandlingStrategy", ["CONVERT_TO_TEXT", "CONVERT_TO_BINARY"])
}

/** AWS: 50 to 29,000 ms; the default is 29,000 (limit-integration-timeout-range) */
function timeoutOf(resource: Resource): number {
  const timeoutMs = resource.properties.number("TimeoutInMillis") ?? 29_000
  if (timeoutMs < 50 || timeoutMs > 29_000) {
    resource.problem(`TimeoutInMillis must be between 50 and 29000, not ${timeoutMs}.`)
  }
  return timeoutMs
}

function reportUnserved(resource: Resource, integration: IntegrationDefinition): void {
  const { properties } = resource
  if (integration.type === "AWS_PROXY") {
    // CONVERT_TO_TEXT applies to the responses of other integration types, so it has no effect here.
    if (readContentHandling(properties) === "CONVERT_TO_BINARY") {
      resource.notice("CONVERT_TO_BINARY is not applied: the function receives the message as it was sent.")
    }
    for (const name of unappliedToProxy) {
      if (properties.value(name) !== undefined) resource.notice(`${name} is not applied to AWS_PROXY.`)
    }
  }
  // AWS: TlsConfig belongs to private integrations of HTTP APIs (int-tls-config)
  if (properties.value("TlsConfig") !== undefined) {
    resource.advice("TlsConfig has no effect: on AWS it applies to private integrations of HTTP APIs only.")
  }
  if (properties.text("ConnectionType") === "VPC_LINK") {
    resource.notice("VPC links are not served, so the backend is called at its address, which may not be reachable.")
  }
  if (integration.credentialsArn?.includes(":user/") === true) {
    resource.notice("The identity of the caller is not passed on, so calls of this integration are not authorized.")
  }
  if (integration.type === "AWS_PROXY" || integration.type === "AWS") reportUri(resource, integration)
}

/** Reports a URI that names neither a function nor a service that is served. */
export function reportUri(resource: Pick<Resource, "notice">, { type, uri, functionArn }: IntegrationDefinition): void {
  if (functionArn !== undefined || uri === "" || uri.includes("${stageVariables.")) return
  const service = /:apigateway:[\w-]*:(?:[\w.-]+\.)?([\w-]+):(?:action|path)\//.exec(uri)?.[1]
  if (type === "AWS_PROXY") {
    resource.notice(`${uri} is not the invocation URI of a Lambda function, so routes to it fail.`)
  } else if (service === undefined) {
    resource.notice(`${uri} is not the URI of a function or of an action of a service, so routes to it fail.`)
  } else if (!servedServices.includes(service)) {
    resource.notice(
      `There is no stand-in for ${service}, so routes to it fail. Set ${endpointVariable(service)} to one that runs elsewhere.`,
    )
  }
}
