// Authorizes a request to a REST API by a token of a user pool (COGNITO_USER_POOLS).
import type { RestAuthorizerDefinition } from "../../definition/rest-api.ts"
import { claimTexts } from "../http/request-authorizer.ts"
import type { TokenClaims, VerifiedToken } from "../http/verify-token.ts"
import type { RoutePorts } from "../ports.ts"
import type { RestFailure } from "./gateway-responses.ts"
import type { RestRequest } from "./transaction.ts"

export type UserPoolAuthorization =
  | { allowed: true; authorizer: Record<string, unknown> }
  | { allowed: false; failure: RestFailure }

/** @param identity the value of the identity source; absent when the request has none. */
export async function authorizeByUserPool(
  { method, transaction: { record } }: RestRequest,
  { authorizer, identity }: { authorizer: RestAuthorizerDefinition; identity: string | undefined },
  { clock, findKey, log }: Pick<RoutePorts, "clock" | "findKey" | "log">,
): Promise<UserPoolAuthorization> {
  if (identity === undefined) return unauthorized("Unauthorized request")
  const { verifyToken, expiredDescription } = await import("../http/verify-token.ts")
  // AWS: the header has the token alone, or after `Bearer ` (rest-cognito-bearer)
  const token = identity.replace(/^bearer /i, "")
  let verified: VerifiedToken = { outcome: "invalid", description: "no user pool" }
  for (const issuer of authorizer.issuers) {
    verified = await verifyToken(token, { issuer }, { now: clock.now(), findKey })
    // The signature is that of this user pool.
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
  const { identityValidation } = authorizer
  // AWS: the expression is matched against the audience (rest-cognito-audience)
  if (identityValidation !== undefined && !new RegExp(`^(?:${identityValidation})$`).test(String(claims.aud ?? ""))) {
    return unauthorized("the audience of the token does not match")
  }
  // AWS: without scopes the method takes ID tokens, with scopes access tokens (rest-cognito-token)
  const needed = method.definition.scopes
  if (claims.token_use !== (needed.length === 0 ? "id" : "access")) {
    return unauthorized(`a method ${needed.length === 0 ? "without" : "with"} scopes does not take this kind of token`)
  }
  if (needed.length > 0 && !needed.some((scope) => scopes.includes(scope))) {
    // AWS?: a token without a scope of the method is a 403 (rest-cognito-scope)
    const message = "User is not authorized to access this resource"
    return { allowed: false, failure: { type: "ACCESS_DENIED", message, blame: "client" } }
  }
  const texts = claimsOf(claims)
  record.authorizer = Object.assign(Object.create(null), prefixed(texts))
  return { allowed: true, authorizer: { claims: texts } }
}

function unauthorized(log: string, message = "Unauthorized"): UserPoolAuthorization {
  return { allowed: false, failure: { type: "UNAUTHORIZED", message, blame: "client", log } }
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

function prefixed(claims: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(claims).map(([name, value]) => [`claims.${name}`, value]))
}
