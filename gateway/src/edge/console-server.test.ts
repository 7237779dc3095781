// Requests the console's files and its stream of events.
import { once } from "node:events"
import { createServer, get, type IncomingMessage } from "node:http"
import { type AddressInfo, connect } from "node:net"
import { expect, onTestFinished, test } from "vitest"
import { serveConsole } from "./console-server.ts"

async function serve(entries: object[] = []) {
  const listeners = new Set<(entry: object) => void>()
  let open = 1
  const ports = {
    entries: () => entries,
    subscribe(listener: (entry: object) => void) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    outputs: () => ({ Url: "ws://localhost:4001/dev" }),
    openConnections: () => open++,
  }
  const ended: Promise<unknown>[] = []
  const server = createServer(async (request, response) => {
    ended.push(once(response, "close"))
    if (!(await serveConsole(request, response, ports))) response.writeHead(404).end()
  }).listen(0, "127.0.0.1")
  await once(server, "listening")
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const report = (entry: object) => {
    for (const listener of listeners) listener(entry)
  }
  return { port, origin: `http://127.0.0.1:${port}`, listeners, report, ended }
}

/** Reads events from the stream until there are `count`. */
async function readEvents(response: IncomingMessage, count: number): Promise<[name: string, data: unknown][]> {
  let received = ""
  for await (const chunk of response.iterator({ destroyOnReturn: false })) {
    received += chunk
    if (received.split("\n\n").length > count) break
  }
  return [...received.matchAll(/event: (.+)\ndata: (.+)\n\n/g)].map(([, name = "", data = ""]) => [
    name,
    JSON.parse(data),
  ])
}

test.each([
  ["/_console", "text/html", "<!doctype html>"],
  ["/_console/", "text/html", "<!doctype html>"],
  ["/_console/console.css", "text/css", "{"],
  ["/_console/console.js", "text/javascript", 'from "./timeline.js"'],
  ["/_console/timeline.js", "text/javascript", "export"],
])("%s is served as %s", async (path, type, content) => {
  const { origin } = await serve()
  const response = await fetch(origin + path)
  expect(response.status).toBe(200)
  expect(response.headers.get("content-type")).toBe(`${type}; charset=utf-8`)
  expect(response.headers.get("cache-control")).toBe("no-cache")
  expect((await response.text()).toLowerCase()).toContain(content.toLowerCase())
})

test("the scripts have no types left", async () => {
  const { origin } = await serve()
  for (const name of ["console", "timeline"]) {
    const script = await (await fetch(`${origin}/_console/${name}.js`)).text()
    expect(script).not.toMatch(/^(export )?type /m)
    expect(script).not.toContain('.ts"')
  }
})

test.each(["/", "/_console/other.js", "/_console/console.ts", "/_consoles"])(
  "%s is not the console's",
  async (path) => {
    const { origin } = await serve()
    expect((await fetch(origin + path)).status).toBe(404)
  },
)

test("the stream has the state and the history first, then every entry, until the page leaves", async () => {
  const { origin, listeners, report, ended } = await serve([{ id: 1 }, { id: 2 }])
  const [response] = (await once(get(`${origin}/_console/events`), "response")) as [IncomingMessage]
  expect(response.headers).toMatchObject({ "content-type": "text/event-stream", "cache-control": "no-cache" })
  expect(await readEvents(response, 3)).toEqual([
    ["served", { outputs: { Url: "ws://localhost:4001/dev" } }],
    ["history", [{ id: 1 }, { id: 2 }]],
    ["connections", { open: 1 }],
  ])
  report({ id: 3 })
  expect(await readEvents(response, 2)).toEqual([
    ["entry", { id: 3 }],
    ["connections", { open: 2 }],
  ])
  response.destroy()
  await Promise.all(ended)
  expect(listeners.size).toBe(0)
})

test("a page that does not read is disconnected when more than 8 MB wait for it", async () => {
  const { port, listeners, report, ended } = await serve()
  const socket = connect(port, "127.0.0.1").pause()
  socket.on("error", () => {})
  onTestFinished(() => void socket.destroy())
  socket.write("GET /_console/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
  await once(socket, "readable")
  // The kernel's buffers take some of it, so the limit is passed well before the last entry.
  for (let count = 0; count < 40; count++) report({ text: "x".repeat(1024 * 1024) })
  await Promise.all(ended)
  expect(listeners.size).toBe(0)
})

test("a page that reads slowly stays connected while at most 8 MB wait for it", async () => {
  const { port, listeners, report } = await serve()
  const socket = connect(port, "127.0.0.1").pause()
  onTestFinished(() => void socket.destroy())
  socket.write("GET /_console/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
  await once(socket, "readable")
  for (let count = 0; count < 8; count++) report({ text: "x".repeat(1024 * 1024 - 100) })
  expect(listeners.size).toBe(1)
})
