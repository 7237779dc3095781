// Changes and deletes a user, for administrators and for the user.
import type { UserPoolDefinition } from "../../../definition/user-pool.ts"
import { ServiceError } from "../../local/local-service.ts"
import type { PoolUser } from "../pool-users.ts"
import type { SignInWorld } from "../sign-in-world.ts"

/** AWS: an email address or a phone number that changes is not verified any more (cognito-update-attributes) */
export function changeAttributes(world: SignInWorld, user: PoolUser, given: ReadonlyMap<string, string>): void {
  const changed = [...given].filter(([name]) => name !== "sub")
  const unverified = changed
    .filter(([name, value]) => /^(email|phone_number)$/.test(name) && user.attributes.get(name) !== value)
    .map(([name]) => [`${name}_verified`, "false"] as const)
  world.users.change(user, { attributes: new Map([...user.attributes, ...unverified, ...changed]) })
}

/** @throws ServiceError InvalidParameterException for a user of every pool */
export function deleteUser(world: SignInWorld, pool: UserPoolDefinition, user: PoolUser): void {
  if (!world.users.delete(pool, user)) {
    const message = `${user.username} is a user of every local pool, which cannot be deleted.`
    throw new ServiceError("InvalidParameterException", message)
  }
  world.groups.removeUser(pool, user.username)
  world.issuerOf(pool).signOut(pool, user.username)
}
