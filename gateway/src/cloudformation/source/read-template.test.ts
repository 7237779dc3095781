// What a template file yields, in JSON and YAML, and which files are rejected.
import { describe, expect, test } from "vitest"
import { readTemplate } from "./read-template.ts"

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

  test.each([
    ["nothing", "", "t.json", "t.json is empty"],
    ["broken JSON", "{", "t.json", "t.json is not JSON"],
    ["broken YAML", "a: [1", "t.yaml", "t.yaml is not YAML: Flow sequence"],
    ["prose", "hello there", "t.yaml", "it has no Resources"],
    ["other JSON", '{"name":"x"}', "t.json", "it has no Resources"],
    ["a resource without a type", '{"Resources":{"A":{}}}', "t.json", "the resource A has no Type"],
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
