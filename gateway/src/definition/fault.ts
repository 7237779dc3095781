// Faults that a user injects into the running gateway: what happens, to what, how often and for how long.

/** When a frame fault happens. `message`: a message of the client arrives; `push`: a frame is sent to the client. */
export type FrameMoment = "message" | "push"

export type FrameFault =
  /** Ends the connection without a close frame, as a failing network does. `now`: when it is set, once. */
  | { effect: "drop"; on?: FrameMoment | "now" }
  /** Closes the connection with this code. */
  | { effect: "close"; code: number; on?: FrameMoment | "now" }
  /** Holds the message or the frame back. Later ones are not held back, so they can overtake it. */
  | { effect: "delay"; delayMs: number; on?: FrameMoment }
  /** Sends a frame twice. */
  | { effect: "duplicate" }

export type ManagementFault =
  /** `@connections` responds with 410, although the connection is open. */
  | { effect: "gone" }
  /** `@connections` responds with 429. */
  | { effect: "limit-exceeded" }

export type InvocationFault =
  /** The function fails with this error and does not run. */
  | { effect: "function-error"; errorType?: string; errorMessage?: string }
  /** The function starts later. It times out when the delay reaches its timeout. */
  | { effect: "function-delay"; delayMs: number }
  /** The invocation runs in a new execution environment. */
  | { effect: "function-cold-start" }
  /** Lambda rejects the invocation because of its concurrency. */
  | { effect: "function-throttle" }

/** `$disconnect` does not run: API Gateway does not guarantee it. */
export type DisconnectFault = { effect: "skip-disconnect" }

/** What is affected. Without a field: everything. */
export type FaultTarget = {
  connectionId?: string
  /** `progress`, `$connect`, or `GET /documents` of an HTTP API. */
  routeKey?: string
  /** The name of a function, or its logical id. */
  functionName?: string
}

export type FaultLimits = {
  /** Between 0 and 1: how often it is injected. Default: always. */
  probability?: number
  /** It is removed after this many injections. */
  count?: number
  /** It is removed after this time on the gateway's clock. */
  expiresAfterMs?: number
}

export type Fault = (FrameFault | ManagementFault | InvocationFault | DisconnectFault) & FaultTarget & FaultLimits

export type ActiveFault = Fault & {
  faultId: string
  /** What it does to what, as a sentence. */
  description: string
  /** How often it was injected. */
  injections: number
  /** Milliseconds since the epoch. */
  expiresAt?: number
}

/** What is about to happen, and what a fault is injected into. */
export type FaultSubject = {
  connectionId?: string | undefined
  routeKey?: string | undefined
  /** Name and logical id. */
  functionNames?: readonly string[] | undefined
  /** Of the event, and of the invocation. */
  requestId?: string | undefined
  functionRequestId?: string | undefined
}

/** Faults of invocations, as Lambda needs them. */
export type InvocationFaults = {
  /** Whether a fault is set. While none is, nothing else is called, so that an invocation costs no more. */
  readonly isSet: boolean
  /** The faults of one invocation. Each is counted when it is reached. */
  ofInvocation(subject: FaultSubject): Iterable<InvocationFault>
  /** Resolves after this time on the gateway's clock, or when the gateway closes. */
  wait(ms: number): Promise<void>
}
