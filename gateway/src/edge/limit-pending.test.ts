// Requests that arrive slowly or not at all: when their connections are closed.
import { once } from "node:events"
import { type AddressInfo, connect, type Socket } from "node:net"
import { expect, onTestFinished, test } from "vitest"
import { silentLog } from "../foundation/log.ts"
import { awsQuotas, type Quotas } from "../foundation/quotas.ts"
import { createHttpServer } from "./http-server.ts"
import { readBody } from "./read-body.ts"

type ServeOptions = { maxSilenceMs?: number; response?: string }

async function serve(quotas: Partial<Quotas>, { maxSilenceMs, response: body = "hi" }: ServeOptions = {}) {
  const warnings: string[] = []
  const handled: string[] = []
  const server = createHttpServer({
    name: "test",
    quotas: { ...awsQuotas, ...quotas },
    ...(maxSilenceMs !== undefined && { maxSilenceMs }),
    log: { ...silentLog, warn: (event, fields) => warnings.push(`${event}: ${fields?.message}`) },
    async handle(request, response) {
      handled.push(request.url ?? "")
      await readBody(request, 1000, { take: () => true, release() {} })
      response.end(body)
    },
  }).on("upgrade", (_, socket) => socket.write("HTTP/1.1 101 Switching Protocols\r\n\r\n"))
  const closedByServer: Promise<unknown>[] = []
  server.on("connection", (socket) => {
    closedByServer.push(new Promise((resolve) => socket.once("close", resolve)))
  })
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  /** What the server has sent until it closed the connection. */
  const closed = (socket: Socket) =>
    new Promise<string>((resolve) => {
      let received = ""
      socket.on("data", (chunk) => (received += chunk)).on("close", () => resolve(received))
    })
  const open = async (bytes: string) => {
    const socket = connect(port, "127.0.0.1").on("error", () => {})
    onTestFinished(() => void socket.destroy())
    await once(socket, "connect")
    socket.write(bytes)
    return socket
  }
  return { open, closed, closedByServer, warnings, handled }
}

const upgrade = "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"

test.each([
  ["nothing", ""],
  ["half a request line", "GET /d"],
  ["half a head", "GET /dev HTTP/1.1\r\nHost: loc"],
])("a client that sends %s is closed with a 408", async (_name, bytes) => {
  const { open, closed } = await serve({ requestHeadTimeoutMs: 100 })
  expect(await closed(await open(bytes))).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/)
})

test("a head of one byte now and then is closed with a 408", async () => {
  const { open, closed } = await serve({ requestHeadTimeoutMs: 200 })
  const socket = await open("GET / HTTP/1.1\r\nX: ")
  const sending = setInterval(() => socket.write("x"), 10)
  expect(await closed(socket)).toMatch(/^HTTP\/1\.1 408 /)
  clearInterval(sending)
})

test("a body of one byte now and then is closed with a 408", async () => {
  const { open, closed, handled } = await serve({ requestHeadTimeoutMs: 100, requestTimeoutMs: 200 })
  const socket = await open("POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 900\r\n\r\n")
  const sending = setInterval(() => socket.write("x"), 10)
  expect(await closed(socket)).toMatch(/^HTTP\/1\.1 408 /)
  clearInterval(sending)
  expect(handled).toEqual(["/body"])
})

test("an upgraded connection may be silent", async () => {
  const { open, closed } = await serve({ requestHeadTimeoutMs: 50, requestTimeoutMs: 100 })
  const socket = await open(upgrade)
  await once(socket, "data")
  // Later than the upgraded one, and closed.
  await closed(await open("GET"))
  expect(socket.readyState).toBe("open")
})

test("the connection that waits longest for a head is closed when too many wait, and one warning is logged", async () => {
  const { open, closed, warnings } = await serve({ maxPendingRequests: 2 })
  const upgraded = await open(upgrade)
  await once(upgraded, "data")
  const first = await open("GET /1")
  const firstClosed = closed(first)
  const second = await open("GET /2")
  const third = await open("GET /3")
  expect(await firstClosed).toBe("")
  const secondClosed = closed(second)
  await open("GET /4")
  expect(await secondClosed).toBe("")
  third.write(" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
  expect(await closed(third)).toMatch(/^HTTP\/1\.1 200 /)
  expect(upgraded.readyState).toBe("open")
  expect(warnings).toEqual(["Connections closed that did not send a request: more than 2 waited at the same time"])
})

test("a client that does not read its response is closed after the time for silence", async () => {
  // More than both systems buffer.
  const { open, closedByServer } = await serve({}, { maxSilenceMs: 100, response: "x".repeat(40e6) })
  const socket = await open("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
  await once(socket, "data")
  socket.pause()
  await Promise.all(closedByServer)
})
