// The responses of a REST API itself, which a template can change by `AWS::ApiGateway::GatewayResponse`.
import type { Blame, TransactionRecord } from "../../definition/record.ts"
import type { GatewayResponseDefinition } from "../../definition/rest-api.ts"
import { ownValue } from "../../foundation/own-value.ts"
import type { HeaderLists, HttpResponse } from "../http/request.ts"
import { headerText } from "../http/response.ts"
import { ContextObject } from "../mapping-templates/context-object.ts"

/** AWS: each type has a status; the error type is a header (rest-gateway-responses) */
const types = {
  ACCESS_DENIED: [403, "AccessDeniedException"],
  API_CONFIGURATION_ERROR: [500, "InternalServerErrorException"],
  AUTHORIZER_CONFIGURATION_ERROR: [500, "AuthorizerConfigurationException"],
  AUTHORIZER_FAILURE: [500, "AuthorizerConfigurationException"],
  BAD_REQUEST_BODY: [400, "BadRequestException"],
  BAD_REQUEST_PARAMETERS: [400, "BadRequestException"],
  DEFAULT_4XX: [403, "ForbiddenException"],
  DEFAULT_5XX: [502, "InternalServerErrorException"],
  INTEGRATION_FAILURE: [504, "InternalServerErrorException"],
  INTEGRATION_TIMEOUT: [504, "InternalServerErrorException"],
  INVALID_API_KEY: [403, "ForbiddenException"],
  INVALID_SIGNATURE: [403, "InvalidSignatureException"],
  MISSING_AUTHENTICATION_TOKEN: [403, "MissingAuthenticationTokenException"],
  QUOTA_EXCEEDED: [429, "LimitExceededException"],
  REQUEST_TOO_LARGE: [413, "RequestTooLargeException"],
  THROTTLED: [429, "TooManyRequestsException"],
  UNAUTHORIZED: [401, "UnauthorizedException"],
  UNSUPPORTED_MEDIA_TYPE: [415, "BadRequestException"],
} as const satisfies Record<string, readonly [status: number, errorType: string]>

export type GatewayResponseType = keyof typeof types

/** A request to which API Gateway responds itself. */
export type RestFailure = {
  type: GatewayResponseType
  /** `null`: the message is null. */
  message: string | null
  blame: Blame
  log?: string | string[] | undefined
  /** Of a type that has several statuses. */
  status?: number
}

/** Makes the response to a failure, and records it. */
export function gatewayResponse(
  { type, message, blame, log, status }: RestFailure,
  record: TransactionRecord,
  definitions: readonly GatewayResponseDefinition[],
): HttpResponse {
  const [defaultStatus, errorType] = types[type]
  const { context } = record
  context["error.message"] = message ?? undefined
  context["error.messageString"] = JSON.stringify(message)
  context["error.responseType"] = type
  record.blame = blame
  record.failure = log ?? message ?? "Internal server error"
  // AWS: DEFAULT_4XX and DEFAULT_5XX apply to the types that have no response of their own (rest-gateway-default)
  const general = (status ?? defaultStatus) < 500 ? "DEFAULT_4XX" : "DEFAULT_5XX"
  const own =
    definitions.find(({ responseType }) => responseType === type) ??
    definitions.find(({ responseType }) => responseType === general)
  const headers: HeaderLists = Object.create(null)
  headers["content-type"] = ["application/json"]
  headers["x-amzn-errortype"] = [errorType]
  for (const [name, source] of Object.entries(own?.responseHeaders ?? {})) {
    const value = headerValue(source, record)
    if (value !== undefined) headers[name] = [headerText(value)]
  }
  const body = own?.template === undefined ? JSON.stringify({ message }) : replaceVariables(own.template, record)
  return { status: own?.statusCode ?? status ?? defaultStatus, headers, body: Buffer.from(body) }
}

/** AWS: a text in single quotes, or a variable (rest-gateway-parameters) */
function headerValue(source: string, record: TransactionRecord): string | undefined {
  const constant = /^'(.*)'$/s.exec(source)?.[1]
  if (constant !== undefined) return constant
  const name = /^context\.(.+)$/.exec(source)?.[1]
  return name === undefined ? undefined : new ContextObject(record).variable(name)
}

/** AWS: the template of a gateway response has variables, but no directives (rest-gateway-template) */
function replaceVariables(template: string, record: TransactionRecord): string {
  const context = new ContextObject(record)
  return template.replaceAll(/\$\{?(context|stageVariables)\.([\w.]*\w)\}?/g, (_, scope: string, name: string) => {
    if (scope === "context") return context.variable(name) ?? ""
    return ownValue(record.stage.variables, name) ?? ""
  })
}
