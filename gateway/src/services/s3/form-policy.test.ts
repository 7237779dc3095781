// Upload forms beside policies that allow them or not.
import { describe, expect, test } from "vitest"
import { checkForm } from "./form-policy.ts"

const now = Date.parse("2026-11-27T00:00:00Z")
const expiration = "2026-11-27T00:00:01Z"
const policyOf = (conditions: unknown, more: object = {}) =>
  Buffer.from(JSON.stringify({ expiration, conditions, ...more })).toString("base64")
const bucket = { bucket: "bucket" }

function check(conditions: unknown[], fields: [string, string][] = [], at = now) {
  return checkForm(
    { fields: [...fields, ["policy", policyOf(conditions)]], fileStart: 1 },
    { bucket: "bucket", now: at },
  )
}

describe("a form is allowed", () => {
  test.each<[string, unknown[], [string, string][]]>([
    [
      "by equal values",
      [bucket, { key: "a" }, ["eq", "$acl", "private"]],
      [
        ["key", "a"],
        ["acl", "private"],
      ],
    ],
    [
      "by beginnings",
      [bucket, ["starts-with", "$key", "u/"], ["starts-with", "$x-amz-meta-a", ""]],
      [
        ["key", "u/a"],
        ["x-amz-meta-a", "any"],
      ],
    ],
    ["by names in any case", [bucket, ["Starts-With", "$Content-Type", "image/"]], [["content-type", "image/png"]]],
    [
      "by a list of types",
      [bucket, ["starts-with", "$Content-Type", "image/"]],
      [["content-type", "image/png, image/gif"]],
    ],
    [
      "with fields that are not compared",
      [bucket],
      [
        ["x-ignore-a", "b"],
        ["x-amz-signature", "s"],
        ["awsaccesskeyid", "k"],
        ["bucket", "bucket"],
      ],
    ],
    ["by one condition with two names", [{ ...bucket, key: "a" }], [["key", "a"]]],
  ])("%s", (_, conditions, fields) => {
    expect(check(conditions, fields)).toEqual([])
  })

  test("with the sizes that its file may have", () => {
    expect(check([bucket, ["content-length-range", 1, 10], ["content-length-range", "0", "5"]])).toEqual([
      { min: 1, max: 10 },
      { min: 0, max: 5 },
    ])
  })

  test("without a policy, because its signature tells whether it needs one", () => {
    expect(checkForm({ fields: [["key", "a"]], fileStart: undefined }, { bucket: "bucket", now })).toEqual([])
  })
})

describe("a form is rejected", () => {
  const denied = (reason: string) => ({
    status: 403,
    code: "AccessDenied",
    message: `Invalid according to Policy: ${reason}`,
  })
  test.each<[string, unknown[], [string, string][], string]>([
    ["another value", [bucket, { key: "a" }], [["key", "b"]], 'Policy Condition failed: ["eq", "$key", "a"]'],
    [
      "another beginning",
      [bucket, ["starts-with", "$key", "u/"]],
      [["key", "v/u/"]],
      'Policy Condition failed: ["starts-with", "$key", "u/"]',
    ],
    [
      "a missing field",
      [bucket, ["starts-with", "$acl", ""]],
      [],
      'Policy Condition failed: ["starts-with", "$acl", ""]',
    ],
    ["another bucket", [{ bucket: "other" }], [], 'Policy Condition failed: ["eq", "$bucket", "other"]'],
    [
      "another bucket in a field",
      [bucket],
      [["bucket", "other"]],
      'Policy Condition failed: ["eq", "$bucket", "bucket"]',
    ],
    [
      "the second of two values",
      [bucket, { key: "a" }],
      [
        ["key", "a"],
        ["key", "b"],
      ],
      'Policy Condition failed: ["eq", "$key", "a"]',
    ],
    [
      "the first of two values",
      [bucket, { key: "a" }],
      [
        ["key", "b"],
        ["key", "a"],
      ],
      'Policy Condition failed: ["eq", "$key", "a"]',
    ],
    [
      "a type in a list",
      [bucket, ["starts-with", "$content-type", "image/"]],
      [["content-type", "image/png,text/html"]],
      'Policy Condition failed: ["starts-with", "$content-type", "image/"]',
    ],
    ["a field without a condition", [bucket], [["acl", "public-read"]], "Extra input fields: acl"],
    ["a bucket without a condition", [{ key: "a" }], [["key", "a"]], "Extra input fields: bucket"],
  ])("for %s", (_, conditions, fields, reason) => {
    expect(check(conditions, fields)).toEqual(denied(reason))
  })

  test("from the moment in which its policy expires", () => {
    expect(check([bucket], [], now + 999)).toEqual([])
    expect(check([bucket], [], now + 1000)).toEqual(denied("Policy expired."))
  })

  test("without a file", () => {
    const form = { fields: [["policy", policyOf([bucket])]] as const, fileStart: undefined }
    expect(checkForm(form, { bucket: "bucket", now })).toMatchObject({ status: 400, code: "InvalidArgument" })
  })

  test.each<[string, string, string]>([
    ["no JSON", "not", "Invalid JSON."],
    ["no object", btoa("null"), "Policy missing expiration."],
    ["no expiration", policyOf([bucket], { expiration: 1 }), "Policy missing expiration."],
    ["an expiration that is no time", policyOf([bucket], { expiration: "soon" }), "Invalid 'expiration' value: 'soon'"],
    ["no conditions", policyOf({}), "Policy missing conditions."],
    ["a condition that is a text", policyOf(["eq"]), 'Invalid condition: "eq"'],
    ["a value that is a number", policyOf([{ key: 1 }]), 'Invalid condition: {"key":1}'],
    ["another operator", policyOf([["ends-with", "$key", "a"]]), 'Invalid condition: ["ends-with","$key","a"]'],
    ["a name without a dollar sign", policyOf([["eq", "key", "a"]]), 'Invalid condition: ["eq","key","a"]'],
    ["a range of one number", policyOf([["content-length-range", 1]]), 'Invalid condition: ["content-length-range",1]'],
    [
      "a range that ends before it begins",
      policyOf([["content-length-range", 2, 1]]),
      'Invalid condition: ["content-length-range",2,1]',
    ],
  ])("for a policy with %s", (_, policy, reason) => {
    const form = { fields: [["policy", policy]] as const, fileStart: 1 }
    expect(checkForm(form, { bucket: "bucket", now })).toEqual({
      status: 400,
      code: "InvalidPolicyDocument",
      message: `Invalid Policy: ${reason}`,
    })
  })
})
