// Serves the console: its page, its scripts, and the stream of events that it displays.
import { readFile } from "node:fs/promises"
import type { IncomingMessage, ServerResponse } from "node:http"
import * as nodeModule from "node:module"
import { pathOf } from "./request-headers.ts"

export type ConsolePorts = {
  /** The latest entries, oldest first. */
  entries(): readonly object[]
  subscribe(listener: (entry: object) => void): () => void
  /** The template's outputs with local addresses. */
  outputs(): Record<string, string>
  openConnections(): number
}

/** Whether this is the built package and not the sources. */
const isBuilt = !import.meta.url.endsWith(".ts")
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
  const content = isBuilt
    ? await readFile(new URL(file.name.replace(".ts", ".js"), folder), "utf8")
    : await fromSource(file.name)
  response.writeHead(200, { "content-type": file.contentType, "cache-control": "no-cache" }).end(content)
  return true
}

/** Development has no build step: the types of the scripts are stripped here. */
async function fromSource(name: string): Promise<string> {
  const source = await readFile(new URL(name, folder), "utf8")
  if (!name.endsWith(".ts")) return source
  return nodeModule.stripTypeScriptTypes(source).replaceAll(/(from "\.\/\w+)\.ts"/g, '$1.js"')
}

/** Server-sent events: the state and the history first, then each new entry. */
function stream(response: ServerResponse, ports: ConsolePorts): void {
  // Nothing may happen for hours.
  response.socket?.setTimeout(0)
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

const MAX_UNREAD_BYTES = 8 * 1024 * 1024
