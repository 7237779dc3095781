// Generates responses of authorizers: each is either rejected, or its policy can be evaluated.
import fc from "fast-check"
import { expect, test } from "vitest"
import { runs } from "../../../tests/testing/runs.ts"
import { evaluateAuthorizerPolicy } from "../iam/authorizer-policy.ts"
import { readAuthorizerResponse } from "./authorizer-response.ts"

const methodArn = "arn:aws:execute-api:us-east-1:000000000000:abc/dev/$connect"
const statement = { Effect: "Allow", Action: "execute-api:Invoke", Resource: methodArn }
const response = { principalId: "ann", policyDocument: { Version: "2012-10-17", Statement: [statement] } }
const read = (value: unknown) => readAuthorizerResponse(JSON.stringify(value))

test("a valid response yields its policy, and its context and principal as strings", () => {
  expect(
    read({ ...response, principalId: 7, context: { a: 1, b: false, c: "x", d: null }, usageIdentifierKey: "k" }),
  ).toEqual({
    policy: response.policyDocument,
    authorizer: Object.assign(Object.create(null), { a: "1", b: "false", c: "x", principalId: "7" }),
    usageIdentifierKey: "k",
  })
})

test.each(["__proto__", "constructor", "toString", "hasOwnProperty"])("the context may have a key %s", (key) => {
  const payload = JSON.stringify(response).replace(/}$/, `,"context":{"${key}":"mine"}}`)
  const authorizer = readAuthorizerResponse(payload)?.authorizer ?? {}
  expect(Object.entries(authorizer)).toContainEqual([key, "mine"])
  expect(read(response)?.authorizer[key]).toBeUndefined()
})

test("a policy may have one statement instead of a list, and lists of actions and resources", () => {
  const single = { ...statement, Action: ["execute-api:*"], Resource: ["a", methodArn] }
  const found = read({ ...response, policyDocument: { Statement: single } })
  expect(found && evaluateAuthorizerPolicy(found.policy, methodArn)).toBe("allow")
})

test.each([
  ["no Effect", { Effect: undefined }],
  ["neither Action nor NotAction", { Action: undefined }],
  ["an Action that is null", { Action: null, NotAction: "x" }],
  ["a NotResource that is null", { NotResource: null }],
  ["an Action among numbers", { Action: ["execute-api:Invoke", 1] }],
  ["a Condition that is a text", { Condition: "always" }],
  ["a Condition of texts", { Condition: { StringEquals: "a" } }],
])("a statement with %s makes the response invalid", (_what, changes) => {
  expect(read({ ...response, policyDocument: { Statement: [{ ...statement, ...changes }] } })).toBeUndefined()
})

const anything = fc.jsonValue({ maxDepth: 3 })
/** Valid nine times in ten, so that most responses fail late, at their only mistake. */
const mostly = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.oneof({ arbitrary: arbitrary as fc.Arbitrary<unknown>, weight: 9 }, { arbitrary: anything, weight: 1 })
const texts = fc.oneof(fc.constant("*"), fc.string(), fc.array(fc.string()))
const condition = fc.dictionary(
  fc.constantFrom("StringEquals", "Bool", "Null", "ForAnyValue:ArnLike", "Unknown"),
  mostly(fc.dictionary(fc.string(), mostly(texts))),
)
const anyStatement = fc
  .tuple(
    mostly(fc.constantFrom("Allow", "Deny")),
    fc.constantFrom("Action", "NotAction"),
    mostly(texts),
    fc.constantFrom("Resource", "NotResource"),
    mostly(texts),
    fc.option(mostly(condition), { nil: undefined }),
  )
  .map(([Effect, action, actions, resource, resources, Condition]) => ({
    Effect,
    [action]: actions,
    [resource]: resources,
    Condition,
  }))
const anyResponse = fc.record({
  principalId: mostly(fc.string()),
  policyDocument: mostly(
    fc.record({
      Version: mostly(fc.constant("2012-10-17")),
      Statement: mostly(fc.oneof(anyStatement, fc.array(anyStatement, { maxLength: 3 }))),
    }),
  ),
  context: mostly(fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.boolean()))),
})

test("the policy of every accepted response can be evaluated", () => {
  let valid = 0
  const numRuns = runs(1000)
  fc.assert(
    fc.property(fc.oneof({ arbitrary: anyResponse, weight: 9 }, { arbitrary: anything, weight: 1 }), (value) => {
      const found = read(value)
      if (!found) return
      valid++
      expect(Object.values(found.authorizer).every((one) => typeof one === "string")).toBe(true)
      expect(["allow", "explicit-deny", "no-allow"]).toContain(evaluateAuthorizerPolicy(found.policy, methodArn))
    }),
    { numRuns },
  )
  // If nearly all responses were rejected, the property would prove nothing.
  expect(valid).toBeGreaterThan(numRuns / 10)
})
