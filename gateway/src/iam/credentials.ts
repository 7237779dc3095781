// Issues credentials and finds the principals of those that this run of the gateway has issued.
import { randomBytes } from "node:crypto"
import type { Credentials, SessionCredentials } from "../definition/credentials.ts"
import type { Clock } from "../foundation/clock.ts"

/** A session of a role, such as that of a function. */
export type RolePrincipal = { arn: string; roleArn: string; accountId: string; administrator: false }
/** The user of this machine, who may do everything. */
export type Administrator = { arn: string; accountId: string; administrator: true }
export type Principal = RolePrincipal | Administrator

export type IssuedCredentials = Credentials & { principal: Principal }

/** AWS: the session of a role lasts 12 hours at most (permissions-keys) */
const sessionMs = 12 * 60 * 60_000

export class CredentialStore {
  readonly #clock: Clock
  readonly #issued = new Map<string, { credentials: IssuedCredentials; expiresAt: number }>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Issues long-term credentials for the administrator or session credentials for a role, valid for `ttlMs` (12 hours). */
  issue(principal: Administrator, options?: { ttlMs?: number }): Credentials
  issue(principal: RolePrincipal, options?: { ttlMs?: number }): SessionCredentials
  issue(principal: Principal, options: { ttlMs?: number } = {}): Credentials {
    const now = this.#clock.now()
    for (const [accessKeyId, { expiresAt }] of this.#issued) if (expiresAt <= now) this.#issued.delete(accessKeyId)
    // AWS: a user's key begins with AKIA, a session's with ASIA; 20 characters, the secret 40 (permissions-key-ids)
    const credentials: Credentials = {
      accessKeyId: (principal.administrator ? "AKIA" : "ASIA") + randomText(16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"),
      secretAccessKey: randomBytes(30).toString("base64"),
    }
    if (!principal.administrator) credentials.sessionToken = randomBytes(96).toString("base64")
    const lifeMs = options.ttlMs ?? (principal.administrator ? Number.POSITIVE_INFINITY : sessionMs)
    this.#issued.set(credentials.accessKeyId, { credentials: { ...credentials, principal }, expiresAt: now + lifeMs })
    return credentials
  }

  /** Returns the same object each time, so that caches can be keyed by it. */
  find(accessKeyId: string): IssuedCredentials | undefined {
    const found = this.#issued.get(accessKeyId)
    if (!found) return undefined
    if (this.#clock.now() < found.expiresAt) return found.credentials
    this.#issued.delete(accessKeyId)
    return undefined
  }
}

export function administratorOf(accountId: string, partition = "aws"): Administrator {
  return { arn: `arn:${partition}:iam::${accountId}:user/administrator`, accountId, administrator: true }
}

/** @param alphabet a power of two characters, so that each is equally likely */
function randomText(length: number, alphabet: string): string {
  return Array.from(randomBytes(length), (byte) => alphabet[byte % alphabet.length]).join("")
}
