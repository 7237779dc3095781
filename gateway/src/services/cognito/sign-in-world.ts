// What the endpoints of the local user pools share.
import type { UserPoolClientDefinition, UserPoolDefinition } from "../../definition/user-pool.ts"
import type { Clock } from "../../foundation/clock.ts"
import type { Log } from "../../foundation/log.ts"
import type { Authenticate } from "../authenticate.ts"
import type { ExpiringMap } from "./expiring-map.ts"
import type { PoolGroups } from "./pool-groups.ts"
import type { PoolUsers } from "./pool-users.ts"
import type { Grant, TokenIssuer } from "./token-issuer.ts"
import type { RunTrigger } from "./triggers.ts"

export type SignInWorld = {
  clock: Clock
  log: Log
  /** Replaces addresses of AWS with local ones, in registered callback URLs. */
  localize(text: string): string
  authenticate: Authenticate
  /** The users of every pool, which the sign-in page offers. */
  names: readonly string[]
  users: PoolUsers
  groups: PoolGroups
  runTrigger: RunTrigger
  /** Users who have to choose another password, by the session of their sign-in. */
  challenges: ExpiringMap<Challenge>
  /** Sign-ins by SRP that wait for the proof of the client, by the secret block of their challenge. */
  proofs: ExpiringMap<Challenge & { key: Buffer }>
  /** By the session of the sign-in. */
  customChallenges: ExpiringMap<CustomChallenge>
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

export type Challenge = { userPoolId: string; username: string }

/** A challenge of the functions of a pool. */
export type CustomChallenge = {
  clientId: string
  username: string
  /** Of the challenges before it. */
  results: readonly ChallengeResult[]
  privateParameters: Readonly<Record<string, unknown>>
  metadata?: string
}

/** As functions receive it. */
export type ChallengeResult = { challengeName: string; challengeResult: boolean; challengeMetadata?: string }

/** A browser that is signed in to a pool. */
export type Session = { userPoolId: string; username: string; authTime: number }
