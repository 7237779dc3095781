// Authorizes a request to an HTTP API by a JSON Web Token (JWT).
import type { JwtAuthorizerDefinition } from "../../definition/api.ts"
import type { RoutePorts } from "../ports.ts"
import type { HttpAuthorization, HttpAuthorizationAttempt } from "./authorization.ts"
import { readIdentity } from "./identity-source.ts"
import { claimTexts, claimVariables } from "./request-authorizer.ts"
import { gatewayResponse } from "./response.ts"

export async function authorizeByToken(
  { stage, request, record }: Pick<HttpAuthorizationAttempt, "stage" | "request" | "record">,
  { authorizer, scopes }: { authorizer: JwtAuthorizerDefinition; scopes: readonly string[] },
  { clock, findKey, log }: Pick<RoutePorts, "clock" | "findKey" | "log">,
): Promise<HttpAuthorization> {
  const [identity] = readIdentity(authorizer.identitySource, { request, stage, record })
  // AWS: the challenge without a token has no parameters (http-jwt-missing)
  if (!identity) return unauthorized("Bearer", "Unauthorized")
  // AWS: the identity source has the token alone, or after `Bearer ` (http-jwt-bearer)
  const token = identity.replace(/^bearer /i, "")
  const { verifyToken } = await import("./verify-token.ts")
  const verified = await verifyToken(token, authorizer, { now: clock.now(), findKey })
  const challenge = (error: string, description: string) =>
    `Bearer scope="${scopes.join(" ")}" error="${error}" error_description="${description}"`
  if (verified.outcome === "invalid") {
    const { description, cause } = verified
    if (cause !== undefined) {
      const { apiId, routeKey } = record
      log.warn("A token was rejected", { message: cause, apiId, routeKey, requestId: record.context.requestId })
    }
    // AWS: the challenge has the scopes of the route and the reason (http-jwt-challenge)
    return unauthorized(challenge("invalid_token", description), `invalid_token: ${description}`)
  }
  // AWS: the token has at least one scope of the route (http-jwt-scopes)
  if (scopes.length > 0 && !scopes.some((scope) => verified.scopes.includes(scope))) {
    const response = gatewayResponse(403, "Forbidden")
    // AWS?: the challenge of a missing scope (http-jwt-scope-challenge)
    response.headers["www-authenticate"] = [challenge("insufficient_scope", "the token has none of the scopes")]
    return { outcome: "rejected", response, cause: "insufficient_scope" }
  }
  const claims = claimTexts(verified.claims)
  record.authorizer = claimVariables(claims)
  // AWS: the scopes are null on a route without scopes (http-jwt-context)
  return { outcome: "allowed", authorizer: { type: "jwt", claims, scopes: scopes.length > 0 ? verified.scopes : null } }
}

function unauthorized(challenge: string, cause: string): HttpAuthorization {
  const response = gatewayResponse(401, "Unauthorized")
  response.headers["www-authenticate"] = [challenge]
  // AWS: the rejection of a token has no content type (http-jwt-challenge)
  delete response.headers["content-type"]
  return { outcome: "rejected", response, cause }
}
