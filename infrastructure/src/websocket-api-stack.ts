// The WebSocket API: routes, integration, deployment, stage, logs, and the permission to push to connections.
import { ArnFormat, Aws, type CfnResource, Stack, Validations } from "aws-cdk-lib"
import {
  CfnApi,
  CfnAuthorizer,
  CfnIntegration,
  CfnRoute,
  CfnRouteResponse,
  CfnStage,
} from "aws-cdk-lib/aws-apigatewayv2"
import { Grant, type IGrantable, type IRole, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam"
import type { IFunction } from "aws-cdk-lib/aws-lambda"
import { LogGroup } from "aws-cdk-lib/aws-logs"
import { Construct } from "constructs"
import { webSocketAccessLogFormat } from "./access-log.ts"
import { BaseDocumentInsightStack, type DocumentInsightStackProps } from "./base-stack.ts"
import { ConfigError } from "./config.ts"
import { addDeployment } from "./websocket-deployment.ts"

type WebSocketRoutesProps = { connectionHandlerLambda: IFunction; ticketAuthorizerLambda?: IFunction | undefined }

type RouteProps = { id: string; routeKey: string; operationName: string; returnsResponse: boolean }

/** `returnsResponse`: the function's response is sent on the socket. */
const routes: readonly RouteProps[] = [
  { id: "ConnectRoute", routeKey: "$connect", operationName: "Connect", returnsResponse: false },
  { id: "DisconnectRoute", routeKey: "$disconnect", operationName: "Disconnect", returnsResponse: false },
  { id: "DefaultRoute", routeKey: "$default", operationName: "RespondToUnknownMessage", returnsResponse: true },
  { id: "ProgressRoute", routeKey: "progress", operationName: "WatchProgress", returnsResponse: true },
]

export class WebSocketApiStack extends BaseDocumentInsightStack {
  readonly api: CfnApi
  readonly accessLogGroup: LogGroup
  #stage: CfnStage | undefined

  constructor(scope: Construct, props: DocumentInsightStackProps) {
    super(scope, "websocket-api", props, "The WebSocket API that pushes documents' progress")
    this.api = new CfnApi(this, "WebSocketApi", {
      name: this.resourceName("websocket-api"),
      description: "Pushes the progress of documents to the connections that watch them",
      protocolType: "WEBSOCKET",
      routeSelectionExpression: "$request.body.action",
    })
    this.accessLogGroup = new LogGroup(this, "AccessLogs", {
      logGroupName: `/aws/apigateway/${this.resourceName("websocket-api")}/access`,
      retention: this.logRetention,
      removalPolicy: this.removalPolicy,
    })
    // The page's stack imports it. Exported explicitly, the export stays when the page is hosted elsewhere (`hosting`):
    // CloudFormation does not delete an export while a stack that is still deployed imports it.
    this.exportValue(this.api.ref)
  }

  /**
   * Adds the four routes, all integrated with one function, and deploys them to a stage named after the environment.
   * With `ticketAuthorizerLambda`, a handshake needs a ticket, which that function checks.
   *
   * @throws Error when called twice: an API has one set of routes.
   */
  configureWebSocketRoutes({ connectionHandlerLambda, ticketAuthorizerLambda }: WebSocketRoutesProps): void {
    if (this.#stage) throw new Error("The WebSocket routes are configured already: call configureWebSocketRoutes once.")
    // A function in a stack of its own is deployed before the API.
    const handlerStack = Stack.of(connectionHandlerLambda)
    if (handlerStack !== this) this.addStackDependency(handlerStack)
    const integration = this.#addIntegration(connectionHandlerLambda)
    const authorizer = ticketAuthorizerLambda && this.#addAuthorizer(ticketAuthorizerLambda)
    const parts = [
      integration,
      ...(authorizer ? [authorizer] : []),
      ...routes.flatMap((route) => this.#addRoute(route, integration, authorizer)),
    ]
    this.#stage = this.#addStage(addDeployment(this.api, parts, `The routes of ${this.stackName}`).ref)
  }

  /** Publishes `WebSocketApiId`, `WebSocketApiUrl` and `WebSocketApiStage`. */
  addWebSocketUrlOutput(): void {
    this.#configured("addWebSocketUrlOutput")
    if (this.node.tryFindChild("WebSocketApiUrl")) {
      throw new Error("The WebSocket outputs have been added already: call addWebSocketUrlOutput once.")
    }
    this.addStackOutput("WebSocketApiId", this.api.ref, "The WebSocket API's id")
    this.addStackOutput("WebSocketApiUrl", this.webSocketUrl, "Where browsers connect")
    this.addStackOutput("WebSocketApiStage", this.envName, "The WebSocket API's stage")
  }

  /**
   * Lets `grantee` push to, look up and close connections of this API and this stage.
   *
   * The statement is added where it causes no circular dependency: to the grantee's stack, which then depends on this
   * one; or, when this stack depends on the grantee's (as for the connection handler), to this stack, attached to its role.
   */
  grantManageConnections(grantee: IGrantable): Grant {
    this.#configured("grantManageConnections")
    const resourceArns = [this.connectionsArn]
    return Grant.addToPrincipal({
      grantee: this.#withPolicyPlaced(grantee),
      actions: ["execute-api:ManageConnections"],
      resourceArns,
    })
  }

  /** The ARN pattern of the connections of this API and this stage, for POST, GET and DELETE. */
  get connectionsArn(): string {
    this.#configured("connectionsArn")
    return this.formatArn({
      service: "execute-api",
      resource: this.api.ref,
      resourceName: `${this.envName}/*/@connections/*`,
    })
  }

  /** `wss://{apiId}.execute-api.{region}.{urlSuffix}/{stage}`: where browsers connect. */
  get webSocketUrl(): string {
    this.#configured("webSocketUrl")
    return `wss://${this.#host}/${this.envName}`
  }

  /** `wss://{host}`, for a Content Security Policy. */
  get origin(): string {
    return `wss://${this.#host}`
  }

  /** `https://…`, the same address: the endpoint of the management API, @connections. */
  get callbackUrl(): string {
    this.#configured("callbackUrl")
    return `https://${this.#host}/${this.envName}`
  }

  get #host(): string {
    return `${this.api.ref}.execute-api.${Aws.REGION}.${Aws.URL_SUFFIX}`
  }

  /** The ARN of the group itself: CDK's `logGroupArn` ends in `:*`, which means its streams. */
  get #accessLogArn(): string {
    const resourceName = this.accessLogGroup.logGroupName
    return this.formatArn({
      service: "logs",
      resource: "log-group",
      resourceName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    })
  }

  #configured(what: string): void {
    if (!this.#stage) throw new Error(`${what} needs the API's routes: call configureWebSocketRoutes first.`)
  }

  #addIntegration(handler: IFunction): CfnIntegration {
    const role = new Role(this, "IntegrationRole", {
      assumedBy: new ServicePrincipal("apigateway.amazonaws.com"),
      description: "Lets the WebSocket API invoke its connection handler",
    })
    // Only the function: `handler.grantInvoke` would also allow every version and alias of it.
    role.addToPolicy(new PolicyStatement({ actions: ["lambda:InvokeFunction"], resources: [handler.functionArn] }))
    const integration = new CfnIntegration(this, "Integration", {
      apiId: this.api.ref,
      integrationType: "AWS_PROXY",
      integrationMethod: "POST",
      integrationUri: invocationUri(handler),
      credentialsArn: role.roleArn,
      contentHandlingStrategy: "CONVERT_TO_TEXT",
      timeoutInMillis: this.config.integration_timeout_ms,
    })
    // Without its policy the role cannot invoke: the first connections after a deployment would fail.
    integration.node.addDependency(role)
    return integration
  }

  /** AWS: the only authorizer type of WebSocket APIs is REQUEST, and it applies to $connect (template-authorizer-type) */
  #addAuthorizer(lambda: IFunction): CfnAuthorizer {
    const role = new Role(this, "AuthorizerRole", {
      assumedBy: new ServicePrincipal("apigateway.amazonaws.com"),
      description: "Lets the WebSocket API invoke the authorizer of its handshakes",
    })
    role.addToPolicy(new PolicyStatement({ actions: ["lambda:InvokeFunction"], resources: [lambda.functionArn] }))
    const authorizer = new CfnAuthorizer(this, "TicketAuthorizer", {
      apiId: this.api.ref,
      name: "ticket",
      authorizerType: "REQUEST",
      authorizerUri: invocationUri(lambda),
      authorizerCredentialsArn: role.roleArn,
      // A handshake without a ticket is rejected with 401, and the function is not invoked.
      identitySource: ["route.request.querystring.ticket"],
    })
    authorizer.node.addDependency(role)
    return authorizer
  }

  #addRoute(
    { id, routeKey, operationName, returnsResponse }: RouteProps,
    integration: CfnIntegration,
    authorizer: CfnAuthorizer | undefined,
  ): CfnResource[] {
    const isAuthorized = authorizer !== undefined && routeKey === "$connect"
    const route = new CfnRoute(this, id, {
      apiId: this.api.ref,
      routeKey,
      operationName,
      target: `integrations/${integration.ref}`,
      authorizationType: isAuthorized ? "CUSTOM" : "NONE",
      ...(isAuthorized && { authorizerId: authorizer.ref }),
      ...(returnsResponse && { routeResponseSelectionExpression: "$default" }),
    })
    if (!isAuthorized) {
      Validations.of(route).acknowledge({
        id: "AwsSolutions-APIG4",
        reason: authorizer
          ? "AWS allows an authorizer on $connect only. Every message belongs to a connection that it authorized."
          : "Without sign-in (sign_in), a document's progress is visible only with its unguessable id.",
      })
    }
    if (!returnsResponse) return [route]
    const response = new CfnRouteResponse(this, `${id}Response`, {
      apiId: this.api.ref,
      routeId: route.ref,
      routeResponseKey: "$default",
    })
    return [route, response]
  }

  #addStage(deploymentId: string): CfnStage {
    const { config } = this
    const standardThrottle = { rate: config.api_throttle_rate, burst: config.api_throttle_burst }
    const standard = this.#routeSettings(standardThrottle)
    const handshake = config.sign_in === "cognito" ? { $connect: standardThrottle } : {}
    const perRoute = Object.entries({ ...handshake, ...config.route_throttles }).map(([routeKey, throttle]) => {
      if (routes.some((route) => route.routeKey === routeKey))
        return [routeKey, pascalCase(this.#routeSettings(throttle, routeKey))]
      const known = routes.map((route) => route.routeKey).join(", ")
      throw new ConfigError(`route_throttles: "${routeKey}" is not a route of this API. Its routes: ${known}.`)
    })
    const stage = new CfnStage(this, "Stage", {
      apiId: this.api.ref,
      stageName: this.envName,
      deploymentId,
      defaultRouteSettings: standard,
      ...(perRoute.length > 0 && { routeSettings: Object.fromEntries(perRoute) }),
      accessLogSettings: { destinationArn: this.#accessLogArn, format: webSocketAccessLogFormat },
    })
    for (const logGroup of this.#addExecutionLogs()) stage.node.addDependency(logGroup)
    return stage
  }

  /**
   * The execution log groups. API Gateway chooses the name, and creates the group without a retention if it does not
   * exist, so it is created first.
   *
   * AWS?: the name is the one documented for REST APIs, `API-Gateway-Execution-Logs_{id}/{stage}`. Often
   * `/aws/apigateway/{id}/{stage}` is assumed. Both are created; an empty one costs nothing (execution-log-group)
   */
  #addExecutionLogs(): LogGroup[] {
    if (this.config.execution_log_level === "OFF") return []
    const names = { ExecutionLogs: "API-Gateway-Execution-Logs_", ExecutionLogsByPath: "/aws/apigateway/" }
    return Object.entries(names).map(
      ([id, prefix]) =>
        new LogGroup(this, id, {
          logGroupName: `${prefix}${this.api.ref}/${this.envName}`,
          retention: this.logRetention,
          removalPolicy: this.removalPolicy,
        }),
    )
  }

  /**
   * AWS?: a route's entry does not take the stage's logging, so each entry sets everything (system-route-logging)
   *
   * With sign-in, messages are not traced, because they may contain the secret of a shared link. Of handshakes, whose
   * query contains the ticket, only errors are logged.
   */
  #routeSettings({ rate, burst }: { rate: number; burst: number }, routeKey?: string) {
    const { sign_in, execution_log_level, execution_log_data_trace, detailed_metrics } = this.config
    const hasTicket = sign_in === "cognito" && routeKey === "$connect"
    return {
      throttlingRateLimit: rate,
      throttlingBurstLimit: burst,
      loggingLevel: hasTicket && execution_log_level === "INFO" ? "ERROR" : execution_log_level,
      dataTraceEnabled: execution_log_data_trace && sign_in === "none",
      detailedMetricsEnabled: detailed_metrics,
    }
  }

  /** The grantee, or its role imported into this stack when this stack depends on the role's. */
  #withPolicyPlaced(grantee: IGrantable): IGrantable {
    const principal = grantee.grantPrincipal
    if (!isRole(principal) || !dependsOn(this, Stack.of(principal))) return grantee
    const id = `RoleOf${principal.node.path.replaceAll(/[^A-Za-z0-9]/g, "")}`
    return (this.node.tryFindChild(id) as IRole | undefined) ?? Role.fromRoleName(this, id, principal.roleName)
  }
}

function invocationUri(lambda: IFunction): string {
  const functions = `arn:${Aws.PARTITION}:apigateway:${Aws.REGION}:lambda:path/2015-03-31/functions`
  return `${functions}/${lambda.functionArn}/invocations`
}

function isRole(principal: unknown): principal is IRole {
  return Construct.isConstruct(principal) && "roleName" in principal
}

function dependsOn(stack: Stack, other: Stack): boolean {
  return stack.dependencies.some((dependency) => dependency === other || dependsOn(dependency, other))
}

/** CDK passes a stage's route settings to the template as they are, so they need the template's case. */
function pascalCase(settings: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [key.charAt(0).toUpperCase() + key.slice(1), value]),
  )
}
