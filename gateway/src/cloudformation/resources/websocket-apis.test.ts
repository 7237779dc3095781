// What the resources of a WebSocket API yield.
import { describe, expect, test } from "vitest"
import type { Definition } from "../../definition/definition.ts"
import type { ResourceBody } from "../source/stack.ts"
import { type Changes, chatResources, defineChat, invocationUri, noValue } from "../testing/chat-template.ts"

function routesOf({ webSocketApis }: Definition) {
  return Object.values(webSocketApis[0]!.deployments)[0]!.routes
}

describe("a WebSocket API", () => {
  test("has the stages, deployments and routes of the template", () => {
    const [api] = defineChat({ Stage: { StageVariables: { color: "blue" } } }).webSocketApis
    const [stage] = api!.stages
    expect(api).toMatchObject({
      apiId: expect.stringMatching(/^[a-z0-9]{10}$/),
      logicalId: "Api",
      routeSelectionExpression: "$request.body.action",
    })
    expect(api).not.toHaveProperty("apiKeySelectionExpression")
    expect(stage).toMatchObject({ stageName: "dev", variables: { color: "blue" }, defaultRouteSettings: {} })
    const routes = api!.deployments[stage!.deploymentId!]!.routes
    expect(Object.keys(routes)).toEqual(["$connect", "send"])
    expect(routes.send).toMatchObject({
      authorizationType: "NONE",
      apiKeyRequired: false,
      returnsResponse: false,
      integration: {
        type: "AWS_PROXY",
        timeoutMs: 29_000,
        functionArn: expect.stringMatching(/^arn:aws:lambda:.*:function:stack-Function-/),
      },
    })
  })

  test("keeps its selection expressions, integration timeout and credentials", () => {
    const definition = defineChat({
      Api: { ApiKeySelectionExpression: "$context.authorizer.usageIdentifierKey" },
      Integration: { TimeoutInMillis: "2000", CredentialsArn: "arn:aws:iam::000000000000:role/invoke" },
    })
    expect(definition.webSocketApis[0]).toMatchObject({
      apiKeySelectionExpression: "$context.authorizer.usageIdentifierKey",
    })
    expect(routesOf(definition).send!.integration).toMatchObject({
      timeoutMs: 2000,
      credentialsArn: "arn:aws:iam::000000000000:role/invoke",
    })
  })

  test("has only the resources with its own ApiId", () => {
    const other: Changes = Object.fromEntries(
      Object.entries(chatResources())
        .filter(([, { Type }]) => Type.startsWith("AWS::ApiGatewayV2::"))
        .map(([id, { Type, Properties }]) => [
          `${id}2`,
          { Type, Properties: { ...Properties, ...(id !== "Api" && { ApiId: { Ref: "Api2" } }) } },
        ]),
    )
    const { webSocketApis } = defineChat({
      ...other,
      Send2: { Type: "AWS::ApiGatewayV2::Route", Properties: { ApiId: { Ref: "Api2" }, RouteKey: "other" } },
      Deployment2: { Type: "AWS::ApiGatewayV2::Deployment", Properties: { ApiId: { Ref: "Api2" } } },
      Stage2: {
        Type: "AWS::ApiGatewayV2::Stage",
        Properties: { ApiId: { Ref: "Api2" }, StageName: "dev", DeploymentId: { Ref: "Deployment2" } },
      },
      Connect2: undefined,
      Integration2: undefined,
    })
    const keys = webSocketApis.map((api) => Object.values(api.deployments).map(({ routes }) => Object.keys(routes)))
    expect(keys).toEqual([[["$connect", "send"]], [["other"]]])
  })

  test("serves nothing on a stage without a deployment", () => {
    const [api] = defineChat({ Stage: { DeploymentId: noValue } }).webSocketApis
    expect(api!.stages[0]!.deploymentId).toBeUndefined()
  })

  test("is deployed by AutoDeploy, or by a deployment that names the stage", () => {
    const auto = defineChat({ Deployment: undefined, Stage: { DeploymentId: noValue, AutoDeploy: true } })
    const named = defineChat({ Deployment: { StageName: "dev" }, Stage: { DeploymentId: noValue } })
    for (const { webSocketApis } of [auto, named]) {
      const [api] = webSocketApis
      expect(Object.keys(api!.deployments[api!.stages[0]!.deploymentId!]!.routes)).toEqual(["$connect", "send"])
    }
    const elsewhere = defineChat({ Deployment: { StageName: "prod" }, Stage: { DeploymentId: noValue } })
    expect(elsewhere.webSocketApis[0]!.stages[0]!.deploymentId).toBeUndefined()
  })

  test("has a route without an integration when the route has no target, which is reported of routes for messages", () => {
    const definition = defineChat({ Send: { Target: noValue }, Connect: { Target: noValue } })
    expect(routesOf(definition).send).not.toHaveProperty("integration")
    expect(definition.notices).toEqual([
      {
        logicalId: "Send",
        type: "AWS::ApiGatewayV2::Route",
        message: "It has no Target, so no integration receives its messages.",
        kind: "advice",
      },
    ])
  })

  test("returns responses with a route response, with or without its selection expression", () => {
    const response: ResourceBody = {
      Type: "AWS::ApiGatewayV2::RouteResponse",
      Properties: { ApiId: { Ref: "Api" }, RouteId: { Ref: "Send" }, RouteResponseKey: "$default" },
    }
    const sendOf = (changes: Changes) => {
      const definition = defineChat(changes)
      return { returns: routesOf(definition).send!.returnsResponse, notices: definition.notices }
    }
    const expression = { RouteResponseSelectionExpression: "$default" }
    expect(sendOf({ Send: expression, Response: response })).toMatchObject({ returns: true, notices: [] })
    expect(sendOf({ Send: expression })).toMatchObject({
      returns: false,
      notices: [
        {
          logicalId: "Send",
          message: "Without AWS::ApiGatewayV2::RouteResponse the route is one-way and sends no response.",
        },
      ],
    })
    expect(sendOf({ Response: response })).toMatchObject({ returns: true, notices: [] })
  })

  test("keeps throttles, zero included, logging levels and the access log format", () => {
    const Format = '{"id":"$context.requestId"}'
    const { webSocketApis, notices } = defineChat({
      Stage: {
        DefaultRouteSettings: {
          ThrottlingRateLimit: 0,
          ThrottlingBurstLimit: "5",
          LoggingLevel: "INFO",
          DataTraceEnabled: "true",
          DetailedMetricsEnabled: false,
        },
        RouteSettings: { send: { ThrottlingRateLimit: 2.5, LoggingLevel: "OFF" } },
        AccessLogSettings: { DestinationArn: "arn:aws:logs:us-east-1:000000000000:log-group:x", Format },
      },
    })
    expect(webSocketApis[0]!.stages).toMatchObject([
      {
        defaultRouteSettings: {
          throttlingRateLimit: 0,
          throttlingBurstLimit: 5,
          loggingLevel: "INFO",
          dataTraceEnabled: true,
          detailedMetricsEnabled: false,
        },
        routeSettings: { send: { throttlingRateLimit: 2.5, loggingLevel: "OFF" } },
        accessLog: { format: Format },
      },
    ])
    expect(notices).toMatchObject([
      { logicalId: "Stage", kind: "advice", message: "A throttle of 0 rejects every request." },
    ])
  })

  test("reports a deployment that can be created before its routes", () => {
    const { notices } = defineChat({ Deployment: { ...chatResources().Deployment!, DependsOn: "Connect" } })
    expect(notices).toEqual([
      {
        logicalId: "Deployment",
        type: "AWS::ApiGatewayV2::Deployment",
        message: "It does not depend on Send, so on AWS it can be created without them. Add them to its DependsOn.",
        kind: "advice",
      },
    ])
  })

  test("reports more routes than the quota allows", () => {
    const Target = { "Fn::Sub": `integrations/\${Integration}` }
    const route = (index: number): [string, ResourceBody] => [
      `Route${index}`,
      { Type: "AWS::ApiGatewayV2::Route", Properties: { ApiId: { Ref: "Api" }, RouteKey: `r${index}`, Target } },
    ]
    const routes = (count: number) => ({
      Deployment: undefined,
      Stage: { DeploymentId: noValue, AutoDeploy: true },
      ...Object.fromEntries(Array.from({ length: count - 2 }, (_, index) => route(index))),
    })
    expect(defineChat(routes(300)).notices).toEqual([])
    expect(defineChat(routes(301)).notices).toMatchObject([
      { logicalId: "Api", message: expect.stringContaining("more than 300 routes") },
    ])
  })
})

describe("an authorizer", () => {
  const authorizer = (properties: Record<string, unknown> = {}): Changes => ({
    Authorizer: {
      Type: "AWS::ApiGatewayV2::Authorizer",
      Properties: {
        ApiId: { Ref: "Api" },
        AuthorizerType: "REQUEST",
        Name: "a",
        AuthorizerUri: invocationUri,
        IdentitySource: [
          "route.request.querystring.token",
          "route.request.header.X-Key",
          "stageVariables.color",
          "context.identity.sourceIp",
        ],
        ...properties,
      },
    },
    Connect: { AuthorizationType: "CUSTOM", AuthorizerId: { Ref: "Authorizer" } },
  })

  test("belongs to the route that names it", () => {
    const definition = defineChat(authorizer({ AuthorizerCredentialsArn: "arn:aws:iam::000000000000:role/invoke" }))
    const { authorizerId, authorizationType } = routesOf(definition).$connect!
    expect(authorizationType).toBe("CUSTOM")
    expect(definition.webSocketApis[0]!.authorizers[authorizerId!]).toMatchObject({
      authorizerId,
      functionArn: expect.stringContaining(":function:stack-Function-"),
      credentialsArn: "arn:aws:iam::000000000000:role/invoke",
      identitySource: [
        "route.request.querystring.token",
        "route.request.header.X-Key",
        "stageVariables.color",
        "context.identity.sourceIp",
      ],
    })
  })

  test("makes its function one that is reported when it cannot run", () => {
    const java = { Type: "AWS::Lambda::Function", Properties: { Runtime: "java21", Code: { ZipFile: "" } } }
    const uri = {
      "Fn::Sub": "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Other.Arn}/invocations",
    }
    const { notices } = defineChat({ ...authorizer({ AuthorizerUri: uri }), Other: java })
    expect(notices).toMatchObject([{ logicalId: "Other", message: expect.stringContaining("java21") }])
  })
})

test("an API key on a message route, and a disabled endpoint without a custom domain name, are reported", () => {
  const { notices } = defineChat({ Send: { ApiKeyRequired: true }, Api: { DisableExecuteApiEndpoint: true } })
  expect(notices.map(({ logicalId, message }) => [logicalId, message])).toEqual([
    ["Send", "ApiKeyRequired applies to the $connect route only."],
    ["Api", expect.stringContaining("so every request is rejected")],
  ])
})
