import { expect, test } from "vitest"
import type { TransactionRecord } from "../definition/record.ts"
import type { GatewayEvent } from "./gateway-event.ts"
import { createObserver } from "./observer.ts"
import { testStage } from "./testing/test-stage.ts"

const record: TransactionRecord = {
  apiId: "api",
  stage: { ...testStage, accessLog: { format: "$context.requestId" } },
  eventType: "MESSAGE",
  routeKey: "chat",
  settings: {},
  context: { requestId: "r=" },
}

test("an event is reported to the listener and is in the history", () => {
  const events: GatewayEvent[] = []
  const { reportLine, log, history } = createObserver(() => 5, { onEvent: (event) => events.push(event) })
  reportLine({ functionName: "f", requestId: "run", text: "hi", kind: "stdout" })
  log.warn("Not served locally")
  expect(events).toEqual([
    {
      event: "log",
      source: "function",
      logGroup: "/aws/lambda/f",
      requestId: "run",
      message: "hi",
      kind: "stdout",
    },
    { event: "problem", code: "WARNING", message: "Not served locally", hint: "" },
  ])
  expect(history.entries()).toMatchObject([
    { kind: "output", text: "hi", time: 5 },
    { kind: "problem", message: "Not served locally" },
  ])
})

test("a record is logged, counted, in the history, and passed to the listener", () => {
  const events: GatewayEvent[] = []
  const records: TransactionRecord[] = []
  const { recorder, metrics, history } = createObserver(() => 5, {
    onEvent: (event) => events.push(event),
    onRecord: (one) => records.push(one),
  })
  recorder.record(record)
  expect(records).toEqual([record])
  expect(events).toEqual([{ event: "access", apiId: "api", stage: "dev", message: "r=" }])
  expect(metrics.read("MessageCount", { apiId: "api" }).sum).toBe(1)
  expect(history.entries()).toMatchObject([{ kind: "event", routeKey: "chat" }])
})

test("without listeners, events and records are in the history", () => {
  const { report, recorder, history } = createObserver(() => 5, {})
  report({ event: "problem", code: "TEST", message: "it broke", hint: "" })
  recorder.record(record)
  expect(history.entries()).toMatchObject([{ kind: "problem" }, { kind: "event" }])
})
