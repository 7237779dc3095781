// The events that functions receive, key for key. Absent keys matter as much as present ones.
import { expect } from "vitest"
import { openSocket } from "../testing/open-socket.ts"
import { contract } from "./testing/contract.ts"
import { handshake } from "./testing/raw-handshake.ts"
import { type Event, echo, openEcho, type Target } from "./testing/target.ts"

const id = /^[\w-]{15}=$/

const contextKeys = [
  "apiId",
  "connectedAt",
  "connectionId",
  "domainName",
  "eventType",
  "extendedRequestId",
  "identity",
  "messageDirection",
  "requestId",
  "requestTime",
  "requestTimeEpoch",
  "routeKey",
  "stage",
]

function keysOf(value: unknown): string[] {
  return Object.keys(value as object).sort()
}

/** The CONNECT event of a handshake. */
async function connectEvent(
  target: Target,
  options: { query?: string; headers?: Record<string, string | string[]> } = {},
): Promise<Event> {
  const marker = `event-${Math.random()}`
  const query = `marker=${marker}${options.query === undefined ? "" : `&${options.query}`}`
  const { status } = await handshake(`${target.url}?${query}`, options.headers)
  expect(status).toBe(101)
  const [remembered] = await target.recall(marker, "CONNECT")
  return remembered?.event ?? {}
}

/** The CONNECT, MESSAGE and DISCONNECT event of one connection. */
async function eventsOfConnection(target: Target): Promise<{ connect: Event; message: Event; disconnect: Event }> {
  const { socket, event, connectionId } = await openEcho(target.url)
  socket.close()
  const [connected] = await target.recall(connectionId, "CONNECT")
  const [disconnected] = await target.recall(connectionId, "DISCONNECT")
  return { connect: connected?.event ?? {}, message: event, disconnect: disconnected?.event ?? {} }
}

contract(
  "event-connect-keys",
  "a CONNECT event has headers, query maps, context and isBase64Encoded, and nothing else",
  async (target) => {
    const event = await connectEvent(target)
    expect(keysOf(event)).toEqual([
      "headers",
      "isBase64Encoded",
      "multiValueHeaders",
      "multiValueQueryStringParameters",
      "queryStringParameters",
      "requestContext",
    ])
    expect(event.isBase64Encoded).toBe(false)
  },
)

contract(
  "event-connect-context",
  "the context of a CONNECT event has thirteen keys, without messageId and authorizer",
  async (target) => {
    const { requestContext } = await connectEvent(target)
    expect(keysOf(requestContext)).toEqual(contextKeys)
    expect(requestContext).toMatchObject({ routeKey: "$connect", eventType: "CONNECT", messageDirection: "IN" })
  },
)

contract(
  "event-connect-query",
  "the query of a CONNECT event is decoded, as a map and as a map of lists",
  async (target) => {
    const event = await connectEvent(target, { query: "a=1&b=x%20y%2Bz&c=" })
    expect(event.queryStringParameters).toMatchObject({ a: "1", b: "x y+z", c: "" })
    expect(event.multiValueQueryStringParameters).toMatchObject({ a: ["1"], b: ["x y+z"], c: [""] })
  },
)

contract("event-connect-query-absent", "a CONNECT event without a query has neither query map", async (target) => {
  const { connect } = await eventsOfConnection(target)
  expect(connect).not.toHaveProperty("queryStringParameters")
  expect(connect).not.toHaveProperty("multiValueQueryStringParameters")
})

contract(
  "event-connect-query-repeated",
  "for a repeated query key the map has the last value, the lists have all",
  async (target) => {
    const event = await connectEvent(target, { query: "a=1&a=2" })
    expect(event.queryStringParameters.a).toBe("2")
    expect(event.multiValueQueryStringParameters.a).toEqual(["1", "2"])
  },
)

contract("event-connect-query-prototype", "a query key __proto__ is a key like any other", async (target) => {
  const event = await connectEvent(target, { query: "__proto__=x" })
  expect(Object.getOwnPropertyDescriptor(event.queryStringParameters, "__proto__")?.value).toBe("x")
})

contract(
  "event-connect-query-invalid-encoding",
  "a percent sign that encodes nothing is kept in the query",
  async (target) => {
    expect((await connectEvent(target, { query: "a=100%" })).queryStringParameters.a).toBe("100%")
  },
)

contract(
  "event-connect-headers",
  "the headers of a CONNECT event are those of the client and of API Gateway, without Connection, Upgrade and Content-Length",
  async (target) => {
    const { headers, requestContext } = await connectEvent(target)
    expect(keysOf(headers)).toEqual([
      "Host",
      "Sec-WebSocket-Key",
      "Sec-WebSocket-Version",
      "X-Amzn-Trace-Id",
      "X-Forwarded-For",
      "X-Forwarded-Port",
      "X-Forwarded-Proto",
    ])
    expect(headers).toMatchObject({
      Host: requestContext.domainName,
      "Sec-WebSocket-Version": "13",
      "X-Forwarded-For": requestContext.identity.sourceIp,
      "X-Forwarded-Port": "443",
      "X-Forwarded-Proto": "https",
    })
    expect(headers["X-Amzn-Trace-Id"]).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/)
  },
)

contract(
  "event-connect-extensions-header",
  "Sec-WebSocket-Extensions is present when the client offered extensions",
  async (target) => {
    const { headers } = await connectEvent(target, {
      headers: { "Sec-WebSocket-Extensions": "permessage-deflate" },
    })
    expect(headers["Sec-WebSocket-Extensions"]).toBe("permessage-deflate")
  },
)

contract("event-connect-protocol-header", "Sec-WebSocket-Protocol is the client's text, untrimmed", async (target) => {
  const { headers } = await connectEvent(target, { headers: { "Sec-WebSocket-Protocol": "one,  two" } })
  expect(headers["Sec-WebSocket-Protocol"]).toBe("one,  two")
})

contract("event-connect-custom-header", "a custom header keeps the spelling of the client", async (target) => {
  const { headers } = await connectEvent(target, { headers: { "x-My-Own": "a b" } })
  expect(headers["x-My-Own"]).toBe("a b")
})

contract(
  "event-connect-standard-header-case",
  "WebSocket headers have one spelling, whatever the client's was",
  async (target) => {
    const { headers } = await connectEvent(target, { headers: { "sec-websocket-protocol": "one" } })
    expect(headers["Sec-WebSocket-Protocol"]).toBe("one")
    expect(headers).not.toHaveProperty("sec-websocket-protocol")
  },
)

contract(
  "event-connect-header-repeated",
  "for a repeated header the map has the last value, the lists have all",
  async (target) => {
    const event = await connectEvent(target, { headers: { "X-Twice": ["one", "two"] } })
    expect(event.headers["X-Twice"]).toBe("two")
    expect(event.multiValueHeaders["X-Twice"]).toEqual(["one", "two"])
  },
)

contract("event-connect-multi-value-headers", "both header maps have the same keys", async (target) => {
  const event = await connectEvent(target)
  expect(keysOf(event.multiValueHeaders)).toEqual(keysOf(event.headers))
  expect(event.multiValueHeaders.Host).toEqual([event.headers.Host])
})

contract(
  "event-message-keys",
  "a MESSAGE event has context, body and isBase64Encoded, without headers and query",
  async (target) => {
    const { message } = await eventsOfConnection(target)
    expect(keysOf(message)).toEqual(["body", "isBase64Encoded", "requestContext"])
    expect(message.isBase64Encoded).toBe(false)
  },
)

contract(
  "event-message-context",
  "the context of a MESSAGE event has messageId and the thirteen keys",
  async (target) => {
    const { requestContext } = (await eventsOfConnection(target)).message
    expect(keysOf(requestContext)).toEqual([...contextKeys, "messageId"].sort())
    expect(requestContext).toMatchObject({ routeKey: "echo", eventType: "MESSAGE", messageDirection: "IN" })
  },
)

contract(
  "event-message-body",
  "the body of a MESSAGE event is the text of the message, character for character",
  async ({ url }) => {
    const socket = await openSocket(url)
    const text = '{ "action" :\t"echo", "x": "ä€😀\\u0000", "n": 1.0 }'
    socket.send(text)
    expect((await socket.nextJson<Event>()).body).toBe(text)
  },
)

contract("event-message-id", "each message has its own ids", async ({ url }) => {
  const { socket, event } = await openEcho(url)
  const next = await echo(socket)
  expect(next.requestContext.messageId).not.toBe(event.requestContext.messageId)
  expect(next.requestContext.requestId).not.toBe(event.requestContext.requestId)
  expect(next.requestContext.messageId).toMatch(id)
})

contract(
  "event-disconnect-keys",
  "a DISCONNECT event has headers, context and isBase64Encoded, without body and query",
  async (target) => {
    const { disconnect } = await eventsOfConnection(target)
    expect(keysOf(disconnect)).toEqual(["headers", "isBase64Encoded", "multiValueHeaders", "requestContext"])
    expect(disconnect.isBase64Encoded).toBe(false)
  },
)

contract(
  "event-disconnect-headers",
  "a DISCONNECT event has four headers, and all but Host are empty",
  async (target) => {
    const { disconnect } = await eventsOfConnection(target)
    const Host = disconnect.requestContext.domainName
    expect(disconnect.headers).toEqual({ Host, "x-api-key": "", "X-Forwarded-For": "", "x-restapi": "" })
    expect(disconnect.multiValueHeaders).toEqual({
      Host: [Host],
      "x-api-key": [""],
      "X-Forwarded-For": [""],
      "x-restapi": [""],
    })
  },
)

contract(
  "event-disconnect-context",
  "the context of a DISCONNECT event has a numeric status code and a reason, and the thirteen keys",
  async (target) => {
    const { requestContext } = (await eventsOfConnection(target)).disconnect
    expect(keysOf(requestContext)).toEqual([...contextKeys, "disconnectReason", "disconnectStatusCode"].sort())
    expect(requestContext).toMatchObject({
      routeKey: "$disconnect",
      eventType: "DISCONNECT",
      messageDirection: "IN",
    })
    expect(requestContext.disconnectStatusCode).toBeTypeOf("number")
  },
)

contract("event-request-id", "requestId and extendedRequestId are equal, and new with each event", async (target) => {
  const events = Object.values(await eventsOfConnection(target))
  for (const { requestContext } of events) expect(requestContext.extendedRequestId).toBe(requestContext.requestId)
  expect(new Set(events.map(({ requestContext }) => requestContext.requestId)).size).toBe(3)
})

contract(
  "event-request-id-shape",
  "a request id is eleven bytes in URL-safe base64; the ninth is 5",
  async (target) => {
    const { requestId } = (await connectEvent(target)).requestContext
    expect(requestId).toMatch(id)
    expect(Buffer.from(requestId, "base64url")[8]).toBe(5)
  },
)

contract(
  "event-connection-id-shape",
  "a connection id is eleven bytes in URL-safe base64; the ninth is 2",
  async (target) => {
    const { connectionId } = (await connectEvent(target)).requestContext
    expect(connectionId).toMatch(id)
    expect(Buffer.from(connectionId, "base64url")[8]).toBe(2)
  },
)

contract(
  "event-same-connection",
  "connectionId, connectedAt and identity are the same in all events of a connection",
  async (target) => {
    const { connect, message, disconnect } = await eventsOfConnection(target)
    const { connectionId, connectedAt, identity } = connect.requestContext
    expect(message.requestContext).toMatchObject({ connectionId, connectedAt, identity })
    expect(disconnect.requestContext).toMatchObject({ connectionId, connectedAt, identity })
  },
)

contract(
  "event-request-time",
  "requestTime is requestTimeEpoch in the form 20/Jan/2024:11:55:00 +0000",
  async (target) => {
    const { requestTime, requestTimeEpoch } = (await connectEvent(target)).requestContext
    expect(requestTime).toMatch(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/)
    const [, day, month, year, time] = /^(\d+)\/(\w+)\/(\d+):(\S+)/.exec(requestTime) ?? []
    expect(Date.parse(`${day} ${month} ${year} ${time} GMT`)).toBe(Math.floor(requestTimeEpoch / 1000) * 1000)
  },
)

contract(
  "event-times",
  "no event is older than its connection, and no event is older than an earlier one",
  async (target) => {
    const { connect, message, disconnect } = await eventsOfConnection(target)
    const times = [connect, message, disconnect].map(({ requestContext }) => requestContext.requestTimeEpoch)
    expect(connect.requestContext.connectedAt).toBeLessThanOrEqual(times[0])
    expect(times).toEqual([...times].sort((a, b) => a - b))
  },
)

contract("event-user-agent", "identity has the user agent of the client", async (target) => {
  const { requestContext } = await connectEvent(target, { headers: { "User-Agent": "contract/1" } })
  expect(requestContext.identity).toEqual({ userAgent: "contract/1", sourceIp: requestContext.identity.sourceIp })
})

contract(
  "event-user-agent-absent",
  "identity has no userAgent when the client sends no User-Agent header",
  async (target) => {
    expect(keysOf((await connectEvent(target)).requestContext.identity)).toEqual(["sourceIp"])
  },
)

contract("event-source-ip", "sourceIp is an address without a port", async (target) => {
  expect((await connectEvent(target)).requestContext.identity.sourceIp).toMatch(/^(\d+(\.\d+){3}|[0-9a-f:]+)$/)
})

contract(
  "event-domain-name",
  "domainName is {apiId}.execute-api.{region}.amazonaws.com, and apiId has ten lower-case letters and digits",
  async (target) => {
    const { apiId, domainName } = (await connectEvent(target)).requestContext
    expect(apiId).toMatch(/^[a-z0-9]{10}$/)
    expect(domainName).toMatch(new RegExp(`^${apiId}\\.execute-api\\.[a-z0-9-]+\\.amazonaws\\.com(\\.cn)?$`))
  },
)

contract("event-stage", "stage is the stage of the address", async (target) => {
  expect((await connectEvent(target)).requestContext.stage).toBe("contract")
})

contract("event-stage-variables", "the variables of a stage are in its events", async (target) => {
  const { event } = await openEcho(target.at("/other"))
  expect(event.stageVariables).toEqual({ colour: "blue" })
})

contract(
  "event-stage-variables-absent",
  "a stage without variables has no stageVariables in any event",
  async (target) => {
    for (const event of Object.values(await eventsOfConnection(target)))
      expect(event).not.toHaveProperty("stageVariables")
  },
)
