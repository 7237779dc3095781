// Begins and completes the record of a request to an HTTP API, a REST API or a function URL.
import type { StageDefinition } from "../../definition/api.ts"
import type { TransactionRecord } from "../../definition/record.ts"
import type { Log } from "../../foundation/log.ts"
import { stackOf } from "../../foundation/stack-of.ts"
import type { RoutePorts } from "../ports.ts"
import { requestTime, type Stamp } from "../stamp.ts"
import { firstHeader, type HttpRequest, type HttpResponse } from "./request.ts"

type RecordedStage = { apiId: string; definition: StageDefinition; settings: TransactionRecord["settings"] }

/** The route is set when it is selected. */
export function newHttpRecord(
  { apiId, definition, settings }: RecordedStage,
  request: HttpRequest,
  stamp: Stamp,
): TransactionRecord {
  return {
    apiId,
    stage: definition,
    eventType: "HTTP",
    routeKey: undefined,
    settings,
    context: {
      apiId,
      domainName: request.domainName,
      extendedRequestId: stamp.requestId,
      httpMethod: request.method,
      "identity.sourceIp": request.sourceIp,
      "identity.userAgent": firstHeader(request.headers, "user-agent"),
      path: request.path,
      protocol: "HTTP/1.1",
      requestId: stamp.requestId,
      requestTime: requestTime(stamp.requestTimeEpoch),
      requestTimeEpoch: stamp.requestTimeEpoch,
      stage: definition.stageName,
    },
  }
}

/** Adds the response, and records it when all of it was sent. */
export function recordResponse(
  record: TransactionRecord,
  { status, body, streamed }: HttpResponse,
  ports: Pick<RoutePorts, "clock" | "record">,
): void {
  const { context } = record
  context.status = status
  const complete = (length: number) => {
    context.responseLength = length
    context.responseLatency = ports.clock.now() - Number(context.requestTimeEpoch)
    ports.record(record)
  }
  if (streamed) void streamed.length.then(complete)
  else complete(body.length)
}

/** Logs an error that no route expects, with the ids of the request. */
export function reportBug({ apiId, stage, routeKey, context }: TransactionRecord, error: unknown, log: Log): void {
  const { requestId } = context
  log.error("Request failed", { message: stackOf(error), apiId, stage: stage.stageName, routeKey, requestId })
}

/** Logs a result of a function that is not a proxy response. */
export function reportMalformedResponse(record: TransactionRecord, malformed: string, log: Log): void {
  const { apiId, routeKey, context, functionRequestId } = record
  const message = `Malformed Lambda proxy response: ${malformed}`
  log.warn("Integration failed", { message, apiId, routeKey, requestId: context.requestId, functionRequestId })
}
