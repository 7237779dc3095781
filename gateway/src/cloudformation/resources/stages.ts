// Reads the stages of WebSocket and HTTP APIs: name, variables, route settings and access log.
import type { RouteSettings, StageDefinition } from "../../definition/api.ts"
import { recordFrom } from "../../foundation/record-from.ts"
import { withoutUndefined } from "../../foundation/without-undefined.ts"
import type { Properties } from "../resolve/properties.ts"
import type { Resource } from "../resolve/resource.ts"

export function readStage(resource: Resource): StageDefinition {
  const { properties } = resource
  const stageName = properties.required("StageName")
  // AWS: letters, digits, hyphen and underscore, at most 128, or $default (template-stage-name, template-default-stage)
  if (stageName !== "" && stageName !== "$default" && !/^[A-Za-z0-9_-]{1,128}$/.test(stageName)) {
    resource.problem(
      `StageName "${stageName}" must be $default, or have 1 to 128 letters, digits, hyphens and underscores.`,
    )
  }
  return {
    ...resource.origin,
    stageName,
    variables: readStageVariables(resource, "StageVariables"),
    defaultRouteSettings: readRouteSettings(resource, properties.object("DefaultRouteSettings")),
    routeSettings: routeSettingsOf(resource),
    ...withoutUndefined({ deploymentId: properties.text("DeploymentId"), accessLog: readAccessLog(resource) }),
  }
}

export function readStageVariables(resource: Resource, property: string): Record<string, string> {
  const variables = resource.properties.map(property)
  for (const [name, value] of Object.entries(variables)) {
    // AWS: names and values of stage variables have these characters only (template-stage-variables)
    if (/^\w+$/.test(name) && /^[A-Za-z0-9\-._~:/?#&=,]*$/.test(value)) continue
    resource.problem(`The stage variable ${name} has a name or value with characters that are not allowed.`)
  }
  return variables
}

function routeSettingsOf(resource: Resource): Record<string, RouteSettings> {
  const all = resource.properties.object("RouteSettings")
  return recordFrom(
    (all?.names() ?? []).map((routeKey) => [routeKey, readRouteSettings(resource, all?.object(routeKey))]),
  )
}

export function readRouteSettings(resource: Resource, properties: Properties | undefined): RouteSettings {
  if (!properties) return {}
  const rate = properties.number("ThrottlingRateLimit")
  const burst = properties.number("ThrottlingBurstLimit")
  if ((rate ?? 0) < 0 || (burst ?? 0) < 0)
    resource.problem("ThrottlingRateLimit and ThrottlingBurstLimit must not be negative.")
  if (rate === 0 || burst === 0) resource.advice("A throttle of 0 rejects every request.")
  return withoutUndefined({
    throttlingRateLimit: rate,
    throttlingBurstLimit: burst,
    loggingLevel: properties.oneOf("LoggingLevel", ["OFF", "ERROR", "INFO"]),
    dataTraceEnabled: properties.flag("DataTraceEnabled"),
    detailedMetricsEnabled: properties.flag("DetailedMetricsEnabled"),
  })
}

/** The address is that of a stage, so such an API starts without a word and serves nothing. */
export function reportMissingStage(api: Resource, stages: readonly StageDefinition[]): void {
  if (stages.length === 0) api.advice("It has no stage, so it has no address and no client can reach it.")
}

export function readAccessLog(resource: Resource): StageDefinition["accessLog"] {
  const settings = resource.properties.object("AccessLogSettings") ?? resource.properties.object("AccessLogSetting")
  if (!settings) return undefined
  const format = settings.text("Format")
  if (settings.text("DestinationArn") === undefined || format === undefined) {
    // AWS: settings without destination or format are rejected with this text (access-log-format-text)
    return resource.problem("Access Log value missing. Expected destinationArn and format.")
  }
  if (!/\$context\.(requestId|extendedRequestId)\b/.test(format)) {
    // AWS: a format without an id is rejected with this text (access-log-format-text)
    resource.problem(
      `The following errors are found in Access Log Format: Access Log format must include either $context.requestId or $context.extendedRequestId : '${format}'`,
    )
  }
  // AWS: a format is one line of at most 3 KB (access-log-format)
  if (/[\r\n]/.test(format.trim())) resource.problem("The access log format must be a single line.")
  if (Buffer.byteLength(format) > 3072) resource.problem("The access log format must not be larger than 3 KB.")
  return { format }
}
