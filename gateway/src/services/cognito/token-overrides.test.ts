// What functions change of the claims of tokens, in both versions of their response.
import { expect, test } from "vitest"
import { readOverrides } from "./token-overrides.ts"

const claims = { sub: "1", email: "a@example.com", scope: "openid email" }
const both = (response: Record<string, unknown>) => {
  const { id, access, groups } = readOverrides(response)
  return { id: id(claims), access: access(claims), groups }
}

test.each<[string, Record<string, unknown>]>([
  ["nothing", {}],
  ["null", { claimsOverrideDetails: null, claimsAndScopeOverrideDetails: null }],
  ["what is no object", { claimsOverrideDetails: "text", claimsAndScopeOverrideDetails: [1] }],
  [
    "lists that are none",
    { claimsOverrideDetails: { claimsToSuppress: "email", groupOverrideDetails: { groupsToOverride: 1 } } },
  ],
])("a response with %s changes nothing", (_, response) => {
  expect(both(response)).toEqual({ id: claims, access: claims, groups: undefined })
})

test("the first version changes ID tokens and groups", () => {
  const claimsOverrideDetails = {
    claimsToAddOrOverride: { tenant: "t", email: "b@example.com" },
    claimsToSuppress: ["phone"],
    groupOverrideDetails: { groupsToOverride: ["a"] },
  }
  expect(both({ claimsOverrideDetails })).toEqual({
    id: { ...claims, tenant: "t", email: "b@example.com" },
    access: claims,
    groups: ["a"],
  })
})

test("the second version changes both tokens, their scopes and groups", () => {
  const claimsAndScopeOverrideDetails = {
    idTokenGeneration: { claimsToSuppress: ["email"] },
    accessTokenGeneration: {
      claimsToAddOrOverride: { plan: { seats: 3 } },
      scopesToAdd: ["orders", "openid"],
      scopesToSuppress: ["email"],
    },
    groupOverrideDetails: { groupsToOverride: [] },
  }
  expect(both({ claimsAndScopeOverrideDetails })).toEqual({
    id: { sub: "1", scope: "openid email" },
    access: { ...claims, scope: "openid orders", plan: { seats: 3 } },
    groups: [],
  })
})

test("claims that identify the user and the token stay", () => {
  const change = { claimsToAddOrOverride: { sub: "2", scope: "all", exp: 0 }, claimsToSuppress: ["sub", "scope"] }
  expect(both({ claimsOverrideDetails: change }).id).toEqual(claims)
  const claimsAndScopeOverrideDetails = { idTokenGeneration: change, accessTokenGeneration: change }
  expect(both({ claimsAndScopeOverrideDetails })).toMatchObject({ id: claims, access: claims })
})
