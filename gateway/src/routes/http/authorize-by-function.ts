// Authorizes a request to an HTTP API by a Lambda authorizer, whose results are cached by identity source.
import type { HttpLambdaAuthorizerDefinition } from "../../definition/api.ts"
import { recordFrom } from "../../foundation/record-from.ts"
import { exceedsUtf8Size } from "../../foundation/utf8-size.ts"
import type { RoutePorts } from "../ports.ts"
import type { HttpAuthorization, HttpAuthorizationAttempt } from "./authorization.ts"
import { type AuthorizerResult, readAuthorizerResult } from "./authorizer-result.ts"
import { authorizerEvent } from "./event.ts"
import { readIdentity } from "./identity-source.ts"
import { gatewayResponse } from "./response.ts"

export async function authorizeByFunction(
  attempt: HttpAuthorizationAttempt,
  authorizer: HttpLambdaAuthorizerDefinition,
  ports: RoutePorts,
): Promise<HttpAuthorization> {
  const { stage, record, resourcePath } = attempt
  const identity = readIdentity(authorizer.identitySource, attempt)
  // AWS: without its identity sources the authorizer does not run (http-authorizer-identity)
  if (!identity.every((value) => value !== undefined)) return rejected(401, "Unauthorized")
  const { region, accountId, partition } = attempt.environment
  const routeArn = `arn:${partition}:execute-api:${region}:${accountId}:${stage.apiId}/${stage.definition.stageName}/${resourcePath}`
  // AWS: a result counts for all routes with the authorizer and the same identity (http-authorizer-cache)
  const key = JSON.stringify([authorizer.authorizerId, ...identity])
  const cached = stage.authorizerResults.get(key)
  const result = cached ?? (await invokeAuthorizer(attempt, { authorizer, identity, routeArn }, ports))
  if ("outcome" in result) return result
  if (!cached) stage.authorizerResults.set(key, result, authorizer.resultTtlSeconds * 1000)
  const { decision, context } = result
  record.authorizer = textsOf(context)
  // AWS: a policy is evaluated for the route of each request, a simple response is not (http-authorizer-policy)
  const isAllowed = typeof decision === "boolean" ? decision : ports.evaluatePolicy(decision, routeArn) === "allow"
  // AWS: a denial has no reason (http-authorizer-denied)
  return isAllowed ? { outcome: "allowed", authorizer: { type: "lambda", context } } : rejected(403, "Forbidden")
}

async function invokeAuthorizer(
  attempt: HttpAuthorizationAttempt,
  call: { authorizer: HttpLambdaAuthorizerDefinition; identity: string[]; routeArn: string },
  ports: RoutePorts,
): Promise<AuthorizerResult | HttpAuthorization> {
  const { stage, record } = attempt
  const { functionArn = "", credentialsArn, authorizerId } = call.authorizer
  const permission = ports.mayInvokeAuthorizer(stage, { functionArn, credentialsArn, authorizerId })
  if (!permission.allowed) return failed(permission.message)
  const startedAt = ports.steadyClock.now()
  const result = await ports.invoke(functionArn, authorizerEvent(attempt.eventSource, call), {
    ...(record.routeKey !== undefined && { routeKey: record.routeKey }),
    context: record.context,
  })
  record.context["authorizer.integrationLatency"] = ports.steadyClock.now() - startedAt
  if (result.outcome === "function-error" && result.errorMessage === "Unauthorized") {
    // AWS?: the error "Unauthorized" is a 401, as for other kinds of APIs (http-authorizer-unauthorized)
    return rejected(401, "Unauthorized")
  }
  if (result.outcome !== "responded") return failed(`The authorizer failed: ${result.outcome}`)
  if (exceedsUtf8Size(result.payload, ports.quotas.maxAuthorizerResultBytes)) return failed("The result is too large")
  return readAuthorizerResult(result.payload, call.authorizer) ?? failed("The result has an invalid format")
}

/** AWS: an authorizer that cannot be invoked, or returns an invalid result, is a 500 (http-authorizer-failure) */
function failed(cause: string): HttpAuthorization {
  return { outcome: "rejected", response: gatewayResponse(500, "Internal Server Error"), cause }
}

function rejected(status: 401 | 403, message: "Unauthorized" | "Forbidden"): HttpAuthorization {
  return { outcome: "rejected", response: gatewayResponse(status, message), cause: message }
}

function textsOf(context: Readonly<Record<string, unknown>>): Record<string, string> {
  return recordFrom(
    Object.entries(context).map(([name, value]) => [
      name,
      typeof value === "object" ? JSON.stringify(value) : String(value),
    ]),
  )
}
