// The functions of other folders that the routes need; gateway.ts passes them in.
import type { Connection } from "../connections/connection.ts"
import type { Ids } from "../connections/ids.ts"
import type { FaultSubject } from "../definition/fault.ts"
import type { FunctionUrlDefinition } from "../definition/function-url.ts"
import type { PolicyDocument } from "../definition/iam.ts"
import type { InvocationCaller, InvocationResult } from "../definition/invocation.ts"
import type { OutgoingRequest, OutgoingResult, ServiceRequest } from "../definition/outgoing-request.ts"
import type { Permission, RequestPermission } from "../definition/permission.ts"
import type { TransactionRecord } from "../definition/record.ts"
import type { SignedRequest } from "../definition/signed-request.ts"
import type { Clock } from "../foundation/clock.ts"
import type { Log } from "../foundation/log.ts"
import type { Quotas } from "../foundation/quotas.ts"
import type { FindKey } from "./http/issuer-keys.ts"
import type { StageRuntime } from "./stage-runtime.ts"
import type { AccountThrottle } from "./throttling/account.ts"
import type { ApiKeyUse } from "./throttling/usage-plans.ts"

export type RoutePorts = {
  clock: Clock
  ids: Ids
  quotas: Quotas
  account: AccountThrottle
  log: Log
  /** A clock that users cannot move forward: for waits outside of the gateway, such as the timeout of an integration. */
  steadyClock: Clock
  faults: EventFaults
  /** Invokes a function for an event; payload and result are JSON text. Never rejects. */
  invoke(functionArn: string, payload: string, caller: InvocationCaller): Promise<InvocationResult>
  /** Invokes a function asynchronously. */
  invokeAsync(functionArn: string, payload: string): void
  /** Sends a request to the backend of an HTTP integration. Never rejects. */
  sendRequest(request: OutgoingRequest): Promise<OutgoingResult>
  /** Sends a request to an AWS service with the credentials of a role. Never rejects. */
  callService(request: ServiceRequest): Promise<OutgoingResult>
  /** The public key of an issuer of tokens. Never rejects. */
  findKey: FindKey
  /** Whether API Gateway may invoke the function of a route. `resourcePath` is the route's part of the ARN. */
  mayInvoke(stage: StageRuntime, resourcePath: string, invoked: InvokedFunction): Permission
  mayInvokeAuthorizer(stage: StageRuntime, invoked: InvokedFunction & { authorizerId: string }): Permission
  /** AWS_IAM: whether the handshake is signed by a principal that may invoke the route. */
  mayCallRoute(stage: StageRuntime, routeKey: string, request: SignedRequest): RequestPermission
  /** Whether the URL's function may be invoked. `request`: absent for a URL that needs no signature. */
  mayInvokeUrl(url: FunctionUrlDefinition, request?: SignedRequest): RequestPermission
  /** Counts one request to a stage against the API key with this value; an empty value belongs to no key. */
  useApiKey(stage: StageRuntime, value: string): ApiKeyUse
  /** The decision of an authorizer's policy on `execute-api:Invoke` for a method ARN. */
  evaluatePolicy(policy: PolicyDocument, methodArn: string): "allow" | "explicit-deny" | "no-allow"
  /** Writes the access log and the execution log, and counts the metrics. */
  record(record: TransactionRecord): void
}

/** A function, and the role with which API Gateway invokes it; without one, the function's own policy decides. */
export type InvokedFunction = { functionArn: string; credentialsArn: string | undefined }

/** Faults that are injected into the events of connections. */
export type EventFaults = {
  /** Whether a fault is set. While none is, nothing else is called, so that an event costs no more. */
  readonly isSet: boolean
  /** Injects faults into a message that has arrived. @returns whether it is still handled */
  receive(connection: Connection, subject: FaultSubject): Promise<boolean>
  /** Injects faults into a frame for the client. @returns whether there was one, which sends the frame later or drops it */
  push(connection: Connection, subject: FaultSubject, text: string): boolean
  /** @returns the status with which `@connections` responds instead of doing what it is asked */
  managementStatus(subject: FaultSubject): 410 | 429 | undefined
  /** @returns whether `$disconnect` does not run */
  skipsDisconnect(subject: FaultSubject): boolean
}
