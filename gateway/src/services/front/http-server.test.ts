// One port for two versions of HTTP, and what closing does to open connections.
import { once } from "node:events"
import { connect as connectHttp2 } from "node:http2"
import { connect } from "node:net"
import { text } from "node:stream/consumers"
import { expect, onTestFinished, test } from "vitest"
import { openHttpServer } from "./http-server.ts"

async function start() {
  const server = await openHttpServer((request, response) => {
    void text(request).then((body) => {
      response.writeHead(200, { "x-version": request.httpVersion }).end(`${request.method} ${body.length}`)
    })
  })
  onTestFinished(() => server.close().catch(() => {}))
  return server
}

async function overHttp2(session: ReturnType<typeof connectHttp2>, body: string) {
  const stream = session.request({ ":method": "POST", ":path": "/" })
  stream.end(body)
  const [headers] = await once(stream, "response")
  return { version: headers["x-version"], body: await text(stream) }
}

const large = "x".repeat(300_000)

test("a client speaks HTTP/1.1 or HTTP/2 on the same port", async () => {
  const { endpoint } = await start()
  const first = await fetch(endpoint, { method: "POST", body: large })
  expect([first.headers.get("x-version"), await first.text()]).toEqual(["1.1", "POST 300000"])
  const session = connectHttp2(endpoint)
  onTestFinished(() => session.destroy())
  expect(await overHttp2(session, large)).toEqual({ version: "2.0", body: "POST 300000" })
  expect(await overHttp2(session, "")).toEqual({ version: "2.0", body: "POST 0" })
})

test.each([
  ["P", "RI * HTTP/2.0\r\n\r\nSM\r\n\r\n", /^\0\0/],
  ["P", "OST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\n\r\ny", /^HTTP\/1\.1 200/],
])("the first byte can arrive alone: %j and %j", async (start1, rest, expected) => {
  const { endpoint } = await start()
  const socket = connect(Number(new URL(endpoint).port), "127.0.0.1").setNoDelay()
  onTestFinished(() => void socket.destroy())
  socket.write(start1)
  await once(socket, "ready")
  // The server has read the byte when it has responded to a later request.
  await fetch(endpoint, { method: "POST", body: "x" })
  socket.write(rest)
  const [chunk] = (await once(socket, "data")) as [Buffer]
  expect(chunk.toString("latin1")).toMatch(expected)
})

test("closing ends the connections of both versions, and those that have sent nothing", async () => {
  const server = await start()
  const silent = connect(Number(new URL(server.endpoint).port), "127.0.0.1")
  const session = connectHttp2(server.endpoint)
  await Promise.all([once(silent, "connect"), overHttp2(session, "x")])
  const ended = Promise.all([once(silent, "close"), once(session, "close")])
  silent.on("error", () => {})
  silent.resume()
  await server.close()
  await ended
})
