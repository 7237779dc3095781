// What is sent to one connection within one turn of the event loop leaves in one system call, which is what sending costs
// most: a connection that asked ten things is often answered ten times at once.
import type { Duplex } from "node:stream"

const corked = new Set<Duplex>()

/** Holds back what is written to the socket from now on, until this turn's events have been dealt with. */
export function leaveTogether(socket: Duplex): void {
  if (corked.has(socket)) return
  if (corked.size === 0) setImmediate(uncorkAll)
  corked.add(socket)
  socket.cork()
}

function uncorkAll(): void {
  for (const socket of corked) socket.uncork()
  corked.clear()
}
