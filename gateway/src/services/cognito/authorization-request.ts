// Validates an authorization request: client, redirect URI, response type, scopes and PKCE.
import type { PoolClient, SignInWorld } from "./sign-in-world.ts"

export type AuthorizationRequest = PoolClient & {
  redirectUri: string
  scopes: string[]
  state: string | null
  nonce: string | null
  codeChallenge: string | null
  prompt: string | null
}

export type ReadAuthorizationRequest =
  | { outcome: "valid"; request: AuthorizationRequest }
  /** The client cannot be trusted with a redirect: a page shows why. */
  | { outcome: "page"; message: string }
  /** A redirect reports the error to the client. */
  | { outcome: "redirect"; location: string }

export function readAuthorizationRequest(world: SignInWorld, query: URLSearchParams): ReadAuthorizationRequest {
  const found = world.findClient(query.get("client_id"))
  if (!found) return { outcome: "page", message: "The client_id is not that of an app client of this template." }
  const { pool, client } = found
  if (pool.domains.length === 0)
    return { outcome: "page", message: `The user pool ${pool.logicalId} has no AWS::Cognito::UserPoolDomain.` }
  const redirectUri = query.get("redirect_uri")
  // AWS: the redirect URI is compared exactly with the registered ones (cognito-redirect-uri)
  if (redirectUri === null || !isRegistered(world, client.callbackUrls, redirectUri)) {
    const shown = redirectUri === null ? "The redirect_uri is missing." : `${redirectUri} is not a callback URL.`
    const known = client.callbackUrls.map(world.localize).join(", ") || "none"
    return { outcome: "page", message: `${shown} Callback URLs of ${client.logicalId}: ${known}.` }
  }
  const state = query.get("state")
  const rejected = (error: string): ReadAuthorizationRequest => ({
    outcome: "redirect",
    location: withParameters(redirectUri, { error, state }),
  })
  // AWS: these errors are sent to the client (cognito-authorize-errors)
  if (query.get("response_type") !== "code") return rejected("invalid_request")
  if (!client.flows.includes("code")) return rejected("unauthorized_client")
  const codeChallenge = query.get("code_challenge")
  const method = query.get("code_challenge_method")
  // AWS: the only method is S256 (cognito-pkce)
  if ((codeChallenge === null) !== (method === null) || (method !== null && method !== "S256"))
    return rejected("invalid_request")
  if (codeChallenge !== null && !/^[\w-]{43}$/.test(codeChallenge)) return rejected("invalid_request")
  // AWS: without a scope, all scopes of the client are granted (cognito-default-scopes)
  const scopes = query.get("scope")?.split(" ").filter(Boolean) ?? client.scopes
  if (scopes.length === 0 || !scopes.every((scope) => client.scopes.includes(scope))) return rejected("invalid_scope")
  const request = { pool, client, redirectUri, scopes, state, codeChallenge }
  return { outcome: "valid", request: { ...request, nonce: query.get("nonce"), prompt: query.get("prompt") } }
}

/** A registered address of AWS, such as that of the site, also counts under its local address. */
export function isRegistered({ localize }: SignInWorld, registered: readonly string[], url: string): boolean {
  return registered.some((one) => one === url || localize(one) === url)
}

/** Parameters that are null are left out. */
export function withParameters(url: string, parameters: Record<string, string | null>): string {
  const target = new URL(url)
  for (const [name, value] of Object.entries(parameters)) if (value !== null) target.searchParams.set(name, value)
  return target.href
}
