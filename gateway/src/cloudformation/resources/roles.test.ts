// What roles, policies, and permissions to invoke functions yield.
import { describe, expect, test } from "vitest"
import type { ResourceBody } from "../source/stack.ts"
import { defineChat } from "../testing/chat-template.ts"

const policyDocument = (Action: string) => ({
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Action, Resource: "*" },
})

describe("a role", () => {
  test("has every policy that is attached to it, anywhere in the template", () => {
    const { roles } = defineChat({
      Role: {
        Path: "/team/",
        Policies: [{ PolicyName: "own", PolicyDocument: policyDocument("a:1") }],
        ManagedPolicyArns: [{ Ref: "Managed" }, "arn:aws:iam::aws:policy/AdministratorAccess"],
      },
      Managed: {
        Type: "AWS::IAM::ManagedPolicy",
        Properties: { ManagedPolicyName: "managed", PolicyDocument: policyDocument("a:2") },
      },
      Attached: {
        Type: "AWS::IAM::Policy",
        Properties: { PolicyName: "attached", Roles: [{ Ref: "Role" }], PolicyDocument: policyDocument("a:3") },
      },
      Single: {
        Type: "AWS::IAM::RolePolicy",
        Properties: { PolicyName: "single", RoleName: { Ref: "Role" }, PolicyDocument: policyDocument("a:4") },
      },
      ManagedToo: {
        Type: "AWS::IAM::ManagedPolicy",
        Properties: { Roles: [{ Ref: "Role" }], PolicyDocument: policyDocument("a:5") },
      },
      Elsewhere: {
        Type: "AWS::IAM::Policy",
        Properties: { PolicyName: "elsewhere", Roles: ["other"], PolicyDocument: policyDocument("a:6") },
      },
    })
    const [role] = roles
    expect(role).toMatchObject({
      arn: `arn:aws:iam::000000000000:role/team/${role!.roleName}`,
      assumeRolePolicy: { Statement: [{ Effect: "Allow", Action: "sts:AssumeRole" }] },
      managedPolicyArns: ["arn:aws:iam::aws:policy/AdministratorAccess"],
    })
    expect(role!.policies.map(({ name, document }) => [name, document.Statement[0]!.Action, document.Version])).toEqual(
      [
        ["own", "a:1", "2012-10-17"],
        ["managed", "a:2", "2012-10-17"],
        ["attached", "a:3", "2012-10-17"],
        ["single", "a:4", "2012-10-17"],
        ["ManagedToo", "a:5", "2012-10-17"],
      ],
    )
  })

  test("with a permissions boundary is reported, because boundaries are not evaluated", () => {
    const boundary = "arn:aws:iam::aws:policy/PowerUserAccess"
    const { notices } = defineChat({ Role: { PermissionsBoundary: boundary } })
    expect(notices).toMatchObject([
      { logicalId: "Role", message: `The permissions boundary ${boundary} is not evaluated.` },
    ])
  })
})

describe("a permission to invoke a function", () => {
  const permission = (FunctionName: unknown, properties: Record<string, unknown> = {}): ResourceBody => ({
    Type: "AWS::Lambda::Permission",
    Properties: { FunctionName, Action: "lambda:InvokeFunction", Principal: "apigateway.amazonaws.com", ...properties },
  })

  test("names the function by name, ARN, qualified ARN or partial ARN", () => {
    const { permissions, functions } = defineChat({
      A: permission({ Ref: "Function" }),
      B: permission({ "Fn::GetAtt": ["Function", "Arn"] }),
      C: permission({ "Fn::Sub": "${Function.Arn}:live" }),
      D: permission({ "Fn::Sub": "${AWS::AccountId}:function:${Function}" }),
      E: permission({ "Fn::Sub": "${Function}:live" }),
    })
    expect(permissions.map((one) => one.functionArn)).toEqual(Array.from({ length: 5 }, () => functions[0]!.arn))
  })

  test("keeps its action, principal and source", () => {
    const source = { SourceArn: "arn:aws:execute-api:us-east-1:1:a/*", SourceAccount: "111111111111" }
    const { permissions } = defineChat({ A: permission("f", source), B: permission("f") })
    expect(permissions).toMatchObject([
      {
        action: "lambda:InvokeFunction",
        principal: "apigateway.amazonaws.com",
        sourceArn: source.SourceArn,
        sourceAccount: source.SourceAccount,
      },
      { logicalId: "B" },
    ])
    expect(permissions[1]).not.toHaveProperty("sourceArn")
    expect(permissions[1]).not.toHaveProperty("sourceAccount")
  })
})
