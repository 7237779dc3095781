// Handles a text frame: selects the route, runs its integration, returns the text frame to send back.
import type { Connection } from "../../connections/connection.ts"
import { exceedsUtf8Size } from "../../foundation/utf8-size.ts"
import {
  configurationErrorLog,
  type Failure,
  internalServerError,
  malformedResponseFailure,
  timeoutFailure,
} from "../failure.ts"
import { type Backend, callBackend } from "../integrations/backend.ts"
import { type IntegrationFailure, invokeLambda } from "../integrations/lambda-proxy.ts"
import type { RouteResponse } from "../integrations/response-mapping.ts"
import { messageRequest } from "../integrations/route-request.ts"
import type { RoutePorts } from "../ports.ts"
import type { Stamp } from "../stamp.ts"
import type { WebSocketRouteRuntime, WebSocketStageRuntime } from "./api-runtime.ts"
import { messageEvent } from "./event.ts"
import { gatewayMessage, readProxyResponse } from "./response.ts"
import { selectRoute } from "./select-route.ts"
import { recordFailure, reportBug, startTransaction, subjectOf, type Transaction } from "./transaction.ts"

/** Rejects after reporting a bug: the caller closes the connection. */
export async function handleMessage(
  { stage, connection, text }: { stage: WebSocketStageRuntime; connection: Connection; text: string },
  ports: RoutePorts,
): Promise<string | undefined> {
  const stamp: Stamp = { requestId: ports.ids.requestId(), requestTimeEpoch: ports.clock.now() }
  const messageId = ports.ids.messageId()
  const route = selectRoute(stage.selection, stage.routes, text)
  const transaction = startTransaction({
    stage,
    facts: connection.facts,
    stamp,
    routeKey: route?.definition.routeKey,
    eventType: "MESSAGE",
    settings: route?.settings ?? stage.settings,
    messageId,
  })
  const { record } = transaction
  record.frame = text
  try {
    if (ports.faults.isSet && !(await ports.faults.receive(connection, subjectOf(transaction)))) return undefined
    if (!route) record.unmatched = { key: stage.selection(text), routes: [...stage.routes.keys()] }
    const response = route ? await runRoute(route, transaction, ports) : withoutRoute(transaction, ports)
    if (response !== undefined) record.responseFrame = response
    ports.record(record)
    if (response === undefined || !ports.faults.isSet) return response
    return ports.faults.push(connection, subjectOf(transaction), response) ? undefined : response
  } catch (error) {
    reportBug(transaction, error, ports.log)
    throw error
  }
}

/** The message counts as a request. AWS: nothing is invoked, and the connection stays open (no-route-invokes-nothing) */
function withoutRoute(transaction: Transaction, ports: RoutePorts): string {
  return errorFrame(transaction, ports.account.takeRequest() ? noRoute : tooManyRequests)
}

async function runRoute(
  route: WebSocketRouteRuntime,
  transaction: Transaction,
  ports: RoutePorts,
): Promise<string | undefined> {
  const { stamp, record } = transaction
  if (!ports.account.takeRequest() || !route.bucket.take(stamp.requestTimeEpoch)) {
    return errorFrame(transaction, tooManyRequests)
  }
  const mismatch = route.validate?.(record.frame ?? "")
  if (mismatch) {
    record.context["error.validationErrorString"] = mismatch.errors
    return errorFrame(transaction, mismatch.failure)
  }
  if (route.backend) return runBackend(route, route.backend, transaction, ports)
  record.requestBody = messageEvent(transaction, record.frame ?? "")
  const result = await invokeLambda(route, transaction, ports)
  if (result.outcome !== "succeeded") return errorFrame(transaction, failureOf(result))

  const response = readProxyResponse(result.payload)
  if (!response) return errorFrame(transaction, malformedResponseFailure)
  return respond(route, response, transaction, ports)
}

async function runBackend(
  route: WebSocketRouteRuntime,
  backend: Backend,
  transaction: Transaction,
  ports: RoutePorts,
): Promise<string | undefined> {
  const { stage, record } = transaction
  const { resourcePath, definition } = route
  const request = messageRequest(record.frame ?? "")
  const call = { resourcePath, request, stage, record, isRequired: definition.returnsResponse }
  const outcome = await callBackend(backend, call, ports)
  // AWS: the frame of a failure is sent on a one-way route too (answer-throw)
  if ("failure" in outcome) return errorFrame(transaction, outcome.failure)
  return respond(route, outcome.response, transaction, ports)
}

function respond(
  route: WebSocketRouteRuntime,
  { statusCode, body }: RouteResponse,
  transaction: Transaction,
  ports: RoutePorts,
): string | undefined {
  // AWS?: the status has no effect, and the body is sent (answer-status-ignored)
  transaction.record.context.status = statusCode
  // AWS: a one-way route discards the body (answer-one-way) AWS?: an empty body is not sent (answer-empty-body)
  if (!route.definition.returnsResponse || !body) return undefined
  return exceedsUtf8Size(body, ports.quotas.maxMessageBytes) ? errorFrame(transaction, tooLarge) : body
}

// AWS?: the frame has the envelope of the other frames (throttle-frame)
const tooManyRequests: Failure = { status: 429, message: "Too Many Requests", blame: "client" }
const noRoute: Failure = { status: 403, message: "Forbidden", blame: "client", log: "No route found for the message" }

// AWS?: a response over the limit is an internal server error (answer-too-large)
const tooLarge: Failure = {
  status: 500,
  message: internalServerError,
  blame: "integration",
  log: configurationErrorLog("The integration's response is larger than a message may be"),
}

// AWS: both frames are sent on a one-way route too (answer-throw)
function failureOf(result: IntegrationFailure): Failure {
  if (result.outcome === "timed-out") return timeoutFailure
  // AWS?: a custom route without a target is an internal server error (answer-without-target)
  const blame = result.why === "function" ? "integration" : "execution"
  return { status: 500, message: internalServerError, blame, log: result.log }
}

function errorFrame(transaction: Transaction, failure: Failure): string {
  recordFailure(transaction.record, failure)
  return gatewayMessage(failure.message, transaction.facts.connectionId, transaction.stamp.requestId)
}
