// The console over HTTP: its files, its stream of events, and the requests that change something.
import { once } from "node:events"
import { createServer, get, type IncomingMessage, request as send } from "node:http"
import type { AddressInfo } from "node:net"
import { Readable } from "node:stream"
import { json, text } from "node:stream/consumers"
import { gzipSync } from "node:zlib"
import { describe, expect, onTestFinished, test } from "vitest"
import { Connection } from "../connections/connection.ts"
import { ConnectionStore } from "../connections/connection-store.ts"
import type { StoredData } from "../definition/stored-data.ts"
import { GatewayError } from "../foundation/errors.ts"
import { MemoryBudget } from "../foundation/memory-budget.ts"
import { createWorld, facts } from "../routes/testing/route-world.ts"
import type { ConsoleEntry, ConsolePorts } from "./console/console-ports.ts"
import { createConsole } from "./console-server.ts"

const token = "token-of-this-run"

const changes: unknown[] = []
const storedData: StoredData = {
  items: async (...call) => ({ items: [{ key: "1", item: { call } }], scanned: 1 }),
  depth: async () => ({ visible: 2, inFlight: 1, delayed: 0 }),
  messages: async () => [],
  purge: async (...call) => void changes.push(["purge", ...call]),
  async redrive(...call) {
    changes.push(["redrive", ...call])
    return 2
  },
  objects: async () => {
    throw new Error("S3 is not served by this gateway.")
  },
  object: async (_bucket, key) => ({
    size: 5,
    content: Readable.from(key === "broken" ? brokenContent() : [Buffer.from("<b>hi")]),
  }),
}

async function* brokenContent() {
  yield Buffer.from("<b>")
  throw new Error("S3 has ended.")
}

const queueArn = (name: string) => `arn:aws:sqs:us-east-1:000000000000:${name}`

const definition = {
  region: "eu-west-1",
  webSocketApis: [],
  httpApis: [],
  restApis: [],
  functions: [{ functionName: "f-1", logicalId: "F" }],
  tables: [{ logicalId: "Documents", createTable: { TableName: "documents", KeySchema: [{ AttributeName: "id" }] } }],
  queues: [
    {
      logicalId: "Uploads",
      queueName: "uploads",
      arn: queueArn("uploads"),
      attributes: { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: queueArn("dead"), maxReceiveCount: 3 }) },
    },
    { logicalId: "Dead", queueName: "dead", arn: queueArn("dead"), attributes: {} },
  ],
  buckets: [{ logicalId: "Files", bucketName: "files" }],
}

const unused = () => {
  throw new Error("tests/contract/console-api.test.ts uses this port.")
}

async function serve(entries: ConsoleEntry[] = [], { canWrite = false, hasPrometheus = true } = {}) {
  const { stage, ports, records } = createWorld({})
  const listeners = new Set<() => void>()
  const nextId = () => (entries.at(-1)?.id ?? 0) + 1
  const connections = new ConnectionStore()
  const closed: unknown[] = []
  const sent: string[] = []
  const socket = {
    send: (frame: string) => void sent.push(frame),
    close: (...ending: unknown[]) => void closed.push(ending),
    bufferedBytes: () => 0,
  }
  connections.add(new Connection({ ...facts, connectedAt: ports.clock.now() }, socket, ports))
  const asked: unknown[] = []
  const consolePorts: ConsolePorts = {
    ...ports,
    token,
    memory: new MemoryBudget(10_000_000),
    history: {
      entriesFrom: (id, limit) => entries.filter((entry) => entry.id >= id).slice(0, limit),
      nextId,
      subscribe(listener) {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
    },
    outputs: () => ({ Url: "ws://localhost:4001/dev" }),
    stages: () => [],
    connections,
    deployed: () => ({
      definition: definition as never,
      webSocketApis: new Map([[stage.apiId, { definition: stage.api, stages: new Map([["dev", stage]]) }]]),
    }),
    access: {
      notices: () => [],
      mayManageAs(...call) {
        asked.push(call)
        return call[0] === "Poor"
          ? { allowed: false, errorType: "AccessDeniedException", message: "no" }
          : { allowed: true }
      },
    },
    metrics: {
      series: () => [
        {
          namespace: "AWS/Lambda",
          name: "Errors",
          dimensions: new Map([["FunctionName", "f"]]),
          sum: 1,
          sampleCount: 2,
          maximum: 1,
        },
      ],
      async prometheusText(open) {
        if (!hasPrometheus) throw new GatewayError("PACKAGE_MISSING", "It is missing.", { hint: "Install it." })
        return { contentType: "text/plain; version=0.0.4", text: JSON.stringify(open) }
      },
    },
    data: storedData,
    canWrite,
    endpoints: { sqs: "http://127.0.0.1:1" },
    faultSettings: { add: unused, remove: unused, clear: unused, list: unused },
    gatewayClock: { now: unused, movedMs: 0, advance: unused },
    invoke: unused,
  }
  const serveConsole = createConsole(consolePorts)
  const ended: Promise<unknown>[] = []
  const server = createServer(async (request, response) => {
    ended.push(once(response, "close"))
    if (!(await serveConsole(request, response))) response.writeHead(404).end()
  }).listen(0, "127.0.0.1")
  await once(server, "listening")
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const report = (entry: Omit<ConsoleEntry, "id">) => {
    entries.push({ id: nextId(), ...entry })
    for (const listener of listeners) listener()
  }
  async function post(path: string, body: unknown, headers: Record<string, string> = {}) {
    const all = {
      host: `localhost:${port}`,
      "content-type": "application/json",
      "x-console-token": token,
      ...headers,
    }
    const sending = send({ host: "127.0.0.1", port, path: `/_console/api${path}`, method: "POST", headers: all })
    const [response] = (await once(
      sending.end(typeof body === "string" ? body : JSON.stringify(body)),
      "response",
    )) as [IncomingMessage]
    return {
      status: response.statusCode,
      headers: response.headers,
      body: (await json(response)) as Record<string, unknown>,
    }
  }
  return { port, origin: `http://127.0.0.1:${port}`, listeners, report, ended, post, closed, sent, asked, records }
}

/** Reads events from the stream until there are `count`. */
async function readEvents(response: IncomingMessage, count: number): Promise<[name: string, data: unknown][]> {
  const chunks: string[] = []
  let events = 0
  for await (const chunk of response.iterator({ destroyOnReturn: false })) {
    // The end of an event can arrive in two parts.
    const isEnding = chunks.at(-1)?.endsWith("\n") ?? false
    chunks.push(String(chunk))
    events += `${isEnding ? "\n" : ""}${chunk}`.split("\n\n").length - 1
    if (events >= count) break
  }
  return [...chunks.join("").matchAll(/event: (.+)\ndata: (.+)\n\n/g)].map(([, name = "", data = ""]) => [
    name,
    JSON.parse(data),
  ])
}

describe("a file", () => {
  test.each([
    ["/_console", "text/html", "<!doctype html>"],
    ["/_console/", "text/html", `content="${token}"`],
    ["/_console/console.css", "text/css", "{"],
    ["/_console/console.js", "text/javascript", "EventSource"],
  ])("%s is served as %s, for this page only", async (path, type, content) => {
    const { origin } = await serve()
    const response = await fetch(origin + path)
    expect(response.status).toBe(200)
    expect(response.headers.get("content-type")).toBe(`${type}; charset=utf-8`)
    expect(response.headers.get("cache-control")).toBe("no-store")
    expect(response.headers.get("content-security-policy")).toContain("default-src 'none'; script-src 'self'")
    expect(response.headers.get("cross-origin-resource-policy")).toBe("same-origin")
    expect(response.headers.get("access-control-allow-origin")).toBe(null)
    expect(await response.text()).toContain(content)
  })

  test("the page, its script and its styles have less than 120 KB compressed", async () => {
    const { origin } = await serve()
    const files = ["/_console", "/_console/console.js", "/_console/console.css"]
    const contents = await Promise.all(files.map(async (path) => (await fetch(origin + path)).text()))
    expect(gzipSync(contents.join("")).length).toBeLessThan(120 * 1024)
  })

  test.each(["/", "/_console/other.js", "/_console/main.tsx", "/_consoles"])(
    "%s is not the console's",
    async (path) => {
      const { origin } = await serve()
      expect((await fetch(origin + path)).status).toBe(404)
    },
  )

  test("is sent for GET and HEAD only", async () => {
    const { origin } = await serve()
    expect((await fetch(`${origin}/_console`, { method: "HEAD" })).status).toBe(200)
    expect((await fetch(`${origin}/_console`, { method: "POST" })).status).toBe(405)
  })
})

describe("the stream", () => {
  test("has the state and the history first, then every entry, until the page disconnects", async () => {
    const { origin, listeners, report, ended } = await serve([{ id: 1 }, { id: 2 }])
    const [response] = (await once(get(`${origin}/_console/events`), "response")) as [IncomingMessage]
    expect(response.headers).toMatchObject({ "content-type": "text/event-stream", "cache-control": "no-cache" })
    const functions = [{ functionName: "f-1", logicalId: "F" }]
    expect(await readEvents(response, 3)).toEqual([
      [
        "served",
        {
          outputs: { Url: "ws://localhost:4001/dev" },
          endpoints: { sqs: "http://127.0.0.1:1" },
          region: "eu-west-1",
          stages: [],
          functions,
        },
      ],
      ["connections", { open: 1 }],
      ["entries", [{ id: 1 }, { id: 2 }]],
    ])
    report({})
    report({})
    expect(await readEvents(response, 1)).toEqual([["entries", [{ id: 3 }, { id: 4 }]]])
    response.destroy()
    await Promise.all(ended)
    expect(listeners.size).toBe(0)
  })

  test("a history larger than the buffers of the socket arrives as a whole", async () => {
    const entries = Array.from({ length: 5000 }, (_, index) => ({ id: index + 1, text: "x".repeat(2000) }))
    const { origin } = await serve(entries)
    const [response] = (await once(get(`${origin}/_console/events`), "response")) as [IncomingMessage]
    const events = await readEvents(response, 102)
    expect(events.flatMap(([name, data]) => (name === "entries" ? (data as object[]) : []))).toHaveLength(5000)
  })

  test("a page that did not read learns how many entries it has missed, and receives the next ones", async () => {
    const entries: ConsoleEntry[] = []
    const { origin, report } = await serve(entries)
    const [response] = (await once(get(`${origin}/_console/events`), "response")) as [IncomingMessage]
    // More than the buffers of the sockets hold: the history drops what waits.
    for (let count = 0; count < 20_000; count++) report({ text: "x".repeat(1000) })
    await expect.poll(() => response.readableLength).toBeGreaterThan(1000)
    entries.splice(0, 19_990)
    report({ text: "last" })
    let received = ""
    for await (const chunk of response.iterator({ destroyOnReturn: false })) {
      received += chunk
      if (received.includes('"text":"last"')) break
    }
    const ids = new Set([...received.matchAll(/"id":(\d+)/g)].map(([, id]) => Number(id)))
    const skipped = [...received.matchAll(/event: skipped\ndata: {"count":(\d+)}/g)].map(([, count]) => Number(count))
    expect(skipped).toHaveLength(1)
    expect(ids.size + (skipped[0] ?? 0)).toBe(20_001)
  })

  test("sends summaries when many long entries come at once, and the API has the whole entries", async () => {
    const { origin, report } = await serve()
    const [response] = (await once(get(`${origin}/_console/events`), "response")) as [IncomingMessage]
    await readEvents(response, 2)
    const texts = { frame: "f".repeat(3000), event: "e".repeat(50_000), result: "r".repeat(50_000) }
    for (let count = 0; count < 20; count++) report({ ...texts, status: count === 19 ? 500 : 200 })
    const [[, data] = []] = await readEvents(response, 1)
    const received = data as (ConsoleEntry & { isSummary?: boolean })[]
    expect(received.map(({ isSummary = false }) => isSummary)).toEqual(
      Array.from({ length: 20 }, (_, index) => index >= 10 && index < 19),
    )
    expect(received[9]).toMatchObject(texts)
    expect(received[10]).toEqual({
      id: 11,
      status: 200,
      isSummary: true,
      frame: `${"f".repeat(1000)}… (3000 characters)`,
    })
    // An entry that failed is sent whole.
    expect(received[19]).toMatchObject(texts)
    const details = await (await fetch(`${origin}/_console/api/entries?ids=11,999,12`)).json()
    expect(details).toEqual({
      entries: [
        { id: 11, status: 200, ...texts },
        { id: 12, status: 200, ...texts },
      ],
    })
  })

  test.each([
    ["", '"ids" is not a list of ids of entries, separated by commas.'],
    ["1,x", '"ids" is not a list of ids of entries, separated by commas.'],
    [Array.from({ length: 201 }, (_, id) => id + 1).join(","), '"ids" has 201 ids. At most 200 are allowed.'],
  ])("a request for the entries %s is a 400 with the reason", async (ids, message) => {
    const { origin } = await serve()
    const response = await fetch(`${origin}/_console/api/entries?ids=${ids}`)
    expect([response.status, await response.json()]).toEqual([400, { message }])
  })
})

describe("a request that changes something", () => {
  const close = { code: 1012, reason: "restart" }

  test.each<[string, Record<string, string>]>([
    ["another host name", { host: "evil.example" }],
    ["the origin of another page", { origin: "https://evil.example" }],
    ["no origin but another site", { "sec-fetch-site": "cross-site" }],
    ["the type of a form", { "content-type": "text/plain" }],
    ["another token", { "x-console-token": "guess" }],
    ["an empty token", { "x-console-token": "" }],
  ])("is rejected with %s", async (_name, headers) => {
    const { post, closed } = await serve()
    const response = await post("/connections/close", close, headers)
    expect(response.status).toBe(403)
    expect(response.headers["access-control-allow-origin"]).toBeUndefined()
    expect(closed).toEqual([])
  })

  test("with the token closes all connections, or one, with the code", async () => {
    const { post, closed } = await serve()
    expect(await post("/connections/close", { ...close, connectionId: "unknown" })).toMatchObject({ status: 410 })
    expect(await post("/connections/close", close)).toMatchObject({ status: 200, body: { closed: 1 } })
    expect(closed).toEqual([[1012, "restart"]])
  })

  test.each([999, 1005, 1006, 1015, 2999, 5000, "x"])("is a 400 for the close code %s", async (code) => {
    const { post, closed } = await serve()
    const response = await post("/connections/close", { code })
    expect(response.status).toBe(400)
    expect(response.body.message).toContain("is not a close code that can be sent")
    expect(closed).toEqual([])
  })

  test.each([
    ["no JSON", "/management", "x"],
    ["no object", "/management", "[]"],
    ["a field that is missing", "/management", {}],
    ["a stage that is not of this gateway", "/clients", { url: "ws://evil.example/dev" }],
  ])("is a 400 with a message for %s", async (_name, path, body) => {
    const { post } = await serve()
    const response = await post(path, body)
    expect(response.status).toBe(400)
    expect(response.body.message).toEqual(expect.any(String))
  })

  test("calls the management API as the administrator or as a role, and is recorded", async () => {
    const { post, sent, asked, records } = await serve()
    const call = { apiId: facts.apiId, stageName: "dev", connectionId: facts.connectionId, method: "POST", text: "hi" }
    expect(await post("/management", call)).toMatchObject({ body: { status: 200 } })
    expect(sent).toEqual(["hi"])
    expect(await post("/management", { ...call, role: "Poor" })).toMatchObject({
      body: { status: 403, errorType: "AccessDeniedException", message: "no" },
    })
    expect(asked.map((one) => (one as unknown[])[0])).toEqual([undefined, "Poor"])
    expect(records).toMatchObject([
      { eventType: "CONNECTION_API", frame: "hi", context: { status: 200 } },
      { eventType: "CONNECTION_API", rejection: "no", context: { status: 403 } },
    ])
    expect(sent).toHaveLength(1)
  })

  test("is a POST; other methods and paths are rejected", async () => {
    const { origin } = await serve()
    expect((await fetch(`${origin}/_console/api/connections/close`)).status).toBe(405)
    expect((await fetch(`${origin}/_console/api/other`)).status).toBe(404)
  })
})

test("the open connections have their times, their limits and their counts", async () => {
  const { origin } = await serve()
  const response = await fetch(`${origin}/_console/api/connections`)
  const { now, total, connections } = JSON.parse(await text(response.body as never))
  expect(total).toBe(1)
  expect(connections).toMatchObject([
    {
      connectionId: facts.connectionId,
      idleAt: now + 600_000,
      lifetimeAt: now + 7_200_000,
      messagesIn: 0,
      bytesOut: 0,
    },
  ])
})

describe("stored data", () => {
  async function read(path: string) {
    const { origin } = await serve()
    const response = await fetch(`${origin}/_console/api/data${path}`)
    return { status: response.status, body: await response.json() }
  }

  test("is listed by table, queue and bucket, with depths and dead-letter queues", async () => {
    expect(await read("")).toEqual({
      status: 200,
      body: {
        canWrite: false,
        tables: [{ logicalId: "Documents", name: "documents", keys: ["id"] }],
        queues: [
          {
            logicalId: "Uploads",
            name: "uploads",
            visible: 2,
            inFlight: 1,
            delayed: 0,
            deadLetterQueue: "dead",
            deadLettersOf: [],
          },
          { logicalId: "Dead", name: "dead", visible: 2, inFlight: 1, delayed: 0, deadLettersOf: ["uploads"] },
        ],
        buckets: [{ logicalId: "Files", name: "files" }],
      },
    })
  })

  test("is read by name, with a filter and the position of the next page", async () => {
    expect(await read("/items?name=documents&filter=a%20b&next=n")).toMatchObject({
      status: 200,
      body: { items: [{ item: { call: ["documents", { filter: "a b", next: "n" }] } }] },
    })
    expect(await read("/messages?name=dead")).toEqual({ status: 200, body: { messages: [] } })
  })

  test.each([
    ["/items?name=other", 'There is no table "other" in the deployment.'],
    ["/messages?name=other", 'There is no queue "other" in the deployment.'],
    ["/objects", 'There is no bucket "null" in the deployment.'],
    ["/objects?name=files", "S3 is not served by this gateway."],
  ])("that cannot be read is a 400 with the reason: %s", async (path, message) => {
    expect(await read(path)).toEqual({ status: 400, body: { message } })
  })

  test("an object is sent as a file that no browser shows as a page", async () => {
    const { origin } = await serve()
    const response = await fetch(
      `${origin}/_console/api/data/object?name=files&key=${encodeURIComponent("a/b c'.html")}`,
    )
    expect(await response.text()).toBe("<b>hi")
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "application/octet-stream",
      "content-disposition": "attachment; filename*=UTF-8''b%20c%27.html",
      "content-length": "5",
      "x-content-type-options": "nosniff",
    })
  })

  test("an object that cannot be read to its end is cut off, so that the page notices", async () => {
    const { origin } = await serve()
    const response = await fetch(`${origin}/_console/api/data/object?name=files&key=broken`)
    expect(response.status).toBe(200)
    await expect(response.text()).rejects.toThrow("terminated")
    const missing = await fetch(`${origin}/_console/api/data/object?name=other&key=a`)
    expect([missing.status, await missing.json()]).toEqual([404, { message: expect.stringContaining('"other"') }])
  })

  test("can be changed with --console-write only", async () => {
    const reading = await serve()
    const refused = await reading.post("/data/purge", { name: "dead" })
    expect(refused.status).toBe(400)
    expect(refused.body.message).toContain("--console-write")
    expect(changes).toEqual([])
    const writing = await serve([], { canWrite: true })
    expect(await writing.post("/data/redrive", { name: "dead", target: "uploads" })).toMatchObject({
      body: { moved: 2 },
    })
    expect(await writing.post("/data/purge", { name: "dead" })).toMatchObject({ status: 200 })
    expect(changes).toEqual([
      ["redrive", queueArn("dead"), queueArn("uploads")],
      ["purge", queueArn("dead")],
    ])
  })
})

describe("metrics", () => {
  test("are sent to Prometheus with the open connections", async () => {
    const { origin } = await serve()
    const response = await fetch(`${origin}/_console/metrics`)
    expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4")
    expect(await response.json()).toEqual([{ apiId: facts.apiId, stageName: facts.stageName, count: 1 }])
  })

  test("are a 501 with the command when the package is not installed", async () => {
    const { origin } = await serve([], { hasPrometheus: false })
    const response = await fetch(`${origin}/_console/metrics`)
    expect([response.status, await response.text()]).toEqual([501, "It is missing. Install it.\n"])
  })

  test("are sent to the page", async () => {
    const { origin } = await serve()
    const response = await fetch(`${origin}/_console/api/metrics`)
    expect(await response.json()).toEqual({
      series: [
        {
          namespace: "AWS/Lambda",
          name: "Errors",
          dimensions: [["FunctionName", "f"]],
          sum: 1,
          sampleCount: 2,
          maximum: 1,
        },
      ],
    })
  })

  test("have a dashboard for Grafana", async () => {
    const { origin } = await serve()
    const response = await fetch(`${origin}/_console/grafana-dashboard.json`)
    expect(response.headers.get("content-type")).toBe("application/json")
    expect(await response.json()).toMatchObject({ title: "Gateway" })
  })
})
