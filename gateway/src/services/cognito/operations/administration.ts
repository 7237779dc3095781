// The operations with which an application administers the users of a pool. Each request is signed.
import { randomBytes } from "node:crypto"
import { ServiceError } from "../../local/local-service.ts"
import type { PoolUser } from "../pool-users.ts"
import { describedUser } from "./described-user.ts"
import { groupOperations } from "./groups.ts"
import {
  attributesIn,
  checkPassword,
  existingUser,
  type Input,
  type Operation,
  pageOf,
  poolIn,
  textOf,
} from "./operation.ts"
import { signedSignInOperations } from "./sign-in.ts"
import { confirm, confirmed, createUser } from "./sign-up.ts"
import { changeAttributes, deleteUser } from "./user-changes.ts"

/** AWS?: the client of a trigger that no client has caused (cognito-trigger-client) */
const NO_CLIENT = "CLIENT_ID_NOT_APPLICABLE"

const adminCreateUser: Operation = async (world, input) => {
  const pool = poolIn(world, input)
  const name = textOf(input, "Username")
  const given = typeof input.TemporaryPassword === "string" ? input.TemporaryPassword : undefined
  const password = given ?? `Aa1!${randomBytes(12).toString("base64url")}`
  const user = await createUser(world, pool, {
    given: { name, attributes: attributesIn(input), password, status: "FORCE_CHANGE_PASSWORD" },
    input,
    source: "PreSignUp_AdminCreateUser",
    clientId: NO_CLIENT,
  })
  if (given === undefined) {
    world.log.warn("Message of the user pool", { message: `The temporary password of ${name} is ${password}` })
  }
  return { User: describedUser(user, "Attributes") }
}

const adminConfirmSignUp: Operation = async (world, input) => {
  const pool = poolIn(world, input)
  const user = existingUser(world, pool, textOf(input, "Username"))
  confirm(world, user)
  await confirmed(world, pool, { user, clientId: NO_CLIENT, input, source: "PostConfirmation_ConfirmSignUp" })
}

const adminGetUser: Operation = (world, input) =>
  describedUser(existingUser(world, poolIn(world, input), textOf(input, "Username")), "UserAttributes")

const adminSetUserPassword: Operation = (world, input) => {
  const pool = poolIn(world, input)
  const user = existingUser(world, pool, textOf(input, "Username"))
  const password = textOf(input, "Password")
  checkPassword(pool, password)
  // AWS: a password that is not permanent has to be changed (cognito-set-password)
  world.users.setPassword(pool, user, password, input.Permanent === true ? "CONFIRMED" : "FORCE_CHANGE_PASSWORD")
}

const adminUpdateUserAttributes: Operation = (world, input) => {
  changeAttributes(world, existingUser(world, poolIn(world, input), textOf(input, "Username")), attributesIn(input))
}

const adminDeleteUserAttributes: Operation = (world, input) => {
  const user = existingUser(world, poolIn(world, input), textOf(input, "Username"))
  const names = new Set(Array.isArray(input.UserAttributeNames) ? input.UserAttributeNames : [])
  const kept = [...user.attributes].filter(([name]) => name === "sub" || !names.has(name))
  world.users.change(user, { attributes: new Map(kept) })
}

const adminDeleteUser: Operation = (world, input) => {
  const pool = poolIn(world, input)
  deleteUser(world, pool, existingUser(world, pool, textOf(input, "Username")))
}

/** AWS: a user who is disabled cannot sign in, and every session ends (cognito-disabled) */
const adminDisableUser: Operation = (world, input) => {
  const pool = poolIn(world, input)
  const user = existingUser(world, pool, textOf(input, "Username"))
  world.users.change(user, { isDisabled: true })
  world.issuerOf(pool).signOut(pool, user.username)
}

const adminEnableUser: Operation = (world, input) => {
  world.users.change(existingUser(world, poolIn(world, input), textOf(input, "Username")), { isDisabled: false })
}

const adminUserGlobalSignOut: Operation = (world, input) => {
  const pool = poolIn(world, input)
  const { username } = existingUser(world, pool, textOf(input, "Username"))
  world.issuerOf(pool).signOut(pool, username)
}

const listUsers: Operation = (world, input) => {
  const matches = filterOf(input)
  const users = world.users.list(poolIn(world, input)).filter(matches)
  const { page, next } = pageOf(users, input, "PaginationToken")
  return { Users: page.map((user) => describedUser(user, "Attributes")), ...next }
}

/** AWS: a filter compares one attribute, completely or by its beginning (cognito-list-filter) */
function filterOf({ Filter: filter }: Input): (user: PoolUser) => boolean {
  if (filter === undefined || filter === "") return () => true
  const [, name = "", operator, value = ""] =
    /^\s*"?([\w:]+)"?\s*(\^?=)\s*"((?:[^"\\]|\\.)*)"\s*$/.exec(String(filter)) ?? []
  if (operator === undefined) throw new ServiceError("InvalidParameterException", "Error while parsing filter.")
  const wanted = value.replaceAll(/\\(.)/g, "$1")
  return (user) => {
    const actual = attributeOf(user, name)
    return operator === "=" ? actual === wanted : actual?.startsWith(wanted) === true
  }
}

function attributeOf(user: PoolUser, name: string): string | undefined {
  if (name === "username") return user.username
  if (name === "cognito:user_status") return user.status
  return user.attributes.get(name)
}

export const administrationOperations: readonly [name: string, operation: Operation][] = [
  ["AdminCreateUser", adminCreateUser],
  ["AdminConfirmSignUp", adminConfirmSignUp],
  ["AdminGetUser", adminGetUser],
  ["AdminSetUserPassword", adminSetUserPassword],
  ["AdminUpdateUserAttributes", adminUpdateUserAttributes],
  ["AdminDeleteUserAttributes", adminDeleteUserAttributes],
  ["AdminDeleteUser", adminDeleteUser],
  ["AdminDisableUser", adminDisableUser],
  ["AdminEnableUser", adminEnableUser],
  ["AdminUserGlobalSignOut", adminUserGlobalSignOut],
  ["ListUsers", listUsers],
  ...groupOperations,
  ...signedSignInOperations,
]
