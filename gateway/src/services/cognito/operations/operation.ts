// What the operations of the user pools API share: their input, the client and the user that it names, and errors.
import { createHmac } from "node:crypto"
import type { UserPoolDefinition } from "../../../definition/user-pool.ts"
import { isRecord } from "../../../foundation/is-record.ts"
import { ServiceError } from "../../local/local-service.ts"
import type { PoolUser } from "../pool-users.ts"
import type { PoolClient, SignInWorld } from "../sign-in-world.ts"

export type Input = Readonly<Record<string, unknown>>

/** @returns the output @throws ServiceError */
export type Operation = (world: SignInWorld, input: Input) => unknown

export function textOf(input: Input, name: string): string {
  const value = input[name]
  if (typeof value === "string" && value !== "") return value
  throw new ServiceError("InvalidParameterException", `Missing required parameter ${name}`)
}

/** A map of texts, such as AuthParameters. */
export function textsIn(input: Input, name: string): Map<string, string> {
  const value = input[name]
  return new Map(isRecord(value) ? Object.entries(value).map(([key, text]) => [key, String(text)]) : [])
}

/** A list of `{ Name, Value }`. */
export function attributesIn(input: Input, name = "UserAttributes"): Map<string, string> {
  const value = input[name]
  const list = Array.isArray(value) ? value.filter(isRecord) : []
  return new Map(list.map(({ Name, Value }) => [String(Name), String(Value ?? "")]))
}

export function attributeList({ attributes }: PoolUser): { Name: string; Value: string }[] {
  return [...attributes].map(([Name, Value]) => ({ Name, Value }))
}

const MAX_LISTED = 60

/** @param token the name of the token for the next page, in the request and in the response */
export function pageOf<Item>(
  items: readonly Item[],
  input: Input,
  token: "NextToken" | "PaginationToken",
): { page: Item[]; next: Record<string, string> } {
  const begin = Number(input[token] ?? 0)
  const end = begin + (typeof input.Limit === "number" ? Math.min(input.Limit, MAX_LISTED) : MAX_LISTED)
  return { page: items.slice(begin, end), next: end < items.length ? { [token]: String(end) } : {} }
}

export function poolIn(world: SignInWorld, input: Input): UserPoolDefinition {
  const userPoolId = textOf(input, "UserPoolId")
  const pool = world.pools().find((one) => one.userPoolId === userPoolId)
  if (pool) return pool
  throw new ServiceError("ResourceNotFoundException", `User pool ${userPoolId} does not exist.`)
}

export function clientIn(world: SignInWorld, input: Input): PoolClient {
  const clientId = textOf(input, "ClientId")
  const found = world.findClient(clientId)
  if (found) return found
  throw new ServiceError("ResourceNotFoundException", `User pool client ${clientId} does not exist.`)
}

/**
 * AWS: a client with a secret sends a hash of it with the username (cognito-secret-hash)
 * @throws ServiceError NotAuthorizedException
 */
export function checkSecretHash({ client }: PoolClient, username: string, given: unknown): void {
  const { clientId, clientSecret } = client
  if (clientSecret === undefined) return
  if (typeof given !== "string") {
    const message = `Client ${clientId} is configured with secret but SECRET_HASH was not received`
    throw new ServiceError("NotAuthorizedException", message)
  }
  const expected = createHmac("sha256", clientSecret)
    .update(username + clientId)
    .digest("base64")
  if (given === expected) return
  throw new ServiceError("NotAuthorizedException", `Unable to verify secret hash for client ${clientId}`)
}

/**
 * The user of a sign-in, before anything is proved.
 * AWS: the client decides whether an unknown user is distinguishable (cognito-user-existence)
 * @throws ServiceError UserNotFoundException
 */
export function userSigningIn(world: SignInWorld, { pool, client }: PoolClient, name: string): PoolUser | undefined {
  return client.hidesUnknownUsers ? world.users.find(pool, name) : existingUser(world, pool, name)
}

export function incorrectPassword(): ServiceError {
  return new ServiceError("NotAuthorizedException", "Incorrect username or password.")
}

export function existingUser(world: SignInWorld, pool: UserPoolDefinition, name: string): PoolUser {
  const user = world.users.find(pool, name)
  if (user) return user
  throw new ServiceError("UserNotFoundException", "User does not exist.")
}

/** AWS: a password follows the policy of its pool (cognito-password-policy) */
export function checkPassword({ passwordPolicy }: UserPoolDefinition, password: string): void {
  const { minimumLength, needs } = passwordPolicy
  const reject = (reason: string) => {
    throw new ServiceError("InvalidPasswordException", `Password did not conform with policy: ${reason}`)
  }
  if (password.length < minimumLength) reject("Password not long enough")
  const kinds = { uppercase: /[A-Z]/, lowercase: /[a-z]/, numeric: /\d/, symbol: /[^A-Za-z0-9]/ }
  for (const kind of needs) {
    if (!kinds[kind].test(password)) reject(`Password must have ${kind} characters`)
  }
}

/** Where a code would be sent, and to whom. */
export function deliveryOf(pool: UserPoolDefinition, user: PoolUser) {
  const attribute = pool.autoVerifiedAttributes.find((name) => user.attributes.has(name))
  if (attribute === undefined) return undefined
  const destination = user.attributes.get(attribute) ?? ""
  return {
    AttributeName: attribute,
    DeliveryMedium: attribute === "email" ? "EMAIL" : "SMS",
    Destination:
      attribute === "email" ? destination.replace(/(?<=^.|@.)[^@]*/g, "***") : `+*******${destination.slice(-4)}`,
  }
}
