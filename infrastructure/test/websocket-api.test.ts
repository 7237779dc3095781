// The template of the WebSocket API's stack, for dev and for prod.
import { App, type CfnResource, Stack } from "aws-cdk-lib"
import type { CfnIntegration, CfnRoute } from "aws-cdk-lib/aws-apigatewayv2"
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam"
import { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda"
import { describe, expect, test } from "vitest"
import { readConfig } from "../src/config.ts"
import { WebSocketApiStack } from "../src/websocket-api-stack.ts"
import { type Resource, synthesized, synthesizedWith, withoutSignIn } from "./synthesized.ts"

const stack = "websocket-api"

describe.each(["dev", "prod"])("the WebSocket API of %s without sign-in", (envName) => {
  const app = synthesized(envName, withoutSignIn)
  const routes = app.all(stack, "AWS::ApiGatewayV2::Route")
  const route = (key: string) => routes.find((each) => each.Properties.RouteKey === key) as Resource

  test("selects a route by the message's action and is named by convention", () => {
    expect(app.one(stack, "AWS::ApiGatewayV2::Api").Properties).toMatchObject({
      Name: `document-insight-${envName}-websocket-api`,
      ProtocolType: "WEBSOCKET",
      RouteSelectionExpression: "$request.body.action",
    })
  })

  test("has four named routes without authorization, all with the same integration", () => {
    const ofRoutes = routes.map(({ Properties: p }) => [p.RouteKey, p.OperationName, p.AuthorizationType, p.Target])
    expect(ofRoutes).toEqual([
      ["$connect", "Connect", "NONE", "integrations/<Integration>"],
      ["$disconnect", "Disconnect", "NONE", "integrations/<Integration>"],
      ["$default", "RespondToUnknownMessage", "NONE", "integrations/<Integration>"],
      ["progress", "WatchProgress", "NONE", "integrations/<Integration>"],
    ])
  })

  test("returns the responses of progress and $default, which needs the expression and the route response", () => {
    const responses = app.all(stack, "AWS::ApiGatewayV2::RouteResponse").map(({ Properties }) => Properties)
    expect(responses).toEqual([
      { ApiId: "<WebSocketApi>", RouteId: "<DefaultRoute>", RouteResponseKey: "$default" },
      { ApiId: "<WebSocketApi>", RouteId: "<ProgressRoute>", RouteResponseKey: "$default" },
    ])
    expect(route("progress").Properties.RouteResponseSelectionExpression).toBe("$default")
    expect(route("$default").Properties.RouteResponseSelectionExpression).toBe("$default")
    expect(route("$connect").Properties).not.toHaveProperty("RouteResponseSelectionExpression")
  })

  test("invokes the connection handler as a Lambda proxy within 29 s, with its own role", () => {
    expect(app.one(stack, "AWS::ApiGatewayV2::Integration").Properties).toEqual({
      ApiId: "<WebSocketApi>",
      IntegrationType: "AWS_PROXY",
      IntegrationMethod: "POST",
      IntegrationUri:
        "arn:<AWS::Partition>:apigateway:<AWS::Region>:lambda:path/2015-03-31/functions/<ConnectionHandler.Arn>/invocations",
      CredentialsArn: "<IntegrationRole.Arn>",
      ContentHandlingStrategy: "CONVERT_TO_TEXT",
      TimeoutInMillis: 29_000,
    })
    expect(app.all("connection-handler", "AWS::Lambda::Permission")).toEqual([])
  })

  test("deploys after every route, integration and route response", () => {
    const parts = ["Route", "RouteResponse", "Integration"].flatMap((kind) =>
      app.all(stack, `AWS::ApiGatewayV2::${kind}`),
    )
    const deployment = app.one(stack, "AWS::ApiGatewayV2::Deployment")
    expect(deployment.DependsOn?.toSorted()).toEqual(parts.map(({ id }) => id).toSorted())
    expect(app.one(stack, "AWS::ApiGatewayV2::Stage").Properties.DeploymentId).toBe(`<${deployment.id}>`)
  })

  test("has a stage named after the environment with throttling, execution logs and detailed metrics", () => {
    const { Properties } = app.one(stack, "AWS::ApiGatewayV2::Stage")
    expect(Properties.StageName).toBe(envName)
    expect(Properties.DefaultRouteSettings).toEqual({
      ThrottlingRateLimit: 1000,
      ThrottlingBurstLimit: 2000,
      LoggingLevel: "INFO",
      // Data trace writes the content of messages to the log, which only dev should.
      DataTraceEnabled: envName === "dev",
      DetailedMetricsEnabled: true,
    })
    expect(Properties).not.toHaveProperty("RouteSettings")
  })

  test("writes its access log as one JSON line to a log group with a retention", () => {
    const { AccessLogSettings } = app.one(stack, "AWS::ApiGatewayV2::Stage").Properties
    expect(AccessLogSettings.DestinationArn).toBe(
      "arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:log-group:<AccessLogs>",
    )
    expect(AccessLogSettings.Format).not.toContain("\n")
    expect(AccessLogSettings.Format.length).toBeLessThanOrEqual(1024)
    const variables = Object.values(JSON.parse(AccessLogSettings.Format))
    for (const name of [
      ...["requestId", "eventType", "routeKey", "status", "connectionId", "messageId", "identity.sourceIp"],
      ...["integrationLatency", "error.message", "disconnectStatusCode", "disconnectReason"],
    ]) {
      expect(variables).toContain(`$context.${name}`)
    }
    for (const logs of app.all(stack, "AWS::Logs::LogGroup")) {
      expect(logs.Properties.RetentionInDays).toBe(envName === "dev" ? 7 : 90)
      expect(logs.DeletionPolicy).toBe(envName === "dev" ? "Delete" : "RetainExceptOnCreate")
    }
  })

  test("creates the execution log groups under both candidate names, with a retention, before the stage", () => {
    const groups = app.all(stack, "AWS::Logs::LogGroup").filter(({ id }) => id.startsWith("ExecutionLogs"))
    expect(groups.map(({ Properties }) => Properties.LogGroupName)).toEqual([
      `API-Gateway-Execution-Logs_<WebSocketApi>/${envName}`,
      `/aws/apigateway/<WebSocketApi>/${envName}`,
    ])
    expect(app.one(stack, "AWS::ApiGatewayV2::Stage").DependsOn).toEqual(groups.map(({ id }) => id))
  })

  test("does not contain the CloudWatch role of the account", () => {
    expect(app.all(stack, "AWS::ApiGateway::Account")).toEqual([])
  })

  test("exports its id, URL and stage, in any partition", () => {
    const { outputs } = app.template(stack)
    const exportName = (name: string) => ({ Name: `document-insight-${envName}-websocket-api-${name}` })
    expect(outputs).toMatchObject({
      WebSocketApiId: { Value: "<WebSocketApi>", Export: exportName("WebSocketApiId") },
      WebSocketApiUrl: {
        Value: `wss://<WebSocketApi>.execute-api.<AWS::Region>.<AWS::URLSuffix>/${envName}`,
        Export: exportName("WebSocketApiUrl"),
      },
      WebSocketApiStage: { Value: envName, Export: exportName("WebSocketApiStage") },
    })
    expect(JSON.stringify(app.stacks.map((each) => each.template))).not.toContain("amazonaws.com/")
  })
})

describe("settings of the stage", () => {
  test("come from the context, per route too", () => {
    const { Properties } = synthesized("dev", {
      api_throttle_rate: "5",
      api_throttle_burst: "6",
      execution_log_level: "ERROR",
      execution_log_data_trace: "false",
      detailed_metrics: "false",
      route_throttles: '{"progress":{"rate":3,"burst":4}}',
    }).one(stack, "AWS::ApiGatewayV2::Stage")
    const others = { LoggingLevel: "ERROR", DataTraceEnabled: false, DetailedMetricsEnabled: false }
    expect(Properties.DefaultRouteSettings).toEqual({ ThrottlingRateLimit: 5, ThrottlingBurstLimit: 6, ...others })
    // Every route has all settings: see #routeSettings.
    expect(Properties.RouteSettings).toEqual({
      progress: { ThrottlingRateLimit: 3, ThrottlingBurstLimit: 4, ...others },
    })
  })

  test("are rejected for a route that does not exist", () => {
    const overrides = { route_throttles: '{"pogress":{"rate":3,"burst":4}}' }
    expect(() => synthesized("dev", overrides)).toThrow(
      'route_throttles: "pogress" is not a route of this API. Its routes: $connect,',
    )
  })

  test("create no execution log group when execution logging is off", () => {
    const app = synthesized("dev", { execution_log_level: "OFF", hosting: "none" })
    expect(app.all(stack, "AWS::Logs::LogGroup").map(({ id }) => id)).toEqual(["AccessLogs"])
  })
})

describe("the deployment's id", () => {
  type Change = (stack: WebSocketApiStack) => void
  const nothing: Change = () => {}
  const resource = (stack: WebSocketApiStack, id: string) => stack.node.findChild(id) as CfnResource

  const idAfter = (change: Change, overrides: Record<string, string> = {}) => {
    const { stack } = webSocketApi(overrides)
    change(stack)
    const { Resources } = templateOf(stack)
    const ids = Object.keys(Resources).filter((id) => Resources[id]?.Type === "AWS::ApiGatewayV2::Deployment")
    expect(ids).toHaveLength(1)
    return ids[0]
  }
  const before = idAfter(nothing)

  const goesLive: [string, Change][] = [
    [
      "a route's operation name",
      (stack) => Object.assign(resource(stack, "ProgressRoute") as CfnRoute, { operationName: "Other" }),
    ],
    [
      "a route's authorization",
      (stack) => resource(stack, "ConnectRoute").addPropertyOverride("AuthorizationType", "AWS_IAM"),
    ],
    [
      "a route response",
      (stack) => resource(stack, "ProgressRouteResponse").addPropertyOverride("ModelSelectionExpression", "x"),
    ],
    [
      "the integration's timeout",
      (stack) => Object.assign(resource(stack, "Integration") as CfnIntegration, { timeoutInMillis: 5000 }),
    ],
    [
      "the route selection expression",
      (stack) => Object.assign(stack.api, { routeSelectionExpression: "$request.body.type" }),
    ],
  ]
  test.each(goesLive)("changes with %s", (_, change) => {
    expect(idAfter(change)).not.toBe(before)
  })

  const staysAsItIs: [string, Change][] = [
    ["nothing at all", nothing],
    ["a comment", (stack) => resource(stack, "ProgressRoute").addMetadata("Comment", "why this route exists")],
    ["the API's description", (stack) => Object.assign(stack.api, { description: "Other words" })],
    ["a tag", (stack) => stack.api.addPropertyOverride("Tags", { team: "documents" })],
  ]
  test.each(staysAsItIs)("stays with %s", (_, change) => {
    expect(idAfter(change)).toBe(before)
  })

  test("stays with the stage's own settings, which are live at once, and changes with the integration's timeout", () => {
    expect(idAfter(nothing, { api_throttle_rate: "7", execution_log_level: "OFF" })).toBe(before)
    expect(idAfter(nothing, { integration_timeout_ms: "1000" })).not.toBe(before)
  })
})

describe("a call in the wrong order reports what to call first:", () => {
  const bare = () => new WebSocketApiStack(new App(), readConfig({ environments: { dev: {} } }))

  test.each([
    ["webSocketUrl", (stack: WebSocketApiStack) => stack.webSocketUrl],
    ["callbackUrl", (stack: WebSocketApiStack) => stack.callbackUrl],
    ["addWebSocketUrlOutput", (stack: WebSocketApiStack) => stack.addWebSocketUrlOutput()],
    ["connectionsArn", (stack: WebSocketApiStack) => stack.connectionsArn],
    ["grantManageConnections", (stack: WebSocketApiStack) => stack.grantManageConnections(someRole(stack))],
  ])("%s before the routes", (what, call) => {
    expect(() => call(bare())).toThrow(`${what} needs the API's routes: call configureWebSocketRoutes first.`)
  })

  test("routes or outputs twice", () => {
    const { stack, handler } = webSocketApi()
    expect(() => stack.configureWebSocketRoutes({ connectionHandlerLambda: handler })).toThrow(
      "call configureWebSocketRoutes once",
    )
    stack.addWebSocketUrlOutput()
    expect(() => stack.addWebSocketUrlOutput()).toThrow("call addWebSocketUrlOutput once")
  })
})

describe("grantManageConnections", () => {
  const connections = "/dev/*/@connections/*"

  test("adds the policy to the grantee's stack, which then depends on the API's", () => {
    const { app, stack } = webSocketApi()
    const later = new Stack(app, "later")
    const grant = stack.grantManageConnections(someRole(later))
    expect(grant.success).toBe(true)
    const template = JSON.stringify(templateOf(later))
    expect(template).toContain("execute-api:ManageConnections")
    expect(template).toContain(connections)
    expect(later.dependencies).toContain(stack)
  })

  test("works for the connection handler, whose stack comes before the API, without a circular dependency", () => {
    const app = synthesizedWithGrantToHandler()
    const [policy] = app
      .all(stack, "AWS::IAM::Policy")
      .filter(({ Properties }) => Properties.Roles.includes("<ConnectionHandlerRole>"))
    expect(policy?.Properties.PolicyDocument.Statement).toEqual([
      {
        Action: "execute-api:ManageConnections",
        Effect: "Allow",
        Resource: "arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:<WebSocketApi>/dev/*/@connections/*",
      },
    ])
    expect(JSON.stringify(app.template("connection-handler"))).not.toContain("ManageConnections")
  })

  test("works for a role in the API's own stack", () => {
    const { stack } = webSocketApi()
    stack.grantManageConnections(someRole(stack))
    expect(JSON.stringify(templateOf(stack))).toContain(connections)
  })

  test("works for a role of another app that is imported by its ARN", () => {
    const { stack } = webSocketApi()
    const grant = stack.grantManageConnections(
      Role.fromRoleArn(stack, "Theirs", "arn:aws:iam::111122223333:role/theirs"),
    )
    expect(grant.success).toBe(true)
    expect(JSON.stringify(templateOf(stack))).toContain(connections)
  })
})

function webSocketApi(overrides: Record<string, string> = {}) {
  const app = new App({ builtinCloudFormationValidation: false })
  const stack = new WebSocketApiStack(app, readConfig({ environments: { dev: {} }, ...overrides }))
  const handler = LambdaFunction.fromFunctionArn(
    stack,
    "Handler",
    "arn:aws:lambda:us-east-1:111122223333:function:handler",
  )
  stack.configureWebSocketRoutes({ connectionHandlerLambda: handler })
  return { app, stack, handler }
}

function someRole(scope: Stack): Role {
  return new Role(scope, "SomeRole", { assumedBy: new ServicePrincipal("lambda.amazonaws.com") })
}

function templateOf(stack: Stack): { Resources: Record<string, { Type: string }> } {
  return (stack.node.root as App).synth().getStackByName(stack.stackName).template
}

function synthesizedWithGrantToHandler() {
  return synthesizedWith("dev", ({ webSocketApi, handler }) =>
    webSocketApi.grantManageConnections(handler.connectionHandler),
  )
}
