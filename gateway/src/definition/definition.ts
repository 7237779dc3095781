// What a template deploys, as plain values: the only thing that the other rooms know of CloudFormation.
// Everything is resolved: no `Ref`, no `Fn::*`, no condition is left. Names and hosts are AWS's own
// (`https://{apiId}.execute-api.{region}.amazonaws.com`); `gateway.ts` decides which local address stands for which.

export type Definition = {
  region: string
  accountId: string
  partition: string
  /** `amazonaws.com`, `amazonaws.com.cn` */
  urlSuffix: string
  webSocketApis: WebSocketApiDefinition[]
  httpApis: HttpApiDefinition[]
  functions: FunctionDefinition[]
  roles: RoleDefinition[]
  permissions: InvokePermission[]
  usagePlans: UsagePlanDefinition[]
  tables: TableDefinition[]
  buckets: BucketDefinition[]
  queues: QueueDefinition[]
  bucketNotifications: BucketNotificationDefinition[]
  eventSourceMappings: EventSourceMappingDefinition[]
  sites: SiteDefinition[]
  /** Every `Outputs` entry of every stack, by its own key (a later stack's equal key wins). */
  outputs: Record<string, string>
  /** What the template asks for and the gateway does not do: told once at start. */
  notices: Notice[]
}

export type Notice = { logicalId: string; type: string; message: string }

/** Where a thing stands in the template: what errors and cures speak of. */
export type Origin = { logicalId: string; stackName: string; constructPath?: string }

// --- API Gateway ---

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

// --- Lambda ---

export type FunctionDefinition = Origin & {
  functionName: string
  arn: string
  /** `nodejs24.x` */
  runtime: string
  /** `index.handler` */
  handler: string
  code: FunctionCode
  layers: FunctionCode[]
  environment: Record<string, string>
  timeoutMs: number
  memoryMb: number
  roleArn: string
  architecture: "x86_64" | "arm64"
  logGroupName: string
  logFormat: "Text" | "JSON"
  reservedConcurrency?: number
  /** ARN of the queue that events of failed asynchronous invocations go to. */
  deadLetterArn?: string
  /** ARNs of the queue or function that is told of an asynchronous invocation's end. */
  onSuccessArn?: string
  onFailureArn?: string
  maximumRetryAttempts: number
  maximumEventAgeSeconds: number
}

export type FunctionCode =
  | { form: "folder"; path: string }
  | { form: "zip"; path: string }
  /** `ZipFile`: the source of `index.mjs` or `index.js`. */
  | { form: "inline"; source: string }

export type EventSourceMappingDefinition = Origin & {
  functionArn: string
  queueArn: string
  enabled: boolean
  batchSize: number
  batchingWindowSeconds: number
  reportBatchItemFailures: boolean
  maximumConcurrency?: number
}

// --- IAM ---

export type RoleDefinition = Origin & {
  roleName: string
  arn: string
  assumeRolePolicy: PolicyDocument
  /** Inline policies and `AWS::IAM::Policy` / `ManagedPolicy` resources of the template attached to this role. */
  policies: { name: string; document: PolicyDocument }[]
  /** AWS-managed policies, by ARN. */
  managedPolicyArns: string[]
}

export type PolicyDocument = { Version?: string; Statement: PolicyStatement[] }

export type PolicyStatement = {
  Sid?: string
  Effect: "Allow" | "Deny"
  Principal?: "*" | Record<string, string | string[]>
  NotPrincipal?: "*" | Record<string, string | string[]>
  Action?: string | string[]
  NotAction?: string | string[]
  Resource?: string | string[]
  NotResource?: string | string[]
  Condition?: Record<string, Record<string, string | string[] | boolean | number>>
}

/** `AWS::Lambda::Permission`: one statement of a function's resource policy. */
export type InvokePermission = Origin & {
  functionArn: string
  action: string
  principal: string
  sourceArn?: string
  sourceAccount?: string
}

// --- Storage ---

export type TableDefinition = Origin & {
  tableName: string
  arn: string
  /** The input of DynamoDB's CreateTable, less what stand-ins do not know (streams, encryption, TTL). */
  createTable: Record<string, unknown>
  timeToLiveAttribute?: string
  hasStream: boolean
}

export type BucketDefinition = Origin & {
  bucketName: string
  arn: string
  cors: BucketCorsRule[]
}

export type BucketCorsRule = {
  allowedOrigins: string[]
  allowedMethods: string[]
  allowedHeaders: string[]
  exposedHeaders: string[]
  maxAgeSeconds?: number
}

export type BucketNotificationDefinition = Origin & {
  bucketName: string
  /** `s3:ObjectCreated:*` */
  events: string[]
  prefix?: string
  suffix?: string
  /** ARN of the queue or function that is told. */
  targetArn: string
  configurationId: string
}

export type QueueDefinition = Origin & {
  queueName: string
  arn: string
  /** SQS's own attributes, as strings: `VisibilityTimeout`, `RedrivePolicy`, ... */
  attributes: Record<string, string>
}

// --- Hosting ---

/** A static site: what a bucket deployment puts into the bucket behind a CloudFront distribution. */
export type SiteDefinition = Origin & {
  /** `d111111abcdef8.cloudfront.net` */
  domainName: string
  /** In order; a later source's file replaces an earlier one's. */
  sources: SiteSource[]
  /** Path served for `/`. */
  defaultRootObject: string
  /** From the distribution's custom error responses: what single-page applications answer for unknown paths. */
  notFound?: { path: string; status: number }
}

/** `markers`: placeholders in the source's text files that the deployment replaces (bucket deployment's own mechanism). */
export type SiteSource = {
  path: string
  form: "folder" | "zip"
  markers: Record<string, string>
  /** Folder of the site that the source's files land in, without slashes at its ends. Absent: the root. */
  prefix?: string
}
