// The groups of the local user pools: those of the template, and those that an application creates.
import type { UserGroupDefinition, UserPoolDefinition } from "../../definition/user-pool.ts"
import type { Clock } from "../../foundation/clock.ts"

export type PoolGroup = Omit<UserGroupDefinition, "members"> & {
  /** Usernames. */
  members: Set<string>
  createdAt: number
  modifiedAt: number
  isOfTemplate: boolean
}

export type GroupSettings = Pick<UserGroupDefinition, "description" | "precedence" | "roleArn">

/** Bounds what a program that only creates groups can fill. */
const MAX_GROUPS = 10_000

export class PoolGroups {
  readonly #clock: Clock
  /** By pool, then by name. */
  readonly #pools = new Map<string, Map<string, PoolGroup>>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Replaces the groups of the template. Those that an application created stay, and so do members of the others. */
  use(pools: readonly UserPoolDefinition[]): void {
    for (const pool of pools) {
      const groups = this.#groupsOf(pool)
      const defined = new Map(pool.groups.map((group) => [group.groupName, group]))
      for (const [name, { isOfTemplate }] of groups) if (isOfTemplate && !defined.has(name)) groups.delete(name)
      for (const [groupName, { members, ...settings }] of defined) {
        const known = groups.get(groupName)
        const group = this.#created(groupName, settings)
        groups.set(groupName, {
          ...group,
          members: new Set([...(known?.members ?? []), ...members]),
          createdAt: known?.createdAt ?? group.createdAt,
          isOfTemplate: true,
        })
      }
    }
  }

  find(pool: UserPoolDefinition, groupName: string): PoolGroup | undefined {
    return this.#groupsOf(pool).get(groupName)
  }

  list(pool: UserPoolDefinition): PoolGroup[] {
    return [...this.#groupsOf(pool).values()]
  }

  /**
   * AWS: the group with the lowest precedence comes first (cognito-group-precedence)
   * AWS?: groups of one precedence are in the order of their names (cognito-group-order)
   */
  listOf(pool: UserPoolDefinition, username: string): PoolGroup[] {
    const own = this.list(pool).filter(({ members }) => members.has(username))
    return own.sort((a, b) => precedenceOf(a) - precedenceOf(b) || (a.groupName < b.groupName ? -1 : 1))
  }

  /** @returns undefined when the name is taken */
  create(pool: UserPoolDefinition, groupName: string, settings: GroupSettings): PoolGroup | undefined {
    const groups = this.#groupsOf(pool)
    if (groups.has(groupName) || groups.size >= MAX_GROUPS) return undefined
    const group = this.#created(groupName, settings)
    groups.set(groupName, group)
    return group
  }

  change(group: PoolGroup, settings: GroupSettings): void {
    Object.assign(group, settings, { modifiedAt: this.#clock.now() })
  }

  delete(pool: UserPoolDefinition, { groupName }: PoolGroup): void {
    this.#groupsOf(pool).delete(groupName)
  }

  /** A user who was deleted is in no group. */
  removeUser(pool: UserPoolDefinition, username: string): void {
    for (const { members } of this.list(pool)) members.delete(username)
  }

  #created(groupName: string, settings: GroupSettings): PoolGroup {
    const now = this.#clock.now()
    return { groupName, ...settings, members: new Set(), createdAt: now, modifiedAt: now, isOfTemplate: false }
  }

  #groupsOf({ userPoolId }: UserPoolDefinition): Map<string, PoolGroup> {
    const groups = this.#pools.get(userPoolId) ?? new Map<string, PoolGroup>()
    this.#pools.set(userPoolId, groups)
    return groups
  }
}

/** AWS: the claim with the groups of a user (cognito-groups) */
export function groupClaims(groupNames: readonly string[]): Record<string, readonly string[]> {
  return groupNames.length === 0 ? {} : { "cognito:groups": groupNames }
}

/** AWS: the claims of an ID token with the roles of the groups (cognito-groups) */
export function roleClaims(groups: readonly PoolGroup[]): Record<string, string | string[]> {
  const roles = groups.flatMap(({ roleArn }) => roleArn ?? [])
  if (roles.length === 0) return {}
  const [first] = groups
  const preferred = new Set(
    groups.filter((group) => precedenceOf(group) === precedenceOf(first)).flatMap(({ roleArn }) => roleArn ?? []),
  )
  // AWS: groups of one precedence with different roles have no preferred role (cognito-group-precedence)
  const [role, other] = [...preferred]
  return {
    "cognito:roles": roles,
    ...(role !== undefined && other === undefined && { "cognito:preferred_role": role }),
  }
}

function precedenceOf(group: PoolGroup | undefined): number {
  return group?.precedence ?? Number.MAX_SAFE_INTEGER
}
