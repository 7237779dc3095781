// Builds small CloudFormation templates: a WebSocket API, its routes, and a function for each.

export type TestRoute = {
  /** The function's source, as `index.mjs`. Without it the route has no integration. */
  code?: string
  /** The route responds with this text, without a function: no process starts. */
  mock?: string
  /** Sends the response of the function to the client. */
  twoWay?: boolean
  timeoutMs?: number
  functionTimeoutSeconds?: number
  /** 0: every invocation is throttled. */
  reservedConcurrency?: number
  /** More properties of the function. */
  functionProperties?: Record<string, unknown>
  authorization?: "NONE" | "AWS_IAM" | "CUSTOM"
  apiKeyRequired?: boolean
  /** Omits the permission with which API Gateway invokes the function. */
  withoutPermission?: boolean
  /** The logical id of the role with which API Gateway invokes the function. */
  credentials?: string
}

export type TestApi = {
  routes: Record<string, TestRoute>
  selection?: string
  stageName?: string
  stage?: Record<string, unknown>
  /** More properties of the API. */
  properties?: Record<string, unknown>
  /** A `CUSTOM` authorizer for `$connect`. */
  authorizer?: { code: string; identitySource?: string[]; withoutPermission?: boolean; credentials?: string }
  /** Statements of the functions' role, in addition to writing logs. */
  statements?: Record<string, unknown>[]
  environment?: Record<string, unknown>
  /** More resources. */
  resources?: Record<string, unknown>
  /** More outputs. */
  outputs?: Record<string, unknown>
}

/** A handler whose response is its event. */
export const echoEvent = "export const handler = async (event) => ({ statusCode: 200, body: JSON.stringify(event) })"

/** A handler that accepts the connection. */
export const accept = "export const handler = async () => ({ statusCode: 200 })"

export const invokeUri = (functionId: string) => ({
  "Fn::Sub": `arn:aws:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/\${${functionId}.Arn}/invocations`,
})

/** @returns a template as JSON text */
export function webSocketTemplate(api: TestApi): string {
  const resources: Record<string, unknown> = {
    Api: {
      Type: "AWS::ApiGatewayV2::Api",
      Properties: {
        Name: "test",
        ProtocolType: "WEBSOCKET",
        RouteSelectionExpression: api.selection ?? "$request.body.action",
        ...api.properties,
      },
    },
    Role: role(api.statements ?? []),
    Deployment: {
      Type: "AWS::ApiGatewayV2::Deployment",
      DependsOn: Object.keys(api.routes).map((routeKey) => `Route${idOf(routeKey)}`),
      Properties: { ApiId: { Ref: "Api" } },
    },
    Stage: {
      Type: "AWS::ApiGatewayV2::Stage",
      Properties: {
        ApiId: { Ref: "Api" },
        StageName: api.stageName ?? "dev",
        DeploymentId: { Ref: "Deployment" },
        ...api.stage,
      },
    },
    ...api.resources,
  }
  for (const [routeKey, route] of Object.entries(api.routes))
    Object.assign(resources, routeResources(routeKey, route, api))
  if (api.authorizer) Object.assign(resources, authorizerResources(api.authorizer, api))
  return JSON.stringify({
    Resources: resources,
    Outputs: {
      Url: { Value: { "Fn::Sub": "wss://${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}/${Stage}" } },
      Callback: { Value: { "Fn::Sub": "https://${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}/${Stage}" } },
      ApiId: { Value: { Ref: "Api" } },
      ...api.outputs,
    },
  })
}

function routeResources(routeKey: string, route: TestRoute, api: TestApi): Record<string, unknown> {
  const id = idOf(routeKey)
  const resources: Record<string, unknown> = {
    [`Route${id}`]: {
      Type: "AWS::ApiGatewayV2::Route",
      Properties: {
        ApiId: { Ref: "Api" },
        RouteKey: routeKey,
        ...((route.code !== undefined || route.mock !== undefined) && {
          Target: { "Fn::Join": ["/", ["integrations", { Ref: `Integration${id}` }]] },
        }),
        AuthorizationType: route.authorization ?? "NONE",
        ...(route.authorization === "CUSTOM" && { AuthorizerId: { Ref: "Authorizer" } }),
        ...(route.apiKeyRequired && { ApiKeyRequired: true }),
        ...((route.twoWay || route.mock !== undefined) && { RouteResponseSelectionExpression: "$default" }),
      },
    },
  }
  if (route.twoWay || route.mock !== undefined) {
    resources[`Response${id}`] = {
      Type: "AWS::ApiGatewayV2::RouteResponse",
      Properties: { ApiId: { Ref: "Api" }, RouteId: { Ref: `Route${id}` }, RouteResponseKey: "$default" },
    }
  }
  if (route.mock !== undefined) return { ...resources, ...mockResources(id, route.mock) }
  if (route.code === undefined) return resources
  return {
    ...resources,
    [`Function${id}`]: functionOf(route, route.code, api),
    [`Integration${id}`]: {
      Type: "AWS::ApiGatewayV2::Integration",
      Properties: {
        ApiId: { Ref: "Api" },
        IntegrationType: "AWS_PROXY",
        IntegrationUri: invokeUri(`Function${id}`),
        ...(route.timeoutMs !== undefined && { TimeoutInMillis: route.timeoutMs }),
        ...(route.credentials !== undefined && { CredentialsArn: { "Fn::GetAtt": [route.credentials, "Arn"] } }),
      },
    },
    ...(!route.withoutPermission && { [`Permission${id}`]: permission(`Function${id}`, `*/${routeKey}`) }),
  }
}

function mockResources(id: string, text: string): Record<string, unknown> {
  return {
    [`Integration${id}`]: {
      Type: "AWS::ApiGatewayV2::Integration",
      Properties: {
        ApiId: { Ref: "Api" },
        IntegrationType: "MOCK",
        TemplateSelectionExpression: "mock",
        RequestTemplates: { mock: '{"statusCode":200}' },
      },
    },
    [`IntegrationResponse${id}`]: {
      Type: "AWS::ApiGatewayV2::IntegrationResponse",
      Properties: {
        ApiId: { Ref: "Api" },
        IntegrationId: { Ref: `Integration${id}` },
        IntegrationResponseKey: "$default",
        ResponseTemplates: { "application/json": text },
      },
    },
  }
}

function functionOf(route: TestRoute, code: string, api: TestApi): Record<string, unknown> {
  const resource = functionResource(code, api, route.functionTimeoutSeconds, route.reservedConcurrency)
  return { ...resource, Properties: { ...resource.Properties, ...route.functionProperties } }
}

function authorizerResources(authorizer: NonNullable<TestApi["authorizer"]>, api: TestApi): Record<string, unknown> {
  return {
    AuthorizerFunction: functionResource(authorizer.code, api),
    Authorizer: {
      Type: "AWS::ApiGatewayV2::Authorizer",
      Properties: {
        ApiId: { Ref: "Api" },
        AuthorizerType: "REQUEST",
        Name: "authorizer",
        AuthorizerUri: invokeUri("AuthorizerFunction"),
        ...(authorizer.identitySource && { IdentitySource: authorizer.identitySource }),
        ...(authorizer.credentials !== undefined && {
          AuthorizerCredentialsArn: { "Fn::GetAtt": [authorizer.credentials, "Arn"] },
        }),
      },
    },
    ...(!authorizer.withoutPermission && { AuthorizerPermission: permission("AuthorizerFunction", "authorizers/*") }),
  }
}

export function functionResource(
  code: string,
  api: Pick<TestApi, "environment">,
  timeoutSeconds = 10,
  reserved?: number,
) {
  return {
    Type: "AWS::Lambda::Function",
    Properties: {
      Runtime: "nodejs24.x",
      Handler: "index.handler",
      Role: { "Fn::GetAtt": ["Role", "Arn"] },
      Timeout: timeoutSeconds,
      Code: { ZipFile: code },
      ...(reserved !== undefined && { ReservedConcurrentExecutions: reserved }),
      ...(api.environment && { Environment: { Variables: api.environment } }),
    },
  }
}

function permission(functionId: string, resource: string) {
  return {
    Type: "AWS::Lambda::Permission",
    Properties: {
      Action: "lambda:InvokeFunction",
      FunctionName: { Ref: functionId },
      Principal: "apigateway.amazonaws.com",
      SourceArn: { "Fn::Sub": `arn:aws:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${Api}/${resource}` },
    },
  }
}

function role(statements: Record<string, unknown>[]) {
  return {
    Type: "AWS::IAM::Role",
    Properties: {
      AssumeRolePolicyDocument: {
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
      },
      ManagedPolicyArns: ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"],
      ...(statements.length > 0 && {
        Policies: [{ PolicyName: "own", PolicyDocument: { Version: "2012-10-17", Statement: statements } }],
      }),
    },
  }
}

/** `$connect` -> `Connect`, because a logical id is alphanumeric. */
function idOf(routeKey: string): string {
  const letters = routeKey.replace(/[^A-Za-z0-9]/g, "")
  return letters.charAt(0).toUpperCase() + letters.slice(1)
}

/** The statement with which a function can send messages to connections of the API. */
export const manageConnections = {
  Effect: "Allow",
  Action: "execute-api:ManageConnections",
  Resource: { "Fn::Sub": "arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*" },
}
