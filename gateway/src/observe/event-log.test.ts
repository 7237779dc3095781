import { expect, test } from "vitest"
import { createEventLog } from "./event-log.ts"
import type { GatewayEvent } from "./gateway-event.ts"

function logged(write: (log: ReturnType<typeof createEventLog>) => void): GatewayEvent[] {
  const events: GatewayEvent[] = []
  write(createEventLog((event) => events.push(event)))
  return events
}

test("a warning becomes a problem with its message, its fields and its hint", () => {
  const fields = { message: new Error("it broke"), hint: "Fix it.", requestId: "r=", count: 2, routeKey: undefined }
  expect(logged((log) => log.warn("Integration failed", fields))).toEqual([
    {
      event: "problem",
      code: "WARNING",
      message: "Integration failed: it broke (requestId r=, count 2)",
      hint: "Fix it.",
    },
  ])
})

test("an error without fields becomes a problem with the event's name", () => {
  expect(logged((log) => log.error("Request failed"))).toEqual([
    { event: "problem", code: "ERROR", message: "Request failed", hint: "" },
  ])
})

test("information is not reported", () => {
  expect(logged((log) => log.info("started"))).toEqual([])
})

test("a field that is not text is written as JSON, and an error by its message", () => {
  const fields = { message: { a: 1 }, cause: new Error("it broke"), list: [1, 2], hint: new Error("Fix it.") }
  expect(logged((log) => log.error("Request failed", fields))).toEqual([
    {
      event: "problem",
      code: "ERROR",
      message: 'Request failed: {"a":1} (cause it broke, list [1,2])',
      hint: "Fix it.",
    },
  ])
})
