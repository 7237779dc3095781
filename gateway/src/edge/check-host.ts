// Whom a page thinks that it is talking to. A site elsewhere can make its own name lead to this machine (DNS rebinding)
// and then read what is served here as if it were its own; the Host header still says that name.
import type { IncomingMessage, ServerResponse } from "node:http"

const names = ["localhost", "127.0.0.1", "[::1]"]

/**
 * Whether the request was meant for this machine and this port.
 *
 * @param alias one more name that leads here, without a port
 */
export function isForThisMachine(request: IncomingMessage, alias?: string): boolean {
  const host = request.headers.host?.toLowerCase()
  if (host === undefined) return false
  const port = request.socket.localPort
  // A browser leaves out the port that its scheme implies.
  return host === alias || names.some((name) => host === `${name}:${port}` || (port === 80 && host === name))
}

export function refuseStranger(request: IncomingMessage, response: ServerResponse): void {
  const { host = "" } = request.headers
  const sentence = `This is served to this machine only: open http://localhost:${request.socket.localPort}/ instead of "${host.replaceAll(/[^\w.:[\]-]/g, "?")}".\n`
  response.writeHead(403, { "content-type": "text/plain; charset=utf-8" }).end(sentence)
}
