import { describe, expect, test } from "vitest"
import type { DeniedEntry, Entry, EventEntry, FaultEntry, OutputEntry, ServiceEntry } from "./entry.ts"
import { isFailed, outcomeOf, type Row, summaryOf } from "./row.ts"
import { createTimeline } from "./timeline.ts"
import { traceOf } from "./trace.ts"

let nextId = 1

function output(functionRequestId: string, text: string, more: Partial<OutputEntry> = {}): OutputEntry {
  const stream = /^(START|END|REPORT) /.test(text) ? "platform" : "stdout"
  return {
    id: nextId++,
    time: 1000,
    kind: "output",
    functionRequestId,
    logGroup: "/aws/lambda/f",
    stream,
    text,
    ...more,
  }
}

function event(more: Partial<EventEntry> = {}): EventEntry {
  const requestId = `request-${nextId}`
  return {
    id: nextId++,
    time: 900,
    kind: "event",
    apiId: "api",
    stage: "dev",
    eventType: "MESSAGE",
    routeKey: "chat",
    requestId,
    durationMs: 200,
    status: 200,
    ...more,
  }
}

const denied: DeniedEntry = {
  id: 0,
  time: 0,
  kind: "denied",
  action: "execute-api:ManageConnections",
  resource: "arn:aws:execute-api:us-east-1:000000000000:api/dev/POST/@connections/{connectionId}",
  role: "Role",
  explanation: "No policy allows it.",
  cure: "api.grantManageConnections(f)",
}

function rowsOf(...entries: Entry[]): readonly Row[] {
  const timeline = createTimeline()
  for (const entry of entries) timeline.add(entry)
  return timeline.rows()
}

test("the row of an invocation becomes the row of its event, with the time at which the event began", () => {
  const timeline = createTimeline()
  const run = timeline.add(output("run", "START RequestId: run"))
  expect(summaryOf(run)).toMatchObject({ title: "invocation", status: "running" })
  const row = timeline.add(event({ functionRequestId: "run" }))
  expect(row).toBe(run)
  expect(row).toMatchObject({ kind: "message", time: 900, output: [{ text: "START RequestId: run" }] })
  expect(timeline.add(output("run", "late"))).toBe(run)
  expect(timeline.rows()).toHaveLength(1)
  expect(timeline.find("run")).toBe(run)
  expect(timeline.find(row.entry.kind === "event" ? row.entry.requestId : "")).toBe(run)
})

test("lines without an invocation are rows of their own", () => {
  expect(rowsOf(output("", "init one"), output("", "init two")).map(summaryOf)).toMatchObject([
    { title: "init", note: "init one" },
    { title: "init", note: "init two" },
  ])
})

test("a call of the management API is linked with the invocation that made it", () => {
  const [caller, call] = rowsOf(
    output("run", "START RequestId: run"),
    event({
      eventType: "CONNECTION_API",
      routeKey: "POST /@connections/{connectionId}",
      callerRequestId: "run",
      frame: "hi",
    }),
    event({ functionRequestId: "run" }),
  )
  expect(call?.caller).toBe(caller)
  expect(caller?.calls).toEqual([call])
  expect(call && summaryOf(call)).toMatchObject({ title: "push", note: "hi" })
})

test("a denial explains the call that failed, also when it happens again, and the run that made it", () => {
  const failure =
    "User: arn:aws:sts::000000000000:assumed-role/r/f is not authorized to perform: execute-api:ManageConnections on resource: arn:aws:execute-api:us-east-1:********0000:api/dev/POST/@connections/{connectionId}"
  const call = { eventType: "CONNECTION_API", status: 403, failure } as const
  const rows = rowsOf(output("run", "START "), denied, event({ ...call, callerRequestId: "run" }), event(call))
  expect(rows.map(({ denials }) => denials.length)).toEqual([1, 0, 1, 1])
  expect(rows.map(outcomeOf)).toEqual(["denied", "denied", "denied", "denied"])
})

test("a call of a service is a part of the trace of its invocation, with its statement and its denial", () => {
  const call: ServiceEntry = {
    id: nextId++,
    time: 950,
    kind: "service",
    service: "s3",
    operation: "PutObject",
    resource: "files/a.txt",
    durationMs: 20,
    status: 200,
    callerRequestId: "run",
    decisions: [
      {
        action: "s3:PutObject",
        resource: "files/a.txt",
        allowed: true,
        statement: { policyName: "own", index: 2, policyType: "identity-based" },
      },
    ],
  }
  const denial = { ...denied, action: "s3:DeleteObject", resource: "arn:aws:s3:::files/first.txt" }
  const refused = {
    ...call,
    operation: "DeleteObject",
    status: 403,
    decisions: [{ action: "s3:DeleteObject", resource: "files/a.txt", allowed: false }],
  }
  const [, caller, own, other] = rowsOf(
    denial,
    output("run", "START RequestId: run"),
    call,
    refused,
    event({ functionRequestId: "run" }),
  )
  expect([own?.caller, other?.caller]).toEqual([caller, caller])
  expect(own && summaryOf(own)).toMatchObject({ title: "S3 PutObject", note: "files/a.txt", functionName: "f" })
  expect([own, other].map((row) => row && outcomeOf(row))).toEqual(["ok", "denied"])
  expect(other?.denials).toEqual([denial])
  expect(caller && traceOf(caller).spans).toMatchObject(
    expect.arrayContaining([
      expect.objectContaining({
        name: "S3 PutObject",
        detail: "200 files/a.txt, by statement 3 of own",
        startMs: 50,
        endMs: 70,
      }),
      expect.objectContaining({ name: "S3 DeleteObject", isFailed: true }),
    ]),
  )
})

test("a missing permission to invoke is linked by the function's ARN", () => {
  const resource = "arn:aws:lambda:us-east-1:000000000000:function:f"
  const invoke: DeniedEntry = { ...denied, action: "lambda:InvokeFunction", resource }
  const failure = "Execution failed due to configuration error: Invalid permissions on Lambda function"
  const [, own, other] = rowsOf(
    invoke,
    event({ failure, integration: `arn:aws:apigateway:us-east-1:lambda:path/functions/${resource}/invocations` }),
    event({ failure, integration: "arn:aws:apigateway:us-east-1:lambda:path/functions/other/invocations" }),
  )
  expect(own?.denials).toEqual([invoke])
  expect(other?.denials).toEqual([])
})

test("the oldest rows are dropped in groups, with their links", () => {
  const timeline = createTimeline(100)
  for (let count = 0; count < 5101; count++)
    timeline.add(event({ requestId: `r${count}`, functionRequestId: `f${count}` }))
  expect(timeline.rows()).toHaveLength(100)
  expect(timeline.find("r0")).toBeUndefined()
  expect(timeline.find("r5100")).toBeDefined()
})

describe("an invocation", () => {
  test.each([
    [
      "the text format",
      "START RequestId: run Version: $LATEST",
      "REPORT RequestId: run\tDuration: 12.50 ms\tBilled Duration: 80 ms\tMemory Size: 128 MB\tMax Memory Used: 71 MB\tInit Duration: 60.00 ms",
    ],
    [
      "the JSON format",
      '{"time":"t","type":"platform.start","record":{"requestId":"run"}}',
      '{"time":"t","type":"platform.report","record":{"metrics":{"durationMs":12.5,"memorySizeMB":128,"maxMemoryUsedMB":71,"initDurationMs":60},"status":"success"}}',
    ],
  ])("has its cold start, duration and memory in %s", (_name, start, report) => {
    const [row] = rowsOf(
      output("run", start, { stream: "platform" }),
      output("run", report, { stream: "platform" }),
      event({ functionRequestId: "run", responseFrame: "ok", frame: "hello" }),
    )
    if (!row) throw new Error("There is no row.")
    expect(outcomeOf(row)).toBe("ok")
    const { durationMs, spans } = traceOf(row)
    expect(durationMs).toBe(200)
    expect(spans).toMatchObject([
      { name: "frame in", startMs: 0 },
      { name: "route", detail: "chat" },
      { name: "permission" },
      { name: "cold start", startMs: 0, endMs: 100, detail: "60 ms of it init" },
      { name: "f", startMs: 100, endMs: 112.5, detail: "71 of 128 MB" },
      { name: "frame out", startMs: 200 },
    ])
  })

  test.each([
    ["Status: timeout", "REPORT RequestId: run\tDuration: 1000.00 ms\tStatus: timeout"],
    ["an error in its log", "t\trun\tERROR\tInvoke Error"],
  ])("has failed with %s", (_name, line) => {
    const [row] = rowsOf(output("run", "START RequestId: run"), output("run", line))
    expect(row && isFailed(row)).toBe(true)
  })
})

test("a message without a route names the key", () => {
  const { routeKey: _, ...bare } = event({
    status: 403,
    failure: "No route",
    unmatched: { key: "shout", routes: ["chat"] },
  })
  const [row] = rowsOf(bare)
  expect(row && summaryOf(row).title).toBe('no route for "shout"')
})

describe("an injected fault", () => {
  const fault = (more: Partial<FaultEntry>): FaultEntry => ({
    id: nextId++,
    time: 900,
    kind: "fault",
    faultId: "fault-1",
    effect: "function-error",
    message: "Injected by fault-1: The function failed and did not run.",
    ...more,
  })

  test("is a row of its own, and is attached to the event that is recorded after it", () => {
    const timeline = createTimeline()
    const injected = fault({ requestId: "r", functionRequestId: "run" })
    expect(summaryOf(timeline.add(injected))).toMatchObject({ title: "fault: function-error", note: injected.message })
    expect(timeline.add(event({ requestId: "other" })).faults).toEqual([])
    expect(timeline.add(event({ requestId: "r", functionRequestId: "run" })).faults).toEqual([injected])
  })

  test("is attached to an event that was recorded before it", () => {
    const timeline = createTimeline()
    const row = timeline.add(event({ requestId: "r" }))
    const injected = fault({ effect: "duplicate", requestId: "r" })
    timeline.add(injected)
    expect(row.faults).toEqual([injected])
  })

  test("is attached to an invocation without an event", () => {
    const timeline = createTimeline()
    const injected = fault({ effect: "function-cold-start", functionRequestId: "run" })
    timeline.add(injected)
    expect(timeline.add(output("run", "START RequestId: run")).faults).toEqual([injected])
    expect(timeline.add(output("run", "hello")).faults).toEqual([injected])
  })

  test("is attached to an invocation that has printed before, and has no event yet", () => {
    const timeline = createTimeline()
    const row = timeline.add(output("run", "START RequestId: run"))
    const injected = fault({ requestId: "r", functionRequestId: "run" })
    timeline.add(injected)
    expect(row.faults).toEqual([injected])
  })

  test("that ends a connection is attached to the disconnect of this connection only", () => {
    const timeline = createTimeline()
    const injected = fault({ effect: "drop", connectionId: "A=" })
    timeline.add(injected)
    expect(timeline.add(event({ eventType: "MESSAGE", connectionId: "A=" })).faults).toEqual([])
    expect(timeline.add(event({ eventType: "DISCONNECT", connectionId: "B=" })).faults).toEqual([])
    expect(timeline.add(event({ eventType: "DISCONNECT", connectionId: "A=" })).faults).toEqual([injected])
  })
})
