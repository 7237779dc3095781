// Coalesces the writes of a socket: corks it until the end of the event loop's turn, because system calls dominate the cost
// of sending, and a client that sends ten messages at once often receives ten responses at once.
import type { Duplex } from "node:stream"

const corked = new Set<Duplex>()

/** Buffers what is written to the socket until this turn's events have been processed. */
export function coalesceWrites(socket: Duplex): void {
  if (corked.has(socket)) return
  if (corked.size === 0) setImmediate(uncorkAll)
  corked.add(socket)
  socket.cork()
}

function uncorkAll(): void {
  for (const socket of corked) socket.uncork()
  corked.clear()
}
