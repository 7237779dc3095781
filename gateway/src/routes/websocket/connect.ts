// Handles a handshake: authorization, API key, throttle and the integration of `$connect` decide on the response.
// AWS: authorization and API key -> throttle -> $connect integration -> 101 (handshake-order)
import type { ConnectionFacts } from "../../connections/connection.ts"
import type { SignedRequest } from "../../definition/signed-request.ts"
import { recordFrom } from "../../foundation/record-from.ts"
import {
  configurationErrorLog,
  type Failure,
  internalServerError,
  malformedResponseFailure,
  timeoutFailure,
} from "../failure.ts"
import { callBackend } from "../integrations/backend.ts"
import { invokeLambda } from "../integrations/lambda-proxy.ts"
import type { RouteResponse } from "../integrations/response-mapping.ts"
import { handshakeRequest } from "../integrations/route-request.ts"
import type { RoutePorts } from "../ports.ts"
import type { Stamp } from "../stamp.ts"
import { checkApiKey } from "./api-key.ts"
import type { WebSocketStageRuntime } from "./api-runtime.ts"
import { authorize, type HandshakeAttempt } from "./authorize.ts"
import { connectEvent, type HandshakeRequest } from "./event.ts"
import { gatewayMessage, readProxyResponse } from "./response.ts"
import { recordFailure, reportBug, startTransaction, type Transaction } from "./transaction.ts"

export type Handshake = HandshakeRequest & {
  identity: ConnectionFacts["identity"]
  domainName: string
  /** Computed only for routes that check it. */
  signed(): SignedRequest
}

export type HandshakeOutcome =
  | { outcome: "accepted"; facts: ConnectionFacts; protocol?: string }
  | { outcome: "rejected"; status: number; headers: Record<string, string>; body: string }

/** Never rejects: a bug becomes a 500 and is reported. */
export async function connect(
  stage: WebSocketStageRuntime,
  request: Handshake,
  ports: RoutePorts,
): Promise<HandshakeOutcome> {
  const now = ports.clock.now()
  const facts: ConnectionFacts = {
    connectionId: ports.ids.connectionId(),
    apiId: stage.api.apiId,
    stageName: stage.definition.stageName,
    domainName: request.domainName,
    connectedAt: now,
    identity: request.identity,
  }
  const stamp: Stamp = { requestId: ports.ids.requestId(), requestTimeEpoch: now }
  const route = stage.routes.get("$connect")
  const transaction = startTransaction({
    stage,
    facts,
    stamp,
    routeKey: "$connect",
    eventType: "CONNECT",
    settings: route?.settings ?? stage.settings,
  })
  let outcome: HandshakeOutcome
  try {
    outcome = route ? await runConnectRoute({ transaction, route, request }, ports) : withoutRoute(transaction, ports)
  } catch (error) {
    reportBug(transaction, error, ports.log)
    outcome = reject(transaction, { status: 500, message: internalServerError, blame: "execution" })
  }
  ports.record(transaction.record)
  return outcome
}

/** AWS: $connect is optional; without it every client is accepted (handshake-without-connect-route) */
function withoutRoute(transaction: Transaction, ports: RoutePorts): HandshakeOutcome {
  if (!ports.account.takeRequest() || !ports.account.takeConnection()) return tooManyRequests(transaction)
  return accept(transaction, undefined)
}

async function runConnectRoute(attempt: HandshakeAttempt, ports: RoutePorts): Promise<HandshakeOutcome> {
  const { transaction, route, request } = attempt
  const { stamp, record } = transaction
  const authorizing = authorize(attempt, ports)
  const authorization = authorizing instanceof Promise ? await authorizing : authorizing
  if (authorization.outcome === "rejected") return reject(transaction, authorization.failure)
  const { response: authorizerResponse, latencyMs } = authorization
  if (authorizerResponse) {
    transaction.facts = { ...transaction.facts, authorizer: authorizerResponse.authorizer }
    record.authorizer = authorizerResponse.authorizer
  }
  const keyFailure = checkApiKey(attempt, authorizerResponse, ports)
  if (keyFailure) return reject(transaction, keyFailure)
  if (!ports.account.takeRequest() || !ports.account.takeConnection() || !route.bucket.take(stamp.requestTimeEpoch)) {
    return tooManyRequests(transaction)
  }
  if (!route.integration) return accept(transaction, undefined)
  if (route.backend) {
    const { stage } = transaction
    const call = {
      resourcePath: route.resourcePath,
      request: handshakeRequest(request),
      stage,
      record,
      isRequired: true,
    }
    const outcome = await callBackend(route.backend, call, ports)
    if ("failure" in outcome) return reject(transaction, outcome.failure)
    return respond(outcome.response, transaction)
  }
  record.requestBody = connectEvent(transaction, request, latencyMs)
  const result = await invokeLambda(route, transaction, ports)
  if (result.outcome === "timed-out") return reject(transaction, timeoutFailure)
  if (result.outcome === "failed") {
    // AWS: a throw is a 502, a failure to invoke a 500 (handshake-throw, handshake-missing-permission)
    const [status, blame] = result.why === "function" ? [502, "integration" as const] : [500, "execution" as const]
    return reject(transaction, { status, message: internalServerError, blame, log: result.log })
  }
  const response = readProxyResponse(result.payload)
  // AWS?: a status below 200 is malformed (handshake-informational-status)
  if (!response || response.statusCode < 200) return reject(transaction, malformedResponseFailure)
  return respond(response, transaction)
}

function respond(response: RouteResponse, transaction: Transaction): HandshakeOutcome {
  const { statusCode } = response
  // A mock can have any integer.
  if (statusCode < 200 || statusCode > 599) {
    const log = configurationErrorLog(`The status ${statusCode} of the integration is not from 200 to 599`)
    return reject(transaction, { status: 502, message: internalServerError, blame: "integration", log })
  }
  transaction.record.context.status = statusCode
  return statusCode < 300
    ? accept(transaction, response.headers["sec-websocket-protocol"])
    : rejectByIntegration(response, transaction)
}

/** AWS: of the headers only the subprotocol reaches the client (handshake-subprotocol, handshake-response-headers) */
function accept(transaction: Transaction, protocol: string | undefined): HandshakeOutcome {
  transaction.record.context.status = 200
  return { outcome: "accepted", facts: transaction.facts, ...(protocol !== undefined && { protocol }) }
}

const hopHeaders = new Set(["connection", "upgrade", "content-length", "transfer-encoding", "sec-websocket-accept"])

/** AWS?: the function's body and headers are passed on; sources contradict each other (handshake-function-refusal) */
function rejectByIntegration(response: RouteResponse, transaction: Transaction): HandshakeOutcome {
  const headers = recordFrom([
    ["x-amz-apigw-id", transaction.stamp.requestId],
    ...Object.entries(response.headers).filter(([name]) => !hopHeaders.has(name)),
  ])
  if (response.statusCode >= 500) transaction.record.blame = "integration"
  else if (response.statusCode >= 400) transaction.record.blame = "client"
  return {
    outcome: "rejected",
    status: response.statusCode,
    headers,
    body: response.body ?? "",
  }
}

function tooManyRequests(transaction: Transaction): HandshakeOutcome {
  // AWS: a throttled handshake is a 429 (throttle-handshake)
  return reject(transaction, { status: 429, message: "Too Many Requests", blame: "client" })
}

/** AWS: a rejection by API Gateway has this body and these headers (handshake-refusal-headers) */
function reject(transaction: Transaction, failure: Failure): HandshakeOutcome {
  recordFailure(transaction.record, failure)
  const { status, message } = failure
  const { requestId } = transaction.stamp
  return {
    outcome: "rejected",
    status,
    headers: { "content-type": "application/json; charset=UTF-8", "x-amz-apigw-id": requestId },
    body: gatewayMessage(message, transaction.facts.connectionId, requestId),
  }
}
