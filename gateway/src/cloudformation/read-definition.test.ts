// What a whole template comes to, and what is refused about it.
import { describe, expect, it } from "vitest"
import { definitionOf } from "./read-definition.ts"
import type { ResourceBody } from "./source/stack.ts"
import { stackOf } from "./source/stack.ts"

type Resources = Record<string, ResourceBody>

const uri = {
  "Fn::Sub": "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Function.Arn}/invocations",
}
const trust = {
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
}

/** A chat: `$connect` and `send`, one function, one stage. Each test changes what it is about. */
function chat(changes: Record<string, Partial<ResourceBody["Properties"]> | ResourceBody | undefined> = {}): Resources {
  const route = (RouteKey: string): ResourceBody => ({
    Type: "AWS::ApiGatewayV2::Route",
    Properties: { ApiId: { Ref: "Api" }, RouteKey, Target: { "Fn::Sub": "integrations/${Integration}" } },
  })
  const resources: Resources = {
    Api: {
      Type: "AWS::ApiGatewayV2::Api",
      Properties: { Name: "chat", ProtocolType: "WEBSOCKET", RouteSelectionExpression: "$request.body.action" },
    },
    Connect: route("$connect"),
    Send: route("send"),
    Integration: {
      Type: "AWS::ApiGatewayV2::Integration",
      Properties: { ApiId: { Ref: "Api" }, IntegrationType: "AWS_PROXY", IntegrationUri: uri },
    },
    Deployment: {
      Type: "AWS::ApiGatewayV2::Deployment",
      DependsOn: ["Connect", "Send"],
      Properties: { ApiId: { Ref: "Api" } },
    },
    Stage: {
      Type: "AWS::ApiGatewayV2::Stage",
      Properties: { ApiId: { Ref: "Api" }, StageName: "dev", DeploymentId: { Ref: "Deployment" } },
    },
    Function: {
      Type: "AWS::Lambda::Function",
      Properties: {
        Runtime: "nodejs24.x",
        Handler: "index.handler",
        Role: { "Fn::GetAtt": ["Role", "Arn"] },
        Code: { ZipFile: "exports.handler = () => {}" },
      },
    },
    Role: { Type: "AWS::IAM::Role", Properties: { AssumeRolePolicyDocument: trust } },
  }
  for (const [logicalId, change] of Object.entries(changes)) {
    const existing = resources[logicalId]
    if (change === undefined) delete resources[logicalId]
    else if (!existing || "Type" in change) resources[logicalId] = change as ResourceBody
    else existing.Properties = { ...existing.Properties, ...change }
  }
  return resources
}

function define(changes: Parameters<typeof chat>[0] = {}, template: Record<string, unknown> = {}) {
  return definitionOf([stackOf({ Resources: chat(changes), ...template })])
}

describe("a WebSocket API", () => {
  it("is served as its stage's deployment has it", () => {
    const [api] = define({ Stage: { StageVariables: { color: "blue" } } }).webSocketApis
    const [stage] = api!.stages
    expect(api).toMatchObject({ name: "chat", apiId: expect.stringMatching(/^[a-z0-9]{10}$/), logicalId: "Api" })
    expect(stage).toMatchObject({ stageName: "dev", variables: { color: "blue" }, defaultRouteSettings: {} })
    const routes = api!.deployments[stage!.deploymentId!]!.routes
    expect(Object.keys(routes)).toEqual(["$connect", "send"])
    expect(routes.send).toMatchObject({
      authorizationType: "NONE",
      returnsResponse: false,
      integration: {
        type: "AWS_PROXY",
        timeoutMs: 29_000,
        functionArn: expect.stringMatching(/^arn:aws:lambda:.*:function:stack-Function-/),
      },
    })
  })

  it("whose stage has no deployment serves nothing", () => {
    const [api] = define({ Stage: { DeploymentId: { Ref: "AWS::NoValue" } } }).webSocketApis
    expect(api!.stages[0]!.deploymentId).toBeUndefined()
  })

  it("deploys itself with AutoDeploy, or by a deployment that names the stage", () => {
    const auto = define({ Deployment: undefined, Stage: { DeploymentId: { Ref: "AWS::NoValue" }, AutoDeploy: true } })
    const named = define({ Deployment: { StageName: "dev" }, Stage: { DeploymentId: { Ref: "AWS::NoValue" } } })
    for (const { webSocketApis } of [auto, named]) {
      const [api] = webSocketApis
      expect(Object.keys(api!.deployments[api!.stages[0]!.deploymentId!]!.routes)).toEqual(["$connect", "send"])
    }
  })

  it("answers on the socket only with a route response and its selection expression", () => {
    const response: ResourceBody = {
      Type: "AWS::ApiGatewayV2::RouteResponse",
      Properties: { ApiId: { Ref: "Api" }, RouteId: { Ref: "Send" }, RouteResponseKey: "$default" },
    }
    const sendOf = (changes: Parameters<typeof chat>[0]) => {
      const { webSocketApis, notices } = define(changes)
      return { returns: Object.values(webSocketApis[0]!.deployments)[0]!.routes.send!.returnsResponse, notices }
    }
    const expression = { RouteResponseSelectionExpression: "$default" }
    expect(sendOf({ Send: expression, Response: response })).toMatchObject({ returns: true, notices: [] })
    expect(sendOf({ Send: expression })).toMatchObject({ returns: false, notices: [{ logicalId: "Send" }] })
    expect(sendOf({ Response: response })).toMatchObject({ returns: false, notices: [{ logicalId: "Send" }] })
  })

  it("keeps throttles, zero included, log levels and the access log's format", () => {
    const Format = '{"id":"$context.requestId"}'
    const [stage] = define({
      Stage: {
        DefaultRouteSettings: {
          ThrottlingRateLimit: 0,
          ThrottlingBurstLimit: "5",
          LoggingLevel: "INFO",
          DataTraceEnabled: "true",
        },
        RouteSettings: { send: { ThrottlingRateLimit: 2.5 } },
        AccessLogSettings: { DestinationArn: "arn:aws:logs:us-east-1:000000000000:log-group:x", Format },
      },
    }).webSocketApis[0]!.stages
    expect(stage).toMatchObject({
      defaultRouteSettings: {
        throttlingRateLimit: 0,
        throttlingBurstLimit: 5,
        loggingLevel: "INFO",
        dataTraceEnabled: true,
      },
      routeSettings: { send: { throttlingRateLimit: 2.5 } },
      accessLog: { format: Format },
    })
  })

  it("warns of a deployment that could be made before its routes", () => {
    const { notices } = define({ Deployment: { ...chat().Deployment!, DependsOn: "Connect" } })
    expect(notices).toEqual([
      { logicalId: "Deployment", type: "AWS::ApiGatewayV2::Deployment", message: expect.stringContaining("Send") },
    ])
  })

  it("knows its authorizer", () => {
    const { webSocketApis } = define({
      Authorizer: {
        Type: "AWS::ApiGatewayV2::Authorizer",
        Properties: {
          ApiId: { Ref: "Api" },
          AuthorizerType: "REQUEST",
          Name: "a",
          AuthorizerUri: uri,
          IdentitySource: ["route.request.querystring.token"],
        },
      },
      Connect: { AuthorizationType: "CUSTOM", AuthorizerId: { Ref: "Authorizer" } },
    })
    const { authorizerId } = Object.values(webSocketApis[0]!.deployments)[0]!.routes.$connect!
    expect(webSocketApis[0]!.authorizers[authorizerId!]).toMatchObject({
      functionArn: expect.stringContaining(":function:stack-Function-"),
      identitySource: ["route.request.querystring.token"],
    })
  })
})

describe("a template is refused for", () => {
  const authorizer = (properties: Record<string, unknown>): ResourceBody => ({
    Type: "AWS::ApiGatewayV2::Authorizer",
    Properties: { ApiId: { Ref: "Api" }, AuthorizerType: "REQUEST", Name: "a", AuthorizerUri: uri, ...properties },
  })
  const stageLike = chat().Stage!

  it.each<[string, Parameters<typeof chat>[0], string]>([
    [
      "no selection expression",
      { Api: { RouteSelectionExpression: { Ref: "AWS::NoValue" } } },
      "Api: RouteSelectionExpression is required",
    ],
    [
      "no routes to deploy",
      { Connect: undefined, Send: undefined },
      "Api: At least one route is required before deploying the Api",
    ],
    [
      "two routes of one key",
      { Send: { RouteKey: "$connect" } },
      "Send: Route with key $connect already exists for this API",
    ],
    ["a reserved route key", { Send: { RouteKey: "$send" } }, "Send: The route key $send is not allowed"],
    [
      "authorization of a message",
      { Send: { AuthorizationType: "AWS_IAM" } },
      "Send: Currently, authorization is restricted to the $connect route only",
    ],
    [
      "an authorization type of HTTP APIs",
      { Connect: { AuthorizationType: "JWT" } },
      "Connect: AuthorizationType JWT is not one of",
    ],
    ["CUSTOM without an authorizer", { Connect: { AuthorizationType: "CUSTOM" } }, "Connect: AuthorizerId is required"],
    [
      "an authorizer from elsewhere",
      { Connect: { AuthorizationType: "CUSTOM", AuthorizerId: "xyz" } },
      "Connect: AuthorizerId: xyz is no authorizer",
    ],
    [
      "an authorizer's cache",
      { A: authorizer({ AuthorizerResultTtlInSeconds: 0 }) },
      "A: AuthorizerResultTtlInSeconds cannot be set for WEBSOCKET protocol Apis.",
    ],
    [
      "an identity source of HTTP APIs",
      { A: authorizer({ IdentitySource: "$request.header.X" }) },
      'A: IdentitySource "$request.header.X" must be',
    ],
    [
      "a target of another form",
      { Send: { Target: "Integration" } },
      "Send: Target must be integrations/{integrationId}",
    ],
    [
      "a target that is nowhere",
      { Send: { Target: "integrations/nope" } },
      "Send: Target: nope is no integration of this API",
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
      "Integration: IntegrationType must be one of",
    ],
    ["a stage name with a slash", { Stage: { StageName: "a/b" } }, 'Stage: StageName "a/b"'],
    ["two stages of one name", { Stage2: stageLike }, "Stage2: Stage with name dev already exists"],
    [
      "a deployment from elsewhere",
      { Stage: { DeploymentId: "abc123" } },
      "Stage: Invalid deployment identifier specified: abc123",
    ],
    ["a bad stage variable", { Stage: { StageVariables: { x: "a b" } } }, "Stage: The stage variable x"],
    [
      "a negative throttle",
      { Stage: { DefaultRouteSettings: { ThrottlingRateLimit: -1 } } },
      "Stage: ThrottlingRateLimit and ThrottlingBurstLimit must not be negative",
    ],
    [
      "a throttle that is no number",
      { Stage: { DefaultRouteSettings: { ThrottlingRateLimit: "fast" } } },
      'Stage: DefaultRouteSettings.ThrottlingRateLimit must be a number, not "fast"',
    ],
    [
      "half an access log",
      { Stage: { AccessLogSettings: { Format: "$context.requestId" } } },
      "Stage: Access Log value missing. Expected destinationArn and format.",
    ],
    [
      "an access log without a request id",
      { Stage: { AccessLogSettings: { DestinationArn: "arn:x", Format: "$context.stage" } } },
      "Stage: The following errors are found in Access Log Format: Access Log format must include either $context.requestId or $context.extendedRequestId : '$context.stage'",
    ],
    [
      "an access log of two lines",
      { Stage: { AccessLogSettings: { DestinationArn: "arn:x", Format: "$context.requestId\n$context.stage" } } },
      "Stage: The access log format must be a single line",
    ],
    ["a function without a role", { Function: { Role: { Ref: "AWS::NoValue" } } }, "Function: Role is required"],
    [
      "a function with too little memory",
      { Function: { MemorySize: 64 } },
      "Function: MemorySize must be between 128 and 10240, not 64",
    ],
    [
      "a policy without an effect",
      { Role: { AssumeRolePolicyDocument: { Statement: [{}] } } },
      "Role: AssumeRolePolicyDocument must be a policy document",
    ],
    [
      "a bucket with a bad name",
      { Bucket: { Type: "AWS::S3::Bucket", Properties: { BucketName: "a_b" } } },
      'Bucket: "a_b" is no bucket name',
    ],
  ])("%s", (_, changes, problem) => {
    expect(() => define(changes)).toThrowError(
      expect.objectContaining({ code: "TEMPLATE_INVALID", message: expect.stringContaining(problem) }),
    )
  })

  it("all of its mistakes at once", () => {
    const changes = { Send: { RouteKey: "$send" }, Stage: { StageName: "a b" }, Integration: { TimeoutInMillis: 1 } }
    expect(() => define(changes)).toThrowError(/3 problems:\n {2}Integration: .*\n {2}Send: .*\n {2}Stage: /)
  })
})

describe("functions", () => {
  it("bring settings, environment, layers and what becomes of failures", () => {
    const { functions, notices } = definitionOf([
      stackOf(
        {
          Resources: chat({
            Function: {
              Environment: { Variables: { API: { Ref: "Api" }, COUNT: 3 } },
              Layers: [{ Ref: "Layer" }],
              Timeout: "10",
              MemorySize: 256,
              Architectures: ["arm64"],
              LoggingConfig: { LogFormat: "JSON", LogGroup: "/own" },
              ReservedConcurrentExecutions: 2,
            },
            Layer: {
              Type: "AWS::Lambda::LayerVersion",
              Properties: { Content: { S3Bucket: "b", S3Key: "prefix/l.zip" } },
            },
            Retry: {
              Type: "AWS::Lambda::EventInvokeConfig",
              Properties: {
                FunctionName: { Ref: "Function" },
                Qualifier: "$LATEST",
                MaximumRetryAttempts: 0,
                DestinationConfig: {
                  OnFailure: { Destination: "arn:aws:sqs:us-east-1:123456789012:failed" },
                  OnSuccess: { Destination: "arn:aws:sns:us-east-1:123456789012:topic" },
                },
              },
            },
          }),
        },
        { assets: new Map([["l.zip", { path: "/out/asset.l", form: "folder" }]]) },
      ),
    ])
    expect(functions).toMatchObject([
      {
        environment: { API: expect.stringMatching(/^[a-z0-9]{10}$/), COUNT: "3" },
        layers: [{ form: "folder", path: "/out/asset.l" }],
        timeoutMs: 10_000,
        memoryMb: 256,
        architecture: "arm64",
        logFormat: "JSON",
        logGroupName: "/own",
        reservedConcurrency: 2,
        maximumRetryAttempts: 0,
        maximumEventAgeSeconds: 21_600,
        onFailureArn: "arn:aws:sqs:us-east-1:123456789012:failed",
      },
    ])
    expect(notices).toMatchObject([{ logicalId: "Retry", message: expect.stringContaining("queues and functions") }])
  })

  it("that only CDK's own resources call are left out; those that something calls are told of", () => {
    const python = { Runtime: "python3.13", Code: { ZipFile: "def handler(): pass" }, Role: "arn:aws:iam::0:role/x" }
    const other = define({ Other: { Type: "AWS::Lambda::Function", Properties: python } })
    expect(other.functions.map((one) => one.logicalId)).toEqual(["Function"])
    expect(other.notices).toEqual([])
    const called = define({ Function: python })
    expect(called.notices).toEqual([
      { logicalId: "Function", type: "AWS::Lambda::Function", message: expect.stringContaining("python3.13") },
    ])
  })
})

describe("roles", () => {
  it("carry every policy attached to them, wherever it stands", () => {
    const document = (Action: string) => ({
      Version: "2012-10-17",
      Statement: { Effect: "Allow", Action, Resource: "*" },
    })
    const { roles } = define({
      Role: {
        Policies: [{ PolicyName: "own", PolicyDocument: document("a:1") }],
        ManagedPolicyArns: [{ Ref: "Managed" }, "arn:aws:iam::aws:policy/AdministratorAccess"],
      },
      Managed: { Type: "AWS::IAM::ManagedPolicy", Properties: { PolicyDocument: document("a:2") } },
      Attached: {
        Type: "AWS::IAM::Policy",
        Properties: { PolicyName: "attached", Roles: [{ Ref: "Role" }], PolicyDocument: document("a:3") },
      },
    })
    expect(roles[0]!.policies.map(({ document: { Statement } }) => Statement[0]!.Action)).toEqual(["a:1", "a:2", "a:3"])
    expect(roles[0]!.managedPolicyArns).toEqual(["arn:aws:iam::aws:policy/AdministratorAccess"])
  })

  it("with a boundary are told of, since it is not evaluated", () => {
    const boundary = "arn:aws:iam::aws:policy/PowerUserAccess"
    const { notices } = define({ Role: { PermissionsBoundary: boundary } })
    expect(notices).toMatchObject([
      { logicalId: "Role", message: `The permissions boundary ${boundary} is not evaluated.` },
    ])
  })

  it("and functions' permissions name the function in any way", () => {
    const permission = (FunctionName: unknown): ResourceBody => ({
      Type: "AWS::Lambda::Permission",
      Properties: { FunctionName, Action: "lambda:InvokeFunction", Principal: "apigateway.amazonaws.com" },
    })
    const { permissions, functions } = define({
      A: permission({ Ref: "Function" }),
      B: permission({ "Fn::GetAtt": ["Function", "Arn"] }),
      C: permission({ "Fn::Sub": "${Function.Arn}:live" }),
      D: permission({ "Fn::Sub": "${AWS::AccountId}:function:${Function}" }),
    })
    expect(new Set(permissions.map((one) => one.functionArn))).toEqual(new Set([functions[0]!.arn]))
  })
})

describe("storage", () => {
  it("comes with keys, indexes, CORS and redrive as the stand-ins take them", () => {
    const definition = define({
      Table: {
        Type: "AWS::DynamoDB::Table",
        Properties: {
          TableName: "rows",
          AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
          KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
          BillingMode: "PAY_PER_REQUEST",
          GlobalSecondaryIndexes: [
            {
              IndexName: "i",
              KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
              Projection: { ProjectionType: "ALL" },
            },
          ],
          TimeToLiveSpecification: { AttributeName: "ttl", Enabled: true },
          StreamSpecification: { StreamViewType: "NEW_IMAGE" },
        },
      },
      Global: { Type: "AWS::DynamoDB::GlobalTable", Properties: { KeySchema: [], Replicas: [] } },
      Dead: { Type: "AWS::SQS::Queue", Properties: { FifoQueue: true } },
      Queue: {
        Type: "AWS::SQS::Queue",
        Properties: {
          QueueName: "q",
          VisibilityTimeout: 30,
          RedrivePolicy: { deadLetterTargetArn: { "Fn::GetAtt": ["Dead", "Arn"] }, maxReceiveCount: 3 },
        },
      },
    })
    const [table, global] = definition.tables
    expect(table).toMatchObject({
      tableName: "rows",
      timeToLiveAttribute: "ttl",
      hasStream: true,
      createTable: { BillingMode: "PAY_PER_REQUEST" },
    })
    expect(table!.createTable).not.toHaveProperty("ProvisionedThroughput")
    expect(global).toMatchObject({
      tableName: expect.stringMatching(/^stack-Global-/),
      createTable: { BillingMode: "PAY_PER_REQUEST" },
    })
    const [dead, queue] = definition.queues
    expect(dead!.queueName).toMatch(/^stack-Dead-.*\.fifo$/)
    expect(queue!.attributes).toEqual({
      VisibilityTimeout: "30",
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead!.arn, maxReceiveCount: 3 }),
    })
  })

  it("tells functions and queues of changes, in both ways to write it", () => {
    const { bucketNotifications } = define({
      Bucket: {
        Type: "AWS::S3::Bucket",
        Properties: {
          BucketName: "photos",
          NotificationConfiguration: {
            QueueConfigurations: [
              {
                Event: "s3:ObjectCreated:*",
                Queue: "arn:aws:sqs:us-east-1:0:q",
                Filter: { S3Key: { Rules: [{ Name: "prefix", Value: "in/" }] } },
              },
            ],
          },
        },
      },
      Custom: {
        Type: "Custom::S3BucketNotifications",
        Properties: {
          BucketName: { Ref: "Bucket" },
          NotificationConfiguration: {
            LambdaFunctionConfigurations: [
              {
                Id: "mine",
                Events: ["s3:ObjectRemoved:*"],
                LambdaFunctionArn: { "Fn::GetAtt": ["Function", "Arn"] },
                Filter: { Key: { FilterRules: [{ Name: "suffix", Value: ".pdf" }] } },
              },
            ],
          },
        },
      },
    })
    expect(bucketNotifications).toMatchObject([
      { bucketName: "photos", events: ["s3:ObjectCreated:*"], prefix: "in/", targetArn: "arn:aws:sqs:us-east-1:0:q" },
      { bucketName: "photos", events: ["s3:ObjectRemoved:*"], suffix: ".pdf", configurationId: "mine" },
    ])
  })

  it("is polled as its mappings say", () => {
    const mapping = (properties: Record<string, unknown>): ResourceBody => ({
      Type: "AWS::Lambda::EventSourceMapping",
      Properties: { FunctionName: { Ref: "Function" }, EventSourceArn: "arn:aws:sqs:us-east-1:0:q", ...properties },
    })
    const { eventSourceMappings, functions } = define({
      M: mapping({ FunctionResponseTypes: ["ReportBatchItemFailures"], ScalingConfig: { MaximumConcurrency: 5 } }),
    })
    expect(eventSourceMappings).toMatchObject([
      {
        functionArn: functions[0]!.arn,
        batchSize: 10,
        reportBatchItemFailures: true,
        maximumConcurrency: 5,
        enabled: true,
      },
    ])
    expect(() => define({ M: mapping({ BatchSize: 11 }) })).toThrowError(
      /M: MaximumBatchingWindowInSeconds must be at least 1/,
    )
    expect(define({ M: mapping({ EventSourceArn: "arn:aws:dynamodb:us-east-1:0:table/t/stream/1" }) })).toMatchObject({
      eventSourceMappings: [],
      notices: [{ logicalId: "M", message: expect.stringContaining("Only SQS") }],
    })
  })
})

describe("HTTP APIs", () => {
  const http = (properties: Record<string, unknown> = {}): ResourceBody => ({
    Type: "AWS::ApiGatewayV2::Api",
    Properties: { Name: "h", ProtocolType: "HTTP", ...properties },
  })

  it("have routes with their functions, a stage and CORS", () => {
    const { httpApis, functions } = define({
      Http: http({ CorsConfiguration: { AllowOrigins: ["*"], AllowMethods: ["GET"], MaxAge: 60 } }),
      HttpIntegration: {
        Type: "AWS::ApiGatewayV2::Integration",
        Properties: {
          ApiId: { Ref: "Http" },
          IntegrationType: "AWS_PROXY",
          IntegrationUri: { "Fn::GetAtt": ["Function", "Arn"] },
          PayloadFormatVersion: "2.0",
        },
      },
      HttpRoute: {
        Type: "AWS::ApiGatewayV2::Route",
        Properties: {
          ApiId: { Ref: "Http" },
          RouteKey: "GET /x/{id}",
          Target: { "Fn::Join": ["/", ["integrations", { Ref: "HttpIntegration" }]] },
        },
      },
      HttpStage: {
        Type: "AWS::ApiGatewayV2::Stage",
        Properties: { ApiId: { Ref: "Http" }, StageName: "$default", AutoDeploy: true },
      },
    })
    expect(httpApis).toMatchObject([
      {
        cors: { allowOrigins: ["*"], maxAgeSeconds: 60, allowCredentials: false },
        routes: [
          { routeKey: "GET /x/{id}", functionArn: functions[0]!.arn, payloadFormatVersion: "2.0", timeoutMs: 30_000 },
        ],
        stages: [{ stageName: "$default" }],
      },
    ])
  })

  it("can be made of a target alone", () => {
    const { httpApis } = define({ Http: http({ Target: { "Fn::GetAtt": ["Function", "Arn"] } }) })
    expect(httpApis[0]).toMatchObject({
      routes: [{ routeKey: "$default", payloadFormatVersion: "2.0" }],
      stages: [{ stageName: "$default" }],
    })
  })

  it("are open to this machine, which is told of a route that wants authorization", () => {
    const { notices } = define({
      Http: http(),
      HttpIntegration: {
        Type: "AWS::ApiGatewayV2::Integration",
        Properties: {
          ApiId: { Ref: "Http" },
          IntegrationType: "AWS_PROXY",
          IntegrationUri: { "Fn::GetAtt": ["Function", "Arn"] },
          PayloadFormatVersion: "2.0",
        },
      },
      Closed: {
        Type: "AWS::ApiGatewayV2::Route",
        Properties: {
          ApiId: { Ref: "Http" },
          RouteKey: "GET /x",
          AuthorizationType: "JWT",
          Target: { "Fn::Join": ["/", ["integrations", { Ref: "HttpIntegration" }]] },
        },
      },
    })
    expect(notices).toContainEqual({
      logicalId: "Closed",
      type: "AWS::ApiGatewayV2::Route",
      message: "Authorization JWT of HTTP APIs is not enforced: anyone on this machine may call GET /x.",
    })
  })

  it.each([undefined, "3.0"])(
    "an integration of an HTTP API needs PayloadFormatVersion 1.0 or 2.0, not %s",
    (version) => {
      const integration: ResourceBody = {
        Type: "AWS::ApiGatewayV2::Integration",
        Properties: {
          ApiId: { Ref: "Http" },
          IntegrationType: "AWS_PROXY",
          IntegrationUri: { "Fn::GetAtt": ["Function", "Arn"] },
          ...(version !== undefined && { PayloadFormatVersion: version }),
        },
      }
      const route: ResourceBody = {
        Type: "AWS::ApiGatewayV2::Route",
        Properties: {
          ApiId: { Ref: "Http" },
          RouteKey: "GET /x",
          Target: { "Fn::Join": ["/", ["integrations", { Ref: "I" }]] },
        },
      }
      expect(() => define({ Http: http(), I: integration, R: route })).toThrowError(/I: PayloadFormatVersion (is|must)/)
    },
  )

  it("refuse route keys of another form", () => {
    const route: ResourceBody = {
      Type: "AWS::ApiGatewayV2::Route",
      Properties: { ApiId: { Ref: "Http" }, RouteKey: "GET x", Target: "integrations/i" },
    }
    expect(() => define({ Http: http(), R: route })).toThrowError(/R: RouteKey "GET x" must be/)
  })
})

describe("a site", () => {
  it("is what bucket deployments put behind a distribution, with their markers filled in", () => {
    const body = {
      Resources: chat({
        Web: { Type: "AWS::S3::Bucket", Properties: { BucketName: "web" } },
        Files: {
          Type: "Custom::CDKBucketDeployment",
          Properties: {
            SourceObjectKeys: ["page.zip", "config.zip"],
            SourceMarkers: [{}, { "<<1>>": { Ref: "Api" }, "<<2>>": 'say "hi"' }],
            SourceMarkersConfig: [{}, { jsonEscape: "true" }],
            DestinationBucketName: { Ref: "Web" },
            DestinationBucketKeyPrefix: "app/",
          },
        },
        Distribution: {
          Type: "AWS::CloudFront::Distribution",
          Properties: {
            DistributionConfig: {
              DefaultRootObject: "home.html",
              Origins: [{ DomainName: { "Fn::GetAtt": ["Web", "RegionalDomainName"] } }],
              CustomErrorResponses: [{ ErrorCode: 403, ResponseCode: 200, ResponsePagePath: "/home.html" }],
            },
          },
        },
      }),
    }
    const assets = new Map([
      ["page.zip", { path: "/out/page", form: "folder" as const }],
      ["config.zip", { path: "/out/config.zip", form: "zip" as const }],
    ])
    const { sites, webSocketApis } = definitionOf([stackOf(body, { assets })])
    expect(sites).toMatchObject([
      {
        domainName: expect.stringMatching(/^d\w+\.cloudfront\.net$/),
        defaultRootObject: "home.html",
        notFound: { path: "/home.html", status: 200 },
        sources: [
          { path: "/out/page", form: "folder", prefix: "app", markers: {} },
          {
            path: "/out/config.zip",
            form: "zip",
            prefix: "app",
            markers: { "<<1>>": webSocketApis[0]!.apiId, "<<2>>": 'say \\"hi\\"' },
          },
        ],
      },
    ])
  })
})
