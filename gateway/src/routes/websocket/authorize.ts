// Authorizes a handshake before `$connect` runs: by its signature, or by a Lambda authorizer.
// AWS: results are never cached (permissions-authorizer-cache)
import type { AuthorizerDefinition } from "../../definition/api.ts"
import type { InvocationResult } from "../../definition/invocation.ts"
import type { SignedRequest } from "../../definition/signed-request.ts"
import { ownValue } from "../../foundation/own-value.ts"
import { exceedsUtf8Size } from "../../foundation/utf8-size.ts"
import { type AuthorizerResponse, readAuthorizerResponse } from "../authorizer-response.ts"
import { configurationErrorLog, type Failure, internalServerError } from "../failure.ts"
import type { RoutePorts } from "../ports.ts"
import type { WebSocketRouteRuntime } from "./api-runtime.ts"
import { authorizerEvent, type HandshakeRequest } from "./event.ts"
import type { Transaction } from "./transaction.ts"

export type Authorization =
  | { outcome: "allowed"; response?: AuthorizerResponse; latencyMs?: number }
  | { outcome: "rejected"; failure: Failure }

export type HandshakeAttempt = {
  transaction: Transaction
  route: WebSocketRouteRuntime
  request: HandshakeRequest & { signed(): SignedRequest }
}

/** Without a promise for a route without authorization: most handshakes have one. */
export function authorize(attempt: HandshakeAttempt, ports: RoutePorts): Authorization | Promise<Authorization> {
  const { authorizationType } = attempt.route.definition
  if (authorizationType === "NONE") return allowed
  return authorizationType === "AWS_IAM" ? authorizeBySignature(attempt, ports) : authorizeByFunction(attempt, ports)
}

const allowed: Authorization = { outcome: "allowed" }

function authorizeBySignature({ transaction, route, request }: HandshakeAttempt, ports: RoutePorts): Authorization {
  const permission = ports.mayCallRoute(transaction.stage, route.definition.routeKey, request.signed())
  if (!permission.allowed) return rejected(403, permission.message)
  const { context } = transaction.record
  context["identity.userArn"] = permission.signer?.arn
  context["identity.accountId"] = permission.signer?.accountId
  return allowed
}

async function authorizeByFunction(
  { transaction, route, request }: HandshakeAttempt,
  ports: RoutePorts,
): Promise<Authorization> {
  const { stage, facts, record } = transaction
  const { authorizerId, routeKey } = route.definition
  const authorizer = ownValue(stage.api.authorizers, authorizerId ?? "")
  if (!authorizer?.functionArn) return configurationError("Authorizer not found")
  if (!hasIdentity(authorizer, request, transaction)) {
    // AWS: the authorizer does not run (permissions-authorizer-identity)
    return rejected(401, "Unauthorized", "Identity source is missing or empty")
  }
  const { functionArn, credentialsArn } = authorizer
  const invoked = { functionArn, credentialsArn, authorizerId: authorizer.authorizerId }
  const permission = ports.mayInvokeAuthorizer(stage, invoked)
  if (!permission.allowed) return configurationError(permission.message)

  const methodArn = `${executeApiOf(functionArn)}:${facts.apiId}/${facts.stageName}/${routeKey}`
  const event = authorizerEvent(transaction, request, methodArn)
  const startedAt = ports.steadyClock.now()
  const result = await ports.invoke(functionArn, event, record)
  const latencyMs = ports.steadyClock.now() - startedAt
  record.context["authorizer.latency"] = latencyMs
  record.context["authorizer.integrationLatency"] = latencyMs
  const response = responseOf(result, ports)
  if ("outcome" in response) return response
  const decision = ports.evaluatePolicy(response.policy, methodArn)
  if (decision === "allow") return { outcome: "allowed", response, latencyMs }
  // AWS: the message names the reason (permissions-authorizer-deny-text)
  const reason =
    decision === "explicit-deny"
      ? "with an explicit deny in an identity-based policy"
      : "because no identity-based policy allows the execute-api:Invoke action"
  return rejected(403, `User is not authorized to access this resource ${reason}`)
}

function responseOf(
  result: InvocationResult,
  { quotas }: Pick<RoutePorts, "quotas">,
): AuthorizerResponse | Authorization {
  if (result.outcome === "function-error" && result.errorMessage === "Unauthorized") {
    // AWS: the error "Unauthorized" is a 401, every other one a 500 (permissions-authorizer-unauthorized)
    return rejected(401, "Unauthorized", "Unauthorized request")
  }
  if (result.outcome !== "responded") return configurationError()
  // AWS: a result over 8 KB is a 500 (permissions-authorizer-failure)
  if (exceedsUtf8Size(result.payload, quotas.maxAuthorizerResultBytes)) {
    return configurationError("Authorizer response is too large")
  }
  // AWS?: the text in the execution log (permissions-authorizer-principal)
  return readAuthorizerResponse(result.payload) ?? configurationError("Invalid response from authorizer")
}

function rejected(status: 401 | 403, message: string, log = message): Authorization {
  return { outcome: "rejected", failure: { status, message, blame: "client", log } }
}

/** AWS: the execution log has these lines, the cause first when there is one (permissions-authorizer-invoke) */
function configurationError(...cause: string[]): Authorization {
  const log = [...cause, "Authorizer error"].map(configurationErrorLog)
  log.push("Gateway response type: AUTHORIZER_CONFIGURATION_ERROR with status code: 500")
  return { outcome: "rejected", failure: { status: 500, message: internalServerError, blame: "execution", log } }
}

function hasIdentity(
  { identitySource }: AuthorizerDefinition,
  request: HandshakeRequest,
  { stage, record }: Transaction,
): boolean {
  return identitySource.every((source) => {
    // mutants: equivalent, a source without a name has no kind either
    const [, kind, name = ""] =
      /^\$?(route\.request\.header|route\.request\.querystring|stageVariables|context)\.(.+)$/.exec(source) ?? []
    if (kind === "route.request.header") return Boolean(headerOf(request.headers, name))
    if (kind === "route.request.querystring") return Boolean(ownValue(request.queryStringParameters ?? {}, name))
    if (kind === "stageVariables") return Boolean(ownValue(stage.definition.variables, name))
    return Boolean(ownValue(record.context, name))
  })
}

/** Header names are case-insensitive. */
export function headerOf(headers: Record<string, string>, name: string): string | undefined {
  const key = Object.keys(headers).find((header) => header.toLowerCase() === name.toLowerCase())
  return key === undefined ? undefined : headers[key]
}

/** `arn:aws:execute-api:{region}:{accountId}`, of the account and region of a function. */
function executeApiOf(functionArn: string): string {
  // mutants: equivalent, every ARN has these parts
  const [, partition = "aws", , region = "", accountId = ""] = functionArn.split(":")
  return `arn:${partition}:execute-api:${region}:${accountId}`
}
