// API Gateway resources: WebSocket APIs, HTTP APIs, their routes, stages and usage plans.
import type { Origin } from "./origin.ts"

/** Where an API is deployed. */
export type ApiEnvironment = {
  region: string
  accountId: string
  partition: string
  /** `{apiId}.execute-api.{region}.amazonaws.com` */
  domainName: string
  /** `DisableExecuteApiEndpoint`: the API is reached by its custom domain names only. */
  isEndpointDisabled?: boolean
}

export type WebSocketApiDefinition = Origin & {
  apiId: string
  environment: ApiEnvironment
  routeSelectionExpression: string
  apiKeySelectionExpression?: string
  /** By deployment id. A stage serves the routes of its deployment. */
  deployments: Record<string, DeploymentDefinition>
  stages: StageDefinition[]
  authorizers: Record<string, AuthorizerDefinition>
}

export type DeploymentDefinition = Origin & { deploymentId: string; routes: Record<string, RouteDefinition> }

export type RouteDefinition = Origin & {
  routeKey: string
  authorizationType: "NONE" | "AWS_IAM" | "CUSTOM"
  authorizerId?: string
  apiKeyRequired: boolean
  integration?: IntegrationDefinition
  /** Two-way: the template has a `RouteResponse` resource for the route. */
  returnsResponse: boolean
  models?: RouteModels
}

/** The models of a route by the keys that `selectionExpression` evaluates to. */
export type RouteModels = { selectionExpression: string; byKey: Record<string, ModelDefinition> }

/** `schema`: JSON Schema draft 4. */
export type ModelDefinition = Origin & {
  name: string
  schema: unknown
  /** The schemas of the models that it refers to, also indirectly, by the addresses in `$ref`. */
  references: Record<string, unknown>
}

export type IntegrationDefinition = Origin & {
  type: "AWS_PROXY" | "AWS" | "HTTP_PROXY" | "HTTP" | "MOCK"
  uri: string
  /** The unqualified ARN of the function that an `AWS_PROXY` integration's uri names. */
  functionArn?: string
  credentialsArn?: string
  timeoutMs: number
  /** How requests and responses are transformed. Absent for `AWS_PROXY`. */
  mapping?: IntegrationMapping
}

export type IntegrationMapping = {
  httpMethod: string
  passthroughBehavior: "WHEN_NO_MATCH" | "WHEN_NO_TEMPLATES" | "NEVER"
  contentHandling?: ContentHandling
  /** `integration.request.header.X` -> `route.request.querystring.Y` */
  requestParameters: Record<string, string>
  requestTemplates: Record<string, string>
  templateSelectionExpression?: string
  responses: IntegrationResponseDefinition[]
}

export type ContentHandling = "CONVERT_TO_TEXT" | "CONVERT_TO_BINARY"

export type IntegrationResponseDefinition = Origin & {
  /** `$default`, or a regular expression between slashes. */
  responseKey: string
  /** Of a REST API: the status of the response. */
  statusCode?: number
  contentHandling?: ContentHandling
  responseParameters: Record<string, string>
  responseTemplates: Record<string, string>
  templateSelectionExpression?: string
}

export type AuthorizerDefinition = Origin & {
  authorizerId: string
  functionArn?: string
  credentialsArn?: string
  identitySource: string[]
}

export type UsagePlanDefinition = Origin & {
  stages: { apiId: string; stageName: string }[]
  keys: ApiKeyDefinition[]
  /** Requests per second of each key. The account's limits apply where one is absent. */
  throttle?: { rateLimit?: number; burstLimit?: number }
  /** Requests of each key, of which `offset` count as used in the first period. */
  quota?: { limit: number; offset: number; period: "DAY" | "WEEK" | "MONTH" }
}

export type ApiKeyDefinition = Origin & { keyId: string; value: string; enabled: boolean }

export type StageDefinition = Origin & {
  stageName: string
  /** Absent when nothing has been deployed to this stage. It then serves nothing. */
  deploymentId?: string
  variables: Record<string, string>
  defaultRouteSettings: RouteSettings
  routeSettings: Record<string, RouteSettings>
  accessLog?: { format: string }
}

export type RouteSettings = {
  /** Requests per second. The account's limit applies when absent. Zero lets nothing pass. */
  throttlingRateLimit?: number
  throttlingBurstLimit?: number
  loggingLevel?: "OFF" | "ERROR" | "INFO"
  dataTraceEnabled?: boolean
  detailedMetricsEnabled?: boolean
}

export type HttpApiDefinition = Origin & {
  apiId: string
  environment: ApiEnvironment
  cors?: HttpCors
  routes: HttpRouteDefinition[]
  /** HTTP APIs with a `$default` stage have no stage in the path. */
  stages: StageDefinition[]
}

export type HttpCors = {
  allowOrigins: string[]
  allowMethods: string[]
  allowHeaders: string[]
  exposeHeaders: string[]
  allowCredentials: boolean
  maxAgeSeconds?: number
}

export type HttpRouteDefinition = Origin & {
  /** `GET /documents/{documentId}`, `ANY /x/{proxy+}` or `$default` */
  routeKey: string
  functionArn?: string
  credentialsArn?: string
  payloadFormatVersion: "1.0" | "2.0"
  timeoutMs: number
  authorization: HttpAuthorizationDefinition
}

export type HttpAuthorizationDefinition =
  | { type: "NONE" }
  | { type: "AWS_IAM" }
  | { type: "JWT"; authorizer: JwtAuthorizerDefinition; scopes: string[] }
  | { type: "CUSTOM"; authorizer: HttpLambdaAuthorizerDefinition }

export type JwtAuthorizerDefinition = Origin & {
  authorizerId: string
  /** `$request.header.Authorization` */
  identitySource: string[]
  issuer: string
  audience: string[]
}

export type HttpLambdaAuthorizerDefinition = AuthorizerDefinition & {
  payloadFormatVersion: "1.0" | "2.0"
  /** The function responds with `isAuthorized` instead of a policy. */
  hasSimpleResponses: boolean
  /** 0: results are not cached. */
  resultTtlSeconds: number
}
