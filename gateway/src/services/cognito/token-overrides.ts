// What the trigger PreTokenGeneration changes of the claims and scopes of tokens.
// AWS: the responses of both versions of the event (cognito-token-versions)
import { isRecord } from "../../foundation/is-record.ts"

type Claims = Readonly<Record<string, unknown>>

export type TokenOverrides = {
  id(claims: Claims): Claims
  access(claims: Claims): Claims
  /** In place of those of the user. */
  groups: readonly string[] | undefined
}

/** AWS?: a function cannot change these, and what it sets is ignored (cognito-reserved-claims) */
const reserved = new Set([
  ...["acr", "amr", "at_hash", "aud", "auth_time", "azp", "client_id", "cognito:username", "event_id", "exp", "iat"],
  ...["iss", "jti", "nbf", "nonce", "origin_jti", "scope", "sub", "token_use", "username", "version"],
])

/** @param response of the function; empty without one */
export function readOverrides(response: Claims): TokenOverrides {
  const second = recordIn(response, "claimsAndScopeOverrideDetails")
  const first = recordIn(response, "claimsOverrideDetails")
  const access = recordIn(second, "accessTokenGeneration")
  const id = response.claimsAndScopeOverrideDetails ? recordIn(second, "idTokenGeneration") : first
  const groups = recordIn(response.claimsAndScopeOverrideDetails ? second : first, "groupOverrideDetails")
  return {
    id: (claims) => changed(claims, id),
    access: (claims) => changed({ ...claims, scope: changedScope(String(claims.scope), access) }, access),
    groups: Array.isArray(groups.groupsToOverride) ? groups.groupsToOverride.map(String) : undefined,
  }
}

function changed(claims: Claims, change: Claims): Claims {
  const suppressed = new Set(textsIn(change, "claimsToSuppress").filter((name) => !reserved.has(name)))
  const added = Object.entries(recordIn(change, "claimsToAddOrOverride")).filter(([name]) => !reserved.has(name))
  const kept = Object.entries(claims).filter(([name]) => !suppressed.has(name))
  return Object.fromEntries([...kept, ...added])
}

function changedScope(scope: string, change: Claims): string {
  const suppressed = new Set(textsIn(change, "scopesToSuppress"))
  const scopes = [...scope.split(" "), ...textsIn(change, "scopesToAdd")]
  return [...new Set(scopes)].filter((one) => one !== "" && !suppressed.has(one)).join(" ")
}

function recordIn(record: Claims, name: string): Claims {
  const value = record[name]
  return isRecord(value) ? value : {}
}

function textsIn(record: Claims, name: string): string[] {
  const value = record[name]
  return Array.isArray(value) ? value.map(String) : []
}
