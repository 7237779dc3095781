// Permissions for the URLs of functions: of the function's policy, and of the role of the signer.
import { expect, test } from "vitest"
import { readDefinition } from "../cloudformation/read-definition.ts"
import { stackOf } from "../cloudformation/testing/stack-of.ts"
import { createAccess } from "./access.ts"
import { administratorOf } from "./credentials.ts"
import type { AccessMode, Denial } from "./denial.ts"

type Options = { mode?: AccessMode; authType?: string; statements?: unknown[]; permissions?: object[]; path?: string }

function deploy({ mode = "enforce", authType = "NONE", statements = [], permissions = [], path }: Options) {
  const policy = { PolicyName: "inline", PolicyDocument: { Version: "2012-10-17", Statement: statements } }
  const code = { Runtime: "nodejs24.x", Handler: "index.handler", Code: { ZipFile: "1" } }
  const Resources = {
    Role: {
      Type: "AWS::IAM::Role",
      Properties: { AssumeRolePolicyDocument: { Statement: [] }, Policies: statements.length > 0 ? [policy] : [] },
    },
    Target: {
      Type: "AWS::Lambda::Function",
      Properties: { ...code, Role: { "Fn::GetAtt": ["Role", "Arn"] } },
      ...(path !== undefined && { Metadata: { "aws:cdk:path": path } }),
    },
    Address: {
      Type: "AWS::Lambda::Url",
      Properties: { TargetFunctionArn: { Ref: "Target" }, AuthType: authType },
    },
    ...Object.fromEntries(
      permissions.map((one, index) => [
        `Permission${index}`,
        { Type: "AWS::Lambda::Permission", Properties: { FunctionName: { Ref: "Target" }, ...one } },
      ]),
    ),
  }
  const definition = readDefinition([stackOf({ Resources })])
  const denials: Denial[] = []
  const access = createAccess(definition, { mode, onDenied: (denial) => void denials.push(denial) })
  const [url] = definition.functionUrls
  const [signer] = definition.functions
  if (!url || !signer) throw new Error("The template has no URL.")
  return { access, denials, url, role: access.principalOf(signer) }
}

const open = [
  { Action: "lambda:InvokeFunctionUrl", Principal: "*", FunctionUrlAuthType: "NONE" },
  { Action: "lambda:InvokeFunction", Principal: "*", InvokedViaFunctionUrl: true },
]

test("a public URL needs both permissions for everybody, and the first denial is reported once", () => {
  const allowed = deploy({ permissions: open })
  expect(allowed.access.invokeUrl(allowed.url)).toMatchObject({ allowed: true })
  const denied = deploy({ permissions: open.slice(0, 1), path: "stack/Target/Resource" })
  expect(denied.access.invokeUrl(denied.url)).toMatchObject({ allowed: false })
  expect(denied.access.invokeUrl(denied.url)).toMatchObject({ allowed: false })
  expect(denied.denials).toMatchObject([
    {
      action: "lambda:InvokeFunction",
      cure: expect.stringMatching(/^Update aws-cdk-lib.*"InvokedViaFunctionUrl":true/),
    },
  ])
})

test.each([
  ["another authorization", { ...open[0], FunctionUrlAuthType: "AWS_IAM" }],
  ["one role", { ...open[0], Principal: "arn:aws:iam::000000000000:role/r" }],
  ["API Gateway", { ...open[0], Principal: "apigateway.amazonaws.com" }],
])("a public URL is denied with a permission for %s", (_, permission) => {
  const { access, url } = deploy({ permissions: [permission, { ...open[1] }] })
  expect(access.invokeUrl(url)).toMatchObject({ allowed: false })
})

test("a missing permission is only reported in the mode warn, and ignored in the mode off", () => {
  const warned = deploy({ mode: "warn" })
  expect(warned.access.invokeUrl(warned.url)).toMatchObject({ allowed: true })
  expect(warned.denials.map(({ action }) => action)).toEqual(["lambda:InvokeFunctionUrl", "lambda:InvokeFunction"])
  const off = deploy({ mode: "off" })
  expect([off.access.invokeUrl(off.url), off.denials]).toEqual([{ allowed: true }, []])
})

const allow = (action: string, condition?: object) => ({
  Effect: "Allow",
  Action: action,
  Resource: "*",
  ...(condition && { Condition: condition }),
})

test("a signer needs both permissions, of its role or of the function", () => {
  const both = [allow("lambda:InvokeFunctionUrl"), allow("lambda:InvokeFunction")]
  const cases: [Options, boolean][] = [
    [{ statements: both }, true],
    [{ statements: both.slice(0, 1) }, false],
    [{ statements: both.slice(1) }, false],
    [{ permissions: [{ ...open[0], FunctionUrlAuthType: "AWS_IAM" }, { ...open[1] }] }, true],
    [{ statements: [allow("lambda:*", { StringEquals: { "lambda:FunctionUrlAuthType": "NONE" } })] }, false],
  ]
  for (const [options, allowed] of cases) {
    const { access, url, role } = deploy({ ...options, authType: "AWS_IAM" })
    expect([options, access.invokeUrl(url, role).allowed]).toEqual([options, allowed])
  }
})

test("the administrator may invoke every URL", () => {
  const { access, url } = deploy({ authType: "AWS_IAM" })
  expect(access.invokeUrl(url, administratorOf("000000000000"))).toMatchObject({ allowed: true })
})
