// Grants that a template has or lacks, on a deployed API as the other rooms ask about it.
import { describe, expect, test } from "vitest"
import { readDefinition } from "../cloudformation/read-definition.ts"
import { stackOf } from "../cloudformation/testing/stack-of.ts"
import { createAccess } from "./access.ts"
import { evaluateAuthorizerPolicy } from "./authorizer-policy.ts"
import { administratorOf } from "./credentials.ts"
import type { AccessMode, Denial } from "./denial.ts"

const uri = {
  "Fn::Sub": "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Handler.Arn}/invocations",
}
const trust = (Service: string, Condition?: object) => ({
  Statement: [{ Effect: "Allow", Principal: { Service }, Action: "sts:AssumeRole", ...(Condition && { Condition }) }],
})

type Options = {
  mode?: AccessMode
  /** Statements of the processor's role. */
  statements?: unknown[]
  managed?: string[]
  /** Statements of the integration's role, and who may assume it. */
  integrationStatements?: unknown[]
  assumedBy?: string
  trustCondition?: object
  permissions?: Record<string, unknown>[]
  constructs?: boolean
}

function deploy({
  mode = "enforce",
  statements = [],
  managed = [],
  integrationStatements = [],
  assumedBy = "apigateway.amazonaws.com",
  trustCondition,
  permissions = [],
  constructs = true,
}: Options = {}) {
  const path = (name: string) => (constructs ? { Metadata: { "aws:cdk:path": `stack/${name}/Resource` } } : {})
  const policies = (Statement: unknown[]) =>
    Statement.length > 0
      ? { Policies: [{ PolicyName: "inline", PolicyDocument: { Version: "2012-10-17", Statement } }] }
      : {}
  const code = (role: string) => ({
    Runtime: "nodejs24.x",
    Handler: "index.handler",
    FunctionName: role,
    Role: { "Fn::GetAtt": [`${role}Role`, "Arn"] },
    Code: { ZipFile: "x" },
  })
  const Resources = {
    Chat: {
      Type: "AWS::ApiGatewayV2::Api",
      ...path("ChatApi"),
      Properties: { Name: "c", ProtocolType: "WEBSOCKET", RouteSelectionExpression: "$request.body.action" },
    },
    Connect: {
      Type: "AWS::ApiGatewayV2::Route",
      Properties: {
        ApiId: { Ref: "Chat" },
        RouteKey: "$connect",
        Target: { "Fn::Sub": "integrations/${Integration}" },
      },
    },
    Integration: {
      Type: "AWS::ApiGatewayV2::Integration",
      Properties: { ApiId: { Ref: "Chat" }, IntegrationType: "AWS_PROXY", IntegrationUri: uri },
    },
    Stage: {
      Type: "AWS::ApiGatewayV2::Stage",
      Properties: { ApiId: { Ref: "Chat" }, StageName: "dev", AutoDeploy: true },
    },
    Handler: { Type: "AWS::Lambda::Function", ...path("ConnectionHandler"), Properties: code("Handler") },
    HandlerRole: { Type: "AWS::IAM::Role", Properties: { AssumeRolePolicyDocument: trust("lambda.amazonaws.com") } },
    Processor: { Type: "AWS::Lambda::Function", ...path("DocumentProcessor"), Properties: code("Processor") },
    ProcessorRole: {
      Type: "AWS::IAM::Role",
      ...path("DocumentProcessor/ServiceRole"),
      Properties: {
        RoleName: "processor-role",
        AssumeRolePolicyDocument: trust("lambda.amazonaws.com"),
        ManagedPolicyArns: managed,
        ...policies(statements),
      },
    },
    IntegrationRole: {
      Type: "AWS::IAM::Role",
      ...path("IntegrationRole"),
      Properties: { AssumeRolePolicyDocument: trust(assumedBy, trustCondition), ...policies(integrationStatements) },
    },
    ...Object.fromEntries(
      permissions.map((properties, index) => [
        `Permission${index}`,
        {
          Type: "AWS::Lambda::Permission",
          Properties: {
            FunctionName: { Ref: "Handler" },
            Action: "lambda:InvokeFunction",
            Principal: "apigateway.amazonaws.com",
            ...properties,
          },
        },
      ]),
    ),
  }
  const definition = readDefinition([stackOf({ Resources }, { accountId: "123456789012" })])
  const denials: Denial[] = []
  const access = createAccess(definition, { mode, onDenied: (denial) => denials.push(denial) })
  const functionNamed = (name: string) => definition.functions.find((one) => one.logicalId === name)!
  const { apiId } = definition.webSocketApis[0]!
  const call = { apiId, stageName: "dev", routeKey: "$connect", functionArn: functionNamed("Handler").arn }
  const credentialsArn = definition.roles.find((role) => role.logicalId === "IntegrationRole")!.arn
  const processor = access.principalOf(functionNamed("Processor"))
  const post = { apiId, stageName: "dev", method: "POST" }
  return { access, denials, apiId, call, credentialsArn, processor, post, handlerArn: functionNamed("Handler").arn }
}

const grant = {
  Effect: "Allow",
  Action: "execute-api:ManageConnections",
  Resource: { "Fn::Sub": "arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${Chat}/dev/*/@connections/*" },
}

describe("posting to a connection", () => {
  test("without a grant is denied with AWS's message, and the line that fixes it is reported", () => {
    const { access, denials, processor, post, apiId } = deploy()
    const resource = (account: string) =>
      `arn:aws:execute-api:us-east-1:${account}:${apiId}/dev/POST/@connections/{connectionId}`
    expect(access.manageConnections(processor, post)).toEqual({
      allowed: false,
      message: `User: arn:aws:sts::123456789012:assumed-role/processor-role/Processor is not authorized to perform: execute-api:ManageConnections on resource: ${resource("********9012")}`,
    })
    expect(denials).toEqual([
      {
        action: "execute-api:ManageConnections",
        resource: resource("123456789012"),
        role: "ProcessorRole",
        principalArn: processor.arn,
        explanation: "No policy of ProcessorRole allows execute-api:ManageConnections on this resource.",
        cure: "chatApi.grantManageConnections(documentProcessor)",
      },
    ])
  })

  test("with the grant is allowed, on that stage only", () => {
    const { access, denials, processor, post } = deploy({ statements: [grant] })
    expect(access.manageConnections(processor, post)).toMatchObject({
      allowed: true,
      statement: { index: 0, policyType: "identity-based" },
    })
    expect(access.manageConnections(processor, { ...post, method: "DELETE" })).toMatchObject({ allowed: true })
    expect(denials).toEqual([])
    expect(access.manageConnections(processor, { ...post, stageName: "prod" })).toMatchObject({ allowed: false })
  })

  test("is allowed by an AWS managed policy; an unsupported one is reported", () => {
    const { access, processor, post } = deploy({
      managed: ["arn:aws:iam::aws:policy/AmazonAPIGatewayInvokeFullAccess"],
    })
    expect(access.manageConnections(processor, post)).toMatchObject({ allowed: true })
    const unknown = deploy({ managed: ["arn:aws:iam::aws:policy/Unheard"] })
    expect(unknown.access.notices).toEqual([
      { logicalId: "ProcessorRole", type: "AWS::IAM::Role", message: expect.stringContaining("Unheard") },
    ])
    expect(unknown.access.manageConnections(unknown.processor, unknown.post)).toMatchObject({ allowed: false })
  })

  test("that a statement denies is denied, naming the statement", () => {
    const { access, denials, processor, post } = deploy({
      statements: [grant, { ...grant, Effect: "Deny", Sid: "Never" }],
    })
    expect(access.manageConnections(processor, post)).toMatchObject({
      allowed: false,
      message: expect.stringMatching(/ with an explicit deny$/),
    })
    expect(denials[0]).toMatchObject({
      explanation: "statement Never of inline denies it.",
      cure: expect.stringContaining("Change statement Never of the policy inline"),
    })
  })

  test("with an unsupported condition is denied, naming the operator", () => {
    const { access, denials, processor, post } = deploy({
      statements: [{ ...grant, Condition: { StringAlmost: { a: "b" } } }],
    })
    expect(access.manageConnections(processor, post)).toMatchObject({ allowed: false })
    expect(denials[0]?.explanation).toContain("the condition operator StringAlmost, which is not supported")
  })

  test("gets a statement as the fix where there are no constructs", () => {
    const { access, denials, processor, post } = deploy({ constructs: false })
    access.manageConnections(processor, post)
    const account = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}"
    expect(denials[0]?.cure).toBe(
      `Add to the policies of ProcessorRole: {"Effect":"Allow","Action":"execute-api:ManageConnections","Resource":{"Fn::Sub":"${account}:\${Chat}/dev/POST/@connections/*"}}`,
    )
  })

  test("is denied to each function by its own name, also where two share a role", () => {
    const { access, processor, post } = deploy()
    const other = { ...processor, arn: processor.arn.replace(/[^/]+$/, "other") }
    const messages = [processor, other].map((principal) => access.manageConnections(principal, post))
    expect(messages).toMatchObject([
      { message: expect.stringContaining(`User: ${processor.arn} is not`) },
      { message: expect.stringContaining(`User: ${other.arn} is not`) },
    ])
  })

  test.each([
    ["an encrypted call", { Bool: { "aws:SecureTransport": "true" } }, true],
    ["its region", { StringEquals: { "aws:RequestedRegion": "us-east-1" } }, true],
    ["its role", { ArnEquals: { "aws:PrincipalArn": "arn:aws:iam::123456789012:role/processor-role" } }, true],
    ["its account", { StringEquals: { "aws:PrincipalAccount": "123456789012" } }, true],
    ["a caller that is no service", { Bool: { "aws:PrincipalIsAWSService": "false" } }, true],
    ["a role as its caller", { StringEquals: { "aws:PrincipalType": "AssumedRole" } }, true],
    ["a call that no service makes for it", { Bool: { "aws:ViaAWSService": "false" } }, true],
    ["an address that no client here has", { IpAddress: { "aws:SourceIp": "0.0.0.0/0" } }, false],
    ["a time", { DateGreaterThan: { "aws:CurrentTime": "2020-01-01T00:00:00Z" } }, false],
  ])("may be granted on the condition of %s", (_what, Condition, allowed) => {
    const { access, processor, post } = deploy({ statements: [{ ...grant, Condition }] })
    expect(access.manageConnections(processor, post)).toMatchObject({ allowed })
  })

  test("is always allowed to the administrator", () => {
    const { access, post } = deploy()
    expect(access.manageConnections(administratorOf("123456789012"), post)).toMatchObject({ allowed: true })
  })

  test("is allowed and reported once in warn mode, and allowed without a report in off mode", () => {
    const warn = deploy({ mode: "warn" })
    for (let time = 0; time < 3; time++)
      expect(warn.access.manageConnections(warn.processor, warn.post)).toMatchObject({ allowed: true })
    expect(warn.denials).toHaveLength(1)
    const off = deploy({ mode: "off" })
    expect(off.access.manageConnections(off.processor, off.post)).toMatchObject({ allowed: true })
    expect(off.access.invokeFunction(off.call)).toMatchObject({ allowed: true })
    expect(off.denials).toEqual([])
  })
})

describe("invoking a function with the integration's role", () => {
  const invoke = { Effect: "Allow", Action: "lambda:InvokeFunction", Resource: { "Fn::GetAtt": ["Handler", "Arn"] } }

  test("needs a role that API Gateway may assume and that may invoke the function", () => {
    const { access, call, credentialsArn, denials } = deploy({ integrationStatements: [invoke] })
    expect(access.invokeFunction({ ...call, credentialsArn })).toMatchObject({ allowed: true })
    expect(denials).toEqual([])
  })

  test("fails when the role may not invoke it", () => {
    const { access, call, credentialsArn, denials, handlerArn } = deploy()
    expect(access.invokeFunction({ ...call, credentialsArn })).toMatchObject({ allowed: false })
    expect(denials).toMatchObject([
      {
        action: "lambda:InvokeFunction",
        resource: handlerArn,
        role: "IntegrationRole",
        cure: "connectionHandler.grantInvoke(integrationRole)",
      },
    ])
  })

  test("fails when API Gateway may not assume the role", () => {
    const { access, call, credentialsArn, denials } = deploy({
      integrationStatements: [invoke],
      assumedBy: "lambda.amazonaws.com",
    })
    expect(access.invokeFunction({ ...call, credentialsArn })).toMatchObject({
      allowed: false,
      message: expect.stringContaining("assume the provided role"),
    })
    expect(denials).toMatchObject([
      { action: "sts:AssumeRole", role: "IntegrationRole", cure: expect.stringContaining("apigateway.amazonaws.com") },
    ])
  })

  test("Step Functions assumes a role as the principal of every region or of its own", () => {
    for (const assumedBy of ["states.amazonaws.com", "states.us-east-1.amazonaws.com"]) {
      const { access, credentialsArn } = deploy({ assumedBy })
      expect(access.assumeRole(credentialsArn, "states.amazonaws.com")).not.toHaveProperty("allowed")
    }
    for (const assumedBy of ["states.eu-west-1.amazonaws.com", "states.us-east-1.example.com"]) {
      const { access, credentialsArn } = deploy({ assumedBy })
      expect(access.assumeRole(credentialsArn, "states.amazonaws.com")).toMatchObject({ allowed: false })
    }
    const { access, credentialsArn } = deploy({ assumedBy: "apigateway.us-east-1.amazonaws.com" })
    expect(access.assumeRole(credentialsArn)).toMatchObject({ allowed: false })
  })

  test("has the session of the role, on the condition of the account that the role is in", () => {
    const { access, credentialsArn } = deploy()
    const session = access.assumeRole(credentialsArn)
    if ("allowed" in session) throw new Error("The role cannot be assumed.")
    const roleName = credentialsArn.split("/").at(-1)
    expect(session).toEqual({
      arn: `arn:aws:sts::123456789012:assumed-role/${roleName}/BackplaneAssumeRoleSession`,
      roleArn: credentialsArn,
      accountId: "123456789012",
      administrator: false,
    })
    expect(access.assumeRole("arn:aws:iam::999999999999:role/a/foreign")).toMatchObject({
      arn: "arn:aws:sts::999999999999:assumed-role/foreign/BackplaneAssumeRoleSession",
      accountId: "999999999999",
    })
    for (const [account, allowed] of [
      ["123456789012", true],
      ["999999999999", false],
    ] as const) {
      const conditioned = deploy({
        integrationStatements: [invoke],
        trustCondition: { StringEquals: { "aws:SourceAccount": account } },
      })
      expect(
        conditioned.access.invokeFunction({ ...conditioned.call, credentialsArn: conditioned.credentialsArn }),
      ).toMatchObject({ allowed })
    }
  })

  test("reports a service that may not assume the role with the message of AWS", () => {
    const { access, credentialsArn, denials } = deploy({ assumedBy: "lambda.amazonaws.com" })
    expect(access.assumeRole(credentialsArn)).toEqual({
      allowed: false,
      message: `API Gateway does not have permission to assume the provided role ${credentialsArn}`,
    })
    expect(access.assumeRole(credentialsArn, "states.amazonaws.com")).toMatchObject({
      message: expect.stringContaining("states.amazonaws.com, nor the regional one is authorized to assume"),
    })
    expect(denials.map(({ principalArn, explanation }) => [principalArn, explanation])).toEqual(
      ["apigateway.amazonaws.com", "states.amazonaws.com"].map((service) => [
        service,
        `The trust policy of IntegrationRole does not let ${service} assume it.`,
      ]),
    )
  })

  test("with a role of another template is trusted", () => {
    const { access, call } = deploy()
    expect(access.invokeFunction({ ...call, credentialsArn: "arn:aws:iam::123456789012:role/elsewhere" })).toEqual({
      allowed: true,
    })
  })
})

describe("invoking a function by its resource policy", () => {
  const SourceArn = (path: string) => ({
    "Fn::Sub": `arn:aws:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${Chat}/${path}`,
  })

  test("fails without a permission, with the line that adds one", () => {
    const { access, call, denials } = deploy()
    expect(access.invokeFunction(call)).toEqual({ allowed: false, message: "Invalid permissions on Lambda function" })
    expect(denials).toMatchObject([
      {
        explanation: "API Gateway may not invoke the function: Handler has no permission at all.",
        cure: expect.stringMatching(/^connectionHandler\.addPermission\(/),
      },
    ])
    const plain = deploy({ constructs: false })
    plain.access.invokeFunction(plain.call)
    expect(plain.denials[0]?.cure).toContain('{"Type":"AWS::Lambda::Permission"')
  })

  test.each<[string, Record<string, unknown>, boolean]>([
    ["without a source", {}, true],
    ["for the whole API", { SourceArn: SourceArn("*") }, true],
    ["as CDK writes it", { SourceArn: SourceArn("*$connect") }, true],
    ["for another route", { SourceArn: SourceArn("*/send") }, false],
    ["for another stage", { SourceArn: SourceArn("prod/*") }, false],
    ["for another service", { Principal: "s3.amazonaws.com" }, false],
    ["for another account's calls", { SourceAccount: "999999999999" }, false],
    ["for this account's calls", { SourceAccount: { Ref: "AWS::AccountId" } }, true],
    ["for another action", { Action: "lambda:GetFunction" }, false],
  ])("with a permission %s", (_, properties, allowed) => {
    const { access, call } = deploy({ permissions: [properties] })
    expect(access.invokeFunction(call).allowed).toBe(allowed)
  })

  test("asks for an authorizer by the authorizer's own source", () => {
    const { access, call } = deploy({ permissions: [{ SourceArn: SourceArn("authorizers/*") }] })
    expect(access.invokeFunction({ ...call, authorizerId: "abc123" })).toMatchObject({ allowed: true })
    expect(access.invokeFunction(call)).toMatchObject({ allowed: false })
  })
})

describe("connecting to a route with AWS_IAM", () => {
  test("needs execute-api:Invoke on that route", () => {
    const invoke = {
      ...grant,
      Action: "execute-api:Invoke",
      Resource: { "Fn::Sub": "arn:aws:execute-api:*:*:${Chat}/dev/$connect" },
    }
    const { access, processor, apiId } = deploy({ statements: [invoke] })
    expect(access.invokeRoute(processor, { apiId, stageName: "dev", routeKey: "$connect" })).toMatchObject({
      allowed: true,
    })
    expect(access.invokeRoute(processor, { apiId, stageName: "prod", routeKey: "$connect" })).toMatchObject({
      allowed: false,
    })
  })
})

describe("an authorizer's policy", () => {
  const methodArn = "arn:aws:execute-api:us-east-1:123456789012:abc/dev/$connect"
  test.each([
    ["Allow", methodArn, "allow"],
    ["Allow", "arn:aws:execute-api:*:*:abc/*", "allow"],
    ["Allow", "arn:aws:execute-api:*:*:other/*", "no-allow"],
    ["Deny", methodArn, "explicit-deny"],
  ] as const)("that says %s on %s: %s", (Effect, Resource, expected) => {
    const document = { Version: "2012-10-17", Statement: [{ Effect, Action: "execute-api:Invoke", Resource }] }
    expect(evaluateAuthorizerPolicy(document, methodArn)).toBe(expected)
  })
})
