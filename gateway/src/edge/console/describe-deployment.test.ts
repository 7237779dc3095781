// What the console shows of a deployment, for a template with every kind of API.
import { expect, test } from "vitest"
import { defineChat } from "../../cloudformation/testing/chat-template.ts"
import type { Notice } from "../../definition/definition.ts"
import type { StageUrl } from "../stage-urls.ts"
import type { ConsolePorts } from "./console-ports.ts"
import { describeDeployment } from "./describe-deployment.ts"

const RestApiId = { Ref: "Rest" }
const functionUri = {
  "Fn::Sub": `arn:aws:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/\${Function.Arn}/invocations`,
}

const definition = defineChat({
  Authorizer: {
    Type: "AWS::ApiGatewayV2::Authorizer",
    Properties: {
      ApiId: { Ref: "Api" },
      Name: "auth",
      AuthorizerType: "REQUEST",
      AuthorizerUri: functionUri,
      IdentitySource: ["route.request.header.Auth"],
    },
  },
  Connect: { AuthorizationType: "CUSTOM", AuthorizerId: { Ref: "Authorizer" } },
  Send: { ApiKeyRequired: true },
  Integration: { CredentialsArn: { "Fn::GetAtt": ["Role", "Arn"] }, TimeoutInMillis: 5000 },
  Stage: { DefaultRouteSettings: { ThrottlingRateLimit: 10, ThrottlingBurstLimit: 20 } },
  Function: { Timeout: 7, MemorySize: 256, Environment: { Variables: { TABLE: "secret value" } } },
  Invoke: {
    Type: "AWS::Lambda::Permission",
    Properties: {
      Action: "lambda:InvokeFunction",
      FunctionName: { Ref: "Function" },
      Principal: "apigateway.amazonaws.com",
      SourceArn: "arn:aws:execute-api:us-east-1:000000000000:api/*",
    },
  },
  Role: {
    Policies: [
      {
        PolicyName: "read",
        PolicyDocument: {
          Statement: [
            { Sid: "Read", Effect: "Allow", Action: ["s3:Get*"], Resource: "*", Condition: { Bool: { a: "true" } } },
            { Effect: "Deny", NotAction: "s3:Get*", NotResource: ["arn:aws:s3:::a"] },
          ],
        },
      },
    ],
  },
  Http: { Type: "AWS::ApiGatewayV2::Api", Properties: { Name: "http", ProtocolType: "HTTP" } },
  HttpStage: {
    Type: "AWS::ApiGatewayV2::Stage",
    Properties: { ApiId: { Ref: "Http" }, StageName: "$default", AutoDeploy: true },
  },
  Jwt: {
    Type: "AWS::ApiGatewayV2::Authorizer",
    Properties: {
      ApiId: { Ref: "Http" },
      Name: "jwt",
      AuthorizerType: "JWT",
      IdentitySource: ["$request.header.Authorization"],
      JwtConfiguration: { Issuer: "https://issuer.example", Audience: ["app"] },
    },
  },
  HttpIntegration: {
    Type: "AWS::ApiGatewayV2::Integration",
    Properties: {
      ApiId: { Ref: "Http" },
      IntegrationType: "AWS_PROXY",
      IntegrationUri: { "Fn::GetAtt": ["Function", "Arn"] },
      PayloadFormatVersion: "2.0",
      TimeoutInMillis: 4000,
    },
  },
  Orders: {
    Type: "AWS::ApiGatewayV2::Route",
    Properties: {
      ApiId: { Ref: "Http" },
      RouteKey: "GET /orders",
      AuthorizationType: "JWT",
      AuthorizerId: { Ref: "Jwt" },
      Target: { "Fn::Sub": `integrations/\${HttpIntegration}` },
    },
  },
  Rest: { Type: "AWS::ApiGateway::RestApi", Properties: { Name: "rest" } },
  Items: {
    Type: "AWS::ApiGateway::Resource",
    Properties: { RestApiId, ParentId: { "Fn::GetAtt": ["Rest", "RootResourceId"] }, PathPart: "items" },
  },
  RestAuthorizer: {
    Type: "AWS::ApiGateway::Authorizer",
    Properties: {
      RestApiId,
      Name: "rest-auth",
      Type: "TOKEN",
      AuthorizerUri: functionUri,
      IdentitySource: "method.request.header.Auth",
    },
  },
  GetItems: {
    Type: "AWS::ApiGateway::Method",
    Properties: {
      RestApiId,
      ResourceId: { Ref: "Items" },
      HttpMethod: "GET",
      AuthorizationType: "CUSTOM",
      AuthorizerId: { Ref: "RestAuthorizer" },
      ApiKeyRequired: true,
      Integration: { Type: "HTTP_PROXY", IntegrationHttpMethod: "GET", Uri: "https://backend.example/items" },
    },
  },
  RestDeployment: { Type: "AWS::ApiGateway::Deployment", DependsOn: ["GetItems"], Properties: { RestApiId } },
  RestStage: {
    Type: "AWS::ApiGateway::Stage",
    Properties: { RestApiId, StageName: "prod", DeploymentId: { Ref: "RestDeployment" } },
  },
  Url: {
    Type: "AWS::Lambda::Url",
    Properties: {
      TargetFunctionArn: { "Fn::GetAtt": ["Function", "Arn"] },
      AuthType: "NONE",
      Cors: { AllowOrigins: ["https://page.example"] },
    },
  },
  UrlPermission: {
    Type: "AWS::Lambda::Permission",
    Properties: {
      Action: "lambda:InvokeFunctionUrl",
      FunctionName: { Ref: "Function" },
      Principal: "*",
      FunctionUrlAuthType: "NONE",
    },
  },
  Queue: { Type: "AWS::SQS::Queue", Properties: { QueueName: "uploads" } },
  Source: {
    Type: "AWS::Lambda::EventSourceMapping",
    Properties: {
      EventSourceArn: { "Fn::GetAtt": ["Queue", "Arn"] },
      FunctionName: { Ref: "Function" },
      BatchSize: 5,
    },
  },
  Bucket: { Type: "AWS::S3::Bucket", Properties: { BucketName: "files" } },
  Table: {
    Type: "AWS::DynamoDB::Table",
    Properties: {
      TableName: "documents",
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      BillingMode: "PAY_PER_REQUEST",
    },
  },
  Domain: { Type: "AWS::ApiGatewayV2::DomainName", Properties: { DomainName: "api.example.com" } },
  Mapping: {
    Type: "AWS::ApiGatewayV2::ApiMapping",
    Properties: {
      ApiId: { Ref: "Http" },
      DomainName: { Ref: "Domain" },
      Stage: { Ref: "HttpStage" },
      ApiMappingKey: "v1",
    },
  },
  RootMapping: {
    Type: "AWS::ApiGatewayV2::ApiMapping",
    Properties: { ApiId: { Ref: "Http" }, DomainName: { Ref: "Domain" }, Stage: { Ref: "HttpStage" } },
  },
})

const url = (logicalId: string, address: string) => ({ logicalId, url: address }) as StageUrl
const notServed: Notice = { logicalId: "X", type: "AWS::X::Y", message: "is not served" }
const advice: Notice = { ...notServed, kind: "advice" }

function describe() {
  const ports: Pick<ConsolePorts, "access" | "stages" | "outputs"> & { deployed(): unknown } = {
    deployed: () => ({ definition }),
    access: { notices: () => [advice, notServed], mayManageAs: () => ({ allowed: true }) },
    stages: () => [
      url("Url", "http://localhost:4004"),
      url("Domain", "http://localhost:4005/v1"),
      url("Domain", "http://localhost:4005"),
    ],
    outputs: () => ({ Url: "ws://localhost:4001/dev" }),
  }
  // biome-ignore lint/suspicious/noExplicitAny: the page reads the description as JSON
  return JSON.parse(JSON.stringify(describeDeployment(ports as ConsolePorts))) as any
}

const origin = (logicalId: string) => ({ logicalId, stackName: "stack" })

test("a WebSocket API has its routes with authorizer, integration and throttle by logical id", () => {
  const { apis, outputs } = describe()
  expect(outputs).toEqual({ Url: "ws://localhost:4001/dev" })
  const chat = definition.webSocketApis[0]
  expect(apis[0]).toMatchObject({
    ...origin("Api"),
    apiId: chat?.apiId,
    region: "us-east-1",
    accountId: "000000000000",
    protocol: "WEBSOCKET",
    routeSelectionExpression: "$request.body.action",
    authorizers: [{ ...origin("Authorizer"), functionId: "Function", identitySource: ["route.request.header.Auth"] }],
  })
  const [stage] = apis[0].stages
  expect(stage).toMatchObject({ ...origin("Stage"), stageName: "dev", throttle: { rate: 10, burst: 20 } })
  const integration = {
    ...origin("Integration"),
    type: "AWS_PROXY",
    functionId: "Function",
    role: "Role",
    timeoutMs: 5000,
  }
  expect(stage.routes).toEqual([
    {
      ...origin("Connect"),
      routeKey: "$connect",
      authorization: "CUSTOM",
      authorizer: "Authorizer",
      apiKeyRequired: false,
      returnsResponse: false,
      integration,
    },
    {
      ...origin("Send"),
      routeKey: "send",
      authorization: "NONE",
      apiKeyRequired: true,
      returnsResponse: false,
      integration,
    },
  ])
})

test("an HTTP API has its routes with the issuer of their authorizer", () => {
  const api = describe().apis[1]
  expect(api).toMatchObject({
    ...origin("Http"),
    protocol: "HTTP",
    authorizers: [
      { ...origin("Jwt"), issuer: "https://issuer.example", identitySource: ["$request.header.Authorization"] },
    ],
  })
  expect(api.stages[0].routes).toEqual([
    {
      ...origin("Orders"),
      routeKey: "GET /orders",
      authorization: "JWT",
      authorizer: "Jwt",
      apiKeyRequired: false,
      returnsResponse: true,
      integration: { type: "AWS_PROXY", functionId: "Function", timeoutMs: 4000 },
    },
  ])
})

test("a REST API has its methods, and the address of a backend that is not a function", () => {
  const api = describe().apis[2]
  expect(api).toMatchObject({
    ...origin("Rest"),
    protocol: "REST",
    authorizers: [{ ...origin("RestAuthorizer"), functionId: "Function" }],
  })
  expect(api.stages[0]).toMatchObject({ stageName: "prod" })
  expect(api.stages[0].routes).toMatchObject([
    {
      ...origin("GetItems"),
      routeKey: "GET /items",
      authorization: "CUSTOM",
      authorizer: "RestAuthorizer",
      apiKeyRequired: true,
      returnsResponse: true,
      integration: { type: "HTTP_PROXY", uri: "https://backend.example/items" },
    },
  ])
})

test("a function has its settings, the names of its variables without their values, and who may invoke it", () => {
  const description = describe()
  expect(description.functions).toMatchObject([
    {
      ...origin("Function"),
      runtime: "nodejs24.x",
      handler: "index.handler",
      timeoutMs: 7000,
      memoryMb: 256,
      variables: ["TABLE"],
      role: "Role",
      invokedBy: [
        {
          ...origin("Invoke"),
          principal: "apigateway.amazonaws.com",
          sourceArn: "arn:aws:execute-api:us-east-1:000000000000:api/*",
        },
        { ...origin("UrlPermission"), principal: "*" },
      ],
    },
  ])
  expect(JSON.stringify(description)).not.toContain("secret value")
})

test("a function URL has its address, and only the permissions that concern URLs", () => {
  expect(describe().functionUrls).toEqual([
    {
      ...origin("Url"),
      url: "http://localhost:4004",
      functionId: "Function",
      authType: "NONE",
      allowedOrigins: ["https://page.example"],
      permittedBy: [{ ...origin("UrlPermission"), principal: "*" }],
    },
  ])
})

test("a custom domain name has its mappings with the address of each path", () => {
  const [domain] = describe().customDomains
  expect(domain).toMatchObject({ ...origin("Domain"), domainName: "api.example.com" })
  const byKey = new Map(domain.mappings.map((mapping: { key: string }) => [mapping.key, mapping]))
  expect(byKey.get("v1")).toEqual({
    ...origin("Mapping"),
    key: "v1",
    api: "Http",
    stageName: "$default",
    url: "http://localhost:4005/v1",
  })
  expect(byKey.get("")).toMatchObject({ ...origin("RootMapping"), api: "Http" })
})

test("a role has its statements, and the functions that use it", () => {
  expect(describe().roles).toMatchObject([
    {
      ...origin("Role"),
      functions: ["Function"],
      grants: [
        {
          policy: "read",
          index: 0,
          sid: "Read",
          effect: "Allow",
          actions: ["s3:Get*"],
          notActions: [],
          resources: ["*"],
          notResources: [],
          conditions: ["Bool"],
        },
        {
          policy: "read",
          index: 1,
          effect: "Deny",
          actions: [],
          notActions: ["s3:Get*"],
          resources: [],
          notResources: ["arn:aws:s3:::a"],
        },
      ],
    },
  ])
})

test("stores and event sources have their names, and what is not served is listed without advice", () => {
  const { tables, buckets, queues, eventSources, ...others } = describe()
  expect(tables).toEqual([{ ...origin("Table"), name: "documents" }])
  expect(buckets).toEqual([{ ...origin("Bucket"), name: "files" }])
  expect(queues).toEqual([{ ...origin("Queue"), name: "uploads" }])
  expect(eventSources).toEqual([{ ...origin("Source"), queue: "Queue", functionId: "Function", batchSize: 5 }])
  expect(others.notServed).toContainEqual(notServed)
  expect(others.notServed).not.toContainEqual(advice)
})
