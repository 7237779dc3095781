// Issues the tokens of a user pool with Cognito's claims, and checks its own access tokens.
import { createHash, randomBytes, randomUUID } from "node:crypto"
import { compactVerify, importJWK } from "jose"
import type { UserPoolClientDefinition, UserPoolDefinition } from "../../definition/user-pool.ts"
import type { Clock } from "../../foundation/clock.ts"
import { isRecord } from "../../foundation/is-record.ts"
import { ExpiringMap } from "./expiring-map.ts"
import { groupClaims, type PoolGroups, roleClaims } from "./pool-groups.ts"
import { type PoolUser, type PoolUsers, userAttributes } from "./pool-users.ts"
import { PoolKeys } from "./signing-keys.ts"
import { readOverrides, type TokenOverrides } from "./token-overrides.ts"
import type { RunTrigger } from "./triggers.ts"

/** What a user has signed in to, from the code to the last refreshed token. */
export type Grant = {
  clientId: string
  username: string
  scopes: readonly string[]
  /** Seconds since the epoch. */
  authTime: number
  /** The same in all tokens of one sign-in, so that they can be revoked together. */
  originJti: string
  nonce?: string
  /** A sign-in by the user pools API. */
  isOfApi?: boolean
}

/** AWS: the scope of the tokens of a sign-in by the API (cognito-api-scope) */
export const API_SCOPE = "aws.cognito.signin.user.admin"

export type IssuedTokens = {
  accessToken: string
  /** Only with the scope `openid`. */
  idToken?: string
  refreshToken: string
  expiresIn: number
}

export type AccessTokenClaims = { sub: string; username: string; scopes: string[]; clientId: string }

type IssuerParts = { clock: Clock; users: PoolUsers; groups: PoolGroups; runTrigger: RunTrigger }

/** AWS: why tokens are generated, as their trigger sees it (cognito-trigger-events) */
export type TokenSource = "Authentication" | "NewPasswordChallenge" | "HostedAuth" | "RefreshTokens"

export class TokenIssuer {
  readonly keys = new PoolKeys()
  readonly #clock: Clock
  readonly #users: PoolUsers
  readonly #groups: PoolGroups
  readonly #runTrigger: RunTrigger
  readonly #refreshTokens: ExpiringMap<Grant>
  readonly #revoked: ExpiringMap<true>

  constructor({ clock, users, groups, runTrigger }: IssuerParts) {
    this.#clock = clock
    this.#users = users
    this.#groups = groups
    this.#runTrigger = runTrigger
    this.#refreshTokens = new ExpiringMap(clock)
    this.#revoked = new ExpiringMap(clock)
  }

  /** A grant of a user who signs in now. */
  grant(clientId: string, username: string, scopes: readonly string[], nonce?: string): Grant {
    const grant = { clientId, username, scopes, authTime: this.#seconds(), originJti: randomUUID() }
    return nonce === undefined ? grant : { ...grant, nonce }
  }

  /** @throws ServiceError when the trigger of the pool fails */
  async issue(
    pool: UserPoolDefinition,
    client: UserPoolClientDefinition,
    { grant, source }: { grant: Grant; source: TokenSource },
  ): Promise<IssuedTokens> {
    const tokens = await this.#sign(pool, client, { grant, source })
    const refreshToken = randomBytes(64).toString("base64url")
    this.#refreshTokens.set(refreshToken, grant, client.validitySeconds.refreshToken * 1000)
    return { ...tokens, refreshToken }
  }

  /**
   * The refresh token stays valid.
   * @throws ServiceError when the trigger of the pool fails
   * AWS: a refresh returns no new refresh token (cognito-refresh)
   */
  async refresh(
    pool: UserPoolDefinition,
    client: UserPoolClientDefinition,
    refreshToken: string,
  ): Promise<Omit<IssuedTokens, "refreshToken"> | undefined> {
    const grant = this.#refreshTokens.get(refreshToken)
    if (grant?.clientId !== client.clientId || this.#revoked.get(grant.originJti)) return undefined
    // The user can have been deleted or disabled.
    if (this.#users.find(pool, grant.username)?.isDisabled !== false) return undefined
    return this.#sign(pool, client, { grant, source: "RefreshTokens" })
  }

  /** AWS: revoking a refresh token also revokes the access tokens of the sign-in (cognito-revoke) */
  revoke(client: UserPoolClientDefinition, refreshToken: string): boolean {
    const grant = this.#refreshTokens.get(refreshToken)
    if (!grant) return true
    if (grant.clientId !== client.clientId) return false
    this.#refreshTokens.delete(refreshToken)
    this.#revoked.set(grant.originJti, true, client.validitySeconds.accessToken * 1000)
    return true
  }

  /** AWS: a global sign-out ends every session of the user (cognito-global-sign-out) */
  signOut({ clients }: UserPoolDefinition, username: string): void {
    const longestSeconds = Math.max(0, ...clients.map(({ validitySeconds }) => validitySeconds.accessToken))
    for (const { originJti } of this.#refreshTokens.deleteWhere((grant) => grant.username === username)) {
      this.#revoked.set(originJti, true, longestSeconds * 1000)
    }
  }

  /** The claims of an access token of this pool that is valid now. */
  async readAccessToken(pool: UserPoolDefinition, token: string): Promise<AccessTokenClaims | undefined> {
    const claims = await this.#verify(token)
    if (!claims || claims.iss !== pool.issuer || claims.token_use !== "access") return undefined
    if (typeof claims.exp !== "number" || claims.exp * 1000 <= this.#clock.now()) return undefined
    if (this.#revoked.get(String(claims.origin_jti))) return undefined
    const { sub, username, scope, client_id: clientId } = claims
    return {
      sub: String(sub),
      username: String(username),
      scopes: String(scope).split(" "),
      clientId: String(clientId),
    }
  }

  async #verify(token: string): Promise<Record<string, unknown> | undefined> {
    try {
      const { access } = await this.keys.get()
      const key = await importJWK(access.publicKey)
      const { payload } = await compactVerify(token, key, { algorithms: ["RS256"] })
      const claims: unknown = JSON.parse(new TextDecoder().decode(payload))
      return isRecord(claims) ? claims : undefined
    } catch {
      return undefined
    }
  }

  async #sign(
    pool: UserPoolDefinition,
    client: UserPoolClientDefinition,
    { grant, source }: { grant: Grant; source: TokenSource },
  ) {
    const { clientId, scopes, originJti, nonce, isOfApi = false } = grant
    const user = this.#users.find(pool, grant.username)
    if (!user) throw new Error(`The user pool ${pool.userPoolId} has no user ${grant.username}`)
    const { username, attributes } = user
    const { sub, ...claims } = Object.fromEntries(attributes)
    const overrides = await this.#overrides(pool, user, { clientId, scopes, source })
    const all = this.#groups.listOf(pool, username)
    const groups = overrides.groups ?? all.map(({ groupName }) => groupName)
    const now = this.#seconds()
    const { validitySeconds } = client
    const shared = {
      sub,
      ...groupClaims(groups),
      iss: pool.issuer,
      origin_jti: originJti,
      event_id: randomUUID(),
      auth_time: grant.authTime,
      iat: now,
    }
    // AWS: the claims of an access token (cognito-access-token)
    const accessClaims = overrides.access({
      ...shared,
      version: 2,
      client_id: clientId,
      token_use: "access",
      scope: scopes.join(" "),
      exp: now + validitySeconds.accessToken,
      jti: randomUUID(),
      username,
    })
    const keys = await this.keys.get()
    const accessToken = await keys.access.sign(accessClaims)
    const issued = { accessToken, expiresIn: validitySeconds.accessToken }
    // AWS: an ID token needs the scope `openid` (cognito-openid-scope)
    if (!scopes.includes("openid") && !isOfApi) return issued
    // AWS: the claims of an ID token (cognito-id-token)
    const idClaims = overrides.id({
      ...shared,
      at_hash: halfHash(accessToken),
      ...Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, claimOf(name, value)])),
      "cognito:username": username,
      ...roleClaims(all),
      ...(nonce !== undefined && { nonce }),
      aud: clientId,
      token_use: "id",
      exp: now + validitySeconds.idToken,
      jti: randomUUID(),
    })
    return { ...issued, idToken: await keys.id.sign(idClaims) }
  }

  async #overrides(
    pool: UserPoolDefinition,
    user: PoolUser,
    token: { clientId: string; scopes: readonly string[]; source: TokenSource },
  ): Promise<TokenOverrides> {
    const trigger = pool.triggers.find(({ name }) => name === "PreTokenGeneration")
    if (!trigger) return readOverrides({})
    const { username } = user
    const groups = this.#groups.listOf(pool, username)
    const { "cognito:roles": iamRolesToOverride = [], "cognito:preferred_role": preferredRole } = roleClaims(groups)
    const request = {
      userAttributes: userAttributes(user),
      groupConfiguration: {
        groupsToOverride: groups.map(({ groupName }) => groupName),
        iamRolesToOverride,
        ...(preferredRole !== undefined && { preferredRole }),
      },
      ...(trigger.version > 1 && { scopes: token.scopes }),
    }
    const response = trigger.version > 1 ? { claimsAndScopeOverrideDetails: null } : { claimsOverrideDetails: null }
    const call = { source: `TokenGeneration_${token.source}`, username, clientId: token.clientId, request, response }
    return readOverrides(await this.#runTrigger(pool, "PreTokenGeneration", call))
  }

  #seconds(): number {
    return Math.floor(this.#clock.now() / 1000)
  }
}

function claimOf(attribute: string, value: string): string | boolean {
  return attribute.endsWith("_verified") ? value === "true" : value
}

/** The left half of the SHA-256 of a token (OpenID Connect Core, section 3.1.3.6). */
function halfHash(token: string): string {
  return createHash("sha256").update(token).digest().subarray(0, 16).toString("base64url")
}
