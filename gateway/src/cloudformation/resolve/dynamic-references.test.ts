// Dynamic references: values of the template, of --parameters, and references without a value.
import { describe, expect, test } from "vitest"
import { createReport } from "../report.ts"
import { stackOf } from "../testing/stack-of.ts"
import { resolveTemplate } from "./resolve-template.ts"

const Resources = {
  Key: { Type: "AWS::SSM::Parameter", Properties: { Name: "/app/key", Value: { "Fn::Sub": "in ${AWS::Region}" } } },
  Login: {
    Type: "AWS::SecretsManager::Secret",
    Properties: { Name: "app/login", SecretString: '{"user":"ann","nested":{"a":1},"port":5432}' },
  },
  Generated: {
    Type: "AWS::SecretsManager::Secret",
    Properties: {
      GenerateSecretString: {
        SecretStringTemplate: '{"user":"bob"}',
        GenerateStringKey: "password",
        PasswordLength: 20,
      },
    },
  },
}

function resolved(Value: unknown, values: Record<string, string> = {}) {
  const report = createReport()
  const template = resolveTemplate([stackOf({ Resources, Outputs: { Value: { Value } } })], report, {
    values: new Map(Object.entries(values)),
  })
  const { Value: value } = template.outputs()
  report.throwProblems()
  return { value, notices: report.notices().map(({ message }) => message) }
}

const secretArn = { Ref: "Login" }
const join = (...parts: unknown[]) => ({ "Fn::Join": ["", parts] })

describe("a dynamic reference", () => {
  test.each<[unknown, string | RegExp]>([
    ["{{resolve:ssm:/app/key}}", "in us-east-1"],
    ["{{resolve:ssm:/app/key:3}}", "in us-east-1"],
    ["{{resolve:ssm-secure:/app/key:1}}", "in us-east-1"],
    ["a {{resolve:ssm:/app/key}}, {{resolve:secretsmanager:app/login:SecretString:user}}", "a in us-east-1, ann"],
    ["{{resolve:secretsmanager:app/login}}", '{"user":"ann","nested":{"a":1},"port":5432}'],
    ["{{resolve:secretsmanager:app/login:SecretString:port:AWSCURRENT:}}", "5432"],
    [join("{{resolve:secretsmanager:", secretArn, ":SecretString:user::}}"), "ann"],
    [{ "Fn::Sub": "{{resolve:secretsmanager:${Generated}:SecretString:user}}" }, "bob"],
    [{ "Fn::Sub": "{{resolve:secretsmanager:${Generated}:SecretString:password}}" }, /^[a-z0-9]{20}$/],
  ])("%j has the value of the template", (reference, expected) => {
    const { value, notices } = resolved(reference)
    expect(value).toMatch(expected)
    if (typeof expected === "string") expect(value).toBe(expected)
    expect(notices).toEqual([])
  })

  test("has the value of --parameters, which replaces that of the template", () => {
    const values = { "/app/key": "given", "app/login": '{"user":"eve"}', "/other": "too" }
    expect(resolved("{{resolve:ssm:/app/key}} {{resolve:ssm:/other:2}}", values).value).toBe("given too")
    const user = join("{{resolve:secretsmanager:", secretArn, ":SecretString:user}}")
    expect(resolved(user, values).value).toBe("eve")
  })

  test.each([
    "{{resolve:ssm:/none}}",
    "{{resolve:secretsmanager:none}}",
    "{{resolve:secretsmanager:app/login:SecretString:none}}",
    "{{resolve:secretsmanager:app/login:SecretString:nested}}",
    "{{resolve:secretsmanager:app/login:SecretString:__proto__}}",
    "{{resolve:other:x}}",
  ])("%s without a value stays, and is reported with the option that gives it", (reference) => {
    const { value, notices } = resolved(reference)
    expect(value).toBe(reference)
    expect(notices).toEqual([
      `${reference} has no value here, so the text itself is used. Give the value with --parameters FILE.`,
    ])
  })
})

test("a template parameter of the type of a stored parameter has its value", () => {
  const report = createReport()
  const body = {
    Parameters: { Stored: { Type: "AWS::SSM::Parameter::Value<String>", Default: "/app/key" } },
    Resources,
    Outputs: { Value: { Value: { Ref: "Stored" } } },
  }
  expect(resolveTemplate([stackOf(body)], report).outputs()).toEqual({ Value: "in us-east-1" })
  expect(report.notices()).toEqual([])
})
