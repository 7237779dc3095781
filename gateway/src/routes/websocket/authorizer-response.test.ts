// Whatever an authorizer answers: either it is an answer whose policy can be asked, or it is none.
import fc from "fast-check"
import { expect, it } from "vitest"
import { evaluateAuthorizerPolicy } from "../../iam/access.ts"
import { readAuthorizerAnswer } from "./authorizer-response.ts"

const methodArn = "arn:aws:execute-api:us-east-1:000000000000:abc/dev/$connect"
const statement = { Effect: "Allow", Action: "execute-api:Invoke", Resource: methodArn }
const answer = { principalId: "ann", policyDocument: { Version: "2012-10-17", Statement: [statement] } }
const read = (value: unknown) => readAuthorizerAnswer(JSON.stringify(value))

it("an answer is its principal, its policy and its context as texts", () => {
  expect(
    read({ ...answer, principalId: 7, context: { a: 1, b: false, c: "x", d: null }, usageIdentifierKey: "k" }),
  ).toEqual({
    principalId: "7",
    policy: answer.policyDocument,
    context: { a: "1", b: "false", c: "x" },
    usageIdentifierKey: "k",
  })
})

it("a policy may have one statement instead of a list, and lists of actions and resources", () => {
  const single = { ...statement, Action: ["execute-api:*"], Resource: ["a", methodArn] }
  const found = read({ ...answer, policyDocument: { Statement: single } })
  expect(found && evaluateAuthorizerPolicy(found.policy, methodArn)).toBe("allow")
})

it.each([
  ["no Effect", { Effect: undefined }],
  ["neither Action nor NotAction", { Action: undefined }],
  ["an Action that is null", { Action: null, NotAction: "x" }],
  ["a NotResource that is null", { NotResource: null }],
  ["an Action among numbers", { Action: ["execute-api:Invoke", 1] }],
  ["a Condition that is a text", { Condition: "always" }],
  ["a Condition of texts", { Condition: { StringEquals: "a" } }],
])("a statement with %s is none", (_what, changes) => {
  expect(read({ ...answer, policyDocument: { Statement: [{ ...statement, ...changes }] } })).toBeUndefined()
})

const anything = fc.jsonValue({ maxDepth: 3 })
/** What is right nine times in ten, so that most answers get past what comes before their one mistake. */
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
    ...{ Effect, [action]: actions, [resource]: resources, Condition },
  }))
const anyAnswer = fc.record({
  principalId: mostly(fc.string()),
  policyDocument: mostly(
    fc.record({
      Version: mostly(fc.constant("2012-10-17")),
      Statement: mostly(fc.oneof(anyStatement, fc.array(anyStatement, { maxLength: 3 }))),
    }),
  ),
  context: mostly(fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.boolean()))),
})

it("nothing that is read makes the policy's evaluation fail", () => {
  let answers = 0
  const runs = 1000
  fc.assert(
    fc.property(fc.oneof({ arbitrary: anyAnswer, weight: 9 }, { arbitrary: anything, weight: 1 }), (value) => {
      const found = read(value)
      if (!found) return
      answers++
      expect(Object.values(found.context).every((one) => typeof one === "string")).toBe(true)
      expect(["allow", "explicit-deny", "no-allow"]).toContain(evaluateAuthorizerPolicy(found.policy, methodArn))
    }),
    { numRuns: runs },
  )
  // Had nearly all been refused, nothing would have been shown.
  expect(answers).toBeGreaterThan(runs / 10)
})
