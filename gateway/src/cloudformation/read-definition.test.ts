// What a whole template yields, and what is rejected.
import { describe, expect, test } from "vitest"
import { readDefinition } from "./read-definition.ts"
import type { ResourceBody } from "./source/stack.ts"
import { type Changes, chatResources, defineChat, invocationUri, noValue } from "./testing/chat-template.ts"
import { stackOf } from "./testing/stack-of.ts"

describe("a template is rejected for", () => {
  const authorizer = (properties: Record<string, unknown>): ResourceBody => ({
    Type: "AWS::ApiGatewayV2::Authorizer",
    Properties: {
      ApiId: { Ref: "Api" },
      AuthorizerType: "REQUEST",
      Name: "a",
      AuthorizerUri: invocationUri,
      ...properties,
    },
  })
  const response = (Type: string, Properties: Record<string, unknown>): ResourceBody => ({
    Type,
    Properties: { ApiId: { Ref: "Api" }, ...Properties },
  })
  const accessLog = (Format: string): Changes => ({
    Stage: { AccessLogSettings: { DestinationArn: "arn:aws:logs:us-east-1:000000000000:log-group:x", Format } },
  })
  const anotherStage = chatResources().Stage

  test.each<[string, Changes, string]>([
    ["an API without a name", { Api: { Name: noValue } }, "Api: Name is required."],
    [
      "an API without a route selection expression",
      { Api: { RouteSelectionExpression: noValue } },
      "Api: RouteSelectionExpression is required.",
    ],
    [
      "an API without a known protocol",
      { Api: { ProtocolType: "TCP" } },
      "Api: ProtocolType must be WEBSOCKET or HTTP, not TCP.",
    ],
    [
      "a deployment without routes",
      { Connect: undefined, Send: undefined },
      "Api: At least one route is required before deploying the Api",
    ],
    [
      "two routes with one key",
      { Send: { RouteKey: "$connect" } },
      "Send: Route with key $connect already exists for this API",
    ],
    ["a reserved route key", { Send: { RouteKey: "$send" } }, "Send: The route key $send is not allowed"],
    [
      "authorization on a message route",
      { Send: { AuthorizationType: "AWS_IAM" } },
      "Send: Currently, authorization is restricted to the $connect route only",
    ],
    [
      "an authorization type of HTTP APIs",
      { Connect: { AuthorizationType: "JWT" } },
      "Connect: AuthorizationType must be one of NONE, AWS_IAM, CUSTOM, not JWT.",
    ],
    ["CUSTOM without an authorizer", { Connect: { AuthorizationType: "CUSTOM" } }, "Connect: AuthorizerId is required"],
    [
      "an authorizer of no API",
      { Connect: { AuthorizationType: "CUSTOM", AuthorizerId: "xyz" } },
      "Connect: AuthorizerId: xyz is not an authorizer of this API.",
    ],
    [
      "an authorizer type of HTTP APIs",
      { A: authorizer({ AuthorizerType: "JWT" }) },
      "A: AuthorizerType must be REQUEST for a WebSocket API.",
    ],
    [
      "an authorizer with a cache",
      { A: authorizer({ AuthorizerResultTtlInSeconds: 0 }) },
      "A: AuthorizerResultTtlInSeconds cannot be set for WEBSOCKET protocol Apis.",
    ],
    [
      "an identity source of HTTP APIs",
      { A: authorizer({ IdentitySource: "$request.header.X" }) },
      'A: IdentitySource "$request.header.X" must be',
    ],
    ["an authorizer without a name", { A: authorizer({ Name: noValue }) }, "A: Name is required."],
    [
      "a target of another form",
      { Send: { Target: "Integration" } },
      "Send: Target must be integrations/{integrationId}",
    ],
    [
      "a target that is no integration",
      { Send: { Target: "integrations/nope" } },
      "Send: Target: nope is not an integration of this API.",
    ],
    [
      "a timeout that is too short",
      { Integration: { TimeoutInMillis: 49 } },
      "Integration: TimeoutInMillis must be between 50 and 29000, not 49",
    ],
    [
      "a timeout that is too long",
      { Integration: { TimeoutInMillis: 29_001 } },
      "Integration: TimeoutInMillis must be between 50 and 29000, not 29001",
    ],
    [
      "an unknown integration type",
      { Integration: { IntegrationType: "LAMBDA" } },
      "Integration: IntegrationType must be one of AWS_PROXY, AWS, HTTP_PROXY, HTTP, MOCK, not LAMBDA.",
    ],
    [
      "a missing integration type",
      { Integration: { IntegrationType: noValue } },
      "Integration: IntegrationType is required.",
    ],
    [
      "a missing integration URI",
      { Integration: { IntegrationUri: noValue } },
      "Integration: IntegrationUri is required.",
    ],
    [
      "an unknown content handling",
      { Integration: { ContentHandlingStrategy: "CONVERT" } },
      "Integration: ContentHandlingStrategy must be one of CONVERT_TO_TEXT, CONVERT_TO_BINARY, not CONVERT.",
    ],
    [
      "a response of no integration",
      {
        R: response("AWS::ApiGatewayV2::IntegrationResponse", {
          IntegrationId: "nope",
          IntegrationResponseKey: "$default",
        }),
      },
      "R: IntegrationId is not the id of an integration of this API.",
    ],
    [
      "a route response of another key",
      { R: response("AWS::ApiGatewayV2::RouteResponse", { RouteId: { Ref: "Send" }, RouteResponseKey: "200" }) },
      "R: RouteResponseKey must be $default.",
    ],
    [
      "another route response selection expression",
      { Send: { RouteResponseSelectionExpression: "$request.body.x" } },
      "Send: RouteResponseSelectionExpression must be $default.",
    ],
    ["a stage name with a slash", { Stage: { StageName: "a/b" } }, 'Stage: StageName "a/b" must be $default, or have'],
    ["a stage name that is too long", { Stage: { StageName: "a".repeat(129) } }, "or have 1 to 128 letters"],
    ["two stages with one name", { Stage2: anotherStage }, "Stage2: Stage with name dev already exists"],
    [
      "a deployment of no API",
      { Stage: { DeploymentId: "abc123" } },
      "Stage: Invalid deployment identifier specified: abc123 is not a deployment of this API.",
    ],
    ["a stage variable with a bad value", { Stage: { StageVariables: { x: "a b" } } }, "Stage: The stage variable x"],
    [
      "a stage variable with a bad name",
      { Stage: { StageVariables: { "x-y": "a" } } },
      "Stage: The stage variable x-y",
    ],
    [
      "a negative throttle rate",
      { Stage: { DefaultRouteSettings: { ThrottlingRateLimit: -1 } } },
      "Stage: ThrottlingRateLimit and ThrottlingBurstLimit must not be negative",
    ],
    [
      "a negative throttle burst",
      { Stage: { RouteSettings: { send: { ThrottlingBurstLimit: -1 } } } },
      "Stage: ThrottlingRateLimit and ThrottlingBurstLimit must not be negative",
    ],
    [
      "a throttle that is not a number",
      { Stage: { DefaultRouteSettings: { ThrottlingRateLimit: "fast" } } },
      'Stage: DefaultRouteSettings.ThrottlingRateLimit must be a number, not "fast"',
    ],
    [
      "a flag that is not a boolean",
      { Stage: { DefaultRouteSettings: { DataTraceEnabled: "yes" } } },
      'Stage: DefaultRouteSettings.DataTraceEnabled must be true or false, not "yes".',
    ],
    [
      "settings that are not a map",
      { Stage: { DefaultRouteSettings: "fast" } },
      'Stage: DefaultRouteSettings must be a map, not "fast".',
    ],
    [
      "variables that are not a map",
      { Stage: { StageVariables: ["x"] } },
      'Stage: StageVariables must be a map, not ["x"].',
    ],
    ["a name that is not a text", { Api: { Name: ["chat"] } }, 'Api: Name must be a text, not ["chat"].'],
    [
      "an unknown logging level",
      { Stage: { DefaultRouteSettings: { LoggingLevel: "DEBUG" } } },
      "Stage: DefaultRouteSettings.LoggingLevel must be one of OFF, ERROR, INFO, not DEBUG.",
    ],
    [
      "an access log without a destination",
      { Stage: { AccessLogSettings: { Format: "$context.requestId" } } },
      "Stage: Access Log value missing. Expected destinationArn and format.",
    ],
    [
      "an access log without a format",
      { Stage: { AccessLogSettings: { DestinationArn: "arn:aws:logs:us-east-1:000000000000:log-group:x" } } },
      "Stage: Access Log value missing. Expected destinationArn and format.",
    ],
    [
      "an access log without a request id",
      accessLog("$context.stage"),
      "Stage: The following errors are found in Access Log Format: Access Log format must include either $context.requestId or $context.extendedRequestId : '$context.stage'",
    ],
    [
      "an access log of two lines",
      accessLog("$context.requestId\n$context.stage"),
      "Stage: The access log format must be a single line",
    ],
    [
      "an access log that is too large",
      accessLog(`$context.requestId ${"é".repeat(1530)}`),
      "Stage: The access log format must not be larger than 3 KB.",
    ],
    ["a function without a role", { Function: { Role: noValue } }, "Function: Role is required"],
    [
      "a function with too little memory",
      { Function: { MemorySize: 127 } },
      "Function: MemorySize must be between 128 and 10240, not 127",
    ],
    [
      "a function with too much memory",
      { Function: { MemorySize: 10_241 } },
      "Function: MemorySize must be between 128 and 10240, not 10241",
    ],
    ["a function without time", { Function: { Timeout: 0 } }, "Function: Timeout must be between 1 and 900, not 0"],
    [
      "a function with too much time",
      { Function: { Timeout: 901 } },
      "Function: Timeout must be between 1 and 900, not 901",
    ],
    [
      "inline code of more than 4 MB",
      { Function: { Code: { ZipFile: " ".repeat(4 * 1024 * 1024 + 1) } } },
      "Function: Code.ZipFile must not be longer than 4 MB.",
    ],
    [
      "a policy without an effect",
      { Role: { AssumeRolePolicyDocument: { Statement: [{}] } } },
      "Role: AssumeRolePolicyDocument must be a policy document",
    ],
    [
      "a policy that is a text",
      { Role: { AssumeRolePolicyDocument: "Allow" } },
      "Role: AssumeRolePolicyDocument must be a policy document",
    ],
    [
      "a bucket with a bad name",
      { Bucket: { Type: "AWS::S3::Bucket", Properties: { BucketName: "a_b" } } },
      'Bucket: "a_b" is not a valid bucket name.',
    ],
    [
      "a bucket with a short name",
      { Bucket: { Type: "AWS::S3::Bucket", Properties: { BucketName: "ab" } } },
      'Bucket: "ab" is not a valid bucket name.',
    ],
    [
      "a queue with a bad name",
      { Queue: { Type: "AWS::SQS::Queue", Properties: { QueueName: "a b" } } },
      'Queue: QueueName "a b" must have 1 to 80 letters, digits, hyphens and underscores.',
    ],
    [
      "a queue with a long name",
      { Queue: { Type: "AWS::SQS::Queue", Properties: { QueueName: "a".repeat(81) } } },
      "must have 1 to 80 letters",
    ],
    [
      "a FIFO queue without the suffix of its name",
      { Queue: { Type: "AWS::SQS::Queue", Properties: { QueueName: "orders", FifoQueue: true } } },
      'Queue: QueueName "orders" must have 1 to 80 letters, digits, hyphens and underscores, and end with .fifo.',
    ],
    [
      "a queue whose name ends as that of a FIFO queue",
      { Queue: { Type: "AWS::SQS::Queue", Properties: { QueueName: "orders.fifo" } } },
      'Queue: QueueName "orders.fifo" must have',
    ],
    [
      "a FIFO topic without the suffix of its name",
      { Topic: { Type: "AWS::SNS::Topic", Properties: { TopicName: "orders", FifoTopic: true } } },
      'Topic: TopicName "orders" must have 1 to 256 letters, digits, hyphens and underscores, and end with .fifo.',
    ],
    ["a table without a key", { Table: { Type: "AWS::DynamoDB::Table" } }, "Table: KeySchema is required."],
  ])("%s", (_, changes, problem) => {
    expect(() => defineChat(changes)).toThrowError(
      expect.objectContaining({ code: "TEMPLATE_INVALID", message: expect.stringContaining(problem) }),
    )
  })

  test.each([
    "AuthorizerResultTtlInSeconds",
    "AuthorizerPayloadFormatVersion",
    "EnableSimpleResponses",
    "JwtConfiguration",
  ])("an authorizer with %s, which only HTTP APIs have", (name) => {
    expect(() => defineChat({ A: authorizer({ [name]: "x" }) })).toThrowError(
      `A: ${name} cannot be set for WEBSOCKET protocol Apis.`,
    )
  })

  test("all of its problems in one error", () => {
    const changes = { Send: { RouteKey: "$send" }, Stage: { StageName: "a b" }, Integration: { TimeoutInMillis: 1 } }
    expect(() => defineChat(changes)).toThrowError(/3 problems:\n {2}Integration: .*\n {2}Send: .*\n {2}Stage: /)
  })

  test.each([
    ["a reference that cannot be resolved", { Function: { Role: { "Fn::GetAtt": ["Missing", "Arn"] } } }],
    ["an unknown intrinsic function", { Function: { Role: { "Fn::Nonsense": 1 } } }],
    ["a required text that is a list", { Function: { Role: ["arn:aws:iam::000000000000:role/r"] } }],
  ])("%s with a single message, without one about a missing property", (_, changes) => {
    const error = messageOf(() => defineChat(changes))
    expect(error).toMatch(/^The template would not deploy\. Function: /)
    expect(error).not.toMatch("is required")
  })
})

describe("the limits themselves are accepted:", () => {
  test.each<[string, Changes]>([
    [
      "the shortest and the longest integration timeout",
      { Integration: { TimeoutInMillis: 50 }, Other: integration() },
    ],
    ["the least memory and time", { Function: { MemorySize: 128, Timeout: 1 } }],
    ["the most memory and time", { Function: { MemorySize: 10_240, Timeout: 900 } }],
    ["inline code of 4 MB", { Function: { Code: { ZipFile: " ".repeat(4 * 1024 * 1024) } } }],
    ["a stage name of 128 characters", { Stage: { StageName: "a".repeat(128) } }],
    ["a throttle of zero", { Stage: { DefaultRouteSettings: { ThrottlingRateLimit: 0, ThrottlingBurstLimit: 0 } } }],
    [
      "an access log format of 3 KB",
      {
        Stage: {
          AccessLogSettings: { DestinationArn: "arn", Format: "$context.extendedRequestId".padEnd(3072, " x") },
        },
      },
    ],
    ["a bucket name of 3 characters", { B: { Type: "AWS::S3::Bucket", Properties: { BucketName: "abc" } } }],
  ])("%s", (_, changes) => {
    expect(() => defineChat(changes)).not.toThrowError()
  })

  function integration(): ResourceBody {
    return {
      Type: "AWS::ApiGatewayV2::Integration",
      Properties: {
        ApiId: { Ref: "Api" },
        IntegrationType: "AWS_PROXY",
        IntegrationUri: invocationUri,
        TimeoutInMillis: 29_000,
      },
    }
  }
})

describe("names that ordinary objects inherit are names like any other:", () => {
  // JSON.parse makes "__proto__" an own key, as it does for a template file.
  const names = ["constructor", "__proto__", "toString"]

  test.each(names)("a template may call everything %s", (name) => {
    const body = JSON.parse(
      JSON.stringify({
        Parameters: { NAME: { Type: "String", Default: "blue" } },
        Mappings: { NAME: { NAME: { NAME: "mapped" } } },
        Conditions: { NAME: { "Fn::Equals": ["a", "b"] } },
        Resources: chatResources({
          Send: { RouteKey: "NAME" },
          Stage: {
            StageName: "NAME",
            StageVariables: { NAME: "v" },
            RouteSettings: { NAME: { ThrottlingRateLimit: 7 } },
          },
          Function: { Environment: { Variables: { NAME: { Ref: "NAME" } } } },
        }),
        Outputs: {
          NAME: { Value: { "Fn::FindInMap": ["NAME", "NAME", "NAME"] }, Export: { Name: "NAME" } },
          Imported: { Value: { "Fn::ImportValue": "NAME" } },
          Chosen: { Value: { "Fn::If": ["NAME", "yes", "no"] } },
          Substituted: { Value: { "Fn::Sub": ["${NAME}", { NAME: "own" }] } },
        },
      })
        .replaceAll('"NAME"', JSON.stringify(name))
        .replaceAll("${NAME}", `\${${name}}`),
    )
    const { webSocketApis, functions, outputs } = readDefinition([stackOf(body)])
    const [stage] = webSocketApis[0]!.stages
    const { routes } = webSocketApis[0]!.deployments[stage!.deploymentId!]!
    expect(Object.keys(routes)).toEqual(["$connect", name])
    expect(routes[name]).toMatchObject({ routeKey: name })
    expect([stage!.stageName, stage!.variables[name], stage!.routeSettings[name]?.throttlingRateLimit]).toEqual([
      name,
      "v",
      7,
    ])
    expect(functions[0]!.environment[name]).toBe("blue")
    expect([outputs[name], outputs.Imported, outputs.Chosen, outputs.Substituted]).toEqual([
      "mapped",
      "mapped",
      "no",
      "own",
    ])
  })

  test.each(names)("a resource may have the logical id %s", (name) => {
    const bucket = { Type: "AWS::S3::Bucket", Properties: { BucketName: "photos" } }
    const { buckets } = defineChat({ [name]: bucket })
    expect(buckets).toMatchObject([{ logicalId: name, bucketName: "photos" }])
  })

  test.each(names)("what is called %s but is not in the template is missing", (name) => {
    const value = (Value: unknown) => messageOf(() => defineChat({}, { Outputs: { Out: { Value } } }))
    expect(value({ Ref: name })).toMatch(`Unresolved resource dependencies [${name}]`)
    expect(value({ "Fn::If": [name, 1, 2] })).toMatch(`The condition ${name} is not defined`)
    expect(value({ "Fn::FindInMap": [name, name, name] })).toMatch("Unable to get mapping")
    expect(value({ "Fn::GetStackOutput": { StackName: "stack", OutputName: name } })).toMatch(`has no output ${name}`)
    expect(messageOf(() => defineChat({ Stage: { DeploymentId: name } }))).toMatch("Invalid deployment identifier")
    expect(messageOf(() => defineChat({ Send: { Target: `integrations/${name}` } }))).toMatch("is not an integration")
    const { outputs, notices } = defineChat({}, { Outputs: { Out: { Value: { "Fn::GetAtt": ["Api", name] } } } })
    expect(outputs.Out).toMatch(/^[a-z0-9]{10}-/)
    expect(notices).toMatchObject([{ message: expect.stringContaining(`The attribute ${name} of`) }])
  })

  test("the records of a definition do not find inherited names", () => {
    const { webSocketApis, functions, outputs } = defineChat()
    const [api] = webSocketApis
    const records = [
      api!.deployments,
      api!.authorizers,
      Object.values(api!.deployments)[0]!.routes,
      api!.stages[0]!.variables,
      api!.stages[0]!.routeSettings,
      functions[0]!.environment,
      outputs,
    ]
    expect(records.map((record: Record<string, unknown>) => record.constructor)).toEqual(records.map(() => undefined))
  })
})

test("region, account and partition are those of the stack with the first API", () => {
  const other = stackOf({ Resources: {} }, { region: "eu-west-1", accountId: "111111111111", stackName: "other" })
  const chat = stackOf({ Resources: chatResources() }, { region: "cn-north-1", accountId: "222222222222" })
  expect(readDefinition([other, chat])).toMatchObject({
    region: "cn-north-1",
    accountId: "222222222222",
    partition: "aws-cn",
    urlSuffix: "amazonaws.com.cn",
  })
})

test("problems name their stacks when there are several", () => {
  const invalid = { Api: { Name: noValue } }
  const [first, second] = ["first", "second"].map((stackName) =>
    stackOf({ Resources: chatResources(stackName === "second" ? invalid : {}) }, { stackName }),
  )
  if (!first || !second) throw new Error("There are two stacks")
  expect(() => readDefinition([second])).toThrow("The template would not deploy. Api: Name is required.")
  expect(() => readDefinition([first, second])).toThrow("The template would not deploy. second/Api: Name is required.")
})

test("missing parameters and exports are named all at once, with the options that give them", () => {
  const ref = (name: string) => ({ "Fn::ImportValue": name })
  const environment = { A: ref("shared:Table"), B: ref("shared:Queue"), C: { Ref: "Size" }, D: { Ref: "Kind" } }
  const parameter = { Type: "String" }
  const stack = stackOf({
    Parameters: { Size: parameter, Kind: parameter, Unused: parameter, Stage: parameter },
    Resources: chatResources({
      Function: { Environment: { Variables: environment } },
      Stage: { StageName: { Ref: "Stage" }, Description: { Ref: "Size" } },
    }),
  })
  expect(() => readDefinition([stack])).toThrow(
    expect.objectContaining({
      message:
        "The template would not deploy. 2 problems:\n" +
        "  Parameters: [Stage, Size, Kind] must have values\n" +
        "  No export named shared:Table, shared:Queue found.",
      hint:
        "Start again with --parameter Stage=VALUE --parameter Size=VALUE --parameter Kind=VALUE " +
        "--import shared:Table=VALUE --import shared:Queue=VALUE.",
    }),
  )
  const Environment = { Variables: { A: { Ref: "AssetParameters0aS3Bucket1" } } }
  const ofCdk = stackOf({
    Parameters: { AssetParameters0aS3Bucket1: parameter },
    Resources: chatResources({ Function: { Environment } }),
  })
  expect(() => readDefinition([ofCdk])).toThrow(
    expect.objectContaining({ hint: expect.stringContaining("give the folder of the app or its cdk.out instead.") }),
  )
  const parameters = new Map([
    ["Size", "1"],
    ["Kind", "k"],
    ["Stage", "dev"],
  ])
  const imports = new Map([
    ["shared:Table", "t"],
    ["shared:Queue", "q"],
  ])
  const { functions, notices } = readDefinition([{ ...stack, parameters }], { imports })
  expect(functions[0]?.environment).toEqual({ A: "t", B: "q", C: "1", D: "k" })
  expect(notices).toEqual([
    {
      logicalId: "Unused",
      type: "Parameter",
      kind: "advice",
      message: "CloudFormation needs a value, and there is no default.",
    },
  ])
  const given = new Map([...parameters, ["Unused", ""]])
  expect(readDefinition([{ ...stack, parameters: given }], { imports }).notices).toEqual([])
})

test("a value for a parameter that no template has is reported with the names of those that there are", () => {
  const one = {
    ...stackOf({ Parameters: { Stage: { Type: "String", Default: "dev" } } }),
    parameters: new Map([["Stag", "a"]]),
  }
  const other = {
    ...stackOf({ Parameters: { Size: { Type: "Number", Default: 1 } } }, { stackName: "other" }),
    parameters: one.parameters,
  }
  expect(readDefinition([one, other]).notices).toEqual([
    {
      logicalId: "Stag",
      type: "Parameter",
      kind: "advice",
      message: "No template has this parameter, so its value is not used. Parameters: Stage, Size.",
    },
  ])
})

test("an API of another region and account than the first has its own", () => {
  const second = { stackName: "second", region: "cn-north-1", accountId: "111111111111" }
  const definition = readDefinition([
    stackOf({ Resources: chatResources() }),
    stackOf({ Resources: chatResources() }, second),
  ])
  expect(definition).toMatchObject({ region: "us-east-1", regions: ["us-east-1", "cn-north-1"], notices: [] })
  const [first, other] = definition.webSocketApis
  expect(first?.environment).toEqual({
    region: "us-east-1",
    accountId: "000000000000",
    partition: "aws",
    domainName: `${first?.apiId}.execute-api.us-east-1.amazonaws.com`,
  })
  expect(other?.environment).toEqual({
    region: "cn-north-1",
    accountId: "111111111111",
    partition: "aws-cn",
    domainName: `${other?.apiId}.execute-api.cn-north-1.amazonaws.com.cn`,
  })
})

test("a template without an API has the region of its stack", () => {
  expect(readDefinition([stackOf({ Resources: {} }, { region: "eu-west-1" })]).region).toBe("eu-west-1")
  expect(readDefinition([])).toMatchObject({ region: "us-east-1", accountId: "000000000000" })
})

function messageOf(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    return (error as Error).message
  }
  throw new Error("No error was thrown.")
}
