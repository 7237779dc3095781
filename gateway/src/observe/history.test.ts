import { expect, test } from "vitest"
import type { TransactionRecord } from "../definition/record.ts"
import { createFailureReporter } from "./failure-reporter.ts"
import { createHistory, type HistoryEntry } from "./history.ts"
import { testStage } from "./testing/test-stage.ts"

const problem = (message: string) => ({ event: "problem" as const, code: "TEST", message, hint: "" })

test("a subscriber is called after every later entry until it unsubscribes", () => {
  const history = createHistory(() => 5)
  const received: (HistoryEntry | undefined)[] = []
  history.addEvent(problem("before"))
  const stop = history.subscribe(() => void received.push(history.entries().at(-1)))
  history.addEvent(problem("while"))
  stop()
  history.addEvent(problem("after"))
  expect(received).toMatchObject([{ kind: "problem", message: "while", time: 5 }])
  expect(history.entries()).toHaveLength(3)
})

test("entries are read from an id on, and dropped ones are left out", () => {
  const history = createHistory(() => 0, { maxEntries: 5 })
  const idsFrom = (id: number, limit: number) => history.entriesFrom(id, limit).map((entry) => entry.id)
  expect([history.nextId(), idsFrom(1, 10)]).toEqual([1, []])
  for (let count = 1; count <= 12; count++) {
    history.addEvent(problem(String(count)))
    const first = Math.max(1, count - 4)
    expect(idsFrom(0, 2)).toEqual(count === 1 ? [1] : [first, first + 1])
    expect(idsFrom(count, 10)).toEqual([count])
    expect([history.nextId(), idsFrom(count + 1, 10)]).toEqual([count + 1, []])
  }
})

test("the last entries are kept, in order and with unique ids", () => {
  const history = createHistory(() => 0, { maxEntries: 500 })
  for (let count = 1; count <= 10_000; count++) history.addEvent(problem(String(count)))
  const entries = history.entries()
  expect(entries.map((entry) => entry.kind === "problem" && entry.message)).toEqual(
    Array.from({ length: 500 }, (_, index) => String(9501 + index)),
  )
  expect(new Set(entries.map(({ id }) => id)).size).toBe(500)
})

test("a problem of a request is not kept beside the entry of the request, which has the failure", () => {
  const history = createHistory(() => 0)
  const reportFailure = createFailureReporter((event) => history.addEvent(event))
  const failed: TransactionRecord = { ...record, blame: "execution", failure: "Execution failed" }
  history.addRecord(failed)
  reportFailure(failed)
  reportFailure({ ...record, unmatched: { key: "shout", routes: ["chat"] } })
  expect(history.entries()).toMatchObject([{ kind: "event", failure: "Execution failed" }])
})

test("a long text is cut and ends with its length", () => {
  const history = createHistory(() => 0)
  const text = "x".repeat(20_000)
  history.addLine({ functionName: "f", requestId: "r", text, kind: "stdout" })
  const [entry] = history.entries()
  expect(entry?.kind === "output" && entry.text.endsWith("… (20000 characters)")).toBe(true)
})

const record: TransactionRecord = {
  apiId: "api",
  stage: testStage,
  eventType: "MESSAGE",
  routeKey: "chat",
  settings: {},
  context: { requestId: "r=", connectionId: "c=", status: 200 },
}

test("a record becomes an entry with the frame, the event, the result and the response", () => {
  const history = createHistory(() => 5)
  history.addRecord({
    ...record,
    frame: "frame",
    requestBody: "event",
    responseBody: "result",
    responseFrame: "response",
    integrationUri: "arn:uri",
    context: { ...record.context, integrationStatus: 404 },
    integrationLatency: 12,
    failure: ["first", "second"],
    functionRequestId: "run",
  })
  history.addRecord({ ...record, context: { requestId: "r=", httpMethod: "GET", path: "/a" }, failure: "it failed" })
  const common = { time: 5, kind: "event", apiId: "api", stage: "dev", eventType: "MESSAGE", routeKey: "chat" }
  expect(history.entries()).toEqual([
    {
      id: 1,
      ...common,
      method: undefined,
      path: undefined,
      connectionId: "c=",
      requestId: "r=",
      status: 200,
      integration: "arn:uri",
      integrationStatus: "404",
      durationMs: 0,
      latencyMs: 12,
      failure: "first\nsecond",
      frame: "frame",
      event: "event",
      result: "result",
      responseFrame: "response",
      functionRequestId: "run",
    },
    {
      id: 2,
      ...common,
      method: "GET",
      path: "/a",
      connectionId: undefined,
      requestId: "r=",
      status: undefined,
      integration: undefined,
      integrationStatus: undefined,
      durationMs: 0,
      latencyMs: undefined,
      failure: "it failed",
      frame: undefined,
      event: undefined,
      result: undefined,
      responseFrame: undefined,
      functionRequestId: undefined,
    },
  ])
})

test("an entry has the time at which its event began, and how long it took", () => {
  const history = createHistory(() => 1030)
  history.addRecord({ ...record, context: { requestId: "r=", requestTimeEpoch: 1000 } })
  expect(history.entries()).toMatchObject([{ time: 1000, durationMs: 30 }])
})

test("1,500 pings with the three lines of their invocations are kept", () => {
  const history = createHistory(() => 0)
  const line = { functionName: "ping", kind: "platform" } as const
  const requestBody = JSON.stringify({ requestContext: "x".repeat(1000) })
  for (let count = 0; count < 1500; count++) {
    for (const text of ["START", "END", "REPORT"]) history.addLine({ ...line, requestId: `run-${count}`, text })
    history.addRecord({ ...record, frame: '{"action":"ping"}', requestBody, functionRequestId: `run-${count}` })
  }
  expect(history.entries().filter(({ kind }) => kind === "event")).toHaveLength(1500)
})

test("a disconnect has its code and reason, and a rejected call the reason and its caller", () => {
  const history = createHistory(() => 0)
  const context = { requestId: "r=", disconnectStatusCode: 1001, disconnectReason: "Going away" }
  history.addRecord({ ...record, eventType: "DISCONNECT", context })
  history.addRecord({ ...record, eventType: "CONNECTION_API", rejection: "no", signer: "arn", callerRequestId: "run" })
  expect(history.entries()).toMatchObject([
    { closeCode: 1001, closeReason: "Going away" },
    { failure: "no", signer: "arn", callerRequestId: "run" },
  ])
})

test("the credentials in the event of a handshake are redacted", () => {
  const history = createHistory(() => 0)
  const requestBody = '{"headers":{"Authorization":"Bearer abcdef123456"}}'
  history.addRecord({ ...record, eventType: "CONNECT", requestBody })
  expect(history.entries()).toMatchObject([{ event: '{"headers":{"Authorization":"****123456"}}' }])
})

test("output, denials, problems and reloads become entries with ids that rise", () => {
  const history = createHistory(() => 5)
  const denied = { action: "a", resource: "r", role: "Role", explanation: "why", cure: "fix" }
  history.addLine({ functionName: "f", requestId: "run", text: "hi", kind: "stderr" })
  history.addEvent({ event: "denied", ...denied })
  history.addEvent({ ...problem("it broke"), hint: "Fix it." })
  history.addEvent({ event: "reloaded", what: "f", durationMs: 7, recovered: false })
  history.addRecord(record)
  expect(history.entries().slice(0, 4)).toEqual([
    {
      id: 1,
      time: 5,
      kind: "output",
      functionRequestId: "run",
      logGroup: "/aws/lambda/f",
      stream: "stderr",
      text: "hi",
    },
    { id: 2, time: 5, kind: "denied", ...denied },
    { id: 3, time: 5, kind: "problem", message: "it broke", hint: "Fix it." },
    { id: 4, time: 5, kind: "reloaded", what: "f", durationMs: 7 },
  ])
  expect(history.entries().map(({ id }) => id)).toEqual([1, 2, 3, 4, 5])
})

test("a line that Lambda writes is an entry whose text is written when it is read", () => {
  const history = createHistory(() => 5)
  let reads = 0
  const line = {
    functionName: "f",
    requestId: "run",
    kind: "platform" as const,
    get text() {
      reads++
      return "END"
    },
  }
  history.addLine(line)
  expect(reads).toBe(0)
  const logGroup = "/aws/lambda/f"
  const entry = { id: 1, time: 5, kind: "output", functionRequestId: "run", logGroup, stream: "platform", text: "END" }
  expect(history.entries()).toEqual([entry])
  history.addLine(line)
  expect(reads).toBe(1)
  expect(history.entriesFrom(2, 1)).toEqual([{ ...entry, id: 2 }])
})

test("lines of state machines are entries", () => {
  const history = createHistory(() => 5)
  const line = { logGroup: "/aws/vendedlogs/states/m", requestId: "run", kind: "execution" as const }
  history.addEvent({ event: "log", source: "states", ...line, message: "{}" })
  expect(history.entries()).toMatchObject([{ id: 1, kind: "output", stream: "execution", text: "{}" }])
})

test("lines of API logs are not entries, because a record has become one already", () => {
  const history = createHistory(() => 0)
  const line = { logGroup: "group", requestId: "r=", message: "line", kind: "execution" as const }
  history.addEvent({ event: "log", source: "api-gateway", ...line })
  history.addEvent({ event: "access", apiId: "api", stage: "dev", message: "line" })
  expect(history.entries()).toEqual([])
})

test.each([
  [8192, "x".repeat(8192)],
  [8193, `${"x".repeat(8192)}… (8193 characters)`],
])("a frame of %i characters is shown up to 8,192", (length, shown) => {
  const history = createHistory(() => 0)
  history.addRecord({ ...record, frame: "x".repeat(length) })
  expect(history.entries()).toMatchObject([{ frame: shown }])
})

test("500 entries are kept before, while and after the list is cut", () => {
  const history = createHistory(() => 0, { maxEntries: 500 })
  for (let count = 1; count <= 1002; count++) {
    history.addEvent(problem(String(count)))
    const ids = history.entries().map(({ id }) => id)
    if (count === 499 || count === 500) expect(ids).toHaveLength(count)
    if (count > 500) expect([ids.length, ids[0], ids.at(-1)]).toEqual([500, count - 499, count])
  }
})

test("errors of 300 KB are cut when they arrive, so that 400 of them are kept with their lengths", () => {
  const history = createHistory(() => 0)
  const failure = "x".repeat(300_000)
  for (let count = 0; count < 400; count++) {
    const failed: TransactionRecord = { ...record, failure: ["first line", failure] }
    history.addRecord(failed)
    // The entry does not keep the record with the whole error.
    delete failed.failure
  }
  const entries = history.entries()
  expect(entries).toHaveLength(400)
  for (const entry of entries) {
    expect(entry.kind === "event" && entry.failure).toMatch(/^first line\nx{8181}… \(300011 characters\)$/)
  }
})

test("the oldest entries are dropped before all texts exceed eight million characters", () => {
  const history = createHistory(() => 0)
  const text = "x".repeat(8192)
  for (let count = 0; count < 2000; count++) {
    history.addRecord({ ...record, frame: text, responseBody: text, responseFrame: text, failure: String(count) })
    if (count % 97 > 0) continue
    const entries = history.entries()
    expect(JSON.stringify(entries).length).toBeLessThan(8.6e6)
    expect(entries.at(-1)).toMatchObject({ failure: String(count) })
  }
  // 8,388,608 characters of 25,000 each.
  expect(history.entries().length).toBeGreaterThan(320)
})

test("injected faults and moves of the clock are kept", () => {
  const history = createHistory(() => 7)
  const fault = { faultId: "fault-1", effect: "drop", message: "dropped", connectionId: "AAA=", requestId: "r" }
  history.addEvent({ event: "fault", ...fault })
  history.addEvent({ event: "clock", ms: 5, movedMs: 9 })
  expect(history.entries()).toEqual([
    { id: 1, time: 7, kind: "fault", ...fault },
    { id: 2, time: 7, kind: "clock", ms: 5, movedMs: 9 },
  ])
})
