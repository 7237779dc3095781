// The management API: POST, GET and DELETE on @connections/{connectionId}, by which functions reach whoever is connected.

import { createHash } from "node:crypto"
import type { IncomingMessage, ServerResponse } from "node:http"
import type { Connection } from "../connections/connection.ts"
import type { ConnectionStore } from "../connections/connection-store.ts"
import { type Ids, isConnectionId } from "../connections/ids.ts"
import type { RequestPermission } from "../definition/permission.ts"
import type { TransactionRecord } from "../definition/record.ts"
import type { Clock } from "../foundation/clock.ts"
import type { Quotas } from "../foundation/quotas.ts"
import { decodePercent } from "../foundation/request-target.ts"
import type { SignedRequest } from "../routes/ports.ts"
import type { AccountThrottle, ServedStage } from "../routes/stage-runtime.ts"
import { managementRecord } from "../routes/transaction.ts"
import { sendAwsError, statusOf } from "./aws-error.ts"
import { readBody } from "./read-body.ts"
import { pathOf, queryOf, sourceIpOf } from "./request-maps.ts"

export type ManagementPorts = {
  clock: Clock
  quotas: Quotas
  ids: Ids
  account: AccountThrottle
  connections: ConnectionStore
  /** Who signed this, and may they? `resource` names what is checked: API, stage and method. */
  mayManage(
    request: SignedRequest & { bodySha256: string },
    resource: { apiId: string; stageName: string; method: string },
  ): RequestPermission
  record(record: TransactionRecord): void
}

type Answer = { status: 200 | 204; body?: string } | { errorType: string; message?: string }

/** @param connectionIdSegment the path's last segment, still percent-encoded */
export async function management(
  stage: ServedStage,
  connectionIdSegment: string,
  request: IncomingMessage,
  response: ServerResponse,
  ports: ManagementPorts,
): Promise<void> {
  const body = await readBody(request, ports.quotas.maxMessageBytes)
  // AWS: a POST that is too large is neither logged nor counted (metrics-posts)
  if (!body) {
    response.setHeader("connection", "close")
    sendAwsError(response, "PayloadTooLargeException")
    return
  }
  const connectionId = decodePercent(connectionIdSegment)
  const answer = answerTo(stage, connectionId, request, body, ports)
  const requestId = ports.ids.requestId()
  response.setHeader("x-amzn-RequestId", requestId)
  if ("errorType" in answer) sendAwsError(response, answer.errorType, answer.message)
  else if (answer.body === undefined) response.writeHead(answer.status, { "content-length": 0 }).end()
  else response.writeHead(answer.status, { "content-type": "application/json" }).end(answer.body)

  const status = "errorType" in answer ? statusOf(answer.errorType) : answer.status
  const facts = { connectionId: connectionId ?? connectionIdSegment, sourceIp: sourceIpOf(request) }
  const stamp = { requestId, requestTimeEpoch: ports.clock.now() }
  const routeKey = `${request.method} /@connections/{connectionId}`
  ports.record(managementRecord(stage, stamp, { ...facts, routeKey, status }))
}

function answerTo(
  stage: ServedStage,
  connectionId: string | undefined,
  request: IncomingMessage,
  body: Buffer,
  ports: ManagementPorts,
): Answer {
  const method = request.method ?? ""
  if (method !== "POST" && method !== "GET" && method !== "DELETE") {
    return { errorType: "MissingAuthenticationTokenException", message: "Missing Authentication Token" }
  }
  const signed = {
    method,
    path: pathOf(request),
    query: queryOf(request),
    headers: request.headers,
    bodySha256: createHash("sha256").update(body).digest("hex"),
  }
  const resource = { apiId: stage.api.apiId, stageName: stage.definition.stageName, method }
  const permission = ports.mayManage(signed, resource)
  if (!permission.allowed) return permission
  // AWS: POST and GET count against the limit of the account, DELETE does not (throttle-account, throttle-delete-free)
  if (method !== "DELETE" && !ports.account.takeRequest()) {
    return { errorType: "LimitExceededException", message: "Too Many Requests" }
  }
  if (connectionId === undefined || !isConnectionId(connectionId)) {
    // AWS?: an id without the observed shape is malformed; the message names it (post-malformed-id)
    return { errorType: "BadRequestException", message: `Invalid connectionId: ${connectionId ?? ""}` }
  }
  const connection = ports.connections.find(stage.api.apiId, connectionId)
  if (!connection) return { errorType: "GoneException" }
  if (method === "GET") return { status: 200, body: describe(connection) }
  if (method === "DELETE") {
    // AWS: the $disconnect event has 1000 and this reason (disconnect-deleted)
    connection.close(1000, "Connection Closed Normally")
    return { status: 204 }
  }
  return post(connection, body)
}

/** AWS: the body arrives as a text frame, with U+FFFD for invalid UTF-8 (post-text-frame) */
function post(connection: Connection, body: Buffer): Answer {
  const outcome = connection.send(body.toString("utf8"))
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

function isoTime(epochMs: number): string {
  // biome-ignore lint/style/noRestrictedGlobals: formats a given instant; the time itself comes from the clock.
  return new Date(epochMs).toISOString()
}
