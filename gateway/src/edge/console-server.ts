// Serves the console: its page, the stream of events that it displays, and its API.
import type { IncomingMessage, ServerResponse } from "node:http"
import { createConsoleApi } from "./console/console-api.ts"
import { readConsoleFile } from "./console/console-files.ts"
import { sendPrometheusText } from "./console/console-metrics.ts"
import type { ConsolePorts } from "./console/console-ports.ts"
import { streamEvents } from "./console/event-stream.ts"
import { pathOf } from "./request-headers.ts"

/** @returns whether the request was for the console; if so, the response has been sent */
export type ServeConsole = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>

// Scripts and styles come from this gateway only, and no page may embed or read the console.
const headers = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
}

export function createConsole(ports: ConsolePorts): ServeConsole {
  const api = createConsoleApi(ports)
  const streamPorts = { ...ports, openConnections: () => ports.connections.size }

  return async (request, response) => {
    const path = pathOf(request).replace(/\/$/, "")
    if (path !== "/_console" && !path.startsWith("/_console/")) return false
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
    if (path.startsWith("/_console/api/")) {
      await api.handle(path.slice("/_console/api".length), request, response)
      return true
    }
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.writeHead(405, { "content-type": "text/plain" }).end("GET or HEAD only\n")
      return true
    }
    if (path === "/_console/events") {
      streamEvents(response, streamPorts)
      return true
    }
    if (path === "/_console/metrics") {
      await sendPrometheusText(response, ports)
      return true
    }
    const file = await readConsoleFile(path === "/_console" ? "index.html" : path.slice("/_console/".length))
    if (!file) return false
    // Only the console's page can read the token: no other page may read a response.
    const content = path === "/_console" ? file.content.replace("%TOKEN%", ports.token) : file.content
    response.writeHead(200, { "content-type": file.contentType, "cache-control": "no-store" }).end(content)
    return true
  }
}
