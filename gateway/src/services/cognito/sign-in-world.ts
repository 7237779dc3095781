// What the endpoints of the local user pools share.
import type { UserPoolClientDefinition, UserPoolDefinition } from "../../definition/user-pool.ts"
import type { Clock } from "../../foundation/clock.ts"
import type { Log } from "../../foundation/log.ts"
import type { ExpiringMap } from "./expiring-map.ts"
import type { Grant, TokenIssuer } from "./token-issuer.ts"

export type SignInWorld = {
  clock: Clock
  log: Log
  /** Replaces addresses of AWS with local ones, in registered callback URLs. */
  localize(text: string): string
  /** The users. */
  names: readonly string[]
  pools(): readonly UserPoolDefinition[]
  findClient(clientId: string | null | undefined): PoolClient | undefined
  issuerOf(pool: UserPoolDefinition): TokenIssuer
  codes: ExpiringMap<AuthorizationCode>
  sessions: ExpiringMap<Session>
}

export type PoolClient = { pool: UserPoolDefinition; client: UserPoolClientDefinition }

export type AuthorizationCode = {
  grant: Grant
  redirectUri: string
  /** Absent when the client did not use PKCE. */
  codeChallenge?: string
}

/** A browser that is signed in to a pool. */
export type Session = { userPoolId: string; username: string; authTime: number }
