// The WebSocket API's stack: what it promises on AWS, for dev and for prod.
import { App, type CfnResource, Stack } from "aws-cdk-lib"
import type { CfnIntegration, CfnRoute } from "aws-cdk-lib/aws-apigatewayv2"
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam"
import { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda"
import { describe, expect, test } from "vitest"
import { readConfig } from "../src/config.ts"
import { WebSocketApiStack } from "../src/websocket-api-stack.ts"
import { type Resource, synthesized } from "./synthesized.ts"

const stack = "websocket-api"

describe.each(["dev", "prod"])("the WebSocket API of %s", (envName) => {
  const app = synthesized(envName)
  const routes = app.all(stack, "AWS::ApiGatewayV2::Route")
  const route = (key: string) => routes.find((each) => each.Properties.RouteKey === key) as Resource

  test("selects a route by the message's action, and is named by convention", () => {
    expect(app.one(stack, "AWS::ApiGatewayV2::Api").Properties).toMatchObject({
      Name: `document-insight-${envName}-websocket-api`,
      ProtocolType: "WEBSOCKET",
      RouteSelectionExpression: "$request.body.action",
    })
  })

  test("has exactly the four routes, each named, open, and led to the one integration", () => {
    const ofRoutes = routes.map(({ Properties: p }) => [p.RouteKey, p.OperationName, p.AuthorizationType, p.Target])
    expect(ofRoutes).toEqual([
      ["$connect", "Connect", "NONE", "integrations/<Integration>"],
      ["$disconnect", "Disconnect", "NONE", "integrations/<Integration>"],
      ["$default", "AnswerUnknownMessage", "NONE", "integrations/<Integration>"],
      ["progress", "WatchProgress", "NONE", "integrations/<Integration>"],
    ])
  })

  test("answers on the socket to progress and $default, with the expression and the response both", () => {
    const responses = app.all(stack, "AWS::ApiGatewayV2::RouteResponse").map(({ Properties }) => Properties)
    expect(responses).toEqual([
      { ApiId: "<WebSocketApi>", RouteId: "<DefaultRoute>", RouteResponseKey: "$default" },
      { ApiId: "<WebSocketApi>", RouteId: "<ProgressRoute>", RouteResponseKey: "$default" },
    ])
    expect(route("progress").Properties.RouteResponseSelectionExpression).toBe("$default")
    expect(route("$default").Properties.RouteResponseSelectionExpression).toBe("$default")
    expect(route("$connect").Properties).not.toHaveProperty("RouteResponseSelectionExpression")
  })

  test("invokes the connection handler as a proxy, within 29 s, with its own role's credentials", () => {
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

  test("deploys after every route, integration and response", () => {
    const parts = ["Route", "RouteResponse", "Integration"].flatMap((kind) =>
      app.all(stack, `AWS::ApiGatewayV2::${kind}`),
    )
    const deployment = app.one(stack, "AWS::ApiGatewayV2::Deployment")
    expect(deployment.DependsOn?.toSorted()).toEqual(parts.map(({ id }) => id).toSorted())
    expect(app.one(stack, "AWS::ApiGatewayV2::Stage").Properties.DeploymentId).toBe(`<${deployment.id}>`)
  })

  test("is staged under the environment's name, throttled, logged and metered", () => {
    const { Properties } = app.one(stack, "AWS::ApiGatewayV2::Stage")
    expect(Properties.StageName).toBe(envName)
    expect(Properties.DefaultRouteSettings).toEqual({
      ThrottlingRateLimit: 1000,
      ThrottlingBurstLimit: 2000,
      LoggingLevel: "INFO",
      // Data trace writes messages' contents into the log: wanted where one tries things out.
      DataTraceEnabled: envName === "dev",
      DetailedMetricsEnabled: true,
    })
    expect(Properties).not.toHaveProperty("RouteSettings")
  })

  test("writes its access log as one JSON line, in a group of its own that forgets", () => {
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
    const logs = app.one(stack, "AWS::Logs::LogGroup")
    expect(logs.Properties.RetentionInDays).toBe(envName === "dev" ? 7 : 90)
    expect(logs.DeletionPolicy).toBe(envName === "dev" ? "Delete" : "Retain")
  })

  test("gives API Gateway its role for logs before the stage needs it, and leaves it behind", () => {
    const account = app.one(stack, "AWS::ApiGateway::Account")
    const role = app.one(stack, "AWS::IAM::Role", "ApiGatewayLogsRole")
    expect(account.Properties.CloudWatchRoleArn).toBe("<ApiGatewayLogsRole.Arn>")
    expect(app.one(stack, "AWS::ApiGatewayV2::Stage").DependsOn).toEqual(["ApiGatewayAccount"])
    expect([account.DeletionPolicy, role.DeletionPolicy]).toEqual(["Retain", "Retain"])
  })

  test("publishes its id, URL and stage, exported, in any partition", () => {
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
    // The rest is said again: see #routeSettings.
    expect(Properties.RouteSettings).toEqual({
      progress: { ThrottlingRateLimit: 3, ThrottlingBurstLimit: 4, ...others },
    })
  })

  test("for a route that is not there are refused", () => {
    const overrides = { route_throttles: '{"pogress":{"rate":3,"burst":4}}' }
    expect(() => synthesized("dev", overrides)).toThrow(
      "the route pogress, which this API does not have: it has $connect,",
    )
  })

  test("leave the account's role alone where the account has one", () => {
    const app = synthesized("dev", { manage_api_gateway_account: "false" })
    expect(app.all(stack, "AWS::ApiGateway::Account")).toEqual([])
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

describe("calls in the wrong order are told what to call first", () => {
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

  test("writes into the grantee's own stack, which then stands after the API", () => {
    const { app, stack } = webSocketApi()
    const later = new Stack(app, "later")
    const grant = stack.grantManageConnections(someRole(later))
    expect(grant.success).toBe(true)
    const template = JSON.stringify(templateOf(later))
    expect(template).toContain("execute-api:ManageConnections")
    expect(template).toContain(connections)
    expect(later.dependencies).toContain(stack)
  })

  test("works for the connection handler too, which stands before the API, without a circle", () => {
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

  test("works for a role of another app, given by its ARN", () => {
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
  return synthesized("dev", {}, ({ webSocketApi, handler }) =>
    webSocketApi.grantManageConnections(handler.connectionHandler),
  )
}
