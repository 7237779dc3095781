// The operations on the groups of a user pool. Each request is signed.
import type { UserPoolDefinition } from "../../../definition/user-pool.ts"
import { ServiceError } from "../../local/local-service.ts"
import type { GroupSettings, PoolGroup } from "../pool-groups.ts"
import type { SignInWorld } from "../sign-in-world.ts"
import { describedUser } from "./described-user.ts"
import { existingUser, type Input, type Operation, pageOf, poolIn, textOf } from "./operation.ts"

const createGroup: Operation = (world, input) => {
  const pool = poolIn(world, input)
  const group = world.groups.create(pool, textOf(input, "GroupName"), settingsIn(input))
  if (!group) throw new ServiceError("GroupExistsException", "A group with the name already exists.")
  return { Group: described(pool, group) }
}

const getGroup: Operation = (world, input) => {
  const pool = poolIn(world, input)
  return { Group: described(pool, groupIn(world, pool, input)) }
}

const updateGroup: Operation = (world, input) => {
  const pool = poolIn(world, input)
  const group = groupIn(world, pool, input)
  world.groups.change(group, settingsIn(input))
  return { Group: described(pool, group) }
}

const deleteGroup: Operation = (world, input) => {
  const pool = poolIn(world, input)
  world.groups.delete(pool, groupIn(world, pool, input))
}

const listGroups: Operation = (world, input) => {
  const pool = poolIn(world, input)
  return groupsOf(pool, world.groups.list(pool), input)
}

const adminAddUserToGroup: Operation = (world, input) => {
  const { group, username } = membership(world, input)
  group.members.add(username)
}

const adminRemoveUserFromGroup: Operation = (world, input) => {
  const { group, username } = membership(world, input)
  group.members.delete(username)
}

const adminListGroupsForUser: Operation = (world, input) => {
  const pool = poolIn(world, input)
  const { username } = existingUser(world, pool, textOf(input, "Username"))
  return groupsOf(pool, world.groups.listOf(pool, username), input)
}

const listUsersInGroup: Operation = (world, input) => {
  const pool = poolIn(world, input)
  const { members } = groupIn(world, pool, input)
  const users = world.users.list(pool).filter(({ username }) => members.has(username))
  const { page, next } = pageOf(users, input, "NextToken")
  return { Users: page.map((user) => describedUser(user, "Attributes")), ...next }
}

function membership(world: SignInWorld, input: Input): { group: PoolGroup; username: string } {
  const pool = poolIn(world, input)
  const { username } = existingUser(world, pool, textOf(input, "Username"))
  return { group: groupIn(world, pool, input), username }
}

function groupIn(world: SignInWorld, pool: UserPoolDefinition, input: Input): PoolGroup {
  const group = world.groups.find(pool, textOf(input, "GroupName"))
  if (group) return group
  throw new ServiceError("ResourceNotFoundException", "Group not found.")
}

function settingsIn({ Description, Precedence, RoleArn }: Input): GroupSettings {
  return {
    ...(typeof Description === "string" && { description: Description }),
    ...(typeof Precedence === "number" && { precedence: Precedence }),
    ...(typeof RoleArn === "string" && { roleArn: RoleArn }),
  }
}

function groupsOf(pool: UserPoolDefinition, groups: readonly PoolGroup[], input: Input) {
  const { page, next } = pageOf(groups, input, "NextToken")
  return { Groups: page.map((group) => described(pool, group)), ...next }
}

function described({ userPoolId }: UserPoolDefinition, group: PoolGroup) {
  const { groupName, description, precedence, roleArn, createdAt, modifiedAt } = group
  return {
    GroupName: groupName,
    UserPoolId: userPoolId,
    Description: description,
    Precedence: precedence,
    RoleArn: roleArn,
    CreationDate: createdAt / 1000,
    LastModifiedDate: modifiedAt / 1000,
  }
}

export const groupOperations: readonly [name: string, operation: Operation][] = [
  ["CreateGroup", createGroup],
  ["GetGroup", getGroup],
  ["UpdateGroup", updateGroup],
  ["DeleteGroup", deleteGroup],
  ["ListGroups", listGroups],
  ["AdminAddUserToGroup", adminAddUserToGroup],
  ["AdminRemoveUserFromGroup", adminRemoveUserFromGroup],
  ["AdminListGroupsForUser", adminListGroupsForUser],
  ["ListUsersInGroup", listUsersInGroup],
]
