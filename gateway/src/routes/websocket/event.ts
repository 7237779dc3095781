// The events that Lambda functions receive from the routes of a WebSocket API, as JSON text.
// AWS: an event has exactly these keys; handlers test for absent ones (event-connect-keys)
import type { ConnectionFacts, Ending } from "../../connections/connection.ts"
import { requestTime, type Stamp } from "../stamp.ts"

/** The headers and the query string of a handshake, as the maps of proxy events. Their prototype is null. */
export type HandshakeRequest = {
  headers: Record<string, string>
  multiValueHeaders: Record<string, string[]>
  queryStringParameters?: Record<string, string>
  multiValueQueryStringParameters?: Record<string, string[]>
}

/** The part of a transaction that events are made of. */
export type EventSource = {
  facts: ConnectionFacts
  stamp: Stamp
  stage: { definition: { variables: Readonly<Record<string, string>> } }
  record: { routeKey: string | undefined; context: { messageId?: string | number | undefined } }
}

// AWS: these are in the event of the authorizer but not in that of the integration (event-connect-headers)
const authorizerOnlyHeaders = new Set(["connection", "upgrade", "content-length"])

/** @param integrationLatency the authorizer's, in ms. AWS: in the CONNECT event only (event-authorizer-latency) */
export function connectEvent(source: EventSource, request: HandshakeRequest, integrationLatency?: number): string {
  const { facts } = source
  return JSON.stringify({
    headers: withoutAuthorizerOnly(request.headers),
    multiValueHeaders: withoutAuthorizerOnly(request.multiValueHeaders),
    ...(request.queryStringParameters && {
      queryStringParameters: request.queryStringParameters,
      multiValueQueryStringParameters: request.multiValueQueryStringParameters,
    }),
    requestContext: {
      routeKey: "$connect",
      ...(facts.authorizer && { authorizer: { ...facts.authorizer, integrationLatency } }),
      eventType: "CONNECT",
      ...commonContext(source),
    },
    ...stageVariables(source),
    isBase64Encoded: false,
  })
}

export function messageEvent(source: EventSource, body: string): string {
  const { facts, record } = source
  return JSON.stringify({
    requestContext: {
      routeKey: record.routeKey,
      ...(facts.authorizer && { authorizer: facts.authorizer }),
      messageId: record.context.messageId,
      eventType: "MESSAGE",
      ...commonContext(source),
    },
    ...stageVariables(source),
    body,
    isBase64Encoded: false,
  })
}

export function disconnectEvent(source: EventSource, ending: Ending): string {
  const { facts } = source
  // AWS: exactly these four headers, all but Host empty (event-disconnect-headers)
  const headers = { Host: facts.domainName, "x-api-key": "", "X-Forwarded-For": "", "x-restapi": "" }
  return JSON.stringify({
    headers,
    multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    requestContext: {
      routeKey: "$disconnect",
      ...(facts.authorizer && { authorizer: facts.authorizer }),
      disconnectStatusCode: ending.code,
      eventType: "DISCONNECT",
      disconnectReason: ending.reason,
      ...commonContext(source),
    },
    ...stageVariables(source),
    isBase64Encoded: false,
  })
}

/** The event of a REQUEST authorizer. AWS: it has these keys (event-authorizer-request) */
export function authorizerEvent(source: EventSource, request: HandshakeRequest, methodArn: string): string {
  return JSON.stringify({
    type: "REQUEST",
    methodArn,
    headers: request.headers,
    multiValueHeaders: request.multiValueHeaders,
    queryStringParameters: request.queryStringParameters ?? {},
    multiValueQueryStringParameters: request.multiValueQueryStringParameters ?? {},
    // AWS: always present in this event, {} when empty (event-authorizer-request)
    stageVariables: source.stage.definition.variables,
    requestContext: { routeKey: "$connect", eventType: "CONNECT", ...commonContext(source) },
  })
}

function commonContext({ facts, stamp }: EventSource) {
  return {
    // AWS: requestId and extendedRequestId are equal (event-request-id)
    extendedRequestId: stamp.requestId,
    requestTime: requestTime(stamp.requestTimeEpoch),
    messageDirection: "IN",
    stage: facts.stageName,
    connectedAt: facts.connectedAt,
    requestTimeEpoch: stamp.requestTimeEpoch,
    identity: facts.identity,
    requestId: stamp.requestId,
    domainName: facts.domainName,
    connectionId: facts.connectionId,
    apiId: facts.apiId,
  }
}

// AWS: the key is present only if the stage has variables (event-stage-variables-absent)
function stageVariables({ stage }: EventSource) {
  const { variables } = stage.definition
  return Object.keys(variables).length > 0 ? { stageVariables: variables } : undefined
}

function withoutAuthorizerOnly<Value>(headers: Record<string, Value>): Record<string, Value> {
  const kept: Record<string, Value> = Object.create(null)
  for (const [name, value] of Object.entries(headers)) {
    if (!authorizerOnlyHeaders.has(name.toLowerCase())) kept[name] = value
  }
  return kept
}
