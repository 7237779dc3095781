// The users of the local user pools: those that exist in every pool, and those that an application creates.
import { randomInt, randomUUID } from "node:crypto"
import type { UserPoolClientDefinition, UserPoolDefinition } from "../../definition/user-pool.ts"
import type { Clock } from "../../foundation/clock.ts"
import { localUser } from "./local-users.ts"
import { createVerifier, type SrpVerifier, verifies } from "./srp.ts"

export type UserStatus = "UNCONFIRMED" | "CONFIRMED" | "FORCE_CHANGE_PASSWORD"

export type PoolUser = {
  username: string
  /** With `sub`. */
  attributes: Map<string, string>
  status: UserStatus
  /** By an administrator: the user cannot sign in. */
  isDisabled: boolean
  createdAt: number
  modifiedAt: number
  /** Absent for users of every pool until one is set: they sign in with any password. */
  password?: SrpVerifier
  /** That a user confirms a new account or a new password with. */
  code?: string | undefined
}

/** Bounds what a program that only creates users can fill. */
const MAX_USERS = 100_000

export class PoolUsers {
  readonly #clock: Clock
  readonly #names: readonly string[]
  /** By pool, then by username. */
  readonly #pools = new Map<string, Map<string, PoolUser>>()

  /** @param names of the users of every pool */
  constructor(clock: Clock, names: readonly string[]) {
    this.#clock = clock
    this.#names = names
  }

  /** @param name a username, a `sub`, or an attribute that the pool's users sign in with */
  find(pool: UserPoolDefinition, name: string): PoolUser | undefined {
    const attributes = ["sub", ...pool.usernameAttributes, ...pool.aliasAttributes]
    return (
      this.#usersOf(pool).get(name) ??
      this.list(pool).find((user) => attributes.some((attribute) => user.attributes.get(attribute) === name))
    )
  }

  list(pool: UserPoolDefinition): PoolUser[] {
    return [...this.#usersOf(pool).values()]
  }

  /** @returns undefined when the name is taken */
  add(
    pool: UserPoolDefinition,
    given: { name: string; attributes: ReadonlyMap<string, string>; password: string; status: UserStatus },
  ): PoolUser | undefined {
    const { name, password, status } = given
    if (this.find(pool, name) || this.#count() >= MAX_USERS) return undefined
    const sub = randomUUID()
    // AWS: with username attributes, the username is generated, and the name is the attribute (cognito-username-attributes)
    const [byAttribute] = pool.usernameAttributes
    const attributes = new Map([...given.attributes, ["sub", sub]])
    if (byAttribute !== undefined) attributes.set(attributeOf(pool, name) ?? byAttribute, name)
    const now = this.#clock.now()
    const username = byAttribute === undefined ? name : sub
    const user: PoolUser = {
      username,
      attributes,
      status,
      isDisabled: false,
      createdAt: now,
      modifiedAt: now,
      password: createVerifier(identityOf(pool, username), password),
    }
    this.#usersOf(pool).set(user.username, user)
    return user
  }

  setPassword(pool: UserPoolDefinition, user: PoolUser, password: string, status: UserStatus): void {
    this.change(user, { password: createVerifier(identityOf(pool, user.username), password), status })
  }

  change(user: PoolUser, changes: Partial<PoolUser>): void {
    Object.assign(user, changes, { modifiedAt: this.#clock.now() })
  }

  /** @returns false for a user of every pool, who cannot be deleted */
  delete(pool: UserPoolDefinition, { username }: PoolUser): boolean {
    return !this.#names.includes(username) && this.#usersOf(pool).delete(username)
  }

  #usersOf({ userPoolId }: UserPoolDefinition): Map<string, PoolUser> {
    const known = this.#pools.get(userPoolId)
    if (known) return known
    const users = new Map(this.#names.map((name) => [name, this.#userOfEveryPool(userPoolId, name)]))
    this.#pools.set(userPoolId, users)
    return users
  }

  #count(): number {
    return [...this.#pools.values()].reduce((sum, { size }) => sum + size, 0)
  }

  #userOfEveryPool(userPoolId: string, name: string): PoolUser {
    const { sub, email } = localUser(userPoolId, name)
    const attributes = new Map([
      ["sub", sub],
      ["email", email],
      ["email_verified", "true"],
    ])
    const now = this.#clock.now()
    return { username: name, attributes, status: "CONFIRMED", isDisabled: false, createdAt: now, modifiedAt: now }
  }
}

/** As triggers receive them. */
export function userAttributes({ attributes, status }: PoolUser): Record<string, string> {
  return { ...Object.fromEntries(attributes), "cognito:user_status": status }
}

/** The part of a trigger's request about a user, who can be unknown when the client hides that. */
export function userInTrigger(
  { hidesUnknownUsers }: UserPoolClientDefinition,
  user: PoolUser | undefined,
): Record<string, unknown> {
  return { userAttributes: user ? userAttributes(user) : {}, ...(hidesUnknownUsers && { userNotFound: !user }) }
}

/** Differs: users of every pool have any password (cognito-local-users) */
export function hasPassword(pool: UserPoolDefinition, { username, password }: PoolUser, given: string): boolean {
  return password === undefined || verifies(password, identityOf(pool, username), given)
}

/** What a password of SRP belongs to. */
function identityOf(pool: UserPoolDefinition, username: string): string {
  return nameOfPool(pool) + username
}

/** The part of its id that SRP names it by. */
export function nameOfPool({ userPoolId }: UserPoolDefinition): string {
  return userPoolId.slice(userPoolId.indexOf("_") + 1)
}

/** Six digits, as Cognito sends them. */
export function confirmationCode(): string {
  return String(randomInt(1_000_000)).padStart(6, "0")
}

function attributeOf({ usernameAttributes }: UserPoolDefinition, name: string): string | undefined {
  return usernameAttributes.find((attribute) => (attribute === "email") === name.includes("@"))
}
