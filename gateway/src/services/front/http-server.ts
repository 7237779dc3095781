// A server on a loopback port for HTTP/1.1 and for HTTP/2 without TLS, which the AWS SDK's client of Kinesis speaks.
import { once } from "node:events"
import { createServer as createHttp1, type IncomingMessage, type ServerResponse } from "node:http"
import { createServer as createHttp2, type ServerHttp2Session } from "node:http2"
import { type AddressInfo, createServer, type Socket } from "node:net"

export type HttpServer = {
  /** `http://127.0.0.1:49152` */
  endpoint: string
  /** Closes the connections as well. */
  close(): Promise<void>
}

/** The first bytes of a client that speaks HTTP/2 without an upgrade (RFC 9113, 3.4). No method of HTTP/1.1 has them. */
const PREFACE = "PRI"

export async function openHttpServer(
  listener: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<HttpServer> {
  const http1 = createHttp1(listener)
  // Requests and responses of HTTP/2 have the members of those of HTTP/1.1 that listeners use.
  const http2 = createHttp2(listener as unknown as Parameters<typeof createHttp2>[1])
  const sockets = new Set<Socket>()
  const sessions = new Set<ServerHttp2Session>()
  http2.on("session", (session) => {
    sessions.add(session)
    session.once("close", () => sessions.delete(session))
  })

  function choose(socket: Socket, before = Buffer.alloc(0)): void {
    const read: Buffer | null = socket.read()
    const start = read === null ? before : Buffer.concat([before, read])
    const text = start.toString("latin1", 0, PREFACE.length)
    if (text.length < PREFACE.length && PREFACE.startsWith(text)) {
      socket.once("readable", () => choose(socket, start))
      return
    }
    socket.unshift(start)
    const protocol = text === PREFACE ? http2 : http1
    protocol.emit("connection", socket)
  }

  const server = createServer((socket) => {
    sockets.add(socket)
    socket.once("close", () => sockets.delete(socket))
    // A client that resets the connection before its first byte; the protocols have their own listeners.
    socket.on("error", () => {})
    socket.once("readable", () => choose(socket))
  })
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = once(server, "close")
      server.close()
      for (const session of sessions) session.destroy()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
