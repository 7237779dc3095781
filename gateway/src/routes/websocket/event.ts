// What the Lambda function behind a route is given: API Gateway's proxy events, key for key.
// AWS: shapes in section 2. Which keys are absent matters as much as which are there.
import type { ConnectionFacts, Ending } from "../../connections/connection.ts"

/** What a handshake brought along, as maps in the form of proxy events. */
export type HandshakeRequest = {
  headers: Record<string, string>
  multiValueHeaders: Record<string, string[]>
  queryStringParameters?: Record<string, string>
  multiValueQueryStringParameters?: Record<string, string[]>
}

export type Stamp = { requestId: string /** Milliseconds since the epoch. */; requestTimeEpoch: number }

export type StageVariables = Readonly<Record<string, string>>

// AWS: in the authorizer's event but not in the integration's. [doc, section 2.1]
const authorizerOnlyHeaders = new Set(["connection", "upgrade", "content-length"])

/** @param integrationLatency of the authorizer in milliseconds: on the CONNECT event only. AWS: [peer-native, 2.4] */
export function connectEvent(
  facts: ConnectionFacts,
  stamp: Stamp,
  request: HandshakeRequest,
  variables: StageVariables,
  integrationLatency?: number,
): string {
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
      ...common(facts, stamp),
    },
    ...stageVariables(variables),
    isBase64Encoded: false,
  })
}

export function messageEvent(
  facts: ConnectionFacts,
  stamp: Stamp,
  routeKey: string,
  messageId: string,
  body: string,
  variables: StageVariables,
): string {
  return JSON.stringify({
    requestContext: {
      routeKey,
      ...(facts.authorizer && { authorizer: facts.authorizer }),
      messageId,
      eventType: "MESSAGE",
      ...common(facts, stamp),
    },
    ...stageVariables(variables),
    body,
    isBase64Encoded: false,
  })
}

export function disconnectEvent(
  facts: ConnectionFacts,
  stamp: Stamp,
  ending: Ending,
  variables: StageVariables,
): string {
  // AWS: odd but real: these four, and all but Host empty. [doc; obs, section 2.3]
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
      ...common(facts, stamp),
    },
    ...stageVariables(variables),
    isBase64Encoded: false,
  })
}

/** What a REQUEST authorizer is given. AWS: [doc, section 11.3] */
export function authorizerEvent(
  facts: ConnectionFacts,
  stamp: Stamp,
  request: HandshakeRequest,
  variables: StageVariables,
  methodArn: string,
): string {
  return JSON.stringify({
    type: "REQUEST",
    methodArn,
    headers: request.headers,
    multiValueHeaders: request.multiValueHeaders,
    queryStringParameters: request.queryStringParameters ?? {},
    multiValueQueryStringParameters: request.multiValueQueryStringParameters ?? {},
    // AWS: always present here, {} when empty. [doc, section 2.4]
    stageVariables: variables,
    requestContext: { routeKey: "$connect", eventType: "CONNECT", ...common(facts, stamp) },
  })
}

function common(facts: ConnectionFacts, stamp: Stamp) {
  return {
    // AWS: requestId and extendedRequestId are the same in every capture. [obs; doc]
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

// AWS: the key is there only if the stage has some. [peer, section 2.4]
function stageVariables(variables: StageVariables) {
  return Object.keys(variables).length > 0 ? { stageVariables: variables } : undefined
}

function withoutAuthorizerOnly<Value>(headers: Record<string, Value>): Record<string, Value> {
  const kept: Record<string, Value> = Object.create(null)
  for (const [name, value] of Object.entries(headers)) {
    if (!authorizerOnlyHeaders.has(name.toLowerCase())) kept[name] = value
  }
  return kept
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
let lastSecond = Number.NaN
let lastText = ""

/** `20/Jan/2024:11:55:00 +0000`. One second's worth of messages share one formatting. */
export function requestTime(epochMs: number): string {
  const second = Math.floor(epochMs / 1000)
  if (second === lastSecond) return lastText
  // biome-ignore lint/style/noRestrictedGlobals: formats a given instant; the time itself comes from the clock.
  const date = new Date(second * 1000)
  const two = (value: number) => String(value).padStart(2, "0")
  lastSecond = second
  lastText = `${two(date.getUTCDate())}/${months[date.getUTCMonth()]}/${date.getUTCFullYear()}:${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} +0000`
  return lastText
}
