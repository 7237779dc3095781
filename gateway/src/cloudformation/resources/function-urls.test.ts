// The URLs of functions as templates define them, and the resources that SAM generates for them.
import { expect, test } from "vitest"
import { readDefinition } from "../read-definition.ts"
import { stackOf } from "../testing/stack-of.ts"

const role = { Type: "AWS::IAM::Role", Properties: { AssumeRolePolicyDocument: { Statement: [] } } }
const target = {
  Type: "AWS::Lambda::Function",
  Properties: {
    Runtime: "nodejs24.x",
    Handler: "index.handler",
    Role: { "Fn::GetAtt": ["Role", "Arn"] },
    Code: { ZipFile: "export const handler = async () => 1" },
  },
}
const url = (properties: Record<string, unknown>) => ({
  Type: "AWS::Lambda::Url",
  Properties: { TargetFunctionArn: { "Fn::GetAtt": ["Target", "Arn"] }, AuthType: "NONE", ...properties },
})

function define(resources: Record<string, unknown>) {
  return readDefinition([stackOf({ Resources: { Role: role, Target: target, ...resources } } as never)])
}

test("a URL has its function, its host on AWS, its authorization and its CORS", () => {
  const Cors = { AllowOrigins: ["*"], AllowMethods: ["GET"], MaxAge: 5 }
  const { functionUrls, functions, notices } = define({ Address: url({ AuthType: "AWS_IAM", Cors }) })
  const { urlId = "" } = functionUrls[0] ?? {}
  expect(urlId).toMatch(/^[a-z0-9]{32}$/)
  expect(functionUrls).toMatchObject([
    {
      logicalId: "Address",
      functionArn: functions[0]?.arn,
      authType: "AWS_IAM",
      environment: { domainName: `${urlId}.lambda-url.us-east-1.on.aws`, region: "us-east-1" },
      cors: { allowOrigins: ["*"], allowMethods: ["GET"], maxAgeSeconds: 5 },
    },
  ])
  expect(functions[0]?.isTarget).toBe(true)
  expect(notices).toEqual([])
})

test.each([
  [url({ AuthType: undefined }), "A: AuthType is required."],
  [url({ AuthType: "JWT" }), "A: AuthType must be one of NONE, AWS_IAM, not JWT."],
  [url({ TargetFunctionArn: undefined }), "A: TargetFunctionArn is required."],
  [url({ InvokeMode: "FAST" }), "A: InvokeMode must be one of BUFFERED, RESPONSE_STREAM, not FAST."],
])("a URL that AWS would reject is reported: %j", (resource, message) => {
  expect(() => define({ A: resource })).toThrowError(
    expect.objectContaining({ message: expect.stringContaining(message) }),
  )
})

test("a second URL of a function is rejected", () => {
  expect(() => define({ A: url({}), B: url({}) })).toThrowError(/B: The function has another URL already\./)
})

test("SAM generates the URL of a function, and the permissions of a public one", () => {
  const serverless = (FunctionUrlConfig: Record<string, unknown>) => ({
    Type: "AWS::Serverless::Function",
    Properties: { Runtime: "nodejs24.x", Handler: "index.handler", InlineCode: "1", FunctionUrlConfig },
  })
  const { functionUrls, permissions } = define({
    Open: serverless({ AuthType: "NONE", Cors: { AllowOrigins: ["*"] } }),
    Closed: serverless({ AuthType: "AWS_IAM" }),
  })
  expect(functionUrls).toMatchObject([
    { logicalId: "OpenUrl", authType: "NONE", cors: { allowOrigins: ["*"] } },
    { logicalId: "ClosedUrl", authType: "AWS_IAM" },
  ])
  const functionArn = functionUrls[0]?.functionArn
  expect(permissions).toMatchObject([
    { functionArn, action: "lambda:InvokeFunctionUrl", principal: "*", functionUrlAuthType: "NONE" },
    { functionArn, action: "lambda:InvokeFunction", principal: "*", invokedViaFunctionUrl: true },
  ])
})
