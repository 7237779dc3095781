// What the gateway sends to the console: entries of its history, and what it serves.

export type EventType = "CONNECT" | "MESSAGE" | "DISCONNECT" | "CONNECTION_API" | "HTTP"

/** `time`: when it began, in milliseconds since the epoch. */
type Stamped = {
  id: number
  time: number
  /** At a high rate the stream leaves out the event and the result, and shortens other texts; `loadDetails` loads them. */
  isSummary?: true
}

/** An event of an API. */
export type EventEntry = Stamped & {
  kind: "event"
  apiId: string
  stage: string
  eventType: EventType
  routeKey?: string
  /** Of an HTTP request. */
  method?: string
  path?: string
  connectionId?: string
  requestId: string
  status?: string | number
  durationMs: number
  latencyMs?: number
  failure?: string
  frame?: string
  event?: string
  result?: string
  responseFrame?: string
  functionRequestId?: string
  /** The address of the integration, with the ARN of its function, and the status that it responded with. */
  integration?: string
  integrationStatus?: string
  unmatched?: { key?: string; routes: string[] }
  signer?: string
  /** The statement that allowed the invocation, or the call of the management API. */
  allowedBy?: DecidingStatement
  callerRequestId?: string
  sourceIp?: string
  userAgent?: string
  closeCode?: number
  closeReason?: string
  authorizer?: Record<string, string>
}

/** The statement that allows something. */
export type DecidingStatement = {
  policyName: string
  index: number
  sid?: string
  policyType: "identity-based" | "resource-based"
}

/** A request of a function to a service that the gateway serves. */
export type ServiceEntry = Stamped & {
  kind: "service"
  service: string
  operation: string
  resource: string
  durationMs: number
  status: number
  signer?: string
  callerRequestId?: string
  decisions: { action: string; resource: string; allowed: boolean; statement?: DecidingStatement }[]
  input?: string
  failure?: string
}

/** A line of a function's log. */
export type OutputEntry = Stamped & {
  kind: "output"
  functionRequestId: string
  logGroup: string
  stream: string
  text: string
}

export type DeniedEntry = Stamped & {
  kind: "denied"
  action: string
  resource: string
  role: string
  explanation: string
  cure: string
}

/** A fault that was injected. */
export type FaultEntry = Stamped & {
  kind: "fault"
  faultId: string
  effect: string
  message: string
  connectionId?: string
  routeKey?: string
  functionName?: string
  requestId?: string
  functionRequestId?: string
}

/** The clock was moved forward by `ms`, and by `movedMs` in all. */
export type ClockEntry = Stamped & { kind: "clock"; ms: number; movedMs: number }

export type Entry =
  | EventEntry
  | FaultEntry
  | ClockEntry
  | ServiceEntry
  | OutputEntry
  | DeniedEntry
  | (Stamped & { kind: "problem"; message: string; hint: string })
  | (Stamped & { kind: "reloaded"; what: string; durationMs: number })

export type Stage = {
  protocol: "WEBSOCKET" | "HTTP" | "REST"
  apiId: string
  logicalId: string
  stageName: string
  url: string
  /** The region that calls to `@connections` are signed for. */
  region: string
}

export type Served = {
  outputs: Record<string, string>
  /** Of services, by their names in `AWS_ENDPOINT_URL_<SERVICE>`. */
  endpoints: Record<string, string>
  region: string
  stages: Stage[]
  functions: { functionName: string; logicalId: string }[]
}
