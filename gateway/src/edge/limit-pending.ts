// Limits how many connections of a server wait for the end of a request's head, such as handshakes of one byte now and then.
import type { IncomingMessage, Server } from "node:http"
import type { Socket } from "node:net"

/** Closes the connection that waits longest when there are more than `max`, and calls `onExceeded`. */
export function limitPending(server: Server, max: number, onExceeded: () => void): void {
  const pending = new Set<Socket>()
  // One function for all sockets: thousands may be open.
  function forget(this: Socket): void {
    pending.delete(this)
  }
  const onHead = ({ socket }: IncomingMessage) => {
    if (pending.delete(socket)) socket.off("close", forget)
  }
  server.on("connection", (socket: Socket) => {
    pending.add(socket)
    socket.on("close", forget)
    if (pending.size <= max) return
    const [oldest] = pending
    oldest?.destroy()
    onExceeded()
  })
  server.on("request", onHead).on("upgrade", onHead)
}
