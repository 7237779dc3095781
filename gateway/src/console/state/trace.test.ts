// The spans of an event, of each kind of event.
import { expect, test } from "vitest"
import type { DeniedEntry, Entry, EventEntry, OutputEntry, ServiceEntry } from "./entry.ts"
import { createTimeline } from "./timeline.ts"
import { traceOf } from "./trace.ts"

const event: EventEntry = {
  id: 1,
  time: 1000,
  kind: "event",
  apiId: "api",
  stage: "dev",
  eventType: "MESSAGE",
  routeKey: "chat",
  requestId: "r",
  status: 200,
  durationMs: 100,
  frame: "hello",
}

function line(text: string, time: number): OutputEntry {
  return { id: 2, time, kind: "output", functionRequestId: "run", logGroup: "/aws/lambda/f", stream: "platform", text }
}

/** The trace of the last row. */
function trace(...entries: Entry[]) {
  const timeline = createTimeline()
  for (const entry of entries) timeline.add(entry)
  const row = timeline.rows().at(-1)
  if (!row) throw new Error("There is no row.")
  return traceOf(row)
}

const namesOf = (...entries: Entry[]) => trace(...entries).spans.map(({ name, detail }) => [name, detail])

test.each<[Partial<EventEntry>, string[][]]>([
  [
    { eventType: "CONNECT", routeKey: "$connect", frame: undefined } as Partial<EventEntry>,
    [
      ["handshake", ""],
      ["response", "200"],
    ],
  ],
  [
    {},
    [
      ["frame in", "5 characters"],
      ["route", "chat"],
      ["no frame out", "the route is one-way"],
    ],
  ],
  [
    { responseFrame: "hi" },
    [
      ["frame in", "5 characters"],
      ["route", "chat"],
      ["frame out", "2 characters"],
    ],
  ],
  [{ eventType: "DISCONNECT", frame: undefined } as Partial<EventEntry>, [["close", ""]]],
  [
    { eventType: "CONNECTION_API", routeKey: "POST /@connections/{connectionId}" },
    [
      ["POST", "5 characters"],
      ["response", "200"],
    ],
  ],
  [
    { eventType: "HTTP", routeKey: "GET /a/{id}", method: "GET", path: "/a/1" },
    [
      ["request", "GET /a/1"],
      ["route", "GET /a/{id}"],
      ["response", "200"],
    ],
  ],
])("an event %j has the spans of its kind", (change, spans) => {
  expect(namesOf({ ...event, ...change })).toEqual(spans)
})

test("every span has a kind that the page draws", () => {
  const kinds = new Set(["edge", "wait", "init", "run", "call", "decision"])
  const events: Partial<EventEntry>[] = [
    {},
    { responseFrame: "hi" },
    { eventType: "CONNECT" },
    { eventType: "HTTP", functionRequestId: "run", authorizer: { principalId: "ada" } },
  ]
  const spans = events.flatMap((change) => trace({ ...event, ...change }).spans)
  expect(spans.filter(({ kind }) => !kinds.has(kind))).toEqual([])
  expect(spans.filter(({ name }) => name === "authorizer" || name === "permission").length).toBe(2)
})

test("a message without a route fails at the route, and a response with an error at its end", () => {
  const { routeKey: _, ...bare } = event
  const lost = trace({ ...bare, unmatched: { key: "shout", routes: [] } })
  expect(lost.spans[1]).toMatchObject({ name: "route", detail: 'no route for "shout"', isFailed: true })
  expect(trace(event).spans[1]).toMatchObject({ name: "route", isFailed: false })
  const isFailed = (status: number) => trace({ ...event, eventType: "HTTP", status }).spans.at(-1)?.isFailed
  expect([isFailed(399), isFailed(400)]).toEqual([false, true])
  const failed = trace({ ...event, responseFrame: "no", failure: "It failed." })
  expect(failed.spans.at(-1)).toMatchObject({ name: "frame out", isFailed: true, startMs: 100 })
})

test("the permission names its statement, or why it is missing, and the authorizer its principal", () => {
  const allowedBy = { policyName: "own", index: 0, policyType: "identity-based" as const }
  const invoked = { ...event, functionRequestId: "run" }
  expect(namesOf({ ...invoked, allowedBy, authorizer: { principalId: "ada" } }).slice(2, 4)).toEqual([
    ["permission", "lambda:InvokeFunction allowed by statement 1 of own"],
    ["authorizer", "ada"],
  ])
  expect(namesOf({ ...invoked, authorizer: {} }).slice(2, 4)).toEqual([
    ["permission", "lambda:InvokeFunction allowed"],
    ["authorizer", ""],
  ])
  const denied: DeniedEntry = {
    id: 0,
    time: 0,
    kind: "denied",
    action: "lambda:InvokeFunction",
    resource: "arn:aws:lambda:us-east-1:0:function:f",
    role: "r",
    explanation: "No policy allows it.",
    cure: "",
  }
  const failure = "Execution failed due to configuration error: Invalid permissions on Lambda function"
  const { spans } = trace(denied, { ...event, failure, integration: `${denied.resource}/invocations` })
  expect(spans[2]).toMatchObject({ name: "permission", detail: "No policy allows it.", isFailed: true })
})

test("an invocation waits for an environment, and then runs, until its report", () => {
  const invoked = { ...event, functionRequestId: "run" }
  const { spans, durationMs, startedAt } = trace(
    line("START RequestId: run", 1005),
    line("REPORT RequestId: run\tDuration: 150.00 ms\tMemory Size: 128 MB\tMax Memory Used: 70 MB", 1155),
    invoked,
  )
  expect([startedAt, durationMs]).toEqual([1000, 155])
  expect(spans.slice(3, 5)).toEqual([
    { name: "wait", detail: "for an execution environment", kind: "wait", startMs: 0, endMs: 5 },
    { name: "f", detail: "70 of 128 MB", kind: "run", startMs: 5, endMs: 155, isFailed: false },
  ])
})

test("an invocation that runs has no end of its own, one that begins at once does not wait", () => {
  const { spans } = trace(line("START RequestId: run", 1000), { ...event, functionRequestId: "run" })
  expect(spans.map(({ name }) => name)).not.toContain("wait")
  expect(spans.find(({ name }) => name === "f")).toMatchObject({ detail: "is running", startMs: 0, endMs: 100 })
})

test("an invocation that failed is shown as failed", () => {
  const report = line("REPORT RequestId: run\tDuration: 5.00 ms\tStatus: timeout", 1005)
  const { spans } = trace(line("START RequestId: run", 1000), report)
  expect(spans).toMatchObject([{ name: "f", isFailed: true, detail: "" }])
})

test("a call of @connections that was recorded without its status and connection has no detail", () => {
  const { status: _, ...call } = {
    ...event,
    eventType: "CONNECTION_API" as const,
    routeKey: "GET /@connections/{connectionId}",
    requestId: "p",
    callerRequestId: "run",
  }
  const timeline = createTimeline()
  const run = timeline.add(line("START RequestId: run", 1000))
  timeline.add(call)
  expect(traceOf(run).spans.at(-1)).toMatchObject({ name: "@connections GET", detail: "", isFailed: false })
})

test("calls are spans that lead to their rows", () => {
  const call: ServiceEntry = {
    id: 3,
    time: 1010,
    kind: "service",
    service: "s3",
    operation: "PutObject",
    resource: "files/a",
    durationMs: 20,
    status: 400,
    callerRequestId: "run",
    decisions: [],
  }
  const push: EventEntry = {
    ...event,
    time: 1040,
    eventType: "CONNECTION_API",
    routeKey: "POST /@connections/{connectionId}",
    connectionId: "c1",
    requestId: "p",
    durationMs: 7,
    callerRequestId: "run",
    allowedBy: { policyName: "own", index: 1, policyType: "identity-based" },
  }
  const timeline = createTimeline()
  const run = timeline.add(line("START RequestId: run", 1000))
  const rows = [timeline.add(call), timeline.add(push), timeline.add({ ...push, requestId: "q", status: 410 })]
  timeline.add({ ...event, functionRequestId: "run" })
  const calls = traceOf(run).spans.filter(({ kind }) => kind === "call")
  expect(calls.map(({ row, ...span }) => span)).toEqual([
    { name: "S3 PutObject", detail: "400 files/a", kind: "call", startMs: 10, endMs: 30, isFailed: true },
    {
      name: "@connections POST",
      detail: "200 c1, by statement 2 of own",
      kind: "call",
      startMs: 40,
      endMs: 47,
      isFailed: false,
    },
    {
      name: "@connections POST",
      detail: "410 c1, by statement 2 of own",
      kind: "call",
      startMs: 40,
      endMs: 47,
      isFailed: true,
    },
  ])
  expect(calls.map(({ row }) => row)).toEqual(rows)
})
