// The endpoints that an application calls: /oauth2/token, /oauth2/revoke and /oauth2/userInfo.
import { createHash, timingSafeEqual } from "node:crypto"
import type { IncomingMessage, ServerResponse } from "node:http"
import type { UserPoolClientDefinition } from "../../definition/user-pool.ts"
import { decodePercent } from "../../foundation/request-target.ts"
import { ServiceError } from "../local/local-service.ts"
import { readForm, sendJson } from "./http.ts"
import type { PoolClient, SignInWorld } from "./sign-in-world.ts"
import type { IssuedTokens } from "./token-issuer.ts"

type TokenResult = { tokens: Omit<IssuedTokens, "refreshToken"> & { refreshToken?: string } } | { error: string }

export async function exchangeToken(
  world: SignInWorld,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const form = await readForm(request)
  const found = form && authenticateClient(world, request, form)
  // AWS: errors are 400 with a JSON body (cognito-token-errors)
  // AWS?: the error of a trigger that fails (cognito-trigger-token-endpoint)
  if (!form || !found) return sendJson(response, 400, { error: form ? "invalid_client" : "invalid_request" })
  const result = await tokensFor(world, found, form).catch((error) => {
    if (error instanceof ServiceError) return { error: "invalid_request", error_description: error.message }
    throw error
  })
  if ("error" in result) return sendJson(response, 400, result)
  const { accessToken, idToken, refreshToken, expiresIn } = result.tokens
  sendJson(response, 200, {
    ...(idToken !== undefined && { id_token: idToken }),
    access_token: accessToken,
    ...(refreshToken !== undefined && { refresh_token: refreshToken }),
    expires_in: expiresIn,
    token_type: "Bearer",
  })
}

async function tokensFor(
  world: SignInWorld,
  { pool, client }: PoolClient,
  form: URLSearchParams,
): Promise<TokenResult> {
  const issuer = world.issuerOf(pool)
  const grantType = form.get("grant_type")
  if (grantType === "refresh_token") {
    const refreshToken = form.get("refresh_token")
    if (refreshToken === null) return { error: "invalid_request" }
    const tokens = await issuer.refresh(pool, client, refreshToken)
    return tokens ? { tokens } : { error: "invalid_grant" }
  }
  if (grantType !== "authorization_code") return { error: "unsupported_grant_type" }
  if (!client.flows.includes("code")) return { error: "unauthorized_client" }
  // A code is used once, also by a request that is rejected.
  const code = world.codes.take(form.get("code") ?? "")
  if (code?.grant.clientId !== client.clientId) return { error: "invalid_grant" }
  // AWS: another redirect URI than that of the authorization request (cognito-token-redirect)
  if (form.get("redirect_uri") !== code.redirectUri) return { error: "unauthorized_client" }
  if (!isVerified(code.codeChallenge, form.get("code_verifier"))) return { error: "invalid_grant" }
  return { tokens: await issuer.issue(pool, client, { grant: code.grant, source: "HostedAuth" }) }
}

/** PKCE: a verifier is required exactly when the authorization request had a challenge, so that neither can be left out. */
function isVerified(challenge: string | undefined, verifier: string | null): boolean {
  if (challenge === undefined || verifier === null) return challenge === undefined && verifier === null
  if (!/^[\w.~-]{43,128}$/.test(verifier)) return false
  return createHash("sha256").update(verifier).digest("base64url") === challenge
}

export async function revokeToken(
  world: SignInWorld,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const form = await readForm(request)
  // AWS: the errors of a revocation (cognito-revoke)
  if (!form) return sendJson(response, 400, { error: "invalid_request" })
  const found = authenticateClient(world, request, form)
  if (!found) return sendJson(response, 401, { error: "invalid_client" })
  const token = form.get("token")
  if (token === null) return sendJson(response, 400, { error: "invalid_request" })
  // Access tokens and ID tokens have three parts.
  if (token.split(".").length === 3) return sendJson(response, 400, { error: "unsupported_token_type" })
  if (!world.issuerOf(found.pool).revoke(found.client, token))
    return sendJson(response, 400, { error: "unauthorized_client" })
  response.writeHead(200).end()
}

export async function userInfo(world: SignInWorld, request: IncomingMessage, response: ServerResponse): Promise<void> {
  request.resume()
  const token = /^Bearer (.+)$/i.exec(request.headers.authorization ?? "")?.[1]
  for (const pool of token === undefined ? [] : world.pools()) {
    const claims = await world.issuerOf(pool).readAccessToken(pool, token ?? "")
    if (!claims) continue
    // AWS: the user's attributes need the scope `openid` (cognito-user-info)
    if (!claims.scopes.includes("openid")) break
    const user = world.users.find(pool, claims.username)
    if (!user) break
    return sendJson(response, 200, { ...Object.fromEntries(user.attributes), username: user.username })
  }
  const [status, error, description] =
    token === undefined
      ? [400, "invalid_request", "Bad OAuth2 request at UserInfo Endpoint"]
      : [401, "invalid_token", "Access token is expired, disabled, or deleted, or the user has globally signed out."]
  response.setHeader("www-authenticate", `error="${error}", error_description="${description}"`)
  sendJson(response, status, { error, error_description: description })
}

/** AWS: a client with a secret sends it in the Authorization header or in the form (cognito-client-secret) */
function authenticateClient(
  world: SignInWorld,
  { headers: { authorization = "" } }: IncomingMessage,
  form: URLSearchParams,
): PoolClient | undefined {
  const basic = /^Basic (.+)$/i.exec(authorization)?.[1]
  const [id, secret] =
    basic === undefined
      ? [form.get("client_id"), form.get("client_secret")]
      : Buffer.from(basic, "base64")
          .toString("utf8")
          .split(":", 2)
          .map((part) => decodePercent(part) ?? part)
  const found = world.findClient(id)
  return found && hasSecret(found.client, secret ?? "") ? found : undefined
}

function hasSecret({ clientSecret }: UserPoolClientDefinition, given: string): boolean {
  if (clientSecret === undefined) return true
  const [expected, actual] = [clientSecret, given].map((text) => createHash("sha256").update(text).digest())
  return expected !== undefined && actual !== undefined && timingSafeEqual(expected, actual)
}
