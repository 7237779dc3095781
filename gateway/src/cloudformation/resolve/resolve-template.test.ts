// Every intrinsic function, and how references behave between resources, parameters and stacks.
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { createReport } from "../report.ts"
import { type Stack, stackOf } from "../source/stack.ts"
import { resolveTemplate } from "./resolve-template.ts"

/** The value of an output, and what was said about it. */
function resolve(value: unknown, template: Record<string, unknown> = {}, more: Partial<Stack> = {}) {
  const report = createReport()
  const body = { Resources: {}, ...template, Outputs: { Value: { Value: value } } }
  const resolved = resolveTemplate([stackOf(body, more)], report)
  return {
    value: resolved.outputs().Value,
    problems: problemsOf(report),
    notices: report.notices.map((one) => one.message),
  }
}

function problemsOf(report: ReturnType<typeof createReport>): string {
  try {
    report.throwProblems()
    return ""
  } catch (error) {
    return (error as Error).message
  }
}

const bucket = { Resources: { Bucket: { Type: "AWS::S3::Bucket", Properties: { BucketName: "photos" } } } }
const isProd = {
  Conditions: { IsProd: { "Fn::Equals": [{ Ref: "Env" }, "prod"] } },
  Parameters: { Env: { Type: "String", Default: "dev" } },
}

describe("intrinsic functions", () => {
  it.each<[string, unknown, string, Record<string, unknown>?]>([
    ["Ref to a resource", { Ref: "Bucket" }, "photos", bucket],
    ["Ref to a parameter", { Ref: "Env" }, "dev", isProd],
    [
      "Ref to a list parameter",
      { "Fn::Select": [1, { Ref: "L" }] },
      "b",
      { Parameters: { L: { Type: "CommaDelimitedList", Default: "a, b" } } },
    ],
    ["Ref to a pseudo parameter", { Ref: "AWS::Region" }, "us-east-1"],
    ["GetAtt as a list", { "Fn::GetAtt": ["Bucket", "Arn"] }, "arn:aws:s3:::photos", bucket],
    ["GetAtt as a text", { "Fn::GetAtt": "Bucket.Arn" }, "arn:aws:s3:::photos", bucket],
    [
      "GetAtt with a computed name",
      { "Fn::GetAtt": ["Bucket", { "Fn::Join": ["", ["A", "rn"]] }] },
      "arn:aws:s3:::photos",
      bucket,
    ],
    ["Join", { "Fn::Join": ["-", ["a", 1, { Ref: "AWS::Region" }]] }, "a-1-us-east-1"],
    ["Join of a computed list", { "Fn::Join": ["+", { "Fn::Split": [",", "a,b"] }] }, "a+b"],
    ["Sub", { "Fn::Sub": "${AWS::Region}/${Bucket}/${Bucket.Arn}" }, "us-east-1/photos/arn:aws:s3:::photos", bucket],
    ["Sub with variables", { "Fn::Sub": ["${x}${Bucket}", { x: { Ref: "AWS::Partition" } }] }, "awsphotos", bucket],
    ["Sub with a literal", { "Fn::Sub": "${!Literal} ${AWS::Partition}" }, "${Literal} aws"],
    ["Sub leaves $connect alone", { "Fn::Sub": "a/$connect" }, "a/$connect"],
    ["Select", { "Fn::Select": ["1", ["a", "b"]] }, "b"],
    ["Split", { "Fn::Select": [2, { "Fn::Split": ["/", "a/b/c"] }] }, "c"],
    ["If, false", { "Fn::If": ["IsProd", { Ref: "Missing" }, "small"] }, "small", isProd],
    [
      "FindInMap",
      { "Fn::FindInMap": ["M", { Ref: "AWS::Region" }, "Size"] },
      "big",
      { Mappings: { M: { "us-east-1": { Size: "big" } } } },
    ],
    [
      "FindInMap with a default",
      { "Fn::FindInMap": ["M", "x", "y", { DefaultValue: "d" }] },
      "d",
      { Mappings: { M: {} } },
    ],
    ["Base64", { "Fn::Base64": "hi" }, "aGk="],
    ["Length", { "Fn::Length": ["a", "b"] }, "2"],
    ["ToJsonString", { "Fn::ToJsonString": { a: [{ Ref: "AWS::Partition" }] } }, '{"a":["aws"]}'],
    ["Cidr", { "Fn::Join": [" ", { "Fn::Cidr": ["10.0.0.0/16", 3, 8] }] }, "10.0.0.0/24 10.0.1.0/24 10.0.2.0/24"],
    ["GetAZs", { "Fn::Select": [0, { "Fn::GetAZs": "" }] }, "us-east-1a"],
    ["AWS::NoValue in a list", { "Fn::ToJsonString": ["a", { Ref: "AWS::NoValue" }] }, '["a"]'],
    ["AWS::NoValue in a map", { "Fn::ToJsonString": { a: { Ref: "AWS::NoValue" }, b: 1 } }, '{"b":1}'],
  ])("%s", (_, value, expected, template) => {
    const { value: actual, problems } = resolve(value, template)
    expect(problems).toBe("")
    expect(actual).toBe(expected)
  })

  it.each<[string, unknown, boolean]>([
    ["Equals", { "Fn::Equals": [{ Ref: "Env" }, "dev"] }, true],
    ["Equals compares texts", { "Fn::Equals": ["1", 1] }, true],
    ["Not", { "Fn::Not": [{ Condition: "IsProd" }] }, true],
    ["And", { "Fn::And": [{ "Fn::Equals": ["a", "a"] }, { Condition: "IsProd" }] }, false],
    ["Or", { "Fn::Or": [{ "Fn::Equals": ["a", "b"] }, { "Fn::Not": [{ Condition: "IsProd" }] }] }, true],
  ])("condition %s", (_, condition, expected) => {
    const template = { ...isProd, Conditions: { ...isProd.Conditions, It: condition } }
    expect(resolve({ "Fn::If": ["It", "yes", "no"] }, template).value).toBe(expected ? "yes" : "no")
  })

  it.each<[string, unknown, RegExp]>([
    ["an unknown resource", { Ref: "Nobody" }, /Value: .*Unresolved resource dependencies \[Nobody\]/],
    ["an unknown function", { "Fn::Nonsense": 1 }, /Fn::Nonsense is not known/],
    ["an index out of range", { "Fn::Select": [5, ["a"]] }, /nonexistent value at index 5/],
    ["a missing mapping", { "Fn::FindInMap": ["M", "a", "b"] }, /Unable to get mapping for M::a::b/],
    ["an unknown export", { "Fn::ImportValue": "nothing" }, /No export named nothing found/],
    ["an undefined condition", { "Fn::If": ["Nope", 1, 2] }, /condition Nope is not defined/],
    ["a Split of a list", { "Fn::Split": [",", ["a"]] }, /Fn::Split takes a delimiter and a text/],
    ["a Cidr that does not fit", { "Fn::Cidr": ["10.0.0.0/24", 9, 8] }, /cannot divide/],
  ])("tells of %s", (_, value, problem) => {
    expect(resolve(value).problems).toMatch(problem)
  })

  it("names macros and dynamic references that are not followed", () => {
    const { notices, value } = resolve({
      "Fn::Join": ["", ["{{resolve:ssm:/a/b}}", { "Fn::Transform": { Name: "Macro" } }]],
    })
    expect(value).toBe("{{resolve:ssm:/a/b}}")
    expect(notices).toEqual([expect.stringContaining("{{resolve:ssm:/a/b}}"), expect.stringContaining("Macro")])
  })
})

describe("parameters", () => {
  const parameters = {
    Parameters: { Size: { Type: "Number" }, Kind: { Type: "String", AllowedValues: ["a", "b"], Default: "a" } },
  }

  it("take the given value before the default, and need one of the two", () => {
    expect(resolve({ Ref: "Size" }, parameters, { parameters: { Size: "3" } }).value).toBe("3")
    expect(resolve({ Ref: "Size" }, parameters).problems).toMatch("Parameters: [Size] must have values")
  })

  it("refuse a value that is not allowed", () => {
    expect(resolve({ Ref: "Kind" }, parameters, { parameters: { Kind: "z" } }).problems).toMatch("must be one of a, b")
  })

  it("of SSM say that the value is not looked up, and only when somebody asks", () => {
    const ssm = {
      Parameters: { Version: { Type: "AWS::SSM::Parameter::Value<String>", Default: "/cdk-bootstrap/version" } },
    }
    expect(resolve("x", ssm).notices).toEqual([])
    expect(resolve({ Ref: "Version" }, ssm).notices).toEqual([expect.stringContaining("/cdk-bootstrap/version")])
  })
})

describe("references", () => {
  it("in a circle are told with their names, not followed", () => {
    const role = (other: string) => ({
      Type: "AWS::IAM::Role",
      Properties: { RoleName: { "Fn::Sub": `\${${other}}-x` } },
    })
    const { problems } = resolve({ Ref: "A" }, { Resources: { A: role("B"), B: role("A") } })
    expect(problems).toMatch("Circular dependency")
    expect(problems).toMatch("stack.A.RoleName -> stack.B.RoleName -> stack.A.RoleName")
  })

  it("to what CloudFormation names do not depend on the other properties", () => {
    const Resources = {
      Api: { Type: "AWS::ApiGatewayV2::Api", Properties: { Name: { Ref: "Function" }, ProtocolType: "WEBSOCKET" } },
      Function: { Type: "AWS::Lambda::Function", Properties: { Environment: { Variables: { API: { Ref: "Api" } } } } },
    }
    const { value, problems } = resolve({ "Fn::Sub": "${Api} ${Function}" }, { Resources })
    expect(problems).toBe("")
    expect(value).toMatch(/^[a-z0-9]{10} stack-Function-[A-Z0-9]{12}$/)
    expect(resolve({ "Fn::Sub": "${Api} ${Function}" }, { Resources }).value).toBe(value)
  })

  it("to a resource whose condition does not hold are problems; in a branch not taken they are not", () => {
    const template = { ...isProd, Resources: { B: { Type: "AWS::S3::Bucket", Condition: "IsProd" } } }
    expect(resolve({ Ref: "B" }, template).problems).toMatch("Unresolved resource dependencies [B]")
    expect(resolve({ "Fn::If": ["IsProd", { Ref: "B" }, "none"] }, template)).toMatchObject({
      value: "none",
      problems: "",
    })
  })

  it("to attributes of unknown types get a stand-in, and a notice", () => {
    const { value, notices } = resolve(
      { "Fn::GetAtt": ["Thing", "Arn"] },
      { Resources: { Thing: { Type: "AWS::New::Thing" } } },
    )
    expect(value).toMatch(/^arn:aws:new:us-east-1:000000000000:stack-Thing-/)
    expect(notices).toEqual([expect.stringContaining("AWS::New::Thing")])
  })

  it("to exports work across stacks in any order, whatever names the export", () => {
    const consumer = stackOf(
      { Resources: {}, Outputs: { Out: { Value: { "Fn::ImportValue": "producer-Name" } } } },
      { stackName: "consumer" },
    )
    const producer = stackOf(
      {
        Resources: bucket.Resources,
        Outputs: { Name: { Value: { Ref: "Bucket" }, Export: { Name: { "Fn::Sub": "${AWS::StackName}-Name" } } } },
      },
      { stackName: "producer" },
    )
    for (const stacks of [
      [consumer, producer],
      [producer, consumer],
    ]) {
      expect(resolveTemplate(stacks, createReport()).outputs()).toEqual({ Out: "photos", Name: "photos" })
    }
  })

  it("to other stacks' outputs by stack name, and by a stack's ARN", () => {
    const producer = stackOf(
      { Resources: bucket.Resources, Outputs: { Name: { Value: { Ref: "Bucket" } } } },
      { stackName: "producer" },
    )
    const get = (StackName: unknown) => ({ "Fn::GetStackOutput": { StackName, OutputName: "Name" } })
    const consumer = stackOf({
      Resources: {},
      Outputs: {
        A: { Value: get("producer") },
        B: { Value: get("arn:aws:cloudformation:us-east-1:000000000000:stack/producer/1") },
      },
    })
    expect(resolveTemplate([consumer, producer], createReport()).outputs()).toMatchObject({ A: "photos", B: "photos" })
  })

  it("pass through nested stacks, both ways", () => {
    const parent = stackOf({
      Resources: {
        ...bucket.Resources,
        Child: { Type: "AWS::CloudFormation::Stack", Properties: { Parameters: { Name: { Ref: "Bucket" } } } },
      },
      Outputs: { Out: { Value: { "Fn::GetAtt": ["Child", "Outputs.Loud"] } } },
    })
    const child = stackOf(
      {
        Parameters: { Name: { Type: "String" } },
        Resources: {},
        Outputs: { Loud: { Value: { "Fn::Sub": "${Name}!" } } },
      },
      { stackName: "child", nestedIn: { stackName: "stack", logicalId: "Child" } },
    )
    expect(resolveTemplate([parent, child], createReport()).outputs()).toEqual({ Out: "photos!" })
  })
})

describe("any template", () => {
  const plain = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.string().filter((text) => !text.includes("{{resolve:")),
      fc.integer(),
      fc.boolean(),
      fc.array(tie("value"), { maxLength: 4 }),
      fc.dictionary(
        fc.string().filter((key) => key !== "Ref" && !key.startsWith("Fn::") && key !== "__proto__"),
        tie("value"),
        { maxKeys: 4 },
      ),
    ),
  })).value

  it("without functions comes out as it went in", () => {
    fc.assert(
      fc.property(plain, (value) => {
        expect(resolve({ "Fn::ToJsonString": value }).value).toBe(JSON.stringify(value))
      }),
    )
  })

  it("joined and split again is the same", () => {
    const parts = fc.array(
      fc.string().filter((text) => !text.includes("|") && !text.includes("{{")),
      { minLength: 1 },
    )
    fc.assert(
      fc.property(parts, (texts) => {
        const split = { "Fn::Split": ["|", { "Fn::Join": ["|", texts] }] }
        expect(resolve({ "Fn::ToJsonString": split }).value).toBe(JSON.stringify(texts))
      }),
    )
  })

  it("of references ends, in values or in problems, but never in a loop", () => {
    const names = ["A", "B", "C", "D"]
    const links = fc.dictionary(fc.constantFrom(...names), fc.constantFrom(...names), { minKeys: 1 })
    fc.assert(
      fc.property(links, (edges) => {
        const Resources = Object.fromEntries(
          names.map((name) => [
            name,
            { Type: "AWS::S3::Bucket", Properties: { BucketName: edges[name] ? { Ref: edges[name] } : "end" } },
          ]),
        )
        const { value, problems } = resolve({ Ref: "A" }, { Resources })
        expect(value === "end" || problems.includes("Circular dependency")).toBe(true)
      }),
    )
  })
})
