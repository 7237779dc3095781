// Rejects requests with a foreign Host header. A website can resolve its own name to this machine (DNS rebinding) and would
// then read local responses as if they were its own; the Host header still carries that name.
import type { IncomingMessage, ServerResponse } from "node:http"

const localNames = ["localhost", "127.0.0.1", "[::1]"]

/** @param alias one more accepted name, without a port */
export function isLocalHost(request: IncomingMessage, alias?: string): boolean {
  const host = request.headers.host?.toLowerCase()
  if (host === undefined) return false
  const port = request.socket.localPort
  // A browser omits the port that its scheme implies.
  return host === alias || localNames.some((name) => host === `${name}:${port}` || (port === 80 && host === name))
}

export function rejectForeignHost(request: IncomingMessage, response: ServerResponse): void {
  const { host = "" } = request.headers
  const shown = host.replaceAll(/[^\w.:[\]-]/g, "?")
  const url = `http://localhost:${request.socket.localPort}/`
  const message = `The Host header "${shown}" is not a name of this machine. Open ${url} instead.\n`
  response.writeHead(403, { "content-type": "text/plain; charset=utf-8" }).end(message)
}
