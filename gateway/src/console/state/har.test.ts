// Events as an HTTP archive with WebSocket messages, and as lines of JSON.
import { expect, test } from "vitest"
import type { EventEntry, OutputEntry, Stage } from "./entry.ts"
import { exportRows } from "./export-rows.ts"
import { harOf } from "./har.ts"
import { createTimeline } from "./timeline.ts"

const stages: Stage[] = [
  { protocol: "WEBSOCKET", apiId: "api", logicalId: "Api", stageName: "dev", url: "ws://localhost:4001/dev" },
  { protocol: "HTTP", apiId: "http", logicalId: "Http", stageName: "$default", url: "http://localhost:4002/" },
]

const event = (id: number, change: Partial<EventEntry>): EventEntry => ({
  id,
  time: 1_700_000_000_000 + id * 1000,
  kind: "event",
  apiId: "api",
  stage: "dev",
  eventType: "MESSAGE",
  connectionId: "c1",
  requestId: `r${id}`,
  status: 200,
  durationMs: 100,
  ...change,
})

const events = [
  event(1, {
    eventType: "CONNECT",
    event: JSON.stringify({ headers: { Host: "x" }, queryStringParameters: { user: "a b" } }),
  }),
  event(2, { frame: "in", responseFrame: "out" }),
  event(3, { eventType: "CONNECTION_API", frame: "gone", status: 410 }),
  event(4, { eventType: "CONNECTION_API", frame: "pushed", time: 1_700_000_002_050 }),
  event(5, {
    eventType: "HTTP",
    apiId: "http",
    stage: "$default",
    method: "POST",
    path: "/orders?x=1",
    status: 201,
    event: JSON.stringify({ headers: { "content-type": "application/json" }, body: "{}" }),
    result: JSON.stringify({ statusCode: 201, headers: { "content-type": "text/html" }, body: "<p>" }),
  }),
]

test("a connection is one entry with its frames in order, from the view of the client", () => {
  const { log } = harOf(events, stages) as { log: { version: string; entries: Record<string, unknown>[] } }
  expect(log.version).toBe("1.2")
  expect(log.entries).toHaveLength(2)
  expect(log.entries[0]).toMatchObject({
    startedDateTime: "2023-11-14T22:13:21.000Z",
    _resourceType: "websocket",
    request: {
      method: "GET",
      url: "ws://localhost:4001/dev?user=a+b",
      headers: [{ name: "Host", value: "x" }],
      queryString: [{ name: "user", value: "a b" }],
    },
    response: { status: 101 },
    _webSocketMessages: [
      { type: "send", time: 1_700_000_002, opcode: 1, data: "in" },
      { type: "receive", time: 1_700_000_002.05, opcode: 1, data: "pushed" },
      { type: "receive", time: 1_700_000_002.1, opcode: 1, data: "out" },
    ],
  })
})

const entriesOf = (...own: EventEntry[]) => (harOf(own, stages) as { log: { entries: unknown[] } }).log.entries

test("the time of a connection is from its first event to the end of the last one to end", () => {
  const entries = entriesOf(event(1, { eventType: "CONNECT", durationMs: 9000 }), event(2, { frame: "in" }))
  expect(entries).toMatchObject([{ time: 9000, timings: { wait: 9000 }, comment: "r1" }])
})

test("a handshake that was rejected has its status, and connections of two APIs with one id are two entries", () => {
  const entries = entriesOf(
    event(1, { eventType: "CONNECT", status: 403 }),
    event(2, { eventType: "CONNECT", apiId: "other", status: 200 }),
    event(3, { eventType: "CONNECT", connectionId: "c3", status: 300 }),
    event(4, { connectionId: undefined } as Partial<EventEntry>),
  )
  expect(entries).toMatchObject([
    { response: { status: 403 } },
    { response: { status: 101 } },
    { response: { status: 300 } },
  ])
})

test("entries are sorted by their start, and headers are found in any case", () => {
  const entries = entriesOf(
    event(1, { frame: "in", time: 1_700_000_009_000 }),
    event(2, {
      eventType: "HTTP",
      method: "PUT",
      path: "/",
      event: JSON.stringify({ headers: { "Content-Type": "text/csv" }, body: "a" }),
      result: "null",
    }),
  )
  expect(entries).toMatchObject([
    {
      request: { method: "PUT", postData: { mimeType: "text/csv" } },
      response: { content: { mimeType: "text/plain", text: "", size: 0 } },
    },
    { _resourceType: "websocket" },
  ])
})

test("an HTTP request has its body and its response", () => {
  const { log } = harOf(events, stages) as { log: { entries: Record<string, unknown>[] } }
  expect(log.entries[1]).toMatchObject({
    request: {
      method: "POST",
      url: "http://localhost:4002/orders?x=1",
      postData: { mimeType: "application/json", text: "{}" },
    },
    response: { status: 201, content: { mimeType: "text/html", text: "<p>", size: 3 } },
  })
})

test("an event that was cut, and a connection without its handshake, are exported too", () => {
  const cut = event(1, { eventType: "HTTP", method: "GET", path: "/", event: '{"body":"x… (9000 characters)' })
  const { log } = harOf([cut, event(2, { frame: "in" })], []) as { log: { entries: unknown[] } }
  expect(log.entries).toMatchObject([
    { request: { url: "http://localhost/dev/" } },
    { request: { url: "http://localhost/dev" }, _webSocketMessages: [{ data: "in" }] },
  ])
})

test("lines of JSON have every entry once, in the order of recording", () => {
  const timeline = createTimeline()
  const line: OutputEntry = {
    id: 0,
    time: 1,
    kind: "output",
    functionRequestId: "run",
    logGroup: "g",
    stream: "stdout",
    text: "START\n",
  }
  timeline.add(line)
  timeline.add(event(2, { functionRequestId: "run" }))
  timeline.add({ ...line, id: 1 })
  const lines = exportRows("jsonl", timeline.rows(), stages).trimEnd().split("\n")
  expect(lines.map((one) => JSON.parse(one).id)).toEqual([0, 1, 2])
})
