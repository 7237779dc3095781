// Groups across reloads of the template, and the claims of their members.
import { expect, test } from "vitest"
import type { UserGroupDefinition, UserPoolDefinition } from "../../definition/user-pool.ts"
import { ManualClock } from "../../foundation/manual-clock.ts"
import { groupClaims, PoolGroups, roleClaims } from "./pool-groups.ts"

const poolWith = (...groups: UserGroupDefinition[]) => ({ userPoolId: "pool", groups }) as unknown as UserPoolDefinition
const defined = (groupName: string, more: Partial<UserGroupDefinition> = {}) => ({ groupName, members: [], ...more })

function start(...groups: UserGroupDefinition[]) {
  const pool = poolWith(...groups)
  const all = new PoolGroups(new ManualClock(0))
  all.use([pool])
  return { all, pool, namesOf: (username: string) => all.listOf(pool, username).map(({ groupName }) => groupName) }
}

test("a reload adds and removes the groups of the template, and keeps the others and who was added", () => {
  const { all, pool, namesOf } = start(
    defined("admins", { members: ["alice"], description: "all" }),
    defined("readers"),
  )
  all.create(pool, "own", {})
  for (const name of ["admins", "own"]) all.find(pool, name)?.members.add("carol")
  all.use([poolWith(defined("admins", { precedence: 1 }), defined("writers", { members: ["bob"] }))])
  expect(all.list(pool).map(({ groupName }) => groupName)).toEqual(["admins", "own", "writers"])
  expect(all.find(pool, "admins")).toMatchObject({ precedence: 1, members: new Set(["alice", "carol"]) })
  expect(all.find(pool, "admins")).not.toHaveProperty("description")
  expect([namesOf("carol"), namesOf("bob")]).toEqual([["admins", "own"], ["writers"]])
})

test("groups are in the order of their precedence, then of their names", () => {
  const members = ["alice"]
  const { namesOf } = start(
    defined("none", { members }),
    defined("second", { members, precedence: 2 }),
    defined("b", { members, precedence: 1 }),
    defined("a", { members, precedence: 1 }),
    defined("first", { members, precedence: 0 }),
  )
  expect(namesOf("alice")).toEqual(["first", "a", "b", "second", "none"])
})

test("a name is taken once, and a user who was deleted is in no group", () => {
  const { all, pool, namesOf } = start(defined("admins", { members: ["alice"] }))
  expect(all.create(pool, "admins", {})).toBe(undefined)
  all.removeUser(pool, "alice")
  expect(namesOf("alice")).toEqual([])
  all.delete(pool, all.find(pool, "admins")!)
  expect(all.find(pool, "admins")).toBe(undefined)
})

test.each<[string, (Partial<UserGroupDefinition> | undefined)[], object, object]>([
  ["no group", [], {}, {}],
  ["a group without a role", [{}], { "cognito:groups": ["g0"] }, {}],
  [
    "a preferred role",
    [
      { precedence: 1, roleArn: "a" },
      { precedence: 2, roleArn: "b" },
    ],
    { "cognito:groups": ["g0", "g1"] },
    { "cognito:roles": ["a", "b"], "cognito:preferred_role": "a" },
  ],
  [
    "two roles of one precedence",
    [
      { precedence: 1, roleArn: "a" },
      { precedence: 1, roleArn: "b" },
    ],
    { "cognito:groups": ["g0", "g1"] },
    { "cognito:roles": ["a", "b"] },
  ],
  [
    "the same role twice",
    [{ roleArn: "a" }, { roleArn: "a" }],
    { "cognito:groups": ["g0", "g1"] },
    { "cognito:roles": ["a", "a"], "cognito:preferred_role": "a" },
  ],
])("the claims of a user with %s", (_, groups, claims, roles) => {
  const { all, pool } = start(...groups.map((group, n) => defined(`g${n}`, { ...group, members: ["alice"] })))
  const own = all.listOf(pool, "alice")
  expect([groupClaims(own.map(({ groupName }) => groupName)), roleClaims(own)]).toEqual([claims, roles])
})
