// Suggested fixes for denials: lines of CDK for constructs, and CloudFormation for plain templates.
import { describe, expect, test } from "vitest"
import type { Definition } from "../definition/definition.ts"
import { fixForFunctionPolicy, fixForRole, fixForTrust } from "./suggest-fix.ts"

type Paths = { api?: string; fn?: string; caller?: string; role?: string; apiStack?: string }

/** An API, a function that is called, and one that calls, each with its construct path or without one. */
function system({ api, fn, caller, role: rolePath, apiStack = "Main" }: Paths) {
  const origin = (logicalId: string, constructPath: string | undefined, stackName = "Main") => ({
    logicalId,
    stackName,
    ...(constructPath !== undefined && { constructPath }),
  })
  const role = { ...origin("Role", rolePath), arn: "arn:aws:iam::1:role/r", roleName: "r" }
  const target = { ...origin("Target", fn), arn: "arn:aws:lambda:r:1:function:target", roleArn: "other" }
  const calling = { ...origin("Caller", caller), arn: "arn:aws:lambda:r:1:function:caller", roleArn: role.arn }
  const webSocketApis = [{ ...origin("Api", api, apiStack), apiId: "a1" }]
  const definition = {
    webSocketApis,
    httpApis: [],
    restApis: [],
    functionUrls: [],
    customDomains: [],
    functions: [target, calling],
  } as unknown as Definition
  const none = { allowed: false, because: "no-allow" } as const
  const fix = (action: string, resource: string) =>
    fixForRole(definition, role as never, { action, resource }, none as never)
  return {
    definition,
    role,
    target,
    fix,
    functionPolicy: (arn: string) => fixForFunctionPolicy(definition, target as never, target.arn, arn),
  }
}

const connections = "arn:aws:execute-api:r:1:a1/dev/POST/@connections/{connectionId}"
const route = "arn:aws:execute-api:r:1:a1/dev/$connect"
const constructs = { api: "stack/ChatApi/Resource", fn: "stack/Reader/Resource", caller: "stack/my-Caller/Resource" }

describe("an action that no policy of a role allows", () => {
  test("is granted by methods of constructs", () => {
    const { fix, target } = system(constructs)
    expect(fix("execute-api:ManageConnections", connections)).toBe("chatApi.grantManageConnections(myCaller)")
    expect(fix("lambda:InvokeFunction", target.arn)).toBe("reader.grantInvoke(myCaller)")
    expect(fix("execute-api:Invoke", route)).toBe(
      'myCaller.addToRolePolicy(new PolicyStatement({ actions: ["execute-api:Invoke"], resources: [Stack.of(chatApi).formatArn({ service: "execute-api", resource: chatApi.apiId, resourceName: "dev/$connect" })] }))',
    )
  })

  test("is added to a role that is a construct, when no function has it", () => {
    const { fix } = system({ api: constructs.api, role: "stack/Publisher/Resource" })
    expect(fix("execute-api:Invoke", route)).toMatch(/^publisher\.addToPrincipalPolicy\(new PolicyStatement\(/)
    expect(fix("execute-api:ManageConnections", connections)).toBe("chatApi.grantManageConnections(publisher)")
  })

  test("has a second way for an API that is an L1 construct", () => {
    const { fix } = system({ ...constructs, api: "stack/CfnApi" })
    expect(fix("execute-api:ManageConnections", connections)).toBe(
      'cfnApi.grantManageConnections(myCaller) // or, on a CfnApi: myCaller.addToRolePolicy(new PolicyStatement({ actions: ["execute-api:ManageConnections"], resources: [Stack.of(cfnApi).formatArn({ service: "execute-api", resource: cfnApi.ref, resourceName: "dev/POST/@connections/*" })] }))',
    )
  })

  test("is a statement in a plain template, which refers to resources of the same stack only", () => {
    const plain = system({})
    const account = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}"
    const statement = (text: string) => JSON.parse(text.replace("Add to the policies of Role: ", ""))
    expect(statement(plain.fix("execute-api:Invoke", route))).toEqual({
      Effect: "Allow",
      Action: "execute-api:Invoke",
      Resource: { "Fn::Sub": `${account}:\${Api}/dev/$connect` },
    })
    expect(statement(plain.fix("lambda:InvokeFunction", plain.target.arn)).Resource).toEqual({
      "Fn::GetAtt": ["Target", "Arn"],
    })
    const other = system({ apiStack: "Other" })
    expect(statement(other.fix("execute-api:ManageConnections", connections)).Resource).toBe(
      "arn:aws:execute-api:r:1:a1/dev/POST/@connections/*",
    )
    expect(statement(plain.fix("s3:GetObject", "arn:aws:s3:::b/k")).Resource).toBe("arn:aws:s3:::b/k")
  })

  test("of a statement that denies or is not supported is fixed in that statement, named by Sid or position", () => {
    const { definition, role } = system({})
    const at = (statement: object) => {
      const decision = { allowed: false, because: "explicit-deny", statement: { policyName: "p", ...statement } }
      return fixForRole(definition, role as never, { action: "a", resource: "r" }, decision as never)
    }
    expect(at({ index: 0 })).toBe("Change statement 1 of the policy p (role Role).")
    expect(at({ index: 1, Sid: "Never" })).toBe("Change statement Never of the policy p (role Role).")
  })
})

test("a role that API Gateway may not assume gets a trust statement, in CDK or in the template", () => {
  expect(fixForTrust(system({ role: "stack/Role/Resource" }).role as never, "apigateway.amazonaws.com")).toBe(
    'role.assumeRolePolicy.addStatements(new PolicyStatement({ actions: ["sts:AssumeRole"], principals: [new ServicePrincipal("apigateway.amazonaws.com")] }))',
  )
  expect(fixForTrust(system({}).role as never, "apigateway.amazonaws.com")).toBe(
    'Add to the AssumeRolePolicyDocument of Role: {"Effect":"Allow","Principal":{"Service":"apigateway.amazonaws.com"},"Action":"sts:AssumeRole"}',
  )
})

describe("a function that API Gateway may not invoke", () => {
  test("gets a permission in CDK", () => {
    expect(system(constructs).functionPolicy(route)).toBe(
      'reader.addPermission("ApiGateway", { principal: new ServicePrincipal("apigateway.amazonaws.com"), sourceArn: Stack.of(chatApi).formatArn({ service: "execute-api", resource: chatApi.apiId, resourceName: "*" }) })',
    )
  })

  test("gets a permission in a plain template, by the API or by the ARN of one in another stack", () => {
    const resource = (text: string) => JSON.parse(text.replace("Add to the Resources: ", ""))
    expect(resource(system({}).functionPolicy(route))).toEqual({
      Type: "AWS::Lambda::Permission",
      Properties: {
        FunctionName: { Ref: "Target" },
        Action: "lambda:InvokeFunction",
        Principal: "apigateway.amazonaws.com",
        SourceArn: {
          "Fn::Sub": "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*",
        },
      },
    })
    expect(resource(system({ apiStack: "Other" }).functionPolicy(route)).Properties.SourceArn).toBe(route)
    const { definition } = system({})
    const foreign = resource(fixForFunctionPolicy(definition, undefined, "arn:aws:lambda:r:2:function:f", route))
    expect(foreign.Properties.FunctionName).toBe("arn:aws:lambda:r:2:function:f")
  })
})
