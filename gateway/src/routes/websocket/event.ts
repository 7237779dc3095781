// The events that Lambda functions receive from the routes of a WebSocket API, as JSON text.
// AWS: an event has exactly these keys; handlers test for absent ones (event-connect-keys)
import type { ConnectionFacts, Ending } from "../../connections/connection.ts"
import { hasKeys } from "../../foundation/has-keys.ts"
import { requestTime, type Stamp } from "../stamp.ts"

/**
 * The headers and the query string of a handshake, as the maps of proxy events. Their prototype is null, and both maps of
 * headers have the same names.
 */
export type HandshakeRequest = {
  headers: Record<string, string>
  multiValueHeaders: Record<string, string[]>
  queryStringParameters?: Record<string, string>
  multiValueQueryStringParameters?: Record<string, string[]>
}

/** The part of a transaction from which events are made. */
export type EventSource = {
  facts: ConnectionFacts
  stamp: Stamp
  stage: { definition: { variables: Readonly<Record<string, string>> } }
  record: { routeKey: string | undefined; context: { messageId?: string | number | undefined } }
}

/** @param integrationLatency the authorizer's, in ms. AWS: in the CONNECT event only (event-authorizer-latency) */
export function connectEvent(source: EventSource, request: HandshakeRequest, integrationLatency?: number): string {
  const { facts, stamp } = source
  const { queryStringParameters, multiValueQueryStringParameters } = request
  const query =
    queryStringParameters === undefined
      ? ""
      : `"queryStringParameters":${JSON.stringify(queryStringParameters)},` +
        `"multiValueQueryStringParameters":${JSON.stringify(multiValueQueryStringParameters)},`
  const authorizer = facts.authorizer && { ...facts.authorizer, integrationLatency }
  return (
    `{${headersText(request)},${query}"requestContext":{"routeKey":"$connect",` +
    `${authorizer ? `"authorizer":${JSON.stringify(authorizer)},` : ""}"eventType":"CONNECT",` +
    `${commonContextText(stamp, contextTextOf(facts))}${stageVariablesText(source)}"isBase64Encoded":false}`
  )
}

// AWS: these are in the event of the authorizer but not in that of the integration (event-connect-headers)
const authorizerOnlyHeaders = new Set(["connection", "upgrade", "content-length"])

/** Writes both maps as text: copying objects with the client's names and serializing the copies takes twice as long. */
function headersText({ multiValueHeaders }: HandshakeRequest): string {
  let single = ""
  let multiple = ""
  for (const name in multiValueHeaders) {
    if (authorizerOnlyHeaders.has(name.toLowerCase())) continue
    const values = multiValueHeaders[name] ?? []
    const key = `${single === "" ? "" : ","}${JSON.stringify(name)}:`
    const last = JSON.stringify(values.at(-1))
    single += key + last
    multiple += `${key}${values.length === 1 ? `[${last}]` : JSON.stringify(values)}`
  }
  return `"headers":{${single}},"multiValueHeaders":{${multiple}}`
}

/** Written as text, because every message has one: `JSON.stringify` of the whole event takes twice as long. */
export function messageEvent(source: EventSource, body: string): string {
  const { facts, stamp, record } = source
  return (
    `{"requestContext":{"routeKey":${JSON.stringify(record.routeKey)},${authorizerText(facts)}` +
    `"messageId":"${record.context.messageId}","eventType":"MESSAGE",` +
    `${commonContextText(stamp, messageTextOf(facts))}` +
    `${stageVariablesText(source)}"body":${JSON.stringify(body)},"isBase64Encoded":false}`
  )
}

type ContextText = { beforeTime: string; beforeId: string; afterId: string }

/** The text of `commonContext`, with the end of the request context. */
function commonContextText({ requestId, requestTimeEpoch }: Stamp, { beforeTime, beforeId, afterId }: ContextText) {
  return (
    `"extendedRequestId":"${requestId}","requestTime":"${requestTime(requestTimeEpoch)}",` +
    `${beforeTime}${requestTimeEpoch}${beforeId}${requestId}${afterId}`
  )
}

/** One for each connection that has sent a message. */
const messageTexts = new WeakMap<ConnectionFacts, ContextText>()

function messageTextOf(facts: ConnectionFacts): ContextText {
  const known = messageTexts.get(facts)
  if (known) return known
  const text = contextTextOf(facts)
  messageTexts.set(facts, text)
  return text
}

/** The parts that all events of a connection share, around the time and the id of the request. */
function contextTextOf({ stageName, identity, domainName, connectionId, apiId, connectedAt }: ConnectionFacts) {
  const text = (value: unknown) => JSON.stringify(value)
  return {
    beforeTime: `"messageDirection":"IN","stage":${text(stageName)},"connectedAt":${connectedAt},"requestTimeEpoch":`,
    beforeId: `,"identity":${text(identity)},"requestId":"`,
    afterId: `","domainName":${text(domainName)},"connectionId":${text(connectionId)},"apiId":${text(apiId)}},`,
  }
}

function authorizerText({ authorizer }: ConnectionFacts): string {
  return authorizer ? `"authorizer":${JSON.stringify(authorizer)},` : ""
}

/** AWS: the key is present only if the stage has variables (event-stage-variables-absent) */
function stageVariablesText(source: EventSource): string {
  const { variables } = source.stage.definition
  return hasKeys(variables) ? `"stageVariables":${JSON.stringify(variables)},` : ""
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

function stageVariables({ stage }: EventSource) {
  const { variables } = stage.definition
  return hasKeys(variables) ? { stageVariables: variables } : undefined
}
