// Checks the API key of a request to a REST API, for methods that require one.
import { firstHeader } from "../http/request.ts"
import type { RoutePorts } from "../ports.ts"
import type { RestFailure } from "./gateway-responses.ts"
import type { RestRequest } from "./transaction.ts"

/**
 * AWS: a key comes from the header X-API-Key, or from the authorizer (rest-api-key)
 *
 * @param usageIdentifierKey the key that the authorizer names
 */
export function checkApiKey(
  { transaction, method }: RestRequest,
  usageIdentifierKey: string | undefined,
  ports: RoutePorts,
): RestFailure | undefined {
  if (!method.definition.apiKeyRequired) return undefined
  const { stage, request, record } = transaction
  const fromAuthorizer = stage.api.apiKeySource === "AUTHORIZER"
  const value = (fromAuthorizer ? usageIdentifierKey : firstHeader(request.headers, "x-api-key")) ?? ""
  const use = ports.useApiKey(stage, value)
  if (use.outcome === "accepted") {
    record.context["identity.apiKey"] = value
    record.context["identity.apiKeyId"] = use.keyId
    return undefined
  }
  if (use.outcome === "unknown") return { type: "INVALID_API_KEY", message: "Forbidden", blame: "client" }
  return use.outcome === "throttled"
    ? { type: "THROTTLED", message: "Too Many Requests", blame: "client" }
    : { type: "QUOTA_EXCEEDED", message: "Limit Exceeded", blame: "client" }
}
