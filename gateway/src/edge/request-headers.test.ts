import { once } from "node:events"
import { createServer, type IncomingMessage } from "node:http"
import { type AddressInfo, connect } from "node:net"
import { expect, onTestFinished, test } from "vitest"
import { handshakeRequest, signedRequest } from "./request-headers.ts"

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
