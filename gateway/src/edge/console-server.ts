// The console: a page that shows what happens as it happens, and the stream it listens to. For this machine's eyes only.
import { readFile } from "node:fs/promises"
import type { IncomingMessage, ServerResponse } from "node:http"
import { stripTypeScriptTypes } from "node:module"
import { pathOf } from "./request-maps.ts"

export type ConsolePorts = {
  /** What happened lately, oldest first. */
  entries(): readonly object[]
  subscribe(listener: (entry: object) => void): () => void
  /** What is served, for the page's head. */
  outputs(): Record<string, string>
  openConnections(): number
}

const folder = new URL("../console/", import.meta.url)

const files: Record<string, { name: string; contentType: string }> = {
  "/_console": { name: "index.html", contentType: "text/html; charset=utf-8" },
  "/_console/console.css": { name: "console.css", contentType: "text/css; charset=utf-8" },
  "/_console/console.js": { name: "console.ts", contentType: "text/javascript; charset=utf-8" },
  "/_console/timeline.js": { name: "timeline.ts", contentType: "text/javascript; charset=utf-8" },
}

/** @returns whether the request was the console's; if so it has been answered. */
export async function answerConsole(
  request: IncomingMessage,
  response: ServerResponse,
  ports: ConsolePorts,
): Promise<boolean> {
  const path = pathOf(request).replace(/\/$/, "")
  if (path === "/_console/events") {
    stream(response, ports)
    return true
  }
  const file = files[path]
  if (!file) return false
  const source = await readFile(new URL(file.name, folder), "utf8")
  // The page's scripts are TypeScript as everything else, and there is no build step: types are stripped as they are sent.
  const content = file.name.endsWith(".ts")
    ? stripTypeScriptTypes(source).replaceAll(/(from "\.\/\w+)\.ts"/g, '$1.js"')
    : source
  response.writeHead(200, { "content-type": file.contentType, "cache-control": "no-cache" }).end(content)
  return true
}

/** Server-sent events: what is known first, then each entry as it comes. */
function stream(response: ServerResponse, ports: ConsolePorts): void {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" })
  const send = (name: string, data: object) => response.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`)
  send("served", { outputs: ports.outputs() })
  send("history", ports.entries())
  send("connections", { open: ports.openConnections() })
  const stop = ports.subscribe((entry) => {
    // Who does not read is not waited for: the page says that it lost the thread and connects anew.
    if (response.writableLength > MAX_UNREAD_BYTES) response.destroy()
    send("entry", entry)
    send("connections", { open: ports.openConnections() })
  })
  response.on("close", stop)
}

const MAX_UNREAD_BYTES = 8 * 1024 * 1024
