// Serves the console: its page, its scripts, and the stream of events that it displays.
import { readFile } from "node:fs/promises"
import type { IncomingMessage, ServerResponse } from "node:http"
import { stripTypeScriptTypes } from "node:module"
import { pathOf } from "./request-headers.ts"

export type ConsolePorts = {
  /** The latest entries, oldest first. */
  entries(): readonly object[]
  subscribe(listener: (entry: object) => void): () => void
  /** The template's outputs with local addresses. */
  outputs(): Record<string, string>
  openConnections(): number
}

const MAX_UNREAD_BYTES = 8 * 1024 * 1024

const folder = new URL("../console/", import.meta.url)

const files = new Map([
  ["/_console", { name: "index.html", contentType: "text/html; charset=utf-8" }],
  ["/_console/console.css", { name: "console.css", contentType: "text/css; charset=utf-8" }],
  ["/_console/console.js", { name: "console.ts", contentType: "text/javascript; charset=utf-8" }],
  ["/_console/timeline.js", { name: "timeline.ts", contentType: "text/javascript; charset=utf-8" }],
])

/** @returns whether the request was for the console; if so, the response has been sent */
export async function serveConsole(
  request: IncomingMessage,
  response: ServerResponse,
  ports: ConsolePorts,
): Promise<boolean> {
  const path = pathOf(request).replace(/\/$/, "")
  if (path === "/_console/events") {
    stream(response, ports)
    return true
  }
  const file = files.get(path)
  if (!file) return false
  const source = await readFile(new URL(file.name, folder), "utf8")
  // The scripts are TypeScript and there is no build step, so the types are stripped here.
  const content = file.name.endsWith(".ts")
    ? stripTypeScriptTypes(source).replaceAll(/(from "\.\/\w+)\.ts"/g, '$1.js"')
    : source
  response.writeHead(200, { "content-type": file.contentType, "cache-control": "no-cache" }).end(content)
  return true
}

/** Server-sent events: the state and the history first, then each new entry. */
function stream(response: ServerResponse, ports: ConsolePorts): void {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" })
  const send = (name: string, data: object) => response.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`)
  send("served", { outputs: ports.outputs() })
  send("history", ports.entries())
  send("connections", { open: ports.openConnections() })
  const stop = ports.subscribe((entry) => {
    // A page that does not read would fill the memory; it reconnects and receives the history again.
    if (response.writableLength > MAX_UNREAD_BYTES) response.destroy()
    send("entry", entry)
    send("connections", { open: ports.openConnections() })
  })
  response.on("close", stop)
}
