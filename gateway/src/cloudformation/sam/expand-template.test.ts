// What the resources of SAM yield.
import { describe, expect, test } from "vitest"
import { readDefinition } from "../read-definition.ts"
import { stackOf } from "../testing/stack-of.ts"

const handler = {
  Type: "AWS::Serverless::Function",
  Properties: { Runtime: "nodejs24.x", Handler: "index.handler", InlineCode: "exports.handler = () => 1" },
}

function define(Resources: Record<string, unknown>, sections: Record<string, unknown> = {}, folder = "/app") {
  return readDefinition([stackOf({ Resources, ...sections }, { folder })])
}

function functionWith(properties: Record<string, unknown>) {
  return { Handler: { ...handler, Properties: { ...handler.Properties, ...properties } } }
}

function functionWithEvents(Events: Record<string, unknown>) {
  return functionWith({ Events })
}

describe("a function of SAM", () => {
  test("has the properties, dead-letter queue and retries of the template", () => {
    const queue = "arn:aws:sqs:us-east-1:000000000000:dead"
    const { functions } = define(
      functionWith({
        FunctionName: "own",
        MemorySize: 256,
        Timeout: 7,
        ReservedConcurrentExecutions: 3,
        Environment: { Variables: { A: "b" } },
        LoggingConfig: { LogFormat: "JSON" },
        Role: "arn:aws:iam::000000000000:role/given",
        DeadLetterQueue: { Type: "SQS", TargetArn: queue },
        EventInvokeConfig: {
          MaximumRetryAttempts: 1,
          MaximumEventAgeInSeconds: 60,
          DestinationConfig: { OnFailure: { Type: "SQS", Destination: queue } },
        },
      }),
    )
    expect(functions).toMatchObject([
      {
        logicalId: "Handler",
        functionName: "own",
        memoryMb: 256,
        timeoutMs: 7000,
        reservedConcurrency: 3,
        environment: { A: "b" },
        logFormat: "JSON",
        roleArn: "arn:aws:iam::000000000000:role/given",
        deadLetterArn: queue,
        maximumRetryAttempts: 1,
        maximumEventAgeSeconds: 60,
        onFailureArn: queue,
        code: { form: "inline", source: "exports.handler = () => 1" },
      },
    ])
  })

  test.each<[string, unknown, Record<string, unknown>]>([
    ["a folder", "src", { form: "folder", path: "/app/src" }],
    ["an archive", "code.zip", { form: "zip", path: "/app/code.zip" }],
    ["an S3 URI", "s3://bucket/prefix/packaged.zip", { form: "zip", path: "/out/packaged.zip" }],
    ["an S3 location", { Bucket: "bucket", Key: "packaged.zip" }, { form: "zip", path: "/out/packaged.zip" }],
  ])("has its code in %s", (_, CodeUri, code) => {
    const properties = { Runtime: "nodejs24.x", Handler: "index.handler", CodeUri }
    const assets = new Map([["packaged.zip", { path: "/out/packaged.zip", form: "zip" as const }]])
    const body = { Resources: { Handler: { Type: "AWS::Serverless::Function", Properties: properties } } }
    expect(readDefinition([stackOf(body, { folder: "/app", assets })]).functions).toMatchObject([{ code }])
  })

  test("has its code next to the template when it names none", () => {
    const properties = { Runtime: "nodejs24.x", Handler: "index.handler" }
    const { functions } = define({ Handler: { Type: "AWS::Serverless::Function", Properties: properties } })
    expect(functions).toMatchObject([{ code: { form: "folder", path: expect.stringMatching(/^\/app\/?$/) } }])
  })

  test("gets a role with its policies, unless it names one", () => {
    const statement = { Effect: "Allow", Action: "s3:GetObject", Resource: "*" }
    const { roles, functions, notices } = define(
      functionWith({
        Policies: [
          "AmazonS3ReadOnlyAccess",
          "arn:aws:iam::000000000000:policy/own",
          { Statement: [statement] },
          { DynamoDBReadPolicy: { TableName: "rows" } },
          { LambdaInvokePolicy: { FunctionName: "other" } },
          { EFSWriteAccessPolicy: { FileSystem: "f", AccessPoint: "a" } },
        ],
      }),
    )
    expect(roles).toHaveLength(1)
    expect(functions[0]!.roleArn).toBe(roles[0]!.arn)
    expect(roles[0]).toMatchObject({
      logicalId: "HandlerRole",
      assumeRolePolicy: {
        Statement: [{ Action: ["sts:AssumeRole"], Principal: { Service: ["lambda.amazonaws.com"] } }],
      },
      managedPolicyArns: [
        "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
        "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",
        "arn:aws:iam::000000000000:policy/own",
      ],
    })
    expect(roles[0]!.policies.map(({ name, document }) => [name, document.Statement[0]])).toEqual([
      ["HandlerRolePolicy0", statement],
      [
        "HandlerRolePolicy1",
        {
          Effect: "Allow",
          Action: [
            "dynamodb:GetItem",
            "dynamodb:Scan",
            "dynamodb:Query",
            "dynamodb:BatchGetItem",
            "dynamodb:DescribeTable",
          ],
          Resource: [
            "arn:aws:dynamodb:us-east-1:000000000000:table/rows",
            "arn:aws:dynamodb:us-east-1:000000000000:table/rows/index/*",
          ],
        },
      ],
      [
        "HandlerRolePolicy2",
        {
          Effect: "Allow",
          Action: ["lambda:InvokeFunction"],
          Resource: ["arn:aws:lambda:us-east-1:000000000000:function:other*"],
        },
      ],
    ])
    expect(roles[0]!.policies.map(({ document }) => document.Version)).toEqual(Array(3).fill("2012-10-17"))
    expect(roles[0]!.assumeRolePolicy.Version).toBe("2012-10-17")
    expect(notices).toMatchObject([
      {
        logicalId: "Handler",
        message: "The policy template EFSWriteAccessPolicy is not known here, so it allows nothing.",
      },
    ])
    expect(define(functionWith({ Role: "arn:aws:iam::000000000000:role/given" })).roles).toEqual([])
  })

  test("can refer to a managed policy of the template", () => {
    const PolicyDocument = { Statement: [{ Effect: "Allow", Action: "a:1", Resource: "*" }] }
    const { roles, notices } = define({
      ...functionWith({ Policies: [{ Ref: "Own" }] }),
      Own: { Type: "AWS::IAM::ManagedPolicy", Properties: { PolicyDocument } },
    })
    expect(roles[0]!.policies).toMatchObject([{ name: "Own", document: PolicyDocument }])
    expect(notices).toEqual([])
  })

  test("and its role are absent when its condition does not hold", () => {
    const Conditions = { Never: { "Fn::Equals": ["a", "b"] } }
    const { functions, roles } = define({ Handler: { ...handler, Condition: "Never" } }, { Conditions })
    expect([functions, roles]).toEqual([[], []])
  })
})

const tableResources = [
  "arn:aws:dynamodb:us-east-1:000000000000:table/t",
  "arn:aws:dynamodb:us-east-1:000000000000:table/t/index/*",
]
const bucketResources = ["arn:aws:s3:::b", "arn:aws:s3:::b/*"]

test.each<[string, Record<string, unknown>, string[], string[]]>([
  [
    "DynamoDBCrudPolicy",
    { TableName: "t" },
    [
      "dynamodb:BatchGetItem",
      "dynamodb:BatchWriteItem",
      "dynamodb:ConditionCheckItem",
      "dynamodb:DeleteItem",
      "dynamodb:DescribeTable",
      "dynamodb:GetItem",
      "dynamodb:PutItem",
      "dynamodb:Query",
      "dynamodb:Scan",
      "dynamodb:UpdateItem",
    ],
    tableResources,
  ],
  [
    "DynamoDBReadPolicy",
    { TableName: "t" },
    ["dynamodb:BatchGetItem", "dynamodb:DescribeTable", "dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan"],
    tableResources,
  ],
  [
    "DynamoDBWritePolicy",
    { TableName: "t" },
    ["dynamodb:BatchWriteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
    tableResources,
  ],
  [
    "LambdaInvokePolicy",
    { FunctionName: "f" },
    ["lambda:InvokeFunction"],
    ["arn:aws:lambda:us-east-1:000000000000:function:f*"],
  ],
  [
    "SQSPollerPolicy",
    { QueueName: "q" },
    [
      "sqs:ChangeMessageVisibility",
      "sqs:ChangeMessageVisibilityBatch",
      "sqs:DeleteMessage",
      "sqs:DeleteMessageBatch",
      "sqs:GetQueueAttributes",
      "sqs:ReceiveMessage",
    ],
    ["arn:aws:sqs:us-east-1:000000000000:q"],
  ],
  ["SQSSendMessagePolicy", { QueueName: "q" }, ["sqs:SendMessage*"], ["arn:aws:sqs:us-east-1:000000000000:q"]],
  [
    "S3ReadPolicy",
    { BucketName: "b" },
    ["s3:GetBucketLocation", "s3:GetLifecycleConfiguration", "s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket"],
    bucketResources,
  ],
  [
    "S3WritePolicy",
    { BucketName: "b" },
    ["s3:PutLifecycleConfiguration", "s3:PutObject", "s3:PutObjectAcl"],
    bucketResources,
  ],
  [
    "S3CrudPolicy",
    { BucketName: "b" },
    [
      "s3:DeleteObject",
      "s3:GetBucketLocation",
      "s3:GetLifecycleConfiguration",
      "s3:GetObject",
      "s3:GetObjectVersion",
      "s3:ListBucket",
      "s3:PutLifecycleConfiguration",
      "s3:PutObject",
      "s3:PutObjectAcl",
    ],
    bucketResources,
  ],
  ["SNSPublishMessagePolicy", { TopicName: "t" }, ["sns:Publish"], ["arn:aws:sns:us-east-1:000000000000:t"]],
  [
    "SNSCrudPolicy",
    { TopicName: "t" },
    ["sns:CreateTopic", "sns:ListSubscriptionsByTopic", "sns:Publish", "sns:SetTopicAttributes", "sns:Subscribe"],
    ["arn:aws:sns:us-east-1:000000000000:t*"],
  ],
  [
    "EventBridgePutEventsPolicy",
    { EventBusName: "b" },
    ["events:PutEvents"],
    ["arn:aws:events:us-east-1:000000000000:event-bus/b"],
  ],
  [
    "StepFunctionsExecutionPolicy_v2",
    { StateMachineName: "m" },
    ["states:StartExecution", "states:StartSyncExecution"],
    ["arn:aws:states:us-east-1:000000000000:stateMachine:m"],
  ],
  ["AWSSecretsManagerGetSecretValuePolicy", { SecretArn: "arn:s" }, ["secretsmanager:GetSecretValue"], ["arn:s"]],
  ["TextractPolicy", {}, ["textract:*"], ["*"]],
  [
    "Route53ChangeResourceRecordSetsPolicy",
    { HostedZoneId: "z" },
    ["route53:ChangeResourceRecordSets"],
    ["arn:aws:route53:::hostedzone/z"],
  ],
  ["DynamoDBReconfigurePolicy", { TableName: "t" }, ["dynamodb:UpdateTable"], tableResources.slice(0, 1)],
])("the policy template %s with %j allows %j on %s", (name, parameters, actions, resource) => {
  const { roles } = define(functionWith({ Policies: { [name]: parameters } }))
  const [statement] = roles[0]!.policies[0]!.document.Statement
  expect(statement).toMatchObject({ Effect: "Allow", Resource: resource })
  expect([statement!.Action].flat().sort()).toEqual(actions)
})

test("a policy template with two statements allows each on its own resource", () => {
  const Policies = [
    { S3FullAccessPolicy: { BucketName: "b" } },
    { DynamoDBStreamReadPolicy: { TableName: "t", StreamName: "s" } },
  ]
  const { roles } = define(functionWith({ Policies }))
  const [s3, streams] = roles[0]!.policies.map(({ document }) =>
    document.Statement.map(({ Action, Resource }) => [[Action].flat().length, Resource]),
  )
  expect(s3).toEqual([
    [12, ["arn:aws:s3:::b/*"]],
    [4, ["arn:aws:s3:::b"]],
  ])
  const table = "arn:aws:dynamodb:us-east-1:000000000000:table/t"
  expect(streams).toEqual([
    [3, [`${table}/stream/s`]],
    [1, [`${table}/stream/*`]],
  ])
})

describe("the globals of SAM", () => {
  const globals = {
    Runtime: "nodejs22.x",
    Timeout: 9,
    Layers: ["arn:aws:lambda:us-east-1:1:layer:general:1"],
    Environment: { Variables: { A: "general", B: "general" } },
  }

  test("are merged into functions: maps by key, lists one after the other, and the function's own value wins", () => {
    const { functions, notices } = define(
      functionWith({
        Runtime: "nodejs24.x",
        Layers: ["arn:aws:lambda:us-east-1:1:layer:own:1"],
        Environment: { Variables: { B: "own" } },
      }),
      { Globals: { Function: globals } },
    )
    expect(functions).toMatchObject([
      { runtime: "nodejs24.x", timeoutMs: 9000, environment: { A: "general", B: "own" } },
    ])
    expect(notices.map(({ message }) => /layer:(\w+)/.exec(message)?.[1])).toEqual(["general", "own"])
  })

  test("of one type do not change resources of another", () => {
    const table = { Type: "AWS::Serverless::SimpleTable" }
    const { functions } = define({ ...functionWith({}), Table: table }, { Globals: { SimpleTable: { Timeout: 9 } } })
    expect(functions).toMatchObject([{ timeoutMs: 3000 }])
  })
})

describe("an HTTP API of SAM", () => {
  test("with CorsConfiguration: true allows every origin", () => {
    const api = (CorsConfiguration: unknown) => ({
      Type: "AWS::Serverless::HttpApi",
      Properties: { CorsConfiguration },
    })
    expect(define({ Api: api(true) }).httpApis[0]?.cors).toMatchObject({ allowOrigins: ["*"], allowMethods: [] })
    expect(define({ Api: api({ AllowOrigins: ["https://a.example"] }) }).httpApis[0]?.cors).toMatchObject({
      allowOrigins: ["https://a.example"],
    })
    expect(define({ Api: api(undefined) }).httpApis[0]).not.toHaveProperty("cors")
  })

  test("has a stage with the settings of the template", () => {
    const { httpApis } = define({
      Api: {
        Type: "AWS::Serverless::HttpApi",
        Properties: {
          StageName: "dev",
          StageVariables: { color: "blue" },
          DefaultRouteSettings: { ThrottlingRateLimit: 5 },
        },
      },
    })
    expect(httpApis[0]!.stages).toMatchObject([
      {
        logicalId: "ApidevStage",
        stageName: "dev",
        variables: { color: "blue" },
        defaultRouteSettings: { throttlingRateLimit: 5 },
      },
    ])
    const unnamed = define({ Api: { Type: "AWS::Serverless::HttpApi" } }).httpApis[0]!.stages
    expect(unnamed).toMatchObject([{ logicalId: "ApiApiGatewayDefaultStage", stageName: "$default" }])
  })

  test("has the routes of the events that name it, and an implicit API the others", () => {
    const { httpApis, permissions, functions } = define({
      ...functionWithEvents({
        Own: {
          Type: "HttpApi",
          Properties: { ApiId: { Ref: "Api" }, Path: "/own", Method: "post", TimeoutInMillis: 100 },
        },
        Any: { Type: "HttpApi", Properties: { Path: "/any", Method: "*", PayloadFormatVersion: "1.0" } },
        Default: { Type: "HttpApi" },
      }),
      Api: { Type: "AWS::Serverless::HttpApi" },
    })
    expect(httpApis.map(({ logicalId, routes }) => [logicalId, routes.map(({ routeKey }) => routeKey)])).toEqual([
      ["Api", ["POST /own"]],
      ["ServerlessHttpApi", ["ANY /any", "$default"]],
    ])
    expect(httpApis[0]!.routes[0]).toMatchObject({
      functionArn: functions[0]!.arn,
      timeoutMs: 100,
      payloadFormatVersion: "2.0",
    })
    expect(httpApis[1]!.routes[0]).toMatchObject({ payloadFormatVersion: "1.0" })
    expect(permissions.map(({ functionArn, principal, sourceArn }) => [functionArn, principal, sourceArn])).toEqual(
      [0, 1, 1].map((index) => [
        functions[0]!.arn,
        "apigateway.amazonaws.com",
        `arn:aws:execute-api:us-east-1:000000000000:${httpApis[index]!.apiId}/*`,
      ]),
    )
  })

  test("that is implicit has the globals of HTTP APIs", () => {
    const { httpApis } = define(
      functionWithEvents({ Get: { Type: "HttpApi", Properties: { Path: "/", Method: "get" } } }),
      {
        Globals: { HttpApi: { CorsConfiguration: true } },
      },
    )
    expect(httpApis).toMatchObject([{ cors: { allowOrigins: ["*"] } }])
  })

  test("has the routes of its definition, for which an event adds the permission", () => {
    const integration = { type: "aws_proxy", uri: { "Fn::GetAtt": ["Handler", "Arn"] }, payloadFormatVersion: "2.0" }
    const { httpApis, permissions } = define({
      ...functionWithEvents({
        Get: { Type: "HttpApi", Properties: { ApiId: { Ref: "Api" }, Path: "/a", Method: "get" } },
      }),
      Api: {
        Type: "AWS::Serverless::HttpApi",
        Properties: {
          DefinitionBody: { paths: { "/a": { get: { "x-amazon-apigateway-integration": integration } } } },
        },
      },
    })
    expect(httpApis.map(({ routes }) => routes.map(({ routeKey }) => routeKey))).toEqual([["GET /a"]])
    expect(httpApis[0]?.routes[0]?.functionArn).toMatch(/:function:/)
    expect(permissions).toHaveLength(1)
  })

  test.each(["AWS::Serverless::HttpApi", "AWS::Serverless::Api"])("reports the DefinitionUri of %s", (Type) => {
    const { notices } = define({ Api: { Type, Properties: { StageName: "v1", DefinitionUri: "openapi.yaml" } } })
    expect(notices.map(({ message }) => message)).toEqual([
      expect.stringContaining("An OpenAPI definition in another file is not read"),
    ])
  })
})

describe("a WebSocket API of SAM", () => {
  const api = (properties: Record<string, unknown> = {}) => ({
    ...functionWith({}),
    Chat: {
      Type: "AWS::Serverless::WebSocketApi",
      Properties: {
        RouteSelectionExpression: "$request.body.action",
        Routes: {
          $connect: { FunctionArn: { "Fn::GetAtt": ["Handler", "Arn"] } },
          "send-it": {
            FunctionArn: { "Fn::GetAtt": ["Handler", "Arn"] },
            IntegrationTimeout: 5000,
            ApiKeyRequired: true,
          },
        },
        ...properties,
      },
    },
  })
  const routesOf = (definition: ReturnType<typeof define>) =>
    Object.values(definition.webSocketApis[0]!.deployments)[0]!.routes

  test("has a stage, its routes and the permissions to invoke the functions", () => {
    const definition = define(
      api({
        StageVariables: { color: "blue" },
        ApiKeySelectionExpression: "$context.authorizer.usageIdentifierKey",
      }),
    )
    const [chat] = definition.webSocketApis
    expect(chat).toMatchObject({
      logicalId: "Chat",
      routeSelectionExpression: "$request.body.action",
      apiKeySelectionExpression: "$context.authorizer.usageIdentifierKey",
      stages: [{ logicalId: "ChatdefaultStage", stageName: "default", variables: { color: "blue" } }],
      authorizers: {},
    })
    expect(routesOf(definition)).toMatchObject({
      $connect: { authorizationType: "NONE", integration: { timeoutMs: 29_000 } },
      "send-it": {
        logicalId: "ChatsenditRoute",
        apiKeyRequired: true,
        integration: { timeoutMs: 5000, functionArn: definition.functions[0]!.arn },
      },
    })
    expect(definition.permissions).toMatchObject(
      ["$connect", "send-it"].map((key) => ({
        functionArn: definition.functions[0]!.arn,
        principal: "apigateway.amazonaws.com",
        sourceArn: `arn:aws:execute-api:us-east-1:000000000000:${chat!.apiId}/*/${key}`,
      })),
    )
  })

  test("has a Lambda authorizer on $connect, which API Gateway may invoke", () => {
    const auth = { AuthType: "CUSTOM", AuthArn: { "Fn::GetAtt": ["Handler", "Arn"] }, IdentitySource: ["context.a"] }
    const definition = define(api({ Auth: auth }))
    const [chat] = definition.webSocketApis
    const { $connect, "send-it": send } = routesOf(definition)
    expect([$connect!.authorizationType, send!.authorizationType]).toEqual(["CUSTOM", "NONE"])
    expect(chat!.authorizers[$connect!.authorizerId!]).toMatchObject({
      logicalId: "ChatAuthorizer",
      functionArn: definition.functions[0]!.arn,
      identitySource: ["context.a"],
    })
    expect(definition.permissions).toContainEqual(
      expect.objectContaining({
        functionArn: definition.functions[0]!.arn,
        principal: "apigateway.amazonaws.com",
        sourceArn: `arn:aws:execute-api:us-east-1:000000000000:${chat!.apiId}/authorizers/*`,
      }),
    )
  })

  test("needs no permission for an authorizer that it invokes with a role", () => {
    const role = "arn:aws:iam::000000000000:role/invoke"
    const auth = { AuthType: "CUSTOM", AuthArn: { "Fn::GetAtt": ["Handler", "Arn"] }, InvokeRole: role }
    const definition = define(api({ Auth: auth }))
    expect(Object.values(definition.webSocketApis[0]!.authorizers)).toMatchObject([{ credentialsArn: role }])
    expect(definition.permissions).toHaveLength(2)
  })

  test("can have IAM authorization on $connect", () => {
    const definition = define(api({ Auth: { AuthType: "AWS_IAM" } }))
    expect(routesOf(definition).$connect).toMatchObject({ authorizationType: "AWS_IAM" })
    expect(definition.webSocketApis[0]!.authorizers).toEqual({})
  })
})

describe("the events of a function", () => {
  test("of SQS become a mapping with the settings of the event", () => {
    const queue = "arn:aws:sqs:us-east-1:000000000000:q"
    const { eventSourceMappings, functions } = define(
      functionWithEvents({ Queue: { Type: "SQS", Properties: { Queue: queue, BatchSize: 2, Enabled: false } } }),
    )
    expect(eventSourceMappings).toMatchObject([
      { queueArn: queue, functionArn: functions[0]!.arn, batchSize: 2, enabled: false },
    ])
  })

  test("of S3 become notifications of the bucket, next to its own", () => {
    const own = {
      LambdaConfigurations: [{ Event: "s3:ObjectRemoved:*", Function: "arn:aws:lambda:us-east-1:0:function:f" }],
    }
    const { bucketNotifications, permissions, functions } = define({
      ...functionWithEvents({
        Upload: {
          Type: "S3",
          Properties: {
            Bucket: { Ref: "Photos" },
            Events: ["s3:ObjectCreated:Put", "s3:ObjectCreated:Post"],
            Filter: { S3Key: { Rules: [{ Name: "prefix", Value: "in/" }] } },
          },
        },
        Elsewhere: { Type: "S3", Properties: { Bucket: { Ref: "Missing" }, Events: "s3:ObjectCreated:*" } },
      }),
      Photos: { Type: "AWS::S3::Bucket", Properties: { BucketName: "photos", NotificationConfiguration: own } },
    })
    expect(bucketNotifications.map(({ events, prefix }) => [events, prefix])).toEqual([
      [["s3:ObjectRemoved:*"], undefined],
      [["s3:ObjectCreated:Put"], "in/"],
      [["s3:ObjectCreated:Post"], "in/"],
    ])
    expect(permissions).toMatchObject([
      { functionArn: functions[0]!.arn, principal: "s3.amazonaws.com", sourceAccount: "000000000000" },
    ])
  })

  test("of topics, rules, schedules and streams invoke the function, with its permissions", () => {
    const topic = "arn:aws:sns:us-east-1:000000000000:news"
    const stream = "arn:aws:dynamodb:us-east-1:000000000000:table/t/stream/1"
    const clicks = "arn:aws:kinesis:us-east-1:000000000000:stream/clicks"
    const { subscriptions, rules, streamMappings, permissions, notices, roles } = define(
      functionWithEvents({
        News: { Type: "SNS", Properties: { Topic: topic, FilterPolicy: { kind: ["a"] } } },
        Order: { Type: "EventBridgeRule", Properties: { Pattern: { source: ["shop"] }, InputPath: "$.detail" } },
        Paid: {
          Type: "EventBridgeRule",
          Properties: {
            Pattern: { source: ["bank"] },
            InputTransformer: { InputPathsMap: { id: "$.detail.id" }, InputTemplate: '{"paid":<id>}' },
            DeadLetterConfig: { Arn: "arn:aws:sqs:us-east-1:000000000000:lost" },
          },
        },
        Daily: { Type: "Schedule", Properties: { Schedule: "rate(1 day)", Input: "{}" } },
        Change: { Type: "DynamoDB", Properties: { Stream: stream, StartingPosition: "LATEST", BatchSize: 5 } },
        Click: { Type: "Kinesis", Properties: { Stream: clicks, StartingPosition: "TRIM_HORIZON" } },
      }),
    )
    expect(notices).toEqual([])
    expect(subscriptions).toMatchObject([{ topicArn: topic, protocol: "lambda", filterPolicy: { kind: ["a"] } }])
    expect(rules).toMatchObject([
      { eventPattern: { source: ["shop"] }, targets: [{ inputPath: "$.detail" }] },
      {
        targets: [
          {
            inputTransformer: { template: '{"paid":<id>}' },
            deadLetterArn: "arn:aws:sqs:us-east-1:000000000000:lost",
          },
        ],
      },
      { scheduleExpression: "rate(1 day)", targets: [{ input: "{}" }] },
    ])
    expect(streamMappings).toMatchObject([
      { streamArn: stream, batchSize: 5 },
      { streamArn: clicks, batchSize: 100, startingPosition: "TRIM_HORIZON" },
    ])
    const managed = roles.flatMap(({ managedPolicyArns }) => managedPolicyArns)
    expect(managed).toContain("arn:aws:iam::aws:policy/service-role/AWSLambdaDynamoDBExecutionRole")
    expect(managed).toContain("arn:aws:iam::aws:policy/service-role/AWSLambdaKinesisExecutionRole")
    expect(permissions.map(({ principal }) => principal)).toEqual([
      "sns.amazonaws.com",
      "events.amazonaws.com",
      "events.amazonaws.com",
      "events.amazonaws.com",
    ])
  })

  test("of EventBridge Scheduler are schedules, each with a role that may use its target", () => {
    const event = { ScheduleExpression: "cron(0 18 * * ? *)", ScheduleExpressionTimezone: "Europe/Berlin", Input: "{}" }
    const given = { ScheduleExpression: "rate(1 day)", RoleArn: "arn:aws:iam::000000000000:role/given" }
    const machine = { Definition: { StartAt: "A", States: { A: { Type: "Succeed" } } } }
    const { schedules, roles, notices, functions } = define({
      ...functionWithEvents({
        Daily: { Type: "ScheduleV2", Properties: event },
        Own: { Type: "ScheduleV2", Properties: given },
      }),
      Machine: {
        Type: "AWS::Serverless::StateMachine",
        Properties: { ...machine, Events: { Daily: { Type: "ScheduleV2", Properties: event } } },
      },
    })
    expect(notices).toEqual([])
    const daily = { scheduleExpression: "cron(0 18 * * ? *)", timezone: "Europe/Berlin", target: { input: "{}" } }
    const of = (id: string) => schedules.find(({ logicalId }) => logicalId === id)
    expect(of("HandlerDaily")).toMatchObject({ ...daily, target: { input: "{}", targetArn: functions[0]!.arn } })
    expect(of("HandlerOwn")).toMatchObject({ timezone: "UTC", target: { roleArn: given.RoleArn } })
    expect(of("MachineDaily")).toMatchObject(daily)
    const added = roles.filter(({ logicalId }) => logicalId.endsWith("DailyRole"))
    const machineArn = of("MachineDaily")?.target.targetArn
    expect(added.flatMap(({ policies }) => policies[0]!.document.Statement)).toEqual(
      expect.arrayContaining([
        { Effect: "Allow", Action: "lambda:InvokeFunction", Resource: functions[0]!.arn },
        { Effect: "Allow", Action: "states:StartExecution", Resource: machineArn },
      ]),
    )
    expect(added).toHaveLength(2)
  })

  test("of another type are reported", () => {
    const { notices } = define(functionWithEvents({ Daily: { Type: "MSK", Properties: {} } }))
    expect(notices).toEqual([
      {
        logicalId: "Handler",
        type: "AWS::Serverless::Function",
        message: "Its event Daily of type MSK is not served, so it never invokes the function.",
      },
    ])
  })
})

test("a simple table has one key, of the given name and type or a text id", () => {
  const { tables } = define({
    Plain: { Type: "AWS::Serverless::SimpleTable", Properties: { TableName: "plain" } },
    Other: { Type: "AWS::Serverless::SimpleTable", Properties: { PrimaryKey: { Name: "n", Type: "Number" } } },
  })
  expect(tables.map(({ createTable }) => createTable)).toMatchObject([
    {
      TableName: "plain",
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      BillingMode: "PAY_PER_REQUEST",
    },
    { AttributeDefinitions: [{ AttributeName: "n", AttributeType: "N" }], KeySchema: [{ AttributeName: "n" }] },
  ])
})

test("a layer has the files of its content", () => {
  const { functions, notices } = define({
    ...functionWith({ Layers: [{ Ref: "Layer" }] }),
    Layer: { Type: "AWS::Serverless::LayerVersion", Properties: { ContentUri: "layer/" } },
  })
  expect(functions).toMatchObject([{ layers: [{ form: "folder", path: "/app/layer/" }] }])
  expect(notices).toEqual([])
})

test("a layer has its own name, or else its logical id", () => {
  const { outputs } = define(
    {
      Layer: { Type: "AWS::Serverless::LayerVersion", Properties: { ContentUri: "layer/" } },
      Named: { Type: "AWS::Serverless::LayerVersion", Properties: { ContentUri: "layer/", LayerName: "own" } },
    },
    { Outputs: { Layer: { Value: { Ref: "Layer" } }, Named: { Value: { Ref: "Named" } } } },
  )
  expect(outputs).toEqual({
    Layer: "arn:aws:lambda:us-east-1:000000000000:layer:Layer:1",
    Named: "arn:aws:lambda:us-east-1:000000000000:layer:own:1",
  })
})

test("an HTTP API has the authorizers of its Auth, and its events choose one, none or the default", () => {
  const api = {
    Type: "AWS::Serverless::HttpApi",
    Properties: {
      Auth: {
        DefaultAuthorizer: "Jwt",
        Authorizers: {
          Jwt: {
            JwtConfiguration: { issuer: "https://issuer.example", audience: ["app"] },
            AuthorizationScopes: ["read"],
          },
          Own: {
            FunctionArn: { "Fn::GetAtt": ["Handler", "Arn"] },
            AuthorizerPayloadFormatVersion: "2.0",
            EnableSimpleResponses: true,
            EnableFunctionDefaultPermissions: true,
            Identity: { Headers: ["x-token"], Context: ["routeKey"], ReauthorizeEvery: 30 },
          },
        },
      },
    },
  }
  const event = (Path: string, Auth?: Record<string, unknown>) => ({
    Type: "HttpApi",
    Properties: { Path, Method: "get", ApiId: { Ref: "Api" }, ...(Auth && { Auth }) },
  })
  const events = {
    Default: event("/default"),
    Scopes: event("/scopes", { AuthorizationScopes: ["admin"] }),
    Own: event("/own", { Authorizer: "Own" }),
    None: event("/none", { Authorizer: "NONE" }),
    Iam: event("/iam", { Authorizer: "AWS_IAM" }),
  }
  const { httpApis, permissions } = define({ ...functionWithEvents(events), Api: api })
  const authorizations = httpApis[0]!.routes.map(({ routeKey, authorization }) => [routeKey, authorization])
  const jwt = { type: "JWT", authorizer: { issuer: "https://issuer.example", audience: ["app"] } }
  expect(Object.fromEntries(authorizations)).toMatchObject({
    "GET /default": { ...jwt, scopes: ["read"] },
    "GET /scopes": { ...jwt, scopes: ["admin"] },
    "GET /own": {
      type: "CUSTOM",
      authorizer: {
        identitySource: ["$request.header.x-token", "$context.routeKey"],
        hasSimpleResponses: true,
        resultTtlSeconds: 30,
      },
    },
    "GET /none": { type: "NONE" },
    "GET /iam": { type: "AWS_IAM" },
  })
  expect(permissions.some(({ sourceArn }) => sourceArn?.endsWith("/authorizers/*"))).toBe(true)
})
