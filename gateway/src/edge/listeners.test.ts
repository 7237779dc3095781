import { randomInt } from "node:crypto"
import { once } from "node:events"
import { createServer } from "node:http"
import { connect, type Socket } from "node:net"
import { expect, onTestFinished, test } from "vitest"
import { GatewayError } from "../foundation/errors.ts"
import { createListeners } from "./listeners.ts"

const newServer = () => createServer((_, response) => response.end("hi"))

function listenersFrom(firstPort: number) {
  const listeners = createListeners(firstPort)
  onTestFinished(() => listeners.close())
  return listeners
}

/** The first of two consecutive free ports, outside of the range that the system assigns by itself. */
async function twoFreePorts(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 30_000)
    const servers = [newServer().listen(port, "127.0.0.1"), newServer().listen(port + 1, "127.0.0.1")]
    const opened = await Promise.allSettled(servers.map((server) => once(server, "listening")))
    await Promise.all(servers.map((server) => server.listening && once(server.close(), "close")))
    if (opened.every(({ status }) => status === "fulfilled")) return port
  }
}

/** A server that echoes what upgraded sockets send. */
function echoServer() {
  return newServer().on("upgrade", (_, socket) => {
    socket.write("HTTP/1.1 101 Switching Protocols\r\n\r\n")
    socket.pipe(socket)
  })
}

async function upgraded(port: number): Promise<Socket> {
  const client = connect(port, "127.0.0.1").on("error", () => {})
  client.write("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
  await once(client, "data")
  return client
}

test("port 0 gives every server a free port on loopback", async () => {
  const { open } = listenersFrom(0)
  const server = newServer()
  const { port } = await open(server)
  expect(server.address()).toMatchObject({ address: "127.0.0.1", port })
  expect((await open(newServer())).port).not.toBe(port)
  expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe("hi")
})

test("servers get consecutive ports from the first one, and a closed port is used again", async () => {
  const first = await twoFreePorts()
  const { open } = listenersFrom(first)
  expect((await open(newServer())).port).toBe(first)
  const second = await open(newServer())
  expect(second.port).toBe(first + 1)
  await second.close()
  expect((await open(newServer())).port).toBe(first + 1)
})

test("a port that is taken is reported with the number and a hint, and does not count as open", async () => {
  const taken = await listenersFrom(0).open(newServer())
  const { open } = listenersFrom(taken.port)
  const error: unknown = await open(newServer()).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(GatewayError)
  expect(error).toMatchObject({
    code: "PORT_IN_USE",
    message: `Port ${taken.port} is in use.`,
    hint: expect.stringMatching(/^Use --port \d+, which is free, or --port 0 for any free one\.$/),
    cause: { code: "EADDRINUSE" },
  })
  const [, offered = ""] = /--port (\d+)/.exec((error as GatewayError).hint) ?? []
  expect(Number(offered)).toBeGreaterThan(taken.port)
  expect((await listenersFrom(Number(offered)).open(newServer())).port).toBe(Number(offered))
  await taken.close()
  expect((await open(newServer())).port).toBe(taken.port)
})

test("a port over 65535 is reported with a hint", async () => {
  expect(
    await listenersFrom(65_536)
      .open(newServer())
      .catch((reason: unknown) => reason),
  ).toMatchObject({
    code: "BAD_OPTION",
    message: "There is no port 65536: every API has a port after the first one, up to 65535.",
    hint: "Choose a lower first port with --port N, or --port 0 for any free one.",
  })
})

test("a port that may not be used is reported with a hint", async () => {
  const server = newServer()
  server.listen = () => {
    queueMicrotask(() => server.emit("error", Object.assign(new Error("no"), { code: "EACCES" })))
    return server
  }
  await expect(listenersFrom(80).open(server)).rejects.toMatchObject({
    code: "PORT_IN_USE",
    message: "Port 80 may not be used by this account.",
    hint: "Choose a first port from 1024 on with --port N.",
  })
})

test("any other error is passed on as it is", async () => {
  const error = new Error("no")
  const server = newServer()
  server.listen = () => {
    queueMicrotask(() => server.emit("error", error))
    return server
  }
  await expect(listenersFrom(0).open(server)).rejects.toBe(error)
})

test("stop rejects new connections and keeps the upgraded ones, which close ends", async () => {
  const listeners = listenersFrom(0)
  const server = echoServer()
  const { port } = await listeners.open(server)
  const client = await upgraded(port)

  listeners.stop()
  const [refused] = await once(connect(port, "127.0.0.1"), "error")
  expect(refused).toMatchObject({ code: "ECONNREFUSED" })
  client.write("still open")
  expect(String((await once(client, "data"))[0])).toBe("still open")

  const ended = once(client, "close")
  await listeners.close()
  await ended
})

test("closing a listener ends its connections, and closing it again does nothing", async () => {
  const server = echoServer()
  const listener = await listenersFrom(0).open(server)
  const client = await upgraded(listener.port)
  const ended = once(client, "close")
  await listener.close()
  await ended
  await listener.close()
  expect(server.listening).toBe(false)
})
