// Authorizes a request to a REST API by a Lambda authorizer, whose results are cached by identity source.
import type { RestAuthorizerDefinition } from "../../definition/rest-api.ts"
import { exceedsUtf8Size } from "../../foundation/utf8-size.ts"
import { type AuthorizerResponse, readAuthorizerResponse } from "../authorizer-response.ts"
import type { RoutePorts } from "../ports.ts"
import {
  accessDenied,
  authorizerFailure,
  type RestAuthorization,
  type RestRejection,
  unauthorized,
} from "./authorization.ts"
import { restAuthorizerEvent } from "./event.ts"
import { matchesValidation, readIdentity } from "./identity-source.ts"
import type { RestRequest } from "./transaction.ts"

export async function authorizeByFunction(
  request: RestRequest,
  authorizer: RestAuthorizerDefinition,
  ports: RoutePorts,
): Promise<RestAuthorization> {
  const { stage, path, record, request: received } = request.transaction
  if (authorizer.functionArn === undefined) return authorizerFailure("Authorizer not found")
  const identity = readIdentity(authorizer, request.transaction)
  const token = identity?.[0] ?? ""
  // AWS: without its identity sources the authorizer does not run (rest-authorizer-identity), nor does it with a token
  // that does not match the expression (rest-token-validation)
  if (!identity || !matchesValidation(authorizer, token)) return unauthorized("Unauthorized request")
  const { partition, region, accountId } = stage.api.environment
  const methodArn = `arn:${partition}:execute-api:${region}:${accountId}:${stage.apiId}/${stage.definition.stageName}/${received.method}${path}`
  const key = JSON.stringify([authorizer.authorizerId, ...identity])
  // AWS: a result is cached for the identity, and its policy is evaluated for each method (rest-authorizer-cache)
  const cached = stage.authorizerResults.get(key)
  const response = cached ?? (await invokeAuthorizer(request, { authorizer, token, methodArn }, ports))
  if ("allowed" in response) return response
  if (!cached) stage.authorizerResults.set(key, response, authorizer.cacheSeconds * 1000)
  record.authorizer = response.authorizer
  const decision = ports.evaluatePolicy(response.policy, methodArn)
  if (decision !== "allow") {
    // AWS: the message names the reason (rest-access-denied)
    const reason = decision === "explicit-deny" ? " with an explicit deny" : ""
    return accessDenied(`User is not authorized to access this resource${reason}`)
  }
  const integrationLatency = Number(record.context["authorizer.integrationLatency"] ?? 0)
  const { usageIdentifierKey } = response
  return {
    allowed: true,
    authorizer: { ...response.authorizer, integrationLatency },
    ...(usageIdentifierKey !== undefined && { usageIdentifierKey }),
  }
}

async function invokeAuthorizer(
  request: RestRequest,
  { authorizer, token, methodArn }: { authorizer: RestAuthorizerDefinition; token: string; methodArn: string },
  ports: RoutePorts,
): Promise<AuthorizerResponse | RestRejection> {
  const { stage, record } = request.transaction
  const { functionArn = "", credentialsArn, authorizerId, kind } = authorizer
  const permission = ports.mayInvokeAuthorizer(stage, { functionArn, credentialsArn, authorizerId })
  if (!permission.allowed) return authorizerFailure(permission.message)
  const startedAt = ports.steadyClock.now()
  const result = await ports.invoke(functionArn, restAuthorizerEvent(request, { kind, token, methodArn }), record)
  const latencyMs = ports.steadyClock.now() - startedAt
  record.context["authorizer.latency"] = latencyMs
  record.context["authorizer.integrationLatency"] = latencyMs
  if (result.outcome === "function-error" && result.errorMessage === "Unauthorized") {
    // AWS: the error "Unauthorized" is a 401, every other one a 500 (rest-authorizer-unauthorized)
    return unauthorized("Unauthorized request")
  }
  if (result.outcome !== "responded") return authorizerFailure()
  if (exceedsUtf8Size(result.payload, ports.quotas.maxAuthorizerResultBytes)) {
    return authorizerFailure("Authorizer response is too large")
  }
  return readAuthorizerResponse(result.payload) ?? authorizerFailure("Invalid response from authorizer")
}
