// Authorizes a request to a REST API by a token of a user pool (COGNITO_USER_POOLS).
import type { RestAuthorizerDefinition } from "../../definition/rest-api.ts"
import { claimTexts, claimVariables } from "../http/request-authorizer.ts"
import type { TokenClaims, VerifiedToken } from "../http/verify-token.ts"
import type { RoutePorts } from "../ports.ts"
import { accessDenied, type RestAuthorization, unauthorized } from "./authorization.ts"
import { matchesValidation, readIdentity } from "./identity-source.ts"
import type { RestRequest } from "./transaction.ts"

export async function authorizeByUserPool(
  { method, transaction }: RestRequest,
  authorizer: RestAuthorizerDefinition,
  { clock, findKey, log }: Pick<RoutePorts, "clock" | "findKey" | "log">,
): Promise<RestAuthorization> {
  const { record } = transaction
  const [identity] = readIdentity(authorizer, transaction) ?? []
  if (identity === undefined) return unauthorized("Unauthorized request")
  const { verifyToken, expiredDescription } = await import("../http/verify-token.ts")
  // AWS: the header has the token alone, or after `Bearer ` (rest-cognito-bearer)
  const token = identity.replace(/^bearer /i, "")
  let verified: VerifiedToken = { outcome: "invalid", description: "no user pool" }
  for (const issuer of authorizer.issuers) {
    verified = await verifyToken(token, { issuer }, { now: clock.now(), findKey })
    // An expired token was signed by this user pool, so no other one accepts it.
    if (verified.outcome === "verified" || verified.description === expiredDescription) break
  }
  if (verified.outcome === "invalid") {
    const { description, cause } = verified
    if (cause !== undefined) {
      const { apiId, routeKey } = record
      log.warn("A token was rejected", { message: cause, apiId, routeKey, requestId: record.context.requestId })
    }
    // AWS: an expired token has its own message (rest-cognito-expired)
    return unauthorized(description, description === expiredDescription ? "The incoming token has expired" : undefined)
  }
  const { claims, scopes } = verified
  // AWS: the expression is matched against the audience (rest-cognito-audience)
  if (!matchesValidation(authorizer, String(claims.aud ?? ""))) {
    return unauthorized("the audience of the token does not match")
  }
  // AWS: without scopes the method takes ID tokens, with scopes access tokens (rest-cognito-token)
  const needed = method.definition.scopes
  if (claims.token_use !== (needed.length === 0 ? "id" : "access")) {
    return unauthorized(`a method ${needed.length === 0 ? "without" : "with"} scopes does not take this kind of token`)
  }
  if (needed.length > 0 && !needed.some((scope) => scopes.includes(scope))) {
    // AWS?: a token without a scope of the method is a 403 (rest-cognito-scope)
    return accessDenied("User is not authorized to access this resource")
  }
  const texts = claimsOf(claims)
  record.authorizer = claimVariables(texts)
  return { allowed: true, authorizer: { claims: texts } }
}

/** AWS: claims are texts, and the times of issue and expiry are dates (rest-cognito-claims) */
export function claimsOf(claims: TokenClaims): Record<string, string> {
  const texts = claimTexts(claims)
  for (const name of ["exp", "iat"]) {
    const seconds = claims[name]
    if (typeof seconds === "number") texts[name] = dateText(seconds)
  }
  // AWS?: the values of a list are separated by commas (rest-cognito-list)
  for (const [name, value] of Object.entries(claims)) if (Array.isArray(value)) texts[name] = value.join(",")
  return texts
}

/** `Fri Jul 29 18:52:53 UTC 2016` */
function dateText(seconds: number): string {
  // biome-ignore lint/style/noRestrictedGlobals: formats a given time; the current time comes from the clock.
  const [day = "", date = "", month = "", year = "", time = ""] = new Date(seconds * 1000).toUTCString().split(/,? /)
  return `${day} ${month} ${date} ${time} UTC ${year}`
}
