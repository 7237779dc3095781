// Reads the integrations of a WebSocket API.

import type { IntegrationDefinition } from "../../definition/api.ts"
import { functionArnInUri } from "../resolve/function-arn.ts"
import type { Resource } from "../resolve/resolve-template.ts"

const integrationTypes = ["AWS_PROXY", "AWS", "HTTP_PROXY", "HTTP", "MOCK"] as const
const unappliedProperties = ["RequestParameters", "RequestTemplates", "TemplateSelectionExpression"]

/** By integration id. */
export function readIntegrations(ofApi: (type: string) => Resource[]): Map<string, IntegrationDefinition> {
  const integrations = new Map(
    ofApi("AWS::ApiGatewayV2::Integration").map((resource) => [resource.ref, readIntegration(resource)]),
  )
  for (const response of ofApi("AWS::ApiGatewayV2::IntegrationResponse")) {
    if (integrations.has(response.properties.required("IntegrationId"))) continue
    response.problem("IntegrationId is not the id of an integration of this API.")
  }
  return integrations
}

function readIntegration(resource: Resource): IntegrationDefinition {
  const { properties } = resource
  properties.required("IntegrationType")
  const type = properties.oneOf("IntegrationType", integrationTypes) ?? "MOCK"
  const integration: IntegrationDefinition = {
    ...resource.origin,
    type,
    uri: type === "MOCK" ? (properties.text("IntegrationUri") ?? "") : properties.required("IntegrationUri"),
    timeoutMs: timeoutOf(resource),
  }
  const functionArn = functionArnInUri(integration.uri)
  if (functionArn !== undefined) integration.functionArn = functionArn
  const credentialsArn = properties.text("CredentialsArn")
  if (credentialsArn !== undefined) integration.credentialsArn = credentialsArn
  reportUnserved(resource, integration)
  return integration
}

/** AWS: 50 to 29,000 ms; the default is 29,000 (limit-integration-timeout-range) */
function timeoutOf(resource: Resource): number {
  const timeoutMs = resource.properties.number("TimeoutInMillis") ?? 29_000
  if (timeoutMs < 50 || timeoutMs > 29_000) {
    resource.problem(`TimeoutInMillis must be between 50 and 29000, not ${timeoutMs}.`)
  }
  return timeoutMs
}

function reportUnserved(resource: Resource, { type, uri, functionArn }: IntegrationDefinition): void {
  const { properties } = resource
  const contentHandling = properties.oneOf("ContentHandlingStrategy", ["CONVERT_TO_TEXT", "CONVERT_TO_BINARY"])
  if (type !== "AWS_PROXY") {
    resource.notice(
      `Integrations of type ${type} are not served, so their routes fail. AWS_PROXY to a function is served.`,
    )
    return
  }
  // CONVERT_TO_TEXT applies to the responses of other integration types, so it has no effect here.
  if (contentHandling === "CONVERT_TO_BINARY") {
    resource.notice("CONVERT_TO_BINARY is not applied: the function receives the message as it was sent.")
  }
  for (const name of unappliedProperties) {
    if (properties.value(name) !== undefined) resource.notice(`${name} is not applied.`)
  }
  if (functionArn !== undefined || uri === "") return
  const message = uri.includes("stageVariables.")
    ? "A function that a stage variable names is not looked up. Name the function itself."
    : `${uri} is not the invocation URI of a Lambda function, so routes to it fail.`
  resource.notice(message)
}
