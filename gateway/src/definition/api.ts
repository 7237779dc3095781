// API Gateway resources: WebSocket APIs, HTTP APIs, their routes, stages and usage plans.
import type { Origin } from "./origin.ts"

export type WebSocketApiDefinition = Origin & {
  apiId: string
  name: string
  routeSelectionExpression: string
  apiKeySelectionExpression?: string
  /** The deployments that stages point at, by deployment id. A stage serves its deployment's snapshot. */
  deployments: Record<string, DeploymentDefinition>
  stages: StageDefinition[]
  authorizers: Record<string, AuthorizerDefinition>
}

export type DeploymentDefinition = Origin & { deploymentId: string; routes: Record<string, RouteDefinition> }

export type RouteDefinition = Origin & {
  routeKey: string
  operationName?: string
  authorizationType: "NONE" | "AWS_IAM" | "CUSTOM"
  authorizerId?: string
  apiKeyRequired: boolean
  integration?: IntegrationDefinition
  /** Two-way: a `RouteResponse` resource and `RouteResponseSelectionExpression` are both there. */
  returnsResponse: boolean
}

export type IntegrationDefinition = Origin & {
  integrationId: string
  type: "AWS_PROXY" | "AWS" | "HTTP_PROXY" | "HTTP" | "MOCK"
  uri: string
  /** The function behind an `AWS_PROXY` integration's uri, unqualified. */
  functionArn?: string
  credentialsArn?: string
  timeoutMs: number
  contentHandling?: "CONVERT_TO_TEXT" | "CONVERT_TO_BINARY"
  requestTemplates?: Record<string, string>
  templateSelectionExpression?: string
  requestParameters?: Record<string, string>
  /** Integration responses by key (`$default`, `/2\d\d/`). */
  responses?: Record<string, { responseTemplates?: Record<string, string> }>
}

export type AuthorizerDefinition = Origin & {
  authorizerId: string
  name: string
  functionArn?: string
  uri: string
  credentialsArn?: string
  identitySource: string[]
}

export type UsagePlanDefinition = Origin & {
  usagePlanId: string
  stages: { apiId: string; stageName: string }[]
  keys: ApiKeyDefinition[]
  /** Requests per second of each key; what is absent is the account's. */
  throttle?: { rateLimit?: number; burstLimit?: number }
  /** Requests of each key; `offset` of them count as used in the first period. */
  quota?: { limit: number; offset: number; period: "DAY" | "WEEK" | "MONTH" }
}

export type ApiKeyDefinition = Origin & { keyId: string; value: string; enabled: boolean }

export type StageDefinition = Origin & {
  stageName: string
  /** Absent: nothing has been deployed to this stage, so it serves nothing. */
  deploymentId?: string
  variables: Record<string, string>
  defaultRouteSettings: RouteSettings
  routeSettings: Record<string, RouteSettings>
  accessLog?: { destinationArn: string; format: string }
}

export type RouteSettings = {
  /** Requests per second. Absent: the account's. Zero: nothing passes. */
  throttlingRateLimit?: number
  throttlingBurstLimit?: number
  loggingLevel?: "OFF" | "ERROR" | "INFO"
  dataTraceEnabled?: boolean
  detailedMetricsEnabled?: boolean
}

export type HttpApiDefinition = Origin & {
  apiId: string
  name: string
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
}
