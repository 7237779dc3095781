// The record of one event on a stage, as the access log, the execution log, the metrics and the console read it.
import type { RouteSettings, StageDefinition } from "./api.ts"
import type { DataService, DecidingStatement } from "./permission.ts"

export type EventType = "CONNECT" | "MESSAGE" | "DISCONNECT" | "CONNECTION_API" | "HTTP"

/** `$context` variables by name without the prefix: `requestId`, `identity.sourceIp`. None of the names comes from a client. */
export type ContextVariables = Record<string, string | number | undefined>

/** The party that caused a failure, which decides the metric: ClientError, IntegrationError or ExecutionError. */
export type Blame = "client" | "integration" | "execution"

export type TransactionRecord = {
  apiId: string
  stage: StageDefinition
  eventType: EventType
  /** A request to a REST API, which has an execution log, unlike one to an HTTP API. */
  isRest?: boolean
  /** A request to a function URL, which has neither logs nor metrics of API Gateway. */
  isFunctionUrl?: boolean
  /** Absent when no route matched. */
  routeKey: string | undefined
  settings: RouteSettings
  context: ContextVariables
  /** The authorizer's context: `$context.authorizer.{key}`. The keys are the function's, so the prototype is null. */
  authorizer?: Readonly<Record<string, string>>
  integrationUri?: string
  /** The event that the integration received and the result it returned, as JSON text. */
  requestBody?: string
  responseBody?: string
  /** Milliseconds. */
  integrationLatency?: number
  /** Lines for the execution log, set when something failed. */
  failure?: string | string[]
  blame?: Blame
  /** The text frame that arrived and the one that was sent back. */
  frame?: string
  responseFrame?: string
  /** Lambda's request id of the invocation, which the function's log lines carry too. */
  functionRequestId?: string
  /** Of a message without a route: what the route selection expression returned, and the routes of the stage. */
  unmatched?: { key: string | undefined; routes: string[] }
  /** Of a call to the management API: the ARN of its signer, and the request id of the invocation that made it. */
  signer?: string
  callerRequestId?: string
  /** The statement that allowed API Gateway to invoke the function, or the signer to make the call. */
  allowedBy?: DecidingStatement
  /** Why such a call was rejected. The execution log has no line for it. */
  rejection?: string
}

/** A request to a service that the gateway serves: DynamoDB, S3, SQS, Lambda. */
export type ServiceCallRecord = {
  service: DataService
  /** `PutItem` */
  operation: string
  /** What the first permission is about, or the path. */
  resource: string
  /** Milliseconds since the epoch. */
  startedAt: number
  durationMs: number
  status: number
  /** The ARN of the signer; absent when requests are not authenticated. */
  signer?: string
  /** The request id of the invocation that made the call. */
  callerRequestId?: string
  /** The permissions that the call needed; empty for a caller that may do everything. */
  decisions: ServiceDecision[]
  /** The body of the request: JSON, or a form in the AWS query protocol. Absent when it is large or of another kind. */
  input?: string
  failure?: string
}

export type ServiceDecision = { action: string; resource: string; allowed: boolean; statement?: DecidingStatement }
