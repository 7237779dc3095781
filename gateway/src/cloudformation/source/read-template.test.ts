// What a template file yields, in JSON and YAML, and which files are rejected.
import { describe, expect, test } from "vitest"
import { parseJsonFile, readAssemblyTemplate, readTemplate } from "./read-template.ts"

const yaml = `
AWSTemplateFormatVersion: 2010-09-09
Resources:
  Thing:
    Type: AWS::S3::Bucket
    Condition: Here
    Properties:
      A: !Ref Other
      B: !GetAtt Other.Arn
      C: !Sub "\${Other}-x"
      D: !Join ["-", [a, !Ref Other]]
      E: !If [Here, !Sub ["\${x}", { x: !Ref Other }], !Ref AWS::NoValue]
      F: !Select [0, !Split [",", "a,b"]]
      G: !FindInMap [M, !Ref AWS::Region, K]
      H: !ImportValue
        Fn::Sub: "\${S}-x"
      I: !Base64 hi
      Version: 2012-10-17
Conditions:
  Here: !And [!Condition A, !Not [!Equals [a, b]]]
`

describe("a template", () => {
  test("in YAML has its short tags expanded", () => {
    const { resources, conditions } = readTemplate(yaml, "t.yaml")
    expect(resources.get("Thing")?.Properties).toEqual({
      A: { Ref: "Other" },
      B: { "Fn::GetAtt": "Other.Arn" },
      C: { "Fn::Sub": "${Other}-x" },
      D: { "Fn::Join": ["-", ["a", { Ref: "Other" }]] },
      E: { "Fn::If": ["Here", { "Fn::Sub": ["${x}", { x: { Ref: "Other" } }] }, { Ref: "AWS::NoValue" }] },
      F: { "Fn::Select": [0, { "Fn::Split": [",", "a,b"] }] },
      G: { "Fn::FindInMap": ["M", { Ref: "AWS::Region" }, "K"] },
      H: { "Fn::ImportValue": { "Fn::Sub": "${S}-x" } },
      I: { "Fn::Base64": "hi" },
      Version: "2012-10-17",
    })
    expect(Object.fromEntries(conditions)).toEqual({
      Here: { "Fn::And": [{ Condition: "A" }, { "Fn::Not": [{ "Fn::Equals": ["a", "b"] }] }] },
    })
  })

  test("in YAML can use anchors and merge keys", () => {
    const text =
      "x: &base { Runtime: nodejs24.x }\nResources: { F: { Type: T, Properties: { <<: *base, Handler: a } } }"
    expect(readTemplate(text, "t.yml").resources.get("F")?.Properties).toEqual({ Runtime: "nodejs24.x", Handler: "a" })
  })

  test("in YAML keeps the text of a value with the tag !, which names no function", () => {
    const text = "Resources: { F: { Type: T, Properties: { A: ! 12, B: !!str 12 } } }"
    expect(readTemplate(text, "t.yaml").resources.get("F")?.Properties).toEqual({ A: "12", B: "12" })
  })

  test.each(["t.json", "t.yaml"])("can start with a byte order mark: %s", (path) => {
    const { resources } = readTemplate('\uFEFF{"Resources":{"A":{"Type":"T"}}}', path)
    expect([...resources]).toEqual([["A", { Type: "T" }]])
  })

  test.each([
    ["nothing", "", "t.json", "t.json is empty"],
    ["broken JSON", "{", "t.json", "t.json is not JSON"],
    ["broken YAML", "a: [1", "t.yaml", "t.yaml is not YAML: Flow sequence"],
    ["whitespace", " \n", "t.yaml", "t.yaml is empty"],
    ["YAML in a JSON file", "Resources: {}", "t.json", "t.json is not JSON"],
    ["a list", "[]", "t.json", "it has no Resources"],
    ["a list of resources", '{"Resources":[]}', "t.json", "it has no Resources"],
    ["prose", "hello there", "t.yaml", "it has no Resources"],
    ["other JSON", '{"name":"x"}', "t.json", "it has no Resources"],
    ["a resource without a type", '{"Resources":{"A":{}}}', "t.json", "the resource A has no Type"],
    ["a resource without a body", "Resources:\n  A:", "t.yaml", "the resource A has no Type"],
    ["a resource that is a list", '{"Resources":{"A":[]}}', "t.json", "the resource A has no Type"],
    ["a type that is not a text", '{"Resources":{"A":{"Type":1}}}', "t.json", "the resource A has no Type"],
    [
      "a second resource without a type",
      '{"Resources":{"A":{"Type":"T"},"B":{}}}',
      "t.json",
      "the resource B has no Type",
    ],
  ])("that is %s is rejected with one sentence and a hint", (_, text, path, message) => {
    expect(() => readTemplate(text, path)).toThrowError(
      expect.objectContaining({
        code: "TEMPLATE_UNREADABLE",
        message: expect.stringContaining(message),
        hint: expect.stringMatching(/\.$/),
      }),
    )
  })
})

test("an error in YAML is reported in one line", () => {
  expect(() => readTemplate("a: [1\nb: 2\n", "t.yaml")).toThrowError(/^t\.yaml is not YAML: .+ at line 2, column 1\.$/)
})

describe("the template of a stack in a cloud assembly", () => {
  test("can be without resources", () => {
    expect(readAssemblyTemplate('{"Description":"nothing yet"}', "t.json").resources.size).toBe(0)
  })

  test.each([
    ["[]", "t.json is not a template."],
    ['{"Resources":{"A":{}}}', "t.json: the resource A has no Type."],
    ["", "t.json is empty."],
  ])("is rejected when it is %j", (text, message) => {
    expect(() => readAssemblyTemplate(text, "t.json")).toThrowError(
      expect.objectContaining({ code: "TEMPLATE_UNREADABLE", message }),
    )
  })
})

test("invalid JSON is reported with its file and its cause", () => {
  expect(() => parseJsonFile("{", "manifest.json")).toThrowError(
    expect.objectContaining({
      code: "TEMPLATE_UNREADABLE",
      message: expect.stringMatching(/^manifest\.json is not JSON: .+\.$/),
      cause: expect.any(SyntaxError),
    }),
  )
})
