// One event on a WebSocket stage while it is being handled, with its record.
import type { ConnectionFacts } from "../../connections/connection.ts"
import type { RouteSettings } from "../../definition/api.ts"
import type { FaultSubject } from "../../definition/fault.ts"
import type { DecidingStatement } from "../../definition/permission.ts"
import type { EventType, TransactionRecord } from "../../definition/record.ts"
import type { Log } from "../../foundation/log.ts"
import { stackOf } from "../../foundation/stack-of.ts"
import type { Failure } from "../failure.ts"
import { requestTime, type Stamp } from "../stamp.ts"
import type { WebSocketStageRuntime } from "./api-runtime.ts"

export type Transaction = {
  stage: WebSocketStageRuntime
  facts: ConnectionFacts
  stamp: Stamp
  record: TransactionRecord
}

export type TransactionStart = {
  stage: WebSocketStageRuntime
  facts: ConnectionFacts
  stamp: Stamp
  routeKey: string | undefined
  eventType: EventType
  settings: RouteSettings
  messageId?: string
}

export function startTransaction(start: TransactionStart): Transaction {
  const { stage, facts, stamp, routeKey, eventType, settings } = start
  const record: TransactionRecord = {
    apiId: facts.apiId,
    stage: stage.definition,
    eventType,
    routeKey,
    settings,
    context: {
      apiId: facts.apiId,
      connectedAt: facts.connectedAt,
      connectionId: facts.connectionId,
      domainName: facts.domainName,
      eventType,
      extendedRequestId: stamp.requestId,
      "identity.sourceIp": facts.identity.sourceIp,
      "identity.userAgent": facts.identity.userAgent,
      messageId: start.messageId,
      requestId: stamp.requestId,
      requestTime: requestTime(stamp.requestTimeEpoch),
      requestTimeEpoch: stamp.requestTimeEpoch,
      routeKey,
      stage: facts.stageName,
    },
  }
  if (facts.authorizer) record.authorizer = facts.authorizer
  return { stage, facts, stamp, record }
}

/** Identifies the event for the injection of faults. */
export function subjectOf({ facts, stamp, record }: Pick<Transaction, "facts" | "stamp" | "record">): FaultSubject {
  const { routeKey, functionRequestId } = record
  return { connectionId: facts.connectionId, routeKey, requestId: stamp.requestId, functionRequestId }
}

/** Records a failure: `$context.status`, `$context.error.*`, and the lines of the execution log. */
export function recordFailure(record: TransactionRecord, failure: Failure): void {
  const { context } = record
  context.status = failure.status
  context["error.message"] = failure.message
  context["error.messageString"] = JSON.stringify(failure.message)
  record.blame = failure.blame
  record.failure = failure.log ?? failure.message
}

/** Logs an error that no route expects, with the ids of the event. */
export function reportBug({ facts, stamp, record }: Transaction, error: unknown, log: Log): void {
  log.error("Event failed", {
    message: stackOf(error),
    apiId: facts.apiId,
    stage: facts.stageName,
    routeKey: record.routeKey,
    connectionId: facts.connectionId,
    requestId: stamp.requestId,
  })
}

/** The record of a call to the management API. AWS: it is logged with this event type (access-log-management) */
export function managementRecord(
  stage: WebSocketStageRuntime,
  stamp: Stamp,
  call: {
    connectionId: string
    sourceIp: string
    routeKey: string
    status: number
    /** The text that was posted. */
    frame?: string | undefined
    rejection?: string | undefined
    signer?: string | undefined
    allowedBy?: DecidingStatement | undefined
    callerRequestId?: string | undefined
  },
): TransactionRecord {
  const { connectionId, routeKey, status, frame, rejection, signer, allowedBy, callerRequestId } = call
  const { apiId } = stage
  return {
    apiId,
    stage: stage.definition,
    eventType: "CONNECTION_API",
    routeKey,
    settings: stage.settings,
    context: {
      apiId,
      connectionId,
      eventType: "CONNECTION_API",
      extendedRequestId: stamp.requestId,
      "identity.sourceIp": call.sourceIp,
      requestId: stamp.requestId,
      requestTime: requestTime(stamp.requestTimeEpoch),
      requestTimeEpoch: stamp.requestTimeEpoch,
      routeKey,
      stage: stage.definition.stageName,
      status,
    },
    ...(frame !== undefined && { frame }),
    ...(rejection !== undefined && { rejection }),
    ...(signer !== undefined && { signer }),
    ...(allowedBy && { allowedBy }),
    ...(callerRequestId !== undefined && { callerRequestId }),
  }
}
