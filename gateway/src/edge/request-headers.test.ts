import { once } from "node:events"
import { createServer, type IncomingMessage } from "node:http"
import { type AddressInfo, connect } from "node:net"
import { expect, onTestFinished, test } from "vitest"
import { handshakeRequest, pathOf, queryOf, signedRequest, sourceIpOf, traceId } from "./request-headers.ts"

/** The request that a server reads from these lines. */
async function receive(target: string, ...headers: string[]): Promise<IncomingMessage> {
  const server = createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1")
  onTestFinished(() => {
    socket.destroy()
    server.close()
  })
  socket.write(`GET ${target} HTTP/1.1\r\nHost: localhost\r\n${headers.map((line) => `${line}\r\n`).join("")}\r\n`)
  const [request] = await once(server, "request")
  return request
}

test("repeated headers and query parameters keep all values, and the single-value maps have the last", async () => {
  const request = await receive("/dev?a=1&b=2&a=3", "X-A: 1", "X-A: 2", "sec-websocket-version: 13")
  const { headers, multiValueHeaders, ...query } = handshakeRequest(request, "api.example", 0)
  expect(multiValueHeaders).toMatchObject({ "X-A": ["1", "2"], Host: ["api.example"], "Sec-WebSocket-Version": ["13"] })
  expect(headers).toMatchObject({ "X-A": "2", Host: "api.example" })
  expect(query).toEqual({
    queryStringParameters: { a: "3", b: "2" },
    multiValueQueryStringParameters: { a: ["1", "3"], b: ["2"] },
  })
})

test.each(["__proto__", "constructor", "toString", "hasOwnProperty"])(
  "a header and a query parameter may be named %s",
  async (name) => {
    const request = handshakeRequest(await receive(`/dev?${name}=1`, `${name}: 2`), "api.example", 0)
    const event = JSON.parse(JSON.stringify(request))
    expect(Object.entries(event.queryStringParameters)).toEqual([[name, "1"]])
    expect(Object.entries(event.multiValueQueryStringParameters)).toEqual([[name, ["1"]]])
    expect(Object.entries(event.headers)).toContainEqual([name, "2"])
    expect(Object.entries(event.multiValueHeaders)).toContainEqual([name, ["2"]])
  },
)

test.each(["__proto__", "constructor", "toString", "hasOwnProperty"])(
  "a request without a header %s has none, in the event and for a signature that names it",
  async (name) => {
    const request = await receive("/dev?a=1")
    const { headers, queryStringParameters } = handshakeRequest(request, "api.example", 0)
    expect([headers[name], queryStringParameters?.[name], signedRequest(request).headers[name]]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  },
)

test("a handshake has the forwarded headers and a trace id, and the standard spelling of the headers that AWS spells", async () => {
  const names = ["extensions", "key", "protocol", "version"].map((name) => `sec-websocket-${name}`)
  const request = await receive("/dev", ...names.map((name) => `${name}: 1`), "x-forwarded-for: 1.2.3.4", "x-own: 1")
  const nowMs = 0x65000000 * 1000 + 999
  const { headers, multiValueHeaders, ...query } = handshakeRequest(request, "api.example", nowMs)
  expect({ ...headers }).toEqual({
    Host: "api.example",
    "Sec-WebSocket-Extensions": "1",
    "Sec-WebSocket-Key": "1",
    "Sec-WebSocket-Protocol": "1",
    "Sec-WebSocket-Version": "1",
    "X-Amzn-Trace-Id": expect.stringMatching(/^Root=1-65000000-[\da-f]{24}$/),
    "X-Forwarded-For": "127.0.0.1",
    "X-Forwarded-Port": "443",
    "X-Forwarded-Proto": "https",
    "content-length": "0",
    "x-own": "1",
  })
  expect(multiValueHeaders["X-Forwarded-For"]).toEqual(["127.0.0.1"])
  expect(query).toEqual({})
})

test("a content length that the client sent is kept", async () => {
  const { headers } = handshakeRequest(await receive("/dev", "content-length: 0", "x-a: 1"), "api.example", 0)
  expect(headers["content-length"]).toBe("0")
  expect(Object.keys(headers).filter((name) => name === "content-length")).toHaveLength(1)
})

test("the target of a request is split, and its address is that of IPv4", async () => {
  const request = await receive("/a%20b/c?d=1?e")
  expect([pathOf(request), queryOf(request), sourceIpOf(request)]).toEqual(["/a%20b/c", "d=1?e", "127.0.0.1"])
  expect(signedRequest(request)).toMatchObject({ method: "GET", path: "/a%20b/c", query: "d=1?e" })
  const addressOf = (remoteAddress?: string) => sourceIpOf({ socket: { remoteAddress } } as IncomingMessage)
  expect([addressOf("::ffff:10.0.0.1"), addressOf("::1"), addressOf()]).toEqual(["10.0.0.1", "::1", "127.0.0.1"])
})

test("trace ids differ", () => {
  expect(new Set(Array.from({ length: 100 }, () => traceId(0))).size).toBe(100)
})
