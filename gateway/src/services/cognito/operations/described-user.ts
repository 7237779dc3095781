// Describes a user as the operations of administrators do.
import type { PoolUser } from "../pool-users.ts"
import { attributeList } from "./operation.ts"

/** @param attributes the name of the list of attributes, which depends on the operation */
export function describedUser(user: PoolUser, attributes: "Attributes" | "UserAttributes") {
  return {
    Username: user.username,
    [attributes]: attributeList(user),
    UserCreateDate: user.createdAt / 1000,
    UserLastModifiedDate: user.modifiedAt / 1000,
    Enabled: !user.isDisabled,
    UserStatus: user.status,
  }
}
