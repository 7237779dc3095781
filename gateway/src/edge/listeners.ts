// Opens one port per server, on loopback only, numbered upwards from the first port.
import type { Server } from "node:http"
import { createServer, type Socket } from "node:net"
import { GatewayError } from "../foundation/errors.ts"

/** Bursts of connections wait in the kernel's queue instead of being rejected. */
const BACKLOG = 4096 // mutants: equivalent, the limit of the kernel is 4096 at most by default

export type Listener = {
  port: number
  /** Ends what is still open on this port. */
  close(): Promise<void>
}

export type Listeners = {
  /**
   * Listens on the next port.
   * @throws GatewayError PORT_IN_USE, or BAD_OPTION when there is no next port
   */
  open(server: Server): Promise<Listener>
  /** Stops accepting connections; open connections stay. */
  stop(): void
  /** Closes every port and ends what is still open. */
  close(): Promise<void>
}

/** @param firstPort 0: every server gets any free port */
export function createListeners(firstPort: number): Listeners {
  const open = new Map<Server, Listener>()

  return {
    async open(server) {
      const port = await listen(server, firstPort === 0 ? 0 : firstPort + open.size)
      const sockets = trackSockets(server)
      const listener: Listener = {
        port,
        async close() {
          open.delete(server)
          const closed = new Promise<void>((resolve) => {
            if (server.listening) server.close(() => resolve())
            else resolve()
          })
          for (const socket of sockets) socket.destroy()
          await closed
        },
      }
      open.set(server, listener)
      return listener
    },
    stop() {
      for (const server of open.keys()) server.close()
    },
    async close() {
      await Promise.all([...open.values()].map((listener) => listener.close()))
    },
  }
}

/** The open sockets of a server. The server itself forgets a socket once it is upgraded to WebSocket. */
function trackSockets(server: Server): ReadonlySet<Socket> {
  const sockets = new Set<Socket>()
  // One function for all sockets: thousands may be open.
  function forget(this: Socket): void {
    sockets.delete(this)
  }
  server.on("connection", (socket) => {
    sockets.add(socket)
    socket.on("close", forget)
  })
  return sockets
}

const LAST_PORT = 65_535

function listen(server: Server, port: number): Promise<number> {
  if (port > LAST_PORT) {
    const hint = "Choose a lower first port with --port N, or --port 0 for any free one."
    const message = `There is no port ${port}: every API has a port after the first one, up to ${LAST_PORT}.`
    return Promise.reject(new GatewayError("BAD_OPTION", message, { hint }))
  }
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      explain(error, port).then(reject)
    })
    server.listen({ host: "127.0.0.1", port, backlog: BACKLOG }, () => {
      const address = server.address()
      resolve(typeof address === "object" && address !== null ? address.port : port)
    })
  })
}

async function explain(error: NodeJS.ErrnoException, port: number): Promise<Error> {
  if (error.code === "EADDRINUSE") {
    const free = await firstFreePort(port + 1)
    const hint =
      free === undefined
        ? "Choose another first port with --port N, or --port 0 for any free one."
        : `Use --port ${free}, which is free, or --port 0 for any free one.`
    return new GatewayError("PORT_IN_USE", `Port ${port} is in use.`, { hint, cause: error })
  }
  if (error.code === "EACCES") {
    const hint = "Choose a first port from 1024 on with --port N."
    return new GatewayError("PORT_IN_USE", `Port ${port} may not be used by this account.`, { hint, cause: error })
  }
  return error
}

/** Enough for the site and the APIs of most applications. */
const FREE_PORTS = 4
const SEARCHED_PORTS = 200

/** The first of several free ports in a row, from `start` on. */
async function firstFreePort(start: number): Promise<number | undefined> {
  let free = 0
  for (let port = start; port < start + SEARCHED_PORTS && port <= LAST_PORT; port++) {
    free = (await isFree(port)) ? free + 1 : 0
    if (free === FREE_PORTS) return port - FREE_PORTS + 1
  }
  return undefined
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once("error", () => resolve(false))
    probe.listen({ host: "127.0.0.1", port }, () => probe.close(() => resolve(true)))
  })
}
