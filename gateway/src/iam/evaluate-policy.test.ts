// Decisions, by hand from the policy reference, and what holds for all of them.
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import type { PolicyDocument, PolicyStatement } from "../definition/iam.ts"
import { type AccessRequest, evaluatePolicies } from "./evaluate-policy.ts"
import { matchesGlob } from "./glob.ts"
import { isInRange } from "./ip-range.ts"
import { managedPolicy } from "./managed-policies.ts"

const action = "execute-api:ManageConnections"
const resource = "arn:aws:execute-api:us-east-1:123456789012:abc/dev/POST/@connections/{connectionId}"
const allowAll: PolicyStatement = { Effect: "Allow", Action: "*", Resource: "*" }
const denyAll: PolicyStatement = { Effect: "Deny", Action: "*", Resource: "*" }

function decide(
  statements: PolicyStatement | PolicyStatement[],
  request: Partial<AccessRequest> = {},
  Version = "2012-10-17",
) {
  const document = { Version, Statement: statements } as PolicyDocument
  return evaluatePolicies([{ name: "p", document }], { action, resource, ...request })
}

/** Allowed when the condition holds. */
function when(Condition: NonNullable<PolicyStatement["Condition"]>): PolicyStatement {
  return { ...allowAll, Condition }
}

const source = { context: { "aws:SourceArn": "arn:aws:execute-api:us-east-1:123456789012:abc/dev/$connect" } }
const tags = { context: { "aws:TagKeys": ["a", "b"] } }
const age = { context: { "s3:max-keys": "10" } }
const time = { context: { "aws:CurrentTime": "2026-11-22T21:00:00Z" } }
const ip = { context: { "aws:SourceIp": "203.0.113.7" } }
const user = { context: { "aws:username": "alice" } }
const gateway: Partial<AccessRequest> = { principal: { type: "Service", ids: ["apigateway.amazonaws.com"] } }
const caller: Partial<AccessRequest> = {
  principal: { type: "AWS", ids: ["arn:aws:iam::123456789012:role/r", "123456789012"] },
}

type Row = [
  what: string,
  statements: PolicyStatement | PolicyStatement[],
  because: string,
  request?: Partial<AccessRequest>,
  version?: string,
]

const rows: Row[] = [
  // Effect
  ["nothing is allowed unless said", [], "no-allow"],
  ["an allow allows", allowAll, "allow"],
  ["a deny denies", denyAll, "explicit-deny"],
  ["a deny after an allow wins", [allowAll, denyAll], "explicit-deny"],
  ["a deny before an allow wins", [denyAll, allowAll], "explicit-deny"],
  ["a deny of something else does not matter", [allowAll, { ...denyAll, Action: "s3:*" }], "allow"],
  // Action
  ["the action by name", { ...allowAll, Action: action }, "allow"],
  ["another action", { ...allowAll, Action: "execute-api:Invoke" }, "no-allow"],
  ["one of several actions", { ...allowAll, Action: ["s3:GetObject", action] }, "allow"],
  ["all actions of the service", { ...allowAll, Action: "execute-api:*" }, "allow"],
  ["actions in another case", { ...allowAll, Action: "EXECUTE-API:manageconnections" }, "allow"],
  ["an action's beginning", { ...allowAll, Action: "execute-api:Manage*" }, "allow"],
  ["a question mark for one character", { ...allowAll, Action: "execute-api:ManageConnection?" }, "allow"],
  ["a question mark is not none", { ...allowAll, Action: "execute-api:ManageConnections?" }, "no-allow"],
  ["NotAction of the action", { Effect: "Allow", NotAction: action, Resource: "*" }, "no-allow"],
  ["NotAction of another", { Effect: "Allow", NotAction: ["iam:*"], Resource: "*" }, "allow"],
  ["a deny by NotAction", [allowAll, { Effect: "Deny", NotAction: "s3:*", Resource: "*" }], "explicit-deny"],
  // Resource
  ["the resource by name", { ...allowAll, Resource: resource }, "allow"],
  ["the resource's connections", { ...allowAll, Resource: resource.replace("{connectionId}", "*") }, "allow"],
  ["the API and stage", { ...allowAll, Resource: "arn:aws:execute-api:us-east-1:123456789012:abc/dev/*" }, "allow"],
  ["any region and account", { ...allowAll, Resource: "arn:aws:execute-api:*:*:abc/*" }, "allow"],
  ["another stage", { ...allowAll, Resource: "arn:aws:execute-api:us-east-1:123456789012:abc/prod/*" }, "no-allow"],
  ["another method", { ...allowAll, Resource: "arn:aws:execute-api:us-east-1:123456789012:abc/dev/GET/*" }, "no-allow"],
  [
    "one connection's id never matches",
    { ...allowAll, Resource: resource.replace("{connectionId}", "VNRXVFJOywMF3-Q=") },
    "no-allow",
  ],
  ["resources are case-sensitive", { ...allowAll, Resource: resource.toUpperCase() }, "no-allow"],
  ["NotResource of the resource", { Effect: "Allow", Action: "*", NotResource: resource }, "no-allow"],
  ["NotResource of another", { Effect: "Allow", Action: "*", NotResource: ["arn:aws:s3:::*"] }, "allow"],
  // Principal
  ["the service", { ...allowAll, Principal: { Service: "apigateway.amazonaws.com" } }, "allow", gateway],
  [
    "one of several services",
    { ...allowAll, Principal: { Service: ["s3.amazonaws.com", "apigateway.amazonaws.com"] } },
    "allow",
    gateway,
  ],
  ["another service", { ...allowAll, Principal: { Service: "lambda.amazonaws.com" } }, "no-allow", gateway],
  ["everybody", { ...allowAll, Principal: "*" }, "allow", gateway],
  ["every AWS principal", { ...allowAll, Principal: { AWS: "*" } }, "allow", caller],
  ["every AWS principal, which includes services", { ...allowAll, Principal: { AWS: "*" } }, "allow", gateway],
  ["every service is no role", { ...allowAll, Principal: { Service: "*" } }, "no-allow", caller],
  ["the account's id", { ...allowAll, Principal: { AWS: "123456789012" } }, "allow", caller],
  ["the account's root", { ...allowAll, Principal: { AWS: "arn:aws:iam::123456789012:root" } }, "allow", caller],
  ["another account's root", { ...allowAll, Principal: { AWS: "arn:aws:iam::999999999999:root" } }, "no-allow", caller],
  ["the role", { ...allowAll, Principal: { AWS: "arn:aws:iam::123456789012:role/r" } }, "allow", caller],
  [
    "NotPrincipal of the service",
    { ...allowAll, NotPrincipal: { Service: "apigateway.amazonaws.com" } },
    "no-allow",
    gateway,
  ],
  ["NotPrincipal of another", { ...allowAll, NotPrincipal: { Service: "s3.amazonaws.com" } }, "allow", gateway],
  ["no principal in a resource policy", allowAll, "no-allow", gateway],
  [
    "a trust policy has no resource",
    { Effect: "Allow", Principal: { Service: "apigateway.amazonaws.com" }, Action: "sts:AssumeRole" },
    "allow",
    { ...gateway, action: "sts:AssumeRole" },
  ],
  // Strings
  ["StringEquals", when({ StringEquals: { "aws:username": ["bob", "alice"] } }), "allow", user],
  ["StringEquals of another", when({ StringEquals: { "aws:username": "bob" } }), "no-allow", user],
  ["StringEquals takes * for itself", when({ StringEquals: { "aws:username": "*" } }), "no-allow", user],
  ["StringEquals of an absent key", when({ StringEquals: { "aws:username": "alice" } }), "no-allow"],
  ["StringEqualsIfExists of an absent key", when({ StringEqualsIfExists: { "aws:username": "alice" } }), "allow"],
  [
    "StringEqualsIfExists of a wrong value",
    when({ StringEqualsIfExists: { "aws:username": "bob" } }),
    "no-allow",
    user,
  ],
  ["StringNotEquals of another", when({ StringNotEquals: { "aws:username": ["bob", "carol"] } }), "allow", user],
  [
    "StringNotEquals of one that is listed",
    when({ StringNotEquals: { "aws:username": ["bob", "alice"] } }),
    "no-allow",
    user,
  ],
  ["StringNotEquals of an absent key", when({ StringNotEquals: { "aws:username": "alice" } }), "allow"],
  ["StringEqualsIgnoreCase", when({ StringEqualsIgnoreCase: { "aws:username": "ALICE" } }), "allow", user],
  ["StringNotEqualsIgnoreCase", when({ StringNotEqualsIgnoreCase: { "aws:username": "ALICE" } }), "no-allow", user],
  ["StringLike", when({ StringLike: { "aws:username": "al*" } }), "allow", user],
  ["StringNotLike", when({ StringNotLike: { "aws:username": "al*" } }), "no-allow", user],
  ["keys in another case", when({ StringEquals: { "AWS:UserName": "alice" } }), "allow", user],
  ["two keys must both match", when({ StringEquals: { "aws:username": "alice", "aws:x": "y" } }), "no-allow", user],
  [
    "two operators must both match",
    when({ StringEquals: { "aws:username": "alice" }, StringLike: { "aws:username": "b*" } }),
    "no-allow",
    user,
  ],
  // ARNs
  [
    "ArnLike with a star for the stage",
    when({ ArnLike: { "aws:SourceArn": "arn:aws:execute-api:us-east-1:123456789012:abc/*$connect" } }),
    "allow",
    source,
  ],
  [
    "ArnLike of another API",
    when({ ArnLike: { "aws:SourceArn": "arn:aws:execute-api:us-east-1:123456789012:xyz/*" } }),
    "no-allow",
    source,
  ],
  [
    "ArnLike: a star stays within its part",
    when({ ArnLike: { "aws:SourceArn": "arn:aws:execute-api:*:abc/*" } }),
    "no-allow",
    source,
  ],
  [
    "ArnEquals takes stars too",
    when({ ArnEquals: { "aws:SourceArn": "arn:aws:execute-api:*:*:abc/dev/*" } }),
    "allow",
    source,
  ],
  ["ArnNotLike", when({ ArnNotLike: { "aws:SourceArn": "arn:aws:execute-api:*:*:abc/*" } }), "no-allow", source],
  [
    "ArnNotEquals of another",
    when({ ArnNotEquals: { "aws:SourceArn": "arn:aws:execute-api:*:*:xyz/*" } }),
    "allow",
    source,
  ],
  // Numbers, dates, booleans, addresses
  ["NumericLessThanEquals at the edge", when({ NumericLessThanEquals: { "s3:max-keys": 10 } }), "allow", age],
  ["NumericLessThan at the edge", when({ NumericLessThan: { "s3:max-keys": "10" } }), "no-allow", age],
  ["NumericEquals of 10.0", when({ NumericEquals: { "s3:max-keys": "10.0" } }), "allow", age],
  ["NumericNotEquals", when({ NumericNotEquals: { "s3:max-keys": "10" } }), "no-allow", age],
  ["NumericGreaterThan", when({ NumericGreaterThan: { "s3:max-keys": "9" } }), "allow", age],
  ["NumericGreaterThanEquals", when({ NumericGreaterThanEquals: { "s3:max-keys": "11" } }), "no-allow", age],
  ["DateLessThan", when({ DateLessThan: { "aws:CurrentTime": "2027-01-01T00:00:00Z" } }), "allow", time],
  [
    "DateGreaterThan by epoch seconds",
    when({ DateGreaterThan: { "aws:CurrentTime": "1800000000" } }),
    "no-allow",
    time,
  ],
  [
    "DateEquals in another zone",
    when({ DateEquals: { "aws:CurrentTime": "2026-11-22T22:00:00+01:00" } }),
    "allow",
    time,
  ],
  ["Bool", when({ Bool: { "aws:SecureTransport": true } }), "allow", { context: { "aws:SecureTransport": "true" } }],
  [
    "Bool of the other",
    when({ Bool: { "aws:SecureTransport": "false" } }),
    "no-allow",
    { context: { "aws:SecureTransport": "true" } },
  ],
  ["BoolIfExists of an absent key", when({ BoolIfExists: { "aws:MultiFactorAuthPresent": "true" } }), "allow"],
  ["IpAddress in the range", when({ IpAddress: { "aws:SourceIp": ["10.0.0.0/8", "203.0.113.0/24"] } }), "allow", ip],
  ["IpAddress outside", when({ IpAddress: { "aws:SourceIp": "198.51.100.0/24" } }), "no-allow", ip],
  ["NotIpAddress in the range", when({ NotIpAddress: { "aws:SourceIp": "203.0.113.0/24" } }), "no-allow", ip],
  ["Null of an absent key", when({ Null: { "aws:username": "true" } }), "allow"],
  ["Null of a present key", when({ Null: { "aws:username": true } }), "no-allow", user],
  ["not Null of a present key", when({ Null: { "aws:username": "false" } }), "allow", user],
  // Several values
  [
    "ForAllValues, all listed",
    when({ "ForAllValues:StringEquals": { "aws:TagKeys": ["a", "b", "c"] } }),
    "allow",
    tags,
  ],
  ["ForAllValues, one not listed", when({ "ForAllValues:StringEquals": { "aws:TagKeys": ["a"] } }), "no-allow", tags],
  ["ForAllValues of an absent key", when({ "ForAllValues:StringEquals": { "aws:TagKeys": ["a"] } }), "allow"],
  ["ForAnyValue, one listed", when({ "ForAnyValue:StringEquals": { "aws:TagKeys": ["a", "z"] } }), "allow", tags],
  ["ForAnyValue, none listed", when({ "ForAnyValue:StringLike": { "aws:TagKeys": ["z*"] } }), "no-allow", tags],
  ["ForAnyValue of an absent key", when({ "ForAnyValue:StringEquals": { "aws:TagKeys": ["a"] } }), "no-allow"],
  [
    "ForAnyValue, negated, of an absent key",
    when({ "ForAnyValue:StringNotEquals": { "aws:TagKeys": ["a"] } }),
    "no-allow",
  ],
  // Variables
  [
    "a variable in the resource",
    { ...allowAll, Resource: "arn:aws:s3:::home/${aws:username}/*" },
    "allow",
    { ...user, resource: "arn:aws:s3:::home/alice/x" },
  ],
  [
    "a variable of another principal",
    { ...allowAll, Resource: "arn:aws:s3:::home/${aws:username}/*" },
    "no-allow",
    { ...user, resource: "arn:aws:s3:::home/bob/x" },
  ],
  [
    "a variable without a value",
    { ...allowAll, Resource: "arn:aws:s3:::home/${aws:username}/*" },
    "no-allow",
    { resource: "arn:aws:s3:::home//x" },
  ],
  [
    "a variable with a default",
    { ...allowAll, Resource: "arn:aws:s3:::${aws:username, 'nobody'}" },
    "allow",
    { resource: "arn:aws:s3:::nobody" },
  ],
  [
    "a variable in a condition",
    when({ StringEquals: { "aws:x": "${aws:username}" } }),
    "allow",
    { context: { "aws:username": "alice", "aws:x": "alice" } },
  ],
  [
    "a caller cannot be named *",
    { ...allowAll, Resource: "arn:aws:s3:::${aws:username}" },
    "no-allow",
    { context: { "aws:username": "*" }, resource: "arn:aws:s3:::x" },
  ],
  ["a literal star", { ...allowAll, Resource: "arn:aws:s3:::${*}" }, "no-allow", { resource: "arn:aws:s3:::x" }],
  [
    "no variables before 2012",
    { ...allowAll, Resource: "${aws:username}" },
    "no-allow",
    { ...user, resource: "alice" },
    "2008-10-17",
  ],
  // Operators that are not known
  ["an unknown operator does not allow", when({ StringAlmost: { "aws:x": "y" } }), "unknown-operator"],
  ["another statement still may", [when({ StringAlmost: { "aws:x": "y" } }), allowAll], "allow"],
  [
    "an unknown operator in a deny denies",
    [allowAll, { ...denyAll, Condition: { StringAlmost: { "aws:x": "y" } } }],
    "unknown-operator",
  ],
  [
    "an unknown operator elsewhere does not matter",
    [allowAll, { Effect: "Deny", Action: "s3:*", Resource: "*", Condition: { StringAlmost: { "aws:x": "y" } } }],
    "allow",
  ],
]

describe("a decision", () => {
  test.each(rows)("%s", (_, statements, because, request, version) => {
    expect(decide(statements, request, version)).toMatchObject({ because, allowed: because === "allow" })
  })

  test("names the statement that made it", () => {
    const statements: PolicyStatement[] = [
      { ...allowAll, Action: "s3:*" },
      { ...allowAll, Sid: "Push" },
    ]
    expect(decide(statements).statement).toEqual({ policyName: "p", index: 1, Sid: "Push" })
    expect(decide([when({ StringAlmost: {} })])).toMatchObject({ operator: "StringAlmost", statement: { index: 0 } })
  })

  test("can come from AWS managed policies", () => {
    const allows = (name: string) => {
      const document = managedPolicy(`arn:aws:iam::aws:policy/${name}`)
      return document && evaluatePolicies([{ name, document }], { action, resource }).allowed
    }
    expect(allows("AmazonAPIGatewayInvokeFullAccess")).toBe(true)
    expect(allows("AdministratorAccess")).toBe(true)
    expect(allows("service-role/AWSLambdaBasicExecutionRole")).toBe(false)
    expect(allows("NobodyKnowsThis")).toBeUndefined()
    expect(managedPolicy("arn:aws:iam::123456789012:policy/AdministratorAccess")).toBeUndefined()
  })
})

describe("for any statements", () => {
  const pattern = fc.constantFrom("*", action, "execute-api:*", "s3:GetObject")
  const Resource = fc.constantFrom("*", resource, "arn:aws:execute-api:*", "arn:aws:s3:::x")
  const Condition = fc.constantFrom({}, { Null: { x: "true" } }, { Null: { x: "false" } }, { Odd: { x: "y" } })
  const statement = fc.record({
    Effect: fc.constantFrom<"Allow" | "Deny">("Allow", "Deny"),
    Action: pattern,
    Resource,
    Condition,
  })
  const statements = fc.array(statement as fc.Arbitrary<PolicyStatement>, { maxLength: 6 })

  test("an explicit deny always wins", () => {
    fc.assert(
      fc.property(statements, fc.nat(6), (list, at) => {
        expect(decide(list.toSpliced(at, 0, denyAll)).because).toBe("explicit-deny")
      }),
    )
  })

  test("adding an allow never removes access, adding a deny never gives it", () => {
    fc.assert(
      fc.property(statements, statement as fc.Arbitrary<PolicyStatement>, fc.nat(6), (list, added, at) => {
        const [before, after] = [decide(list).allowed, decide(list.toSpliced(at, 0, added)).allowed]
        expect(added.Effect === "Allow" ? after || !before : before || !after).toBe(true)
      }),
    )
  })

  test("their order changes nothing", () => {
    fc.assert(
      fc.property(statements, (list) => {
        expect(decide(list.toReversed()).allowed).toBe(decide(list).allowed)
      }),
    )
  })
})

describe("patterns", () => {
  test("match as the same regular expressions do", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", "*", "?"), maxLength: 8 })
    fc.assert(
      fc.property(text, text, (glob, value) => {
        const expression = new RegExp(
          `^${[...glob].map((one) => ({ "*": "[^]*", "?": "[^]" })[one] ?? one).join("")}$`,
          "u",
        )
        expect(matchesGlob(glob, value)).toBe(expression.test(value))
      }),
      { numRuns: 2000 },
    )
  })

  test("of many stars take linear time", () => {
    expect(matchesGlob(`${"*a".repeat(60)}b`, "a".repeat(5000))).toBe(false)
  })

  test.each([
    ["203.0.113.7", "203.0.113.7", true],
    ["203.0.113.7", "203.0.113.8/31", false],
    ["203.0.113.9", "203.0.113.8/31", true],
    ["10.0.0.1", "0.0.0.0/0", true],
    ["2001:db8::1", "2001:db8::/32", true],
    ["2001:db9::1", "2001:db8::/32", false],
    ["::1", "::1/128", true],
    ["10.0.0.1", "::/0", false],
    ["10.0.0.256", "0.0.0.0/0", false],
    ["10.0.0.1", "10.0.0.0/33", false],
  ])("%s in %s: %s", (address, range, expected) => {
    expect(isInRange(address, range)).toBe(expected)
  })
})
