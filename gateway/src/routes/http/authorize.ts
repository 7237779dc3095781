// Authorizes a request to a route of an HTTP API: by a token here, by a function or a signature in files of their own.
import type { ApiEnvironment, JwtAuthorizerDefinition } from "../../definition/api.ts"
import type { TransactionRecord } from "../../definition/record.ts"
import type { RoutePorts } from "../ports.ts"
import type { HttpStageRuntime } from "./api-runtime.ts"
import type { HttpEventSource } from "./event.ts"
import { readIdentity } from "./identity-source.ts"
import type { HttpRequest, HttpResponse } from "./request.ts"
import { claimTexts, type RequestAuthorizer } from "./request-authorizer.ts"
import { gatewayResponse } from "./response.ts"

export type HttpAuthorization =
  | { outcome: "allowed"; authorizer?: RequestAuthorizer }
  /** `cause`: `$context.authorizer.error`. */
  | { outcome: "rejected"; response: HttpResponse; cause: string }

export type HttpAuthorizationAttempt = {
  environment: ApiEnvironment
  stage: HttpStageRuntime
  request: HttpRequest
  record: TransactionRecord
  /** Method and path of the request without the stage, as in execute-api ARNs: `GET/documents/1`. */
  resourcePath: string
  /** For the event of a Lambda authorizer. */
  eventSource: HttpEventSource
}

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
  record.authorizer = prefixed(claims)
  // AWS: the scopes are null on a route without scopes (http-jwt-context)
  return { outcome: "allowed", authorizer: { type: "jwt", claims, scopes: scopes.length > 0 ? verified.scopes : null } }
}

/** AWS: an access log has them as `$context.authorizer.claims.{name}` (http-jwt-log) */
function prefixed(claims: Readonly<Record<string, string>>): Record<string, string> {
  const named: Record<string, string> = Object.create(null)
  for (const name in claims) named[`claims.${name}`] = claims[name] ?? ""
  return named
}

function unauthorized(challenge: string, cause: string): HttpAuthorization {
  const response = gatewayResponse(401, "Unauthorized")
  response.headers["www-authenticate"] = [challenge]
  // AWS: the rejection of a token has no content type (http-jwt-challenge)
  delete response.headers["content-type"]
  return { outcome: "rejected", response, cause }
}
