// What the list of the timeline shows of a row, and its outcome.
import { expect, test } from "vitest"
import type { Entry, EventEntry, OutputEntry, ServiceEntry } from "./entry.ts"
import {
  clockTime,
  dateTime,
  eventOf,
  functionOf,
  isFailed,
  milliseconds,
  outcomeOf,
  quoted,
  type Row,
  serviceTitle,
  statementText,
  summaryOf,
  titleOf,
} from "./row.ts"
import { sampleEvent } from "./testing/sample-event.ts"
import { createTimeline } from "./timeline.ts"

const stamp = { id: 1, time: 1000 }

const message: EventEntry = { ...sampleEvent, ...stamp }

const call: ServiceEntry = {
  ...stamp,
  kind: "service",
  service: "dynamodb",
  operation: "PutItem",
  resource: "documents",
  durationMs: 3,
  status: 200,
  decisions: [],
}

const line: OutputEntry = {
  ...stamp,
  kind: "output",
  functionRequestId: "run",
  logGroup: "/aws/lambda/f",
  stream: "stdout",
  text: "hello",
}

/** The last row of a timeline with these entries. */
function rowOf(...entries: Entry[]): Row {
  const timeline = createTimeline()
  const rows = entries.map((entry) => timeline.add(entry))
  const row = rows.at(-1)
  if (!row) throw new Error("There is no row.")
  return row
}

test.each<[name: string, entry: Entry, summary: object]>([
  [
    "a handshake",
    { ...message, eventType: "CONNECT", routeKey: "$connect" },
    { symbol: "⚡", title: "$connect", note: "c1", duration: "20 ms", status: "200" },
  ],
  ["a message", { ...message, frame: "hi" }, { symbol: "→", title: "chat", note: "hi", status: "200" }],
  [
    "the end of a connection",
    { ...message, eventType: "DISCONNECT", routeKey: "$disconnect", closeCode: 1001, closeReason: "Going away" },
    { symbol: "✕", title: "$disconnect", note: "Going away", status: "1001" },
  ],
  [
    "a push",
    { ...message, eventType: "CONNECTION_API", routeKey: "POST /@connections/{connectionId}", frame: "hi" },
    { symbol: "←", title: "push", note: "hi" },
  ],
  [
    "another call of @connections",
    { ...message, eventType: "CONNECTION_API", routeKey: "DELETE /@connections/{connectionId}" },
    { symbol: "←", title: "DELETE @connections", note: "c1" },
  ],
  [
    "an HTTP request",
    { ...message, eventType: "HTTP", routeKey: "GET /orders/{id}", method: "GET", path: "/orders/7" },
    { symbol: "⇄", title: "GET /orders/{id}", note: "GET /orders/7" },
  ],
  [
    "a denial",
    { ...stamp, kind: "denied", action: "s3:GetObject", resource: "r", role: "Reader", explanation: "", cure: "" },
    { symbol: "⊘", title: "denied", note: "s3:GetObject by Reader", functionName: "", duration: "", status: "403" },
  ],
  [
    "a problem",
    { ...stamp, kind: "problem", message: "It failed.", hint: "" },
    { symbol: "!", title: "problem", note: "It failed.", functionName: "", duration: "", status: "" },
  ],
  [
    "a reload",
    { ...stamp, kind: "reloaded", what: "reader", durationMs: 40 },
    { symbol: "↻", title: "reloaded", note: "reader", duration: "40 ms" },
  ],
  [
    "a fault",
    { ...stamp, kind: "fault", faultId: "fault-1", effect: "drop", message: "Dropped.", functionName: "f" },
    { symbol: "⚑", title: "fault: drop", note: "Dropped.", functionName: "f", duration: "", status: "" },
  ],
  [
    "a moved clock",
    { ...stamp, kind: "clock", ms: 60_000, movedMs: 60_000 },
    { symbol: "◷", title: "clock", note: "moved forward by 1 min 0 s" },
  ],
  [
    "a request to a service",
    { ...call, status: 400 },
    {
      symbol: "◇",
      title: "DynamoDB PutItem",
      note: "documents",
      functionName: "",
      duration: "3 ms",
      status: "400",
    },
  ],
  ["an invocation", line, { symbol: "ƒ", title: "invocation", note: "hello", functionName: "f", status: "running" }],
  [
    "an init",
    { ...line, functionRequestId: "" },
    { symbol: "ƒ", title: "init", note: "hello", functionName: "f", duration: "", status: "" },
  ],
])("%s is shown by its symbol, title and note", (_name, entry, summary) => {
  expect(summaryOf(rowOf(entry))).toMatchObject(summary)
})

test("an invocation that has ended has its duration and no status", () => {
  const report = { ...line, stream: "platform", text: "REPORT RequestId: run\tDuration: 12.50 ms" }
  expect(summaryOf(rowOf(line, report))).toMatchObject({ note: "hello", duration: "13 ms", status: "" })
})

test("the note of an invocation is the first line that the function printed", () => {
  const start = { ...line, stream: "platform", text: "START RequestId: run" }
  expect(summaryOf(rowOf(start)).note).toBe("")
  expect(summaryOf(rowOf(start, line, { ...line, text: "again" })).note).toBe("hello")
})

test("long frames and log lines are cut in the list", () => {
  expect(summaryOf(rowOf({ ...message, frame: "x".repeat(400) })).note).toHaveLength(300)
  expect(summaryOf(rowOf({ ...line, text: "x".repeat(400) })).note).toHaveLength(300)
})

test("an event without a route names what was sent", () => {
  const { routeKey: _, ...bare } = message
  expect(titleOf({ ...bare, unmatched: { key: "shout", routes: [] } })).toBe('no route for "shout"')
  expect(titleOf({ ...bare, unmatched: { routes: [] } })).toBe("no route for a message that is not JSON")
  expect(titleOf({ ...bare, eventType: "HTTP" })).toBe("no route")
  expect(quoted("")).toBe('""')
})

test.each<[outcome: string, failed: boolean, entries: Entry[]]>([
  ["ok", false, [message]],
  ["ok", false, [{ ...message, status: 399 }]],
  ["error", true, [{ ...message, status: 400 }]],
  ["error", true, [{ ...message, failure: "It failed." }]],
  ["error", true, [{ ...message, status: 200, integrationStatus: "400" }]],
  ["throttled", true, [{ ...message, status: 429 }]],
  ["ok", false, [{ ...message, eventType: "HTTP", status: 404 }]],
  ["error", true, [{ ...message, eventType: "HTTP", status: 500 }]],
  ["error", true, [{ ...message, eventType: "HTTP", status: 200, failure: "It failed." }]],
  ["error", true, [{ ...stamp, kind: "problem", message: "", hint: "" }]],
  ["denied", true, [{ ...stamp, kind: "denied", action: "", resource: "", role: "", explanation: "", cure: "" }]],
  ["ok", false, [{ ...call, status: 399 }]],
  ["error", true, [{ ...call, status: 400 }]],
  ["denied", true, [{ ...call, status: 403, decisions: [{ action: "a", resource: "r", allowed: false }] }]],
  ["ok", false, [{ ...call, status: 200, decisions: [{ action: "a", resource: "r", allowed: false }] }]],
  ["running", false, [line]],
  ["ok", false, [{ ...line, functionRequestId: "" }]],
  ["error", true, [{ ...line, text: "2026\tr\tERROR\tit failed" }]],
  ["running", false, [{ ...line, stream: "platform", text: "an ERROR of the platform's words" }]],
  [
    "error",
    true,
    [line, { ...line, stream: "platform", text: "REPORT RequestId: run\tDuration: 5 ms\tStatus: error" }],
  ],
  ["ok", false, [line, { ...line, stream: "platform", text: "REPORT RequestId: run\tDuration: 5 ms" }]],
])("the outcome is %s (failed: %s) of %j", (outcome, failed, entries) => {
  const row = rowOf(...entries)
  expect([outcomeOf(row), isFailed(row)]).toEqual([outcome, failed])
})

test("the function of a row is that of its log, its integration or its caller", () => {
  expect(functionOf(rowOf(line))).toBe("f")
  const integration =
    "arn:aws:apigateway:us-east-1:lambda:path/functions/arn:aws:lambda:us-east-1:0:function:g/invocations"
  expect(functionOf(rowOf({ ...message, integration }))).toBe("g")
  expect(functionOf(rowOf({ ...message, integration: "https://backend.example" }))).toBe("")
  expect(functionOf(rowOf(line, { ...call, callerRequestId: "run" }))).toBe("f")
  expect(functionOf(rowOf(call))).toBe("")
  expect(eventOf(rowOf(call))).toBeUndefined()
})

test.each([
  ["s3", "S3"],
  ["sqs", "SQS"],
  ["kinesis", "Kinesis"],
  ["lambda", "Lambda"],
  ["events", "EventBridge"],
  ["secretsmanager", "Secrets Manager"],
  ["sns", "SNS"],
  ["ssm", "Systems Manager"],
  ["states", "Step Functions"],
  ["other", "other"],
])("a request to %s has the title of %s", (service, title) => {
  expect(serviceTitle({ ...call, service, operation: "Do" })).toBe(`${title} Do`)
})

test("a statement is named by its sid or its number, and a permission by its logical id", () => {
  const statement = { policyName: "own", index: 1, policyType: "identity-based" as const }
  expect(statementText(statement)).toBe("statement 2 of own")
  expect(statementText({ ...statement, sid: "Read" })).toBe("statement Read of own")
  expect(statementText({ ...statement, sid: "Permission", policyType: "resource-based" })).toBe("Permission")
  expect(statementText({ ...statement, policyType: "resource-based" })).toBe("statement 2 of own")
})

test("times are rounded as far as they are read", () => {
  const texts = [0, 3, 3.25, 9.96, 10.4, 9999, 10_000, 12_345].map(milliseconds)
  expect(texts).toEqual(["0 ms", "3 ms", "3.3 ms", "10.0 ms", "10 ms", "9999 ms", "10.0 s", "12.3 s"])
  const local = new Date(2026, 0, 2, 4, 5, 6, 7)
  expect(clockTime(local.getTime())).toBe("04:05:06.007")
  expect(dateTime(local.getTime())).toBe("2026-01-02 04:05:06")
})
