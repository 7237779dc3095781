// The operators of policy conditions, at their limits.
import { expect, test } from "vitest"
import { evaluateConditions } from "./conditions.ts"

const arn = "arn:aws:lambda:eu-west-1:123456789012:function:reader:live"

test.each<[string, string | string[], string, boolean]>([
  ["ArnLike", arn, arn, true],
  ["ArnLike", arn, "arn:aws:lambda:*:*:function:reader:*", true],
  ["ArnLike", arn, "arn:aws:lambda:*:*:functionreaderlive", false],
  ["ArnLike", arn, "arn:aws:lambda:*:function:reader:live", false],
  ["ArnLike", arn, "arn:*", false],
  ["ArnLike", "arn:aws:lambda", "arn:aws:lambda", false],
  ["ArnEquals", arn, "arn:aws:lambda:eu-*:*:function:*", true],
  ["ArnNotLike", arn, "arn:aws:sqs:*:*:*", true],
  ["ArnNotEquals", arn, arn, false],
  ["StringEquals", "a*", "a*", true],
  ["StringEquals", "ab", "a*", false],
  ["StringNotEquals", "a", "b", true],
  ["StringEqualsIgnoreCase", "Abc", "aBC", true],
  ["StringEqualsIgnoreCase", "Abc", "abd", false],
  ["StringNotEqualsIgnoreCase", "Abc", "aBC", false],
  ["StringLike", "abc", "a?c", true],
  ["StringNotLike", "abc", "a*", false],
  ["Bool", "True", "true", true],
  ["Bool", "false", "TRUE", false],
  ["BinaryEquals", "QUJD", "QUJD", true],
  ["BinaryEquals", "QUJD", "qujd", false],
  ["IpAddress", "10.0.0.1", "10.0.0.0/8", true],
  ["NotIpAddress", "10.0.0.1", "10.0.0.0/8", false],
  ["NumericEquals", "10", "10.0", true],
  ["NumericNotEquals", "10", "11", true],
  ["NumericLessThan", "10", "10", false],
  ["NumericLessThan", "9", "10", true],
  ["NumericLessThanEquals", "10", "10", true],
  ["NumericLessThanEquals", "11", "10", false],
  ["NumericGreaterThan", "10", "10", false],
  ["NumericGreaterThan", "11", "10", true],
  ["NumericGreaterThanEquals", "10", "10", true],
  ["NumericGreaterThanEquals", "9", "10", false],
  ["DateEquals", "2026-11-22T00:00:00Z", "1795305600", true],
  ["DateNotEquals", "2026-11-22T00:00:00Z", "2026-11-22T00:00:01Z", true],
  ["DateLessThan", "2026-11-22T00:00:00Z", "2026-11-22T00:00:00Z", false],
  ["DateLessThan", "2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z", true],
  ["DateLessThanEquals", "2026-11-22T00:00:00Z", "2026-11-22T00:00:00Z", true],
  ["DateGreaterThan", "2026-11-22T00:00:00Z", "2026-11-22T00:00:00Z", false],
  ["DateGreaterThan", "2026-11-23T00:00:00Z", "2026-11-22T00:00:00Z", true],
  ["DateGreaterThanEquals", "2026-11-22T00:00:00Z", "2026-11-22T00:00:00Z", true],
  ["ForAnyValue:StringEquals", ["a", "b"], "b", true],
  ["ForAnyValue:StringEquals", ["a"], "b", false],
  ["ForAllValues:StringLike", ["a1", "a2"], "a*", true],
  ["ForAllValues:StringLike", ["a1", "b"], "a*", false],
  ["ForAnyValue:StringNotEquals", ["a", "b"], "b", true],
  ["StringNotEquals", ["a", "b"], "b", false],
  ["Null", "a", "false", true],
  ["Null", "a", "true", false],
])("%s of %j and %s is met: %s", (operator, actual, expected, isMet) => {
  const outcome = isMet ? "met" : "unmet"
  expect(evaluateConditions({ [operator]: { "aws:Key": expected } }, { "AWS:key": actual }, undefined)).toEqual({
    outcome,
  })
})

test.each([
  ["StringEquals", false],
  ["StringEqualsIfExists", true],
  ["StringNotEquals", true],
  ["ForAllValues:StringEquals", true],
  ["ForAnyValue:StringEquals", false],
  ["ForAnyValue:StringNotEquals", false],
  ["ForAnyValue:StringEqualsIfExists", true],
])("%s of an absent key is met: %s", (operator, isMet) => {
  const outcome = isMet ? "met" : "unmet"
  expect(evaluateConditions({ [operator]: { "aws:Key": "a" } }, {}, undefined)).toEqual({ outcome })
})

test("an unsupported operator is named, also one with the name of a property of objects", () => {
  for (const operator of ["StringAlmost", "constructor", "toString", "ForNoValue:StringEquals"]) {
    expect(evaluateConditions({ [operator]: { a: "b" } }, {}, undefined)).toEqual({ outcome: "unknown", operator })
  }
})

test("every key and every operator of a block must be met, by any of its values", () => {
  const met = (block: Parameters<typeof evaluateConditions>[0]) =>
    evaluateConditions(block, { a: "1", b: "2" }, undefined).outcome
  expect(met({})).toBe("met")
  expect(met({ StringEquals: { a: ["0", "1"], b: "2" }, NumericLessThan: { b: 3 } })).toBe("met")
  expect(met({ StringEquals: { a: "0", b: "2" } })).toBe("unmet")
  expect(met({ StringEquals: { a: "1" }, NumericLessThan: { b: 2 } })).toBe("unmet")
})
