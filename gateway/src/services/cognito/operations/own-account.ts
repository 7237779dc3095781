// The operations with which signed-in users read, change and delete their account, and sign out.
import { ServiceError } from "../../local/local-service.ts"
import { attributeList, attributesIn, clientIn, type Operation, textOf } from "./operation.ts"
import { changeAttributes, deleteUser } from "./user-changes.ts"
import { userOfToken } from "./user-of-token.ts"

const getUser: Operation = async (world, input) => {
  const { user } = await userOfToken(world, textOf(input, "AccessToken"))
  return { Username: user.username, UserAttributes: attributeList(user) }
}

const updateUserAttributes: Operation = async (world, input) => {
  const { user } = await userOfToken(world, textOf(input, "AccessToken"))
  const given = [...attributesIn(input)].filter(([name]) => !name.endsWith("_verified"))
  changeAttributes(world, user, new Map(given))
  return {}
}

const deleteOwnUser: Operation = async (world, input) => {
  const { pool, user } = await userOfToken(world, textOf(input, "AccessToken"))
  deleteUser(world, pool, user)
}

const globalSignOut: Operation = async (world, input) => {
  const { pool, user } = await userOfToken(world, textOf(input, "AccessToken"))
  world.issuerOf(pool).signOut(pool, user.username)
  return {}
}

const revokeToken: Operation = (world, input) => {
  const { pool, client } = clientIn(world, input)
  if (client.clientSecret !== undefined && input.ClientSecret !== client.clientSecret) {
    throw new ServiceError("UnauthorizedException", "Invalid client secret.")
  }
  if (world.issuerOf(pool).revoke(client, textOf(input, "Token"))) return
  throw new ServiceError("UnauthorizedException", "The token was issued to another client.")
}

export const ownAccountOperations: readonly [name: string, operation: Operation][] = [
  ["GetUser", getUser],
  ["UpdateUserAttributes", updateUserAttributes],
  ["DeleteUser", deleteOwnUser],
  ["GlobalSignOut", globalSignOut],
  ["RevokeToken", revokeToken],
]
