// Open WebSocket connections: the frames in both directions, and the codes with which they close.
import { once } from "node:events"
import { createServer, type IncomingMessage } from "node:http"
import { type AddressInfo, connect as connectSocket } from "node:net"
import { describe, expect, onTestFinished, test } from "vitest"
import { type ClientOptions, WebSocket } from "ws"
import type { Connection, Ending } from "../connections/connection.ts"
import { defaultAssumptions } from "../foundation/assumptions.ts"
import { type Log, silentLog } from "../foundation/log.ts"
import { ManualClock } from "../foundation/manual-clock.ts"
import { awsQuotas } from "../foundation/quotas.ts"
import { createUpgrade, type WebSocketPorts } from "./websocket-connection.ts"

const facts = {
  connectionId: "AAAAAAAAAAACAAA=",
  apiId: "api",
  stageName: "dev",
  domainName: "api.example",
  identity: { sourceIp: "127.0.0.1" },
}

type Options = Partial<WebSocketPorts> & {
  protocol?: string
  headers?: Record<string, string>
  client?: ClientOptions
}

/** A client that is connected to a server, with the server's side of the connection. */
async function connect(options: Options = {}) {
  const clock = new ManualClock()
  const { protocol, headers = {}, client: clientOptions, ...ports } = options
  const warnings: string[] = []
  const log: Log = { ...silentLog, warn: (event, fields) => warnings.push(`${event}: ${fields?.message}`) }
  const upgrade = createUpgrade({
    clock,
    steadyClock: clock,
    quotas: awsQuotas,
    assumptions: defaultAssumptions,
    log,
    onMessage: async () => undefined,
    ...ports,
  })
  const connections: Connection[] = []
  const endings: Ending[] = []
  const corked: number[] = []
  const ended = Promise.withResolvers<Ending>()
  const server = createServer().on("upgrade", (request, socket, head) => {
    const connection = upgrade({ request, socket, head, facts: { ...facts, connectedAt: clock.now() }, protocol })
    corked.push(socket.writableCorked)
    connection.whenEnded((_, ending) => {
      endings.push(ending)
      ended.resolve(ending)
    })
    connections.push(connection)
  })
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  const { port } = server.address() as AddressInfo
  const client = new WebSocket(`ws://127.0.0.1:${port}`, protocol ?? [], { headers, ...clientOptions })
  const received: { data: string; isBinary: boolean }[] = []
  client.on("message", (data, isBinary) => received.push({ data: String(data), isBinary }))
  onTestFinished(async () => {
    client.terminate()
    server.closeAllConnections()
    server.close()
    await once(server, "close")
  })
  const [response] = (await Promise.all([once(client, "upgrade"), once(client, "open")]))[0] as [IncomingMessage]
  const [connection] = connections
  if (!connection) throw new Error("The server has no connection.")
  return { client, connection, response, clock, port, received, ended: ended.promise, endings, corked, warnings }
}

async function connected(onMessage: () => Promise<string | undefined>): Promise<WebSocket> {
  return (await connect({ onMessage })).client
}

test("closes with 1011 when handling a message fails by a bug", async () => {
  const client = await connected(() => Promise.reject(new Error("a bug")))
  client.send("{}")
  const [code, reason] = await once(client, "close")
  expect([code, String(reason)]).toEqual([1011, "Internal server error"])
})

test("closes with 1008 when a message has too many fragments", async () => {
  const client = await connected(async () => undefined)
  for (let count = 0; count < 17_000; count++) client.send("", { fin: false })
  const [code] = await once(client, "close")
  expect(code).toBe(1008)
})

test("a message is handled with its connection, and the result is sent back as text", async () => {
  const messages: string[] = []
  const { client, connection, clock, received } = await connect({
    onMessage: async (handled, text) => {
      messages.push(`${handled.facts.connectionId} ${text}`)
      return "response"
    },
  })
  clock.advance(5)
  client.send("hellö")
  await once(client, "message")
  expect(messages).toEqual([`${facts.connectionId} hellö`])
  expect(received).toEqual([{ data: "response", isBinary: false }])
  expect(connection.lastActiveAt).toBe(clock.now())
})

test("a message without a result is answered with nothing", async () => {
  const { client, received } = await connect({ onMessage: async (_, text) => (text === "b" ? "for b" : undefined) })
  client.send("a")
  client.send("b")
  await once(client, "message")
  expect(received).toEqual([{ data: "for b", isBinary: false }])
})

test("a message restarts the idle timeout as soon as it arrives", async () => {
  const arrived = Promise.withResolvers<void>()
  const { client, connection, clock } = await connect({
    onMessage: () => {
      arrived.resolve()
      return new Promise(() => {})
    },
  })
  clock.advance(1000)
  client.send("hello")
  await arrived.promise
  expect(connection.lastActiveAt).toBe(clock.now())
})

test.each([true, false])("a ping restarts the idle timeout only if that is assumed: %j", async (assumed) => {
  const assumptions = { ...defaultAssumptions, pingResetsIdleTimeout: assumed }
  const { client, connection, clock } = await connect({ assumptions })
  const openedAt = clock.now()
  clock.advance(1000)
  client.ping()
  await once(client, "pong")
  expect(connection.lastActiveAt).toBe(assumed ? clock.now() : openedAt)
})

test("closes with 1003 when a message is binary, and does not handle it", async () => {
  let handled = 0
  const { client, ended } = await connect({ onMessage: async () => String(handled++) })
  client.send(Buffer.from("{}"))
  const [code, reason] = await once(client, "close")
  expect([code, String(reason)]).toEqual([1003, "Binary is not supported"])
  expect(await ended).toEqual({ code: 1003, reason: "Binary is not supported" })
  expect(handled).toBe(0)
})

test("closes with 1009 when a frame exceeds 32 KB, and when a message exceeds 128 KB", async () => {
  const client = { perMessageDeflate: false }
  const frame = await connect({ client })
  frame.client.send("x".repeat(32 * 1024 + 1))
  const [code, reason] = await once(frame.client, "close")
  expect([code, String(reason)]).toEqual([1009, "Message too big"])
  const message = await connect({ client })
  for (let count = 0; count < 5; count++) message.client.send("x".repeat(32 * 1024), { fin: false })
  expect((await once(message.client, "close"))[0]).toBe(1009)
  expect(await message.ended).toEqual({ code: 1009, reason: "Message too big" })
})

test.each([
  ["1007 for invalid UTF-8", Buffer.from([0x81, 0x81, 0, 0, 0, 0, 0xff]), { code: 1007, reason: "Invalid UTF-8" }],
  ["1002 for an unmasked frame", Buffer.from([0x81, 0x01, 0x61]), { code: 1002, reason: "Protocol error" }],
])("closes with %s", async (_name, bytes, ending) => {
  const { client, ended } = await connect()
  const { _socket: socket } = client as unknown as { _socket: NodeJS.WritableStream }
  socket.write(bytes)
  expect((await once(client, "close"))[0]).toBe(ending.code)
  expect(await ended).toEqual(ending)
})

test("messages after the close of the connection are not handled", async () => {
  const handled: string[] = []
  const { client, connection, ended } = await connect({ onMessage: async (_, text) => void handled.push(text) })
  client.send("before")
  client.ping()
  await once(client, "pong")
  // The client's message is on its way when the server closes.
  client.send("after")
  connection.close(1000, "bye")
  const [code, reason] = await once(client, "close")
  expect([code, String(reason)]).toEqual([1000, "bye"])
  await ended
  expect(handled).toEqual(["before"])
})

test.each<[args: [code?: number, reason?: string], ending: Ending]>([
  [[4000, "mine"], { code: 4000, reason: "mine" }],
  [[], { code: 1005, reason: "Client-side close frame status not set" }],
])("a client's close with %j is reported as %j", async (args, ending) => {
  const { client, ended, connection } = await connect()
  client.close(...args)
  expect(await ended).toEqual(ending)
  expect(connection.isOpen).toBe(false)
})

test("a client that disappears is reported with 1006", async () => {
  const { client, ended } = await connect()
  client.terminate()
  expect(await ended).toEqual({ code: 1006, reason: "Connection closed abnormally" })
})

test("a message over one frame arrives in several frames, and is whole", async () => {
  const { client, connection, received } = await connect({ client: { perMessageDeflate: false } })
  const { _socket: socket } = client as unknown as { _socket: NodeJS.ReadableStream }
  const chunks: Buffer[] = []
  socket.on("data", (chunk: Buffer) => chunks.push(chunk))
  const text = "ü".repeat(20_000)
  connection.send(text)
  await once(client, "message")
  expect(received).toEqual([{ data: text, isBinary: false }])
  const bytes = Buffer.concat(chunks)
  // RFC 6455: a text frame that is not the last, of 32 KB; a last continuation with the rest.
  expect([bytes[0], bytes[1], bytes.readUInt16BE(2)]).toEqual([0x01, 126, 32_768])
  const second = 4 + 32_768
  expect([bytes[second], bytes[second + 1], bytes.readUInt16BE(second + 2)]).toEqual([0x80, 126, 40_000 - 32_768])
  expect(bytes).toHaveLength(8 + 40_000)
})

test.each([32 * 1024 - 1, 32 * 1024])("a message of %i bytes is one frame", async (length) => {
  const { client, connection } = await connect({ client: { perMessageDeflate: false } })
  const { _socket: socket } = client as unknown as { _socket: NodeJS.ReadableStream }
  const chunks: Buffer[] = []
  socket.on("data", (chunk: Buffer) => chunks.push(chunk))
  connection.send("x".repeat(length))
  await once(client, "message")
  expect(Buffer.concat(chunks)[0]).toBe(0x81)
  expect(Buffer.concat(chunks)).toHaveLength(4 + length)
})

test("messages that are sent in one turn arrive in order", async () => {
  const { client, connection, received } = await connect()
  for (const text of ["a", "b", "c"]) connection.send(text)
  while (received.length < 3) await once(client, "message")
  expect(received.map(({ data }) => data)).toEqual(["a", "b", "c"])
})

test("the response to a handshake leaves together with what is sent in the same turn", async () => {
  const { corked } = await connect()
  expect(corked).toEqual([1])
})

test("the subprotocol that the function chose is in the response, and no other", async () => {
  expect((await connect({ protocol: "chat" })).response.headers["sec-websocket-protocol"]).toBe("chat")
  const offered = connect({ headers: { "Sec-WebSocket-Protocol": "chat" } })
  // The client rejects a response that does not choose one; what counts is that the server did not.
  await expect(offered).resolves.toMatchObject({
    response: { headers: expect.not.objectContaining({ "sec-websocket-protocol": "chat" }) },
  })
})

test("compression is negotiated when the client offers it", async () => {
  const { response } = await connect()
  expect(response.headers["sec-websocket-extensions"]).toMatch(
    /^permessage-deflate; server_no_context_takeover; client_no_context_takeover/,
  )
})

test("a malformed offer of extensions is declined, and the connection opens", async () => {
  const headers = { "Sec-WebSocket-Extensions": "permessage-deflate; server_max_window_bits=99" }
  const { response, connection } = await connect({ headers, client: { perMessageDeflate: false } })
  expect(response.headers).not.toHaveProperty("sec-websocket-extensions")
  expect(connection.isOpen).toBe(true)
})

test("a client that has disconnected before the handshake is accepted is a connection that has ended with 1006", async () => {
  const { port } = await connect()
  const ended = Promise.withResolvers<Ending>()
  const clock = new ManualClock()
  const upgrade = createUpgrade({
    clock,
    steadyClock: clock,
    quotas: awsQuotas,
    assumptions: defaultAssumptions,
    log: silentLog,
    onMessage: async () => undefined,
  })
  const socket = connectSocket(port, "127.0.0.1")
  socket.destroy()
  const request = { method: "GET", headers: {} } as IncomingMessage
  const connection = upgrade({
    request,
    socket,
    head: Buffer.alloc(0),
    facts: { ...facts, connectedAt: clock.now() },
    protocol: undefined,
  })
  connection.whenEnded((_, ending) => ended.resolve(ending))
  expect(await ended.promise).toEqual({ code: 1006, reason: "Connection closed abnormally" })
  expect(connection.send("x")).toBe("gone")
})

/** Sends until the buffers of both systems are full, and then until `isFull`. */
function fill(connection: Connection, isFull: () => boolean): void {
  const text = "x".repeat(100_000)
  for (let count = 0; count < 1000 && !isFull(); count++) connection.send(text)
}

describe("a client that does not read", () => {
  test("is disconnected with 1006 when it reads nothing for 30 seconds", async () => {
    const { client, connection, clock, ended, warnings } = await connect({ client: { perMessageDeflate: false } })
    client.pause()
    fill(connection, () => connection.send("x") === "buffer-full")
    expect(connection.send("more")).toBe("buffer-full")
    clock.advance(29_000)
    expect(connection.isOpen).toBe(true)
    clock.advance(1000)
    expect(connection.isOpen).toBe(false)
    expect(await ended).toEqual({ code: 1006, reason: "Connection closed abnormally" })
    expect(warnings).toEqual([
      "Slow client disconnected: It does not read what it is sent. It made no progress within 30 seconds.",
    ])
  })

  test("stays connected as long as it reads something", async () => {
    const { client, connection, clock, received } = await connect({ client: { perMessageDeflate: false } })
    client.pause()
    fill(connection, () => connection.send("x") === "buffer-full")
    clock.advance(29_000)
    client.resume()
    const before = received.length
    while (received.length < before + 5) await once(client, "message")
    client.pause()
    clock.advance(29_000)
    expect(connection.isOpen).toBe(true)
  })

  test("is disconnected with 1008 when the responses to its messages do not fit into the buffer", async () => {
    const { client, ended, warnings } = await connect({
      onMessage: async () => "x".repeat(100_000),
      quotas: { ...awsQuotas, closeTimeoutMs: 50 },
      client: { perMessageDeflate: false },
    })
    client.pause()
    for (let count = 0; count < 1000; count++) client.send("{}")
    expect(await ended).toEqual({ code: 1008, reason: "Too many requests" })
    expect(warnings).toEqual(["Slow client disconnected: It does not read the responses to its messages."])
  })

  test("is disconnected before another one when both together keep too much", async () => {
    const quotas = { ...awsQuotas, maxSlowClientBytes: 500_000 }
    const { client, connection, ended } = await connect({ quotas, client: { perMessageDeflate: false } })
    client.pause()
    fill(connection, () => !connection.isOpen)
    expect(await ended).toEqual({ code: 1006, reason: "Connection closed abnormally" })
  })
})

describe("a client that does not complete a message", () => {
  const header = Buffer.from([0x01, 0x81, 0, 0, 0, 0])
  const socketOf = (client: WebSocket) => (client as unknown as { _socket: NodeJS.WritableStream })._socket

  test.each([
    ["the fragments of a message never end", [Buffer.concat([header, Buffer.from("x")])]],
    ["the bytes of a frame trickle", [header.subarray(0, 3), header.subarray(3), Buffer.from("x")]],
  ])("is disconnected with 1006 after 30 seconds when %s", async (_name, chunks) => {
    const { client, clock, connection, ended, warnings } = await connect({ client: { perMessageDeflate: false } })
    for (const chunk of chunks) {
      socketOf(client).write(chunk)
      // Besides the timer of the connection, one shows that the server has read the chunk.
      while (clock.pending < 2) await new Promise(setImmediate)
    }
    clock.advance(29_000)
    expect(connection.isOpen).toBe(true)
    clock.advance(1000)
    expect(await ended).toEqual({ code: 1006, reason: "Connection closed abnormally" })
    expect(warnings).toEqual([
      "Slow client disconnected: It does not complete a message. It made no progress within 30 seconds.",
    ])
  })

  test("stays connected when the message is complete in time", async () => {
    const { client, clock, connection } = await connect({ client: { perMessageDeflate: false } })
    socketOf(client).write(Buffer.concat([header, Buffer.from("x")]))
    while (clock.pending < 2) await new Promise(setImmediate)
    clock.advance(29_000)
    socketOf(client).write(Buffer.from([0x80, 0x81, 0, 0, 0, 0, 0x78]))
    client.ping()
    await once(client, "pong")
    clock.advance(31_000)
    expect(connection.isOpen).toBe(true)
  })
})
