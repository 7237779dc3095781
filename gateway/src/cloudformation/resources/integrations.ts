// What stands behind the routes of a WebSocket API.

import type { IntegrationDefinition } from "../../definition/api.ts"
import { functionInUri } from "../resolve/function-arn.ts"
import type { Resource } from "../resolve/resolve-template.ts"
import { isChoice } from "./is-choice.ts"

const types = ["AWS_PROXY", "AWS", "HTTP_PROXY", "HTTP", "MOCK"] as const

/** By integration id. */
export function readIntegrations(ofApi: (type: string) => Resource[]): Map<string, IntegrationDefinition> {
  const integrations = new Map<string, IntegrationDefinition>()
  for (const resource of ofApi("AWS::ApiGatewayV2::Integration"))
    integrations.set(resource.ref, readIntegration(resource))
  for (const response of ofApi("AWS::ApiGatewayV2::IntegrationResponse")) {
    const integration = integrations.get(response.properties.required("IntegrationId"))
    if (!integration) {
      response.problem("IntegrationId names no integration of this API.")
      continue
    }
    const key = response.properties.required("IntegrationResponseKey")
    const responseTemplates = response.properties.map("ResponseTemplates")
    integration.responses = { ...integration.responses, [key]: { responseTemplates } }
  }
  return integrations
}

function readIntegration(resource: Resource): IntegrationDefinition {
  const { properties } = resource
  const type = properties.text("IntegrationType")
  if (!isChoice(type, types)) resource.problem(`IntegrationType must be one of ${types.join(", ")}.`)
  const integration: IntegrationDefinition = {
    ...resource.origin,
    integrationId: resource.ref,
    type: isChoice(type, types) ? type : "MOCK",
    uri: type === "MOCK" ? (properties.text("IntegrationUri") ?? "") : properties.required("IntegrationUri"),
    timeoutMs: timeoutOf(resource),
  }
  const functionArn = functionInUri(integration.uri)
  if (functionArn !== undefined) integration.functionArn = functionArn
  if (type === "AWS_PROXY" && functionArn === undefined) noticeUnservedTarget(resource, integration.uri)
  const credentialsArn = properties.text("CredentialsArn")
  if (credentialsArn !== undefined) integration.credentialsArn = credentialsArn
  const handling = properties.text("ContentHandlingStrategy")
  if (isChoice(handling, ["CONVERT_TO_TEXT", "CONVERT_TO_BINARY"])) integration.contentHandling = handling
  else if (handling !== undefined)
    resource.problem("ContentHandlingStrategy must be CONVERT_TO_TEXT or CONVERT_TO_BINARY.")
  if (properties.value("RequestTemplates")) integration.requestTemplates = properties.map("RequestTemplates")
  if (properties.value("RequestParameters")) integration.requestParameters = properties.map("RequestParameters")
  const selection = properties.text("TemplateSelectionExpression")
  if (selection !== undefined) integration.templateSelectionExpression = selection
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

function noticeUnservedTarget(resource: Resource, uri: string): void {
  if (uri.includes("stageVariables.")) {
    resource.notice("A function named by a stage variable is not looked up; name the function itself.")
  } else if (uri !== "") {
    resource.notice(`${uri} is no Lambda function's invocation URI, so nothing answers behind it.`)
  }
}
