// What a function is given: AWS's events, key for key. Which keys are absent matters as much as which are there.
import { expect } from "vitest"
import { openSocket } from "../../harness/open-socket.ts"
import type { Topic } from "../case.ts"
import { handshake } from "../raw-handshake.ts"
import { type Event, echo, openEcho, type Target } from "../target.ts"

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

/** The event that a handshake became. */
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

/** All three events of one connection's life. */
async function life(target: Target): Promise<{ connect: Event; message: Event; disconnect: Event }> {
  const { socket, event, connectionId } = await openEcho(target.url)
  socket.close()
  const [connected] = await target.recall(connectionId, "CONNECT")
  const [disconnected] = await target.recall(connectionId, "DISCONNECT")
  return { connect: connected?.event ?? {}, message: event, disconnect: disconnected?.event ?? {} }
}

export const eventsTopic: Topic = {
  title: "Events",
  observer: [
    {
      id: "event-connect-keys",
      does: "a CONNECT event has headers, queries, context and isBase64Encoded, and nothing else",
      async run(target) {
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
    },
    {
      id: "event-connect-context",
      does: "its context has thirteen keys; messageId and authorizer are not among them",
      async run(target) {
        const { requestContext } = await connectEvent(target)
        expect(keysOf(requestContext)).toEqual(contextKeys)
        expect(requestContext).toMatchObject({ routeKey: "$connect", eventType: "CONNECT", messageDirection: "IN" })
      },
    },
    {
      id: "event-connect-query",
      does: "the query is there decoded, as a map and as a map of lists",
      async run(target) {
        const event = await connectEvent(target, { query: "a=1&b=x%20y%2Bz&c=" })
        expect(event.queryStringParameters).toMatchObject({ a: "1", b: "x y+z", c: "" })
        expect(event.multiValueQueryStringParameters).toMatchObject({ a: ["1"], b: ["x y+z"], c: [""] })
      },
    },
    {
      id: "event-connect-query-absent",
      does: "without a query neither map is there",
      async run(target) {
        const { connect } = await life(target)
        expect(connect).not.toHaveProperty("queryStringParameters")
        expect(connect).not.toHaveProperty("multiValueQueryStringParameters")
      },
    },
    {
      id: "event-connect-query-repeated",
      does: "of a repeated key the map has the last value, the lists have all",
      async run(target) {
        const event = await connectEvent(target, { query: "a=1&a=2" })
        expect(event.queryStringParameters.a).toBe("2")
        expect(event.multiValueQueryStringParameters.a).toEqual(["1", "2"])
      },
    },
    {
      id: "event-connect-query-prototype",
      does: "a query key called __proto__ is a key like any other",
      async run(target) {
        const event = await connectEvent(target, { query: "__proto__=x" })
        expect(Object.getOwnPropertyDescriptor(event.queryStringParameters, "__proto__")?.value).toBe("x")
      },
    },
    {
      id: "event-connect-query-invalid-encoding",
      does: "a percent sign that encodes nothing stays as it is",
      async run(target) {
        expect((await connectEvent(target, { query: "a=100%" })).queryStringParameters.a).toBe("100%")
      },
    },
    {
      id: "event-connect-headers",
      does: "the headers are the client's and the proxy's, without Connection, Upgrade and Content-Length",
      async run(target) {
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
    },
    {
      id: "event-connect-extensions-header",
      does: "Sec-WebSocket-Extensions is there when the client offered some",
      async run(target) {
        const { headers } = await connectEvent(target, {
          headers: { "Sec-WebSocket-Extensions": "permessage-deflate" },
        })
        expect(headers["Sec-WebSocket-Extensions"]).toBe("permessage-deflate")
      },
    },
    {
      id: "event-connect-protocol-header",
      does: "Sec-WebSocket-Protocol is there as the client wrote it, untrimmed",
      async run(target) {
        const { headers } = await connectEvent(target, { headers: { "Sec-WebSocket-Protocol": "one,  two" } })
        expect(headers["Sec-WebSocket-Protocol"]).toBe("one,  two")
      },
    },
    {
      id: "event-connect-custom-header",
      does: "a header of the client's own keeps its name's spelling",
      async run(target) {
        const { headers } = await connectEvent(target, { headers: { "x-My-Own": "a b" } })
        expect(headers["x-My-Own"]).toBe("a b")
      },
    },
    {
      id: "event-connect-standard-header-case",
      does: "WebSocket's own headers have one spelling, whatever the client's was",
      async run(target) {
        const { headers } = await connectEvent(target, { headers: { "sec-websocket-protocol": "one" } })
        expect(headers["Sec-WebSocket-Protocol"]).toBe("one")
        expect(headers).not.toHaveProperty("sec-websocket-protocol")
      },
    },
    {
      id: "event-connect-header-repeated",
      does: "of a repeated header the map has the last value, the lists have all",
      async run(target) {
        const event = await connectEvent(target, { headers: { "X-Twice": ["one", "two"] } })
        expect(event.headers["X-Twice"]).toBe("two")
        expect(event.multiValueHeaders["X-Twice"]).toEqual(["one", "two"])
      },
    },
    {
      id: "event-connect-multi-value-headers",
      does: "both header maps have the same keys",
      async run(target) {
        const event = await connectEvent(target)
        expect(keysOf(event.multiValueHeaders)).toEqual(keysOf(event.headers))
        expect(event.multiValueHeaders.Host).toEqual([event.headers.Host])
      },
    },
    {
      id: "event-message-keys",
      does: "a MESSAGE event has context, body and isBase64Encoded: no headers, no query",
      async run(target) {
        const { message } = await life(target)
        expect(keysOf(message)).toEqual(["body", "isBase64Encoded", "requestContext"])
        expect(message.isBase64Encoded).toBe(false)
      },
    },
    {
      id: "event-message-context",
      does: "its context has messageId beside the thirteen",
      async run(target) {
        const { requestContext } = (await life(target)).message
        expect(keysOf(requestContext)).toEqual([...contextKeys, "messageId"].sort())
        expect(requestContext).toMatchObject({ routeKey: "echo", eventType: "MESSAGE", messageDirection: "IN" })
      },
    },
    {
      id: "event-message-body",
      does: "the body is the text frame, character for character",
      async run({ url }) {
        const socket = await openSocket(url)
        const text = '{ "action" :\t"echo", "x": "ä€😀\\u0000", "n": 1.0 }'
        socket.send(text)
        expect((await socket.nextJson<Event>()).body).toBe(text)
      },
    },
    {
      id: "event-message-id",
      does: "each message has ids of its own",
      async run({ url }) {
        const { socket, event } = await openEcho(url)
        const next = await echo(socket)
        expect(next.requestContext.messageId).not.toBe(event.requestContext.messageId)
        expect(next.requestContext.requestId).not.toBe(event.requestContext.requestId)
        expect(next.requestContext.messageId).toMatch(id)
      },
    },
    {
      id: "event-disconnect-keys",
      does: "a DISCONNECT event has headers, context and isBase64Encoded: no body, no query",
      async run(target) {
        const { disconnect } = await life(target)
        expect(keysOf(disconnect)).toEqual(["headers", "isBase64Encoded", "multiValueHeaders", "requestContext"])
        expect(disconnect.isBase64Encoded).toBe(false)
      },
    },
    {
      id: "event-disconnect-headers",
      does: "its headers are four, and all but Host are empty",
      async run(target) {
        const { disconnect } = await life(target)
        const Host = disconnect.requestContext.domainName
        expect(disconnect.headers).toEqual({ Host, "x-api-key": "", "X-Forwarded-For": "", "x-restapi": "" })
        expect(disconnect.multiValueHeaders).toEqual({
          Host: [Host],
          "x-api-key": [""],
          "X-Forwarded-For": [""],
          "x-restapi": [""],
        })
      },
    },
    {
      id: "event-disconnect-context",
      does: "its context has a status code, a number, and a reason beside the thirteen",
      async run(target) {
        const { requestContext } = (await life(target)).disconnect
        expect(keysOf(requestContext)).toEqual([...contextKeys, "disconnectReason", "disconnectStatusCode"].sort())
        expect(requestContext).toMatchObject({
          routeKey: "$disconnect",
          eventType: "DISCONNECT",
          messageDirection: "IN",
        })
        expect(requestContext.disconnectStatusCode).toBeTypeOf("number")
      },
    },
    {
      id: "event-request-id",
      does: "requestId and extendedRequestId are the same, and new with each event",
      async run(target) {
        const events = Object.values(await life(target))
        for (const { requestContext } of events) expect(requestContext.extendedRequestId).toBe(requestContext.requestId)
        expect(new Set(events.map(({ requestContext }) => requestContext.requestId)).size).toBe(3)
      },
    },
    {
      id: "event-request-id-shape",
      does: "a requestId is eleven bytes in URL-safe base64, the ninth of them 5",
      async run(target) {
        const { requestId } = (await connectEvent(target)).requestContext
        expect(requestId).toMatch(id)
        expect(Buffer.from(requestId, "base64url")[8]).toBe(5)
      },
    },
    {
      id: "event-connection-id-shape",
      does: "a connectionId is eleven bytes in URL-safe base64, the ninth of them 2",
      async run(target) {
        const { connectionId } = (await connectEvent(target)).requestContext
        expect(connectionId).toMatch(id)
        expect(Buffer.from(connectionId, "base64url")[8]).toBe(2)
      },
    },
    {
      id: "event-same-connection",
      does: "connectionId, connectedAt and identity are the same in all events of a connection",
      async run(target) {
        const { connect, message, disconnect } = await life(target)
        const { connectionId, connectedAt, identity } = connect.requestContext
        expect(message.requestContext).toMatchObject({ connectionId, connectedAt, identity })
        expect(disconnect.requestContext).toMatchObject({ connectionId, connectedAt, identity })
      },
    },
    {
      id: "event-request-time",
      does: "requestTime is requestTimeEpoch as 20/Jan/2024:11:55:00 +0000",
      async run(target) {
        const { requestTime, requestTimeEpoch } = (await connectEvent(target)).requestContext
        expect(requestTime).toMatch(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/)
        const [, day, month, year, time] = /^(\d+)\/(\w+)\/(\d+):(\S+)/.exec(requestTime) ?? []
        expect(Date.parse(`${day} ${month} ${year} ${time} GMT`)).toBe(Math.floor(requestTimeEpoch / 1000) * 1000)
      },
    },
    {
      id: "event-times",
      does: "no event is older than its connection, and later ones are not older than earlier ones",
      async run(target) {
        const { connect, message, disconnect } = await life(target)
        const times = [connect, message, disconnect].map(({ requestContext }) => requestContext.requestTimeEpoch)
        expect(connect.requestContext.connectedAt).toBeLessThanOrEqual(times[0])
        expect(times).toEqual([...times].sort((a, b) => a - b))
      },
    },
    {
      id: "event-user-agent",
      does: "identity has the client's user agent",
      async run(target) {
        const { requestContext } = await connectEvent(target, { headers: { "User-Agent": "contract/1" } })
        expect(requestContext.identity).toEqual({ userAgent: "contract/1", sourceIp: requestContext.identity.sourceIp })
      },
    },
    {
      id: "event-user-agent-absent",
      does: "without one the key is absent, not null",
      async run(target) {
        expect(keysOf((await connectEvent(target)).requestContext.identity)).toEqual(["sourceIp"])
      },
    },
    {
      id: "event-source-ip",
      does: "sourceIp is an address without a port",
      async run(target) {
        expect((await connectEvent(target)).requestContext.identity.sourceIp).toMatch(/^(\d+(\.\d+){3}|[0-9a-f:]+)$/)
      },
    },
    {
      id: "event-domain-name",
      does: "domainName is {apiId}.execute-api.{region}.amazonaws.com, and apiId ten small letters and digits",
      async run(target) {
        const { apiId, domainName } = (await connectEvent(target)).requestContext
        expect(apiId).toMatch(/^[a-z0-9]{10}$/)
        expect(domainName).toMatch(new RegExp(`^${apiId}\\.execute-api\\.[a-z0-9-]+\\.amazonaws\\.com(\\.cn)?$`))
      },
    },
    {
      id: "event-stage",
      does: "stage is the one in the address",
      async run(target) {
        expect((await connectEvent(target)).requestContext.stage).toBe("contract")
      },
    },
    {
      id: "event-stage-variables",
      does: "a stage's variables are in its events",
      async run(target) {
        const { event } = await openEcho(target.at("/other"))
        expect(event.stageVariables).toEqual({ colour: "blue" })
      },
    },
    {
      id: "event-stage-variables-absent",
      does: "a stage without variables has no stageVariables in any event",
      async run(target) {
        for (const event of Object.values(await life(target))) expect(event).not.toHaveProperty("stageVariables")
      },
    },
  ],
  local: [],
}
