// Who may connect: the authorizer of the `$connect` route, run before its integration. There is no cache.
// AWS: section 11.
import type { ConnectionFacts } from "../connections/connection.ts"
import type { AuthorizerDefinition, PolicyDocument } from "../template/definition.ts"
import { authorizerEvent, type HandshakeRequest, type StageVariables, type Stamp } from "./event.ts"
import type { RoutePorts, SignedRequest } from "./ports.ts"
import type { ServedRoute, ServedStage } from "./served-api.ts"

export type Authorization =
  | { outcome: "allowed"; authorizer?: Record<string, string>; latencyMs?: number }
  | { outcome: "refused"; status: 401 | 403 | 500; message: string; log: string }

export async function authorize(
  stage: ServedStage,
  route: ServedRoute,
  facts: ConnectionFacts,
  stamp: Stamp,
  request: HandshakeRequest & { signed: SignedRequest },
  ports: RoutePorts,
): Promise<Authorization> {
  const { authorizationType, authorizerId, routeKey } = route.definition
  if (authorizationType === "NONE") return { outcome: "allowed" }
  if (authorizationType === "AWS_IAM") {
    const permission = ports.mayCallRoute(stage, routeKey, request.signed)
    if (permission.allowed) return { outcome: "allowed" }
    return { outcome: "refused", status: 403, message: permission.message, log: permission.message }
  }
  const authorizer = authorizerId === undefined ? undefined : stage.api.authorizers[authorizerId]
  if (!authorizer?.functionArn) return configurationError("Authorizer not found")
  if (!hasIdentity(authorizer, facts, request, stage.definition.variables)) {
    // AWS: the function is not invoked. [doc, section 11.2]
    return { outcome: "refused", status: 401, message: "Unauthorized", log: "Identity source is missing or empty" }
  }
  // AWS: [obs, section 10.3]
  if (!ports.mayInvokeAuthorizer(stage, authorizer).allowed) {
    return configurationError("Invalid permissions on Lambda function")
  }
  const methodArn = `arn:aws:execute-api:${regionOf(authorizer.functionArn)}:${accountOf(authorizer.functionArn)}:${facts.apiId}/${facts.stageName}/$connect`
  const event = authorizerEvent(facts, stamp, request, stage.definition.variables, methodArn)
  const startedAt = ports.clock.now()
  const result = await ports.invoke(authorizer.functionArn, event)
  const latencyMs = ports.clock.now() - startedAt
  if (result.outcome === "function-error") {
    // AWS: an error whose whole message is "Unauthorized" is a 401, every other one a 500. [doc; obs, section 11.4]
    return result.errorMessage === "Unauthorized"
      ? { outcome: "refused", status: 401, message: "Unauthorized", log: "Unauthorized request" }
      : configurationError("Authorizer error")
  }
  if (result.outcome !== "answered") return configurationError("Authorizer error")
  // AWS: [doc, section 9]
  if (Buffer.byteLength(result.payload) > ports.quotas.maxAuthorizerResultBytes) {
    return configurationError("Authorizer response is too large")
  }
  return decide(result.payload, methodArn, latencyMs, ports)
}

function decide(payload: string, methodArn: string, latencyMs: number, ports: RoutePorts): Authorization {
  const answer = JSON.parse(payload) as { principalId?: unknown; policyDocument?: unknown; context?: unknown } | null
  const policy = answer?.policyDocument
  if (typeof policy !== "object" || policy === null || !("Statement" in policy) || !isPrincipal(answer?.principalId)) {
    return configurationError("Invalid response from authorizer")
  }
  const verdict = ports.evaluatePolicy(policy as PolicyDocument, methodArn)
  if (verdict !== "allow") {
    // AWS: [peer, section 11.4]
    const why =
      verdict === "explicit-deny"
        ? "with an explicit deny in an identity-based policy"
        : "because no identity-based policy allows the execute-api:Invoke action"
    return {
      outcome: "refused",
      status: 403,
      message: `User is not authorized to access this resource ${why}`,
      log: "The client is not authorized to perform this operation.",
    }
  }
  const context = contextOf(answer?.context)
  if (!context) return configurationError("Invalid context in the authorizer's response")
  return { outcome: "allowed", authorizer: { ...context, principalId: String(answer?.principalId) }, latencyMs }
}

function isPrincipal(value: unknown): value is string | number {
  return typeof value === "string" || typeof value === "number"
}

/** AWS: strings, numbers and booleans, handed on as strings. [section 11.6] Undefined when there is anything else. */
function contextOf(context: unknown): Record<string, string> | undefined {
  if (context === undefined || context === null) return {}
  if (typeof context !== "object" || Array.isArray(context)) return undefined
  const strings: Record<string, string> = {}
  for (const [name, value] of Object.entries(context)) {
    if (typeof value === "object" && value !== null) return undefined
    if (value !== null && value !== undefined) strings[name] = String(value)
  }
  return strings
}

// AWS: [obs, section 10.3]
function configurationError(why: string): Authorization {
  const log = `Execution failed due to configuration error: ${why}`
  return { outcome: "refused", status: 500, message: "Internal server error", log }
}

function hasIdentity(
  authorizer: AuthorizerDefinition,
  facts: ConnectionFacts,
  request: HandshakeRequest,
  variables: StageVariables,
): boolean {
  return authorizer.identitySource.every((source) => {
    const [, kind, name = ""] =
      /^\$?(route\.request\.header|route\.request\.querystring|stageVariables|context)\.(.+)$/.exec(source) ?? []
    if (kind === "route.request.header") return Boolean(headerOf(request.headers, name))
    if (kind === "route.request.querystring") return Boolean(request.queryStringParameters?.[name])
    if (kind === "stageVariables") return Boolean(variables[name])
    if (name === "identity.sourceIp") return Boolean(facts.identity.sourceIp)
    return name in facts
  })
}

function headerOf(headers: Record<string, string>, name: string): string | undefined {
  const key = Object.keys(headers).find((header) => header.toLowerCase() === name.toLowerCase())
  return key === undefined ? undefined : headers[key]
}

function regionOf(functionArn: string): string {
  return functionArn.split(":")[3] ?? ""
}

function accountOf(functionArn: string): string {
  return functionArn.split(":")[4] ?? ""
}
