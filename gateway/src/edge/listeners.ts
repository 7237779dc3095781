// The ports: one server each, on loopback only, numbered from the first one on.
import type { Server } from "node:http"
import type { Socket } from "node:net"
import { GatewayError } from "../foundation/errors.ts"

/** Bursts of connections wait here rather than being refused by the kernel. */
const BACKLOG = 4096

export type Listeners = {
  /** Listens on the next port. @returns the port */
  open(server: Server): Promise<number>
  /** No new connection is accepted from now on; those that are open stay. */
  stop(): void
  /** Ends what is still open. */
  close(): Promise<void>
}

/** @param firstPort 0: every server gets any free port */
export function createListeners(firstPort: number): Listeners {
  const servers: Server[] = []
  // Kept by hand: a server forgets a socket once it speaks WebSocket.
  const sockets = new Set<Socket>()
  // One function for all of them: thousands may be open.
  function forget(this: Socket): void {
    sockets.delete(this)
  }
  let nextPort = firstPort
  return {
    async open(server) {
      const port = await listen(server, nextPort)
      if (nextPort !== 0) nextPort++
      servers.push(server)
      server.on("connection", (socket) => {
        sockets.add(socket)
        socket.on("close", forget)
      })
      return port
    },
    stop() {
      for (const server of servers) server.close()
    },
    async close() {
      const closed = servers.map(
        (server) => new Promise<void>((resolve) => (server.listening ? server.close(() => resolve()) : resolve())),
      )
      for (const socket of sockets) socket.destroy()
      await Promise.all(closed)
    },
  }
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(explain(error, port)))
    server.listen({ host: "127.0.0.1", port, backlog: BACKLOG }, () => {
      const address = server.address()
      resolve(typeof address === "object" && address !== null ? address.port : port)
    })
  })
}

function explain(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code === "EADDRINUSE") {
    const hint = "Choose another first port with --port N, or --port 0 for any free one."
    return new GatewayError("PORT_IN_USE", `Port ${port} is in use.`, { hint, cause: error })
  }
  if (error.code === "EACCES") {
    const hint = "Choose a first port from 1024 on with --port N."
    return new GatewayError("PORT_IN_USE", `Port ${port} may not be used by this account.`, { hint, cause: error })
  }
  return error
}
