import { once } from "node:events"
import type { IncomingMessage } from "node:http"
import { type AddressInfo, connect, createServer, type Socket } from "node:net"
import { text } from "node:stream/consumers"
import { describe, expect, onTestFinished, test } from "vitest"
import { handshakeError, holdSocket, rejectHandshake, withoutLineBreaks } from "./handshake.ts"

/** Two ends of a connection. */
async function socketPair(): Promise<{ client: Socket; server: Socket }> {
  const listener = createServer({ allowHalfOpen: true }).listen(0, "127.0.0.1")
  await once(listener, "listening")
  const client = connect((listener.address() as AddressInfo).port, "127.0.0.1")
  const [server] = (await once(listener, "connection")) as [Socket]
  onTestFinished(() => {
    client.destroy()
    server.destroy()
    listener.close()
  })
  return { client, server }
}

describe("a handshake", () => {
  const headers = {
    upgrade: "websocket",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
    "sec-websocket-version": "13",
  }
  const errorOf = (changes: Record<string, string | undefined>, method = "GET") =>
    handshakeError({ method, headers: { ...headers, ...changes } } as IncomingMessage)

  test("is valid with a key and version 13", () => {
    expect(errorOf({})).toBeUndefined()
    expect(errorOf({ upgrade: "WebSocket" })).toBeUndefined()
    expect(errorOf({ "sec-websocket-key": "+/0123456789ABCDEFGxyz==" })).toBeUndefined()
  })

  test("is a GET request", () => {
    expect(errorOf({}, "POST")).toBe("A WebSocket handshake is a GET request")
  })

  test.each([
    ["Sec-WebSocket-Key", undefined],
    ["Sec-WebSocket-Key", ""],
    ["Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ"],
    ["Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==="],
    ["Sec-WebSocket-Key", " dGhlIHNhbXBsZSBub25jZQ=="],
    ["Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZ-=="],
    ["Sec-WebSocket-Version", undefined],
    ["Sec-WebSocket-Version", ""],
    ["Sec-WebSocket-Version", "8"],
  ])("is invalid with the %s header %j", (name, value) => {
    expect(errorOf({ [name.toLowerCase()]: value })).toBe(`Invalid ${name} header`)
  })
})

describe("a held socket", () => {
  test("keeps what arrives, in order, until it is released", async () => {
    const { client, server } = await socketPair()
    const held = holdSocket(server, Buffer.from("head "))
    client.write("first ")
    await once(server, "data")
    client.write("second")
    await once(server, "data")
    expect(held.release()?.toString()).toBe("head first second")
    expect(server.isPaused()).toBe(true)
  })

  test("has no listeners left after its release", async () => {
    const { server } = await socketPair()
    const events = ["data", "end", "close", "error"]
    const countsOf = () => events.map((event) => server.listenerCount(event))
    const before = countsOf()
    holdSocket(server, Buffer.alloc(0)).release()
    expect(countsOf()).toEqual(before)
  })

  test("is destroyed when the client ends its side, and yields nothing", async () => {
    const { client, server } = await socketPair()
    const held = holdSocket(server, Buffer.alloc(0))
    client.end("bye")
    await once(server, "close")
    expect(held.release()).toBeUndefined()
  })

  test("yields nothing after an error", async () => {
    const { server } = await socketPair()
    const held = holdSocket(server, Buffer.alloc(0))
    server.destroy(new Error("connection reset"))
    await once(server, "close").catch(() => {})
    expect(held.release()).toBeUndefined()
  })

  test("is no longer read after 16 KB, and the rest arrives when it is read again", async () => {
    const { client, server } = await socketPair()
    const head = 16 * 1024 - 1
    const held = holdSocket(server, Buffer.alloc(head))
    client.write("w")
    await once(server, "data")
    expect(server.isPaused()).toBe(false)
    client.write("x")
    await once(server, "data")
    expect(server.isPaused()).toBe(true)
    client.end("yz")
    await once(client, "finish")
    expect(held.release()?.toString("latin1", head)).toBe("wx")
    expect(await text(server)).toBe("yz")
  })
})

describe("a rejection", () => {
  const nowMs = Date.UTC(2026, 0, 2, 3, 4, 5)

  test("is an HTTP response after which the connection is closed", async () => {
    const { client, server } = await socketPair()
    rejectHandshake(server, { status: 403, headers: { "x-a": "1" }, body: "nö" }, nowMs)
    expect(await text(client)).toBe(
      [
        "HTTP/1.1 403 Forbidden",
        "Date: Fri, 02 Jan 2026 03:04:05 GMT",
        "Content-Length: 3",
        "Connection: close",
        "x-a: 1",
        "",
        "nö",
      ].join("\r\n"),
    )
    expect(server.destroyed).toBe(true)
  })

  test("has no reason phrase when the status has none", async () => {
    const { client, server } = await socketPair()
    rejectHandshake(server, { status: 599, headers: {}, body: "" }, nowMs)
    expect(await text(client)).toMatch(/^HTTP\/1\.1 599 \r\n/)
  })

  test("keeps line breaks in a header's name or value from starting another header", async () => {
    const { client, server } = await socketPair()
    rejectHandshake(server, { status: 403, headers: { "x-a\r\nx-b": "1\r\n\r\nx-c: 2\n" }, body: "" }, nowMs)
    expect(await text(client)).toContain("\r\nx-a x-b: 1 x-c: 2 \r\n\r\n")
    expect(withoutLineBreaks("a\rb\nc")).toBe("a b c")
  })
})
