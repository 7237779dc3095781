// What intrinsic functions yield, and how resources, parameters and stacks refer to each other.
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { createReport } from "../report.ts"
import type { Stack } from "../source/stack.ts"
import { stackOf } from "../testing/stack-of.ts"
import { resolveTemplate } from "./resolve-template.ts"

/** The value of an output, with the problems and notices of the template. */
function resolve(value: unknown, template: Record<string, unknown> = {}, more: Partial<Stack> = {}) {
  const report = createReport()
  const body = { Resources: {}, ...template, Outputs: { Value: { Value: value } } }
  const resolved = resolveTemplate([stackOf(body, more)], report)
  return {
    value: resolved.outputs().Value,
    problems: problemsOf(report),
    notices: report.notices().map((one) => one.message),
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
  Conditions: {
    IsProd: { "Fn::Equals": [{ Ref: "Env" }, "prod"] },
    IsDev: { "Fn::Not": [{ Condition: "IsProd" }] },
  },
  Parameters: { Env: { Type: "String", Default: "dev" } },
}

describe("intrinsic functions resolve", () => {
  test.each<[string, unknown, string, Record<string, unknown>?]>([
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
    ["GetAZs", { "Fn::Join": [",", { "Fn::GetAZs": "" }] }, "us-east-1a,us-east-1b,us-east-1c"],
    ["GetAZs of AWS::NoValue", { "Fn::Select": [0, { "Fn::GetAZs": { Ref: "AWS::NoValue" } }] }, "us-east-1a"],
    ["GetAZs of a region", { "Fn::Select": [2, { "Fn::GetAZs": "eu-west-1" }] }, "eu-west-1c"],
    ["Cidr with 8 bits by default", { "Fn::Join": [" ", { "Fn::Cidr": ["10.0.0.0/16", 1] }] }, "10.0.0.0/24"],
    ["Select of the first", { "Fn::Select": [0, ["a", "b"]] }, "a"],
    ["If, true", { "Fn::If": ["IsDev", "small", { Ref: "Missing" }] }, "small", isProd],
    ["Join of a map", { "Fn::Join": ["", [{ a: 1 }, "b"]] }, '{"a":1}b'],
    ["an own property next to Ref", { "Fn::ToJsonString": { Ref: "x", other: 1 } }, '{"Ref":"x","other":1}'],
    ["AWS::AccountId", { Ref: "AWS::AccountId" }, "000000000000"],
    ["AWS::StackName", { Ref: "AWS::StackName" }, "stack"],
    ["AWS::URLSuffix", { Ref: "AWS::URLSuffix" }, "amazonaws.com"],
    [
      "AWS::StackId",
      {
        "Fn::Select": [
          0,
          { "Fn::Split": ["/", { "Fn::Select": [5, { "Fn::Split": [":", { Ref: "AWS::StackId" }] }] }] },
        ],
      },
      "stack",
    ],
    ["AWS::NotificationARNs", { "Fn::Length": { Ref: "AWS::NotificationARNs" } }, "0"],
    ["a list output", ["a", 1], '["a",1]'],
    ["AWS::NoValue in a list", { "Fn::ToJsonString": ["a", { Ref: "AWS::NoValue" }] }, '["a"]'],
    ["AWS::NoValue in a map", { "Fn::ToJsonString": { a: { Ref: "AWS::NoValue" }, b: 1 } }, '{"b":1}'],
  ])("%s", (_, value, expected, template) => {
    const { value: actual, problems } = resolve(value, template)
    expect(problems).toBe("")
    expect(actual).toBe(expected)
  })

  test.each<[string, unknown, boolean]>([
    ["Equals", { "Fn::Equals": [{ Ref: "Env" }, "dev"] }, true],
    ["Equals compares texts", { "Fn::Equals": ["1", 1] }, true],
    ["Equals of lists", { "Fn::Equals": [["a"], ["a"]] }, true],
    ["a text", "true", true],
    ["And of all", { "Fn::And": [{ "Fn::Equals": ["a", "a"] }, { Condition: "IsDev" }] }, true],
    ["Or of none", { "Fn::Or": [{ "Fn::Equals": ["a", "b"] }, { Condition: "IsProd" }] }, false],
    ["Not", { "Fn::Not": [{ Condition: "IsProd" }] }, true],
    ["And", { "Fn::And": [{ "Fn::Equals": ["a", "a"] }, { Condition: "IsProd" }] }, false],
    ["Or", { "Fn::Or": [{ "Fn::Equals": ["a", "b"] }, { "Fn::Not": [{ Condition: "IsProd" }] }] }, true],
  ])("condition %s", (_, condition, expected) => {
    const template = { ...isProd, Conditions: { ...isProd.Conditions, It: condition } }
    expect(resolve({ "Fn::If": ["It", "yes", "no"] }, template).value).toBe(expected ? "yes" : "no")
  })

  test.each<[string, unknown, RegExp]>([
    ["an unknown resource", { Ref: "Nobody" }, /Value: .*Unresolved resource dependencies \[Nobody\]/],
    ["an unknown function", { "Fn::Nonsense": 1 }, /Fn::Nonsense is not known/],
    ["an index out of range", { "Fn::Select": [5, ["a"]] }, /nonexistent value at index 5/],
    ["a missing mapping", { "Fn::FindInMap": ["M", "a", "b"] }, /Unable to get mapping for M::a::b/],
    ["an unknown export", { "Fn::ImportValue": "nothing" }, /No export named nothing found/],
    ["an undefined condition", { "Fn::If": ["Nope", 1, 2] }, /condition Nope is not defined/],
    ["a Split of a list", { "Fn::Split": [",", ["a"]] }, /Fn::Split takes a delimiter and a text/],
    ["a Split by nothing", { "Fn::Split": ["", "a"] }, /Fn::Split takes a delimiter and a text/],
    ["a Split by a list", { "Fn::Split": [["a"], "a"] }, /Fn::Split takes a delimiter and a text/],
    ["a Select from a text", { "Fn::Select": [0, "a"] }, /Fn::Select takes an index and a list/],
    ["a negative index", { "Fn::Select": [-1, ["a"]] }, /nonexistent value at index -1/],
    ["the index after the last", { "Fn::Select": [1, ["a"]] }, /nonexistent value at index 1/],
    ["an index that is not whole", { "Fn::Select": [0.5, ["a", "b"]] }, /nonexistent value at index 0.5/],
    ["a Join of a text", { "Fn::Join": ["", "a"] }, /Fn::Join takes a delimiter and a list/],
    ["a Sub of a list", { "Fn::Sub": [["a"], {}] }, /Fn::Sub takes a text/],
    ["a Ref to a list", { Ref: ["a"] }, /Ref takes the logical id/],
    ["a GetAtt without an attribute", { "Fn::GetAtt": "Bucket" }, /Fn::GetAtt takes a logical id/],
    ["an If without a condition", { "Fn::If": [true, 1, 2] }, /Fn::If takes the name of a condition/],
    ["the Length of a text", { "Fn::Length": "abc" }, /Fn::Length takes a list/],
    ["an unknown pseudo parameter", { Ref: "AWS::Nothing" }, /The pseudo parameter AWS::Nothing is not known/],
    [
      "an output of an unknown stack",
      { "Fn::GetStackOutput": { StackName: "x", OutputName: "y" } },
      /The stack x is not part of this source/,
    ],
    ["a Cidr that does not fit", { "Fn::Cidr": ["10.0.0.0/24", 9, 8] }, /cannot divide/],
  ])("report %s as a problem", (_, value, problem) => {
    expect(resolve(value).problems).toMatch(problem)
  })

  test("report macros, and dynamic references without a value", () => {
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

  test("take the given value before the default, and need one of the two", () => {
    expect(resolve({ Ref: "Size" }, parameters, { parameters: new Map([["Size", "3"]]) }).value).toBe("3")
    expect(resolve({ Ref: "Size" }, parameters).problems).toMatch("Parameters: [Size] must have values")
    const half = { "Fn::Select": [0, { "Fn::Split": ["||", { Ref: "Size" }] }] }
    expect(resolve(half, parameters).problems).not.toMatch("Fn::")
  })

  test("reject a value that is not allowed", () => {
    expect(resolve({ Ref: "Kind" }, parameters, { parameters: new Map([["Kind", "z"]]) }).problems).toMatch(
      "must be one of a, b",
    )
  })

  test("of SSM are reported as unknown, but only when the template refers to them", () => {
    const ssm = {
      Parameters: { Version: { Type: "AWS::SSM::Parameter::Value<String>", Default: "/cdk-bootstrap/version" } },
    }
    expect(resolve("x", ssm).notices).toEqual([])
    expect(resolve({ Ref: "Version" }, ssm).notices).toEqual([expect.stringContaining("/cdk-bootstrap/version")])
  })
})

test("a macro without a name is reported as well", () => {
  expect(resolve({ "Fn::Transform": ["Macro"] }).notices).toEqual(["A macro is not run. What it would add is missing."])
})

test("a property is resolved once: later reads get the same object", () => {
  const Properties = { Tags: [{ Key: "a", Value: "b" }] }
  const stack = stackOf({ Resources: { It: { Type: "AWS::S3::Bucket", Properties } } })
  const { properties } = resolveTemplate([stack], createReport()).all()[0]!
  expect(properties.value("Tags")).toEqual(Properties.Tags)
  expect(properties.value("Tags")).toBe(properties.value("Tags"))
})

test("a resource has the construct path of the assembly, or else of its own metadata", () => {
  const Metadata = { "aws:cdk:path": "App/Own" }
  const Resources = { A: { Type: "T", Metadata }, B: { Type: "T", Metadata }, C: { Type: "T" } }
  const stack = stackOf({ Resources }, { constructPaths: new Map([["A", "App/Assembly"]]) })
  expect(
    resolveTemplate([stack], createReport())
      .all()
      .map(({ origin }) => origin),
  ).toEqual([
    { logicalId: "A", stackName: "stack", constructPath: "App/Assembly" },
    { logicalId: "B", stackName: "stack", constructPath: "App/Own" },
    { logicalId: "C", stackName: "stack" },
  ])
})

test.each([
  [undefined, []],
  ["Send", ["Send"]],
  [
    ["Connect", "Send"],
    ["Connect", "Send"],
  ],
])("a resource with DependsOn %j depends on %j", (DependsOn, expected) => {
  const stack = stackOf({ Resources: { A: { Type: "T", ...(DependsOn !== undefined && { DependsOn }) } } })
  expect(resolveTemplate([stack], createReport()).all()[0]!.dependsOn).toEqual(expected)
})

test("an output whose condition does not hold is absent, and cannot be imported", () => {
  const producer = (Condition: string) =>
    stackOf({
      ...isProd,
      Resources: {},
      Outputs: {
        Name: { Value: "v", Condition, Export: { Name: "name" } },
        Import: { Value: { "Fn::ImportValue": "name" } },
      },
    })
  const read = (Condition: string) => {
    const report = createReport()
    return { outputs: resolveTemplate([producer(Condition)], report).outputs(), problems: problemsOf(report) }
  }
  expect(read("IsDev")).toEqual({ outputs: { Name: "v", Import: "v" }, problems: "" })
  expect(read("IsProd")).toMatchObject({ outputs: {}, problems: expect.stringContaining("has no output Name") })
})

test("a nested stack has its resources only when the conditions of the stacks around it hold", () => {
  const child = (Condition: string) => ({ Resources: { Child: { Type: "AWS::CloudFormation::Stack", Condition } } })
  const typesWith = (Condition: string) => {
    const stacks = [
      stackOf({ ...isProd, ...child(Condition) }, { stackName: "outer" }),
      stackOf(
        { Resources: { Child: { Type: "AWS::CloudFormation::Stack" } } },
        { stackName: "middle", nestedIn: { stackName: "outer", logicalId: "Child" } },
      ),
      stackOf(
        { Resources: { Topic: { Type: "AWS::SNS::Topic" } } },
        { stackName: "inner", nestedIn: { stackName: "middle", logicalId: "Child" } },
      ),
    ]
    const all = resolveTemplate(stacks, createReport()).all()
    return all.map(({ type }) => type)
  }
  expect(typesWith("IsDev")).toEqual(["AWS::CloudFormation::Stack", "AWS::CloudFormation::Stack", "AWS::SNS::Topic"])
  expect(typesWith("IsProd")).toEqual([])
})

test("a nested stack whose template is not on this machine has no outputs", () => {
  const Resources = { Child: { Type: "AWS::CloudFormation::Stack" } }
  expect(resolve({ "Fn::GetAtt": ["Child", "Outputs.Name"] }, { Resources }).problems).toMatch(
    "The template of the nested stack Child is not on this machine, so its output Name is unknown.",
  )
})

describe("references", () => {
  test("in a circle are reported with the members of the circle", () => {
    const role = (other: string) => ({
      Type: "AWS::IAM::Role",
      Properties: { RoleName: { "Fn::Sub": `\${${other}}-x` } },
    })
    const { problems } = resolve({ Ref: "A" }, { Resources: { A: role("B"), B: role("A") } })
    expect(problems).toMatch("Circular dependency")
    expect(problems).toMatch("stack.A.RoleName -> stack.B.RoleName -> stack.A.RoleName")
  })

  test("to generated names do not depend on other properties, and are the same in each run", () => {
    const Resources = {
      Api: { Type: "AWS::ApiGatewayV2::Api", Properties: { Name: { Ref: "Function" }, ProtocolType: "WEBSOCKET" } },
      Function: { Type: "AWS::Lambda::Function", Properties: { Environment: { Variables: { API: { Ref: "Api" } } } } },
    }
    const { value, problems } = resolve({ "Fn::Sub": "${Api} ${Function}" }, { Resources })
    expect(problems).toBe("")
    expect(value).toMatch(/^[a-z0-9]{10} stack-Function-[A-Z0-9]{12}$/)
    expect(resolve({ "Fn::Sub": "${Api} ${Function}" }, { Resources }).value).toBe(value)
  })

  test("to a resource whose condition does not hold are problems, except in a branch that is not chosen", () => {
    const template = { ...isProd, Resources: { B: { Type: "AWS::S3::Bucket", Condition: "IsProd" } } }
    expect(resolve({ Ref: "B" }, template).problems).toMatch("Unresolved resource dependencies [B]")
    expect(resolve({ "Fn::If": ["IsProd", { Ref: "B" }, "none"] }, template)).toMatchObject({
      value: "none",
      problems: "",
    })
  })

  test("to attributes of unknown types yield a placeholder, which is reported", () => {
    const { value, notices } = resolve(
      { "Fn::GetAtt": ["Thing", "Arn"] },
      { Resources: { Thing: { Type: "AWS::New::Thing" } } },
    )
    expect(value).toMatch(/^arn:aws:new:us-east-1:000000000000:stack-Thing-/)
    expect(notices).toEqual([expect.stringContaining("AWS::New::Thing")])
  })

  test("to exports work across stacks in any order, also when the name of the export is computed", () => {
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

  test("to outputs of other stacks work by stack name and by stack ARN", () => {
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

  test("pass parameters into nested stacks and outputs out of them", () => {
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
        fc.string().filter((key) => key !== "Ref" && !key.startsWith("Fn::")),
        tie("value"),
        { maxKeys: 4 },
      ),
    ),
  })).value

  test("without functions is resolved to itself", () => {
    fc.assert(
      fc.property(plain, (value) => {
        expect(resolve({ "Fn::ToJsonString": value }).value).toBe(JSON.stringify(value))
      }),
    )
  })

  test("is the same after Fn::Join and Fn::Split", () => {
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

  test("of references ends in a value or a problem, never in a loop", () => {
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
