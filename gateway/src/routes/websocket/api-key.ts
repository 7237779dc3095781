// Checks the API key of a handshake, for routes that require one.
// AWS: only `$connect` needs a key, from a header or from the authorizer (permissions-api-key-source)
import type { AuthorizerResponse } from "../authorizer-response.ts"
import type { Failure } from "../failure.ts"
import type { RoutePorts } from "../ports.ts"
import { type HandshakeAttempt, headerOf } from "./authorize.ts"

/** @returns undefined when the handshake may proceed */
export function checkApiKey(
  { transaction, route, request }: HandshakeAttempt,
  authorizerResponse: AuthorizerResponse | undefined,
  ports: RoutePorts,
): Failure | undefined {
  if (!route.definition.apiKeyRequired) return undefined
  const { stage, record } = transaction
  const { context } = record
  const fromAuthorizer = stage.api.apiKeySelectionExpression === "$context.authorizer.usageIdentifierKey"
  const value = fromAuthorizer ? authorizerResponse?.usageIdentifierKey : headerOf(request.headers, "x-api-key")
  const use = ports.useApiKey(stage, value ?? "")
  if (use.outcome === "accepted") {
    context["identity.apiKey"] = value
    context["identity.apiKeyId"] = use.keyId
    return undefined
  }
  return failures[use.outcome](`${stage.api.apiId}/${stage.definition.stageName}`)
}

// AWS: the statuses, and the log texts, are those of REST APIs, with "route" for "method" (permissions-api-key)
const failures = {
  unknown: (apiStage: string): Failure => ({
    status: 403,
    message: "Forbidden",
    blame: "client",
    log: `API Key ****** not authorized because route '$connect' requires API Key and API Key is not associated with a Usage Plan for API Stage ${apiStage}: No Usage Plan found for key and API Stage`,
  }),
  throttled: (apiStage: string): Failure => ({
    status: 429,
    message: "Too Many Requests",
    blame: "client",
    log: `Usage Plan check failed for API Key and API Stage ${apiStage}: Too Many Requests`,
  }),
  "quota-exceeded": (apiStage: string): Failure => ({
    status: 429,
    message: "Limit Exceeded",
    blame: "client",
    log: `Usage Plan check failed for API Key and API Stage ${apiStage}: Limit Exceeded`,
  }),
}
