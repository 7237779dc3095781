// Serves the management API: POST, GET and DELETE of @connections/{connectionId}, by which functions reach clients.
import { createHash } from "node:crypto"
import type { IncomingMessage, ServerResponse } from "node:http"
import type { Connection } from "../connections/connection.ts"
import type { ConnectionStore } from "../connections/connection-store.ts"
import { type Ids, isConnectionId } from "../connections/ids.ts"
import type { RequestPermission } from "../definition/permission.ts"
import type { TransactionRecord } from "../definition/record.ts"
import type { SignedRequest } from "../definition/signed-request.ts"
import { type Clock, isoTime } from "../foundation/clock.ts"
import type { MemoryBudget } from "../foundation/memory-budget.ts"
import type { Quotas } from "../foundation/quotas.ts"
import { decodePercent } from "../foundation/request-target.ts"
import type { EventFaults } from "../routes/ports.ts"
import type { AccountThrottle } from "../routes/throttling/account.ts"
import type { WebSocketStageRuntime } from "../routes/websocket/api-runtime.ts"
import { managementRecord } from "../routes/websocket/transaction.ts"
import { sendAwsError, statusOf } from "./aws-error.ts"
import { readBody } from "./read-body.ts"
import { invocationOf, signedRequest, sourceIpOf } from "./request-headers.ts"

export type ManagementPorts = {
  clock: Clock
  quotas: Quotas
  ids: Ids
  account: AccountThrottle
  faults: EventFaults
  connections: ConnectionStore
  /** For the bodies of requests. */
  memory: MemoryBudget
  /** Verifies the signature, and that its principal may call `method` on the stage. */
  mayManage(
    request: SignedRequest & { bodySha256: string },
    resource: { apiId: string; stageName: string; method: string },
  ): RequestPermission
  record(record: TransactionRecord): void
}

export type ManagementResponse = { status: 200 | 204; body?: string } | { errorType: string; message?: string }

/** A call with the decision about its permission. */
export type DecidedCall = {
  stage: WebSocketStageRuntime
  requestId: string
  method: string
  /** The last segment of the path, as it was sent. */
  connectionIdSegment: string
  /** The same, decoded; undefined when its encoding is invalid. */
  connectionId: string | undefined
  /** The body of a POST. */
  text: string
  permission: RequestPermission
  sourceIp: string
  /** The invocation that made the call. */
  callerRequestId?: string | undefined
}

type ManagementRequest = Pick<DecidedCall, "stage" | "connectionIdSegment"> & { request: IncomingMessage }

export async function handleManagementCall(
  received: ManagementRequest,
  response: ServerResponse,
  ports: ManagementPorts,
): Promise<void> {
  const { stage, connectionIdSegment, request } = received
  const lease = ports.memory.lease()
  response.on("close", lease.release)
  const body = await readBody(request, ports.quotas.maxMessageBytes, lease)
  if (typeof body === "string") {
    // AWS: a POST that is too large is neither logged nor counted (metrics-posts)
    // Differs: one over the memory for all requests is a 429 (limit-request-memory)
    response.setHeader("connection", "close")
    if (body === "too-large") sendAwsError(response, "PayloadTooLargeException")
    else sendAwsError(response, "LimitExceededException", "Too Many Requests")
    return
  }
  const requestId = ports.ids.requestId()
  response.setHeader("x-amzn-RequestId", requestId)
  const method = request.method ?? ""
  const call: DecidedCall = {
    stage,
    requestId,
    method,
    connectionIdSegment,
    connectionId: decodePercent(connectionIdSegment),
    text: method === "POST" ? body.toString("utf8") : "",
    permission: permissionOf(received, body, ports),
    sourceIp: sourceIpOf(request),
    callerRequestId: invocationOf(request),
  }
  const result = runManagementCall(call, ports)
  if ("errorType" in result) sendAwsError(response, result.errorType, result.message)
  else if (result.body === undefined) response.writeHead(result.status, { "content-length": 0 }).end()
  else response.writeHead(result.status, { "content-type": "application/json" }).end(result.body)
}

const methods = ["POST", "GET", "DELETE"]

function permissionOf({ stage, request }: ManagementRequest, body: Buffer, ports: ManagementPorts): RequestPermission {
  const { method = "" } = request
  if (!methods.includes(method)) return { allowed: true }
  const bodySha256 = createHash("sha256").update(body).digest("hex")
  const signed = Object.assign(signedRequest(request), { bodySha256 })
  return ports.mayManage(signed, { apiId: stage.apiId, stageName: stage.definition.stageName, method })
}

/** Runs a call and records it. */
export function runManagementCall(
  call: DecidedCall,
  ports: Pick<ManagementPorts, "account" | "clock" | "connections" | "faults" | "record">,
): ManagementResponse {
  const { stage, method, permission, sourceIp, callerRequestId } = call
  const result = respond(call, ports)
  const isError = "errorType" in result
  const stamp = { requestId: call.requestId, requestTimeEpoch: ports.clock.now() }
  const described = {
    connectionId: call.connectionId ?? call.connectionIdSegment,
    sourceIp,
    routeKey: `${method} /@connections/{connectionId}`,
    status: isError ? statusOf(result.errorType) : result.status,
    frame: method === "POST" ? call.text : undefined,
    rejection: isError ? (result.message ?? result.errorType) : undefined,
    signer: permission.allowed ? permission.signer?.arn : undefined,
    allowedBy: permission.allowed ? permission.statement : undefined,
    callerRequestId,
  }
  ports.record(managementRecord(stage, stamp, described))
  return result
}

function respond(
  { stage, requestId, method, connectionId, text, permission }: DecidedCall,
  ports: Pick<ManagementPorts, "account" | "connections" | "faults">,
): ManagementResponse {
  if (!methods.includes(method)) {
    return { errorType: "MissingAuthenticationTokenException", message: "Missing Authentication Token" }
  }
  if (!permission.allowed) return permission
  // AWS: POST and GET count against the limit of the account, DELETE does not (throttle-account, throttle-delete-free)
  if (method !== "DELETE" && !ports.account.takeRequest()) {
    return { errorType: "LimitExceededException", message: "Too Many Requests" }
  }
  if (connectionId === undefined || !isConnectionId(connectionId)) {
    // AWS?: an id without the observed shape is malformed; the message names it (post-malformed-id)
    return { errorType: "BadRequestException", message: `Invalid connectionId: ${connectionId ?? ""}` }
  }
  const { faults } = ports
  const subject = { connectionId, requestId }
  const injected = faults.isSet ? faults.managementStatus(subject) : undefined
  if (injected === 429) return { errorType: "LimitExceededException", message: "Too Many Requests" }
  const connection = injected === 410 ? undefined : ports.connections.find(stage.apiId, connectionId)
  if (!connection) return { errorType: "GoneException" }
  if (method === "GET") return { status: 200, body: describe(connection) }
  if (method === "DELETE") {
    // AWS: the $disconnect event has 1000 and this reason (disconnect-deleted)
    connection.close(1000, "Connection Closed Normally")
    return { status: 204 }
  }
  if (faults.isSet && faults.push(connection, subject, text)) return { status: 200 }
  return post(connection, text)
}

/** AWS: the body arrives as a text frame, with U+FFFD for invalid UTF-8 (post-text-frame) */
function post(connection: Connection, text: string): ManagementResponse {
  const outcome = connection.send(text)
  if (outcome === "gone") return { errorType: "GoneException" }
  // AWS?: a full buffer of the client is 429; its size is not documented (post-buffer-full)
  if (outcome === "buffer-full") return { errorType: "LimitExceededException", message: "Too Many Requests" }
  return { status: 200 }
}

/** AWS: times are in ISO 8601 (get-connection) */
function describe({ facts, lastActiveAt }: Connection): string {
  return JSON.stringify({
    connectedAt: isoTime(facts.connectedAt),
    identity: { sourceIp: facts.identity.sourceIp, userAgent: facts.identity.userAgent ?? "" },
    lastActiveAt: isoTime(lastActiveAt),
  })
}
