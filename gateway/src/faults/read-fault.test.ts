// Which faults can be set: the fields of each effect, and the bounds of their values.
import { expect, test } from "vitest"
import { readFault } from "./read-fault.ts"

const names = {
  routeKeys: () => ["$connect", "$disconnect", "send"],
  functionNames: () => ["Sender", "Reader"],
  isOpen: (connectionId: string) => connectionId === "AAA=",
}

const day = 24 * 60 * 60_000

test.each<Record<string, unknown>>([
  { effect: "drop", on: "now", connectionId: "AAA=", probability: 0.5 },
  { effect: "drop", on: "push", routeKey: "send", count: 2, expiresAfterMs: 1 },
  ...[1000, 1003, 1007, 1014, 3000, 4999].map((code) => ({ effect: "close", code, on: "message" })),
  { effect: "delay", delayMs: 1, on: "message" },
  { effect: "delay", delayMs: day, on: "push", routeKey: "send" },
  { effect: "duplicate", routeKey: "send", connectionId: "AAA=", probability: 0 },
  { effect: "gone", connectionId: "AAA=", probability: 1 },
  { effect: "limit-exceeded", connectionId: "AAA=", count: 1 },
  { effect: "function-error", errorType: "", errorMessage: "no table", functionName: "Reader", routeKey: "$connect" },
  { effect: "function-delay", delayMs: 1.5, connectionId: "AAA=" },
  { effect: "function-cold-start", functionName: "Sender", count: 1_000_000 },
  { effect: "function-throttle", routeKey: "$disconnect", expiresAfterMs: day },
  { effect: "skip-disconnect", connectionId: "AAA=" },
])("%j can be set", (fault) => {
  expect(readFault(fault, names)).toEqual(fault)
})

test("fields without a value are left out", () => {
  const fault = { effect: "gone", connectionId: null, count: undefined, routeKey: null }
  expect(readFault(fault, names)).toEqual({ effect: "gone" })
})

test.each<[input: unknown, message: string]>([
  ["drop", "A fault is an object with an effect."],
  [null, "A fault is an object with an effect."],
  [{ effect: "delay", delayMs: 5, on: "now" }, '"on" is "now". The effect "delay" happens on message or push.'],
  [{ effect: "drop", on: "now", routeKey: "send" }, '"routeKey" has no effect on now. Remove it.'],
  [{ effect: "drop", on: "now", expiresAfterMs: 5 }, '"expiresAfterMs" has no effect on now. Remove it.'],
  ...[undefined, "1000", 999, 1004, 1005, 1006, 1015, 2999, 5000, 3000.5, 1001.5].map((code): [unknown, string] => [
    { effect: "close", code },
    "Use a close code from 1000 to 1014 or from 3000 to 4999.",
  ]),
  [{ effect: "delay", delayMs: 0 }, `"delayMs" is 0. Give a number from 1 to ${day}.`],
  [{ effect: "delay", delayMs: day + 1 }, `"delayMs" is ${day + 1}. Give a number from 1 to ${day}.`],
  [{ effect: "function-delay" }, '"delayMs" is missing.'],
  [{ effect: "function-delay", delayMs: "5" }, '"delayMs" is "5".'],
  [{ effect: "function-error", errorType: 5 }, '"errorType" is not a text.'],
  [{ effect: "function-error", errorMessage: {} }, '"errorMessage" is not a text.'],
  [{ effect: "gone", connectionId: 5 }, '"connectionId" is not a text.'],
  [{ effect: "drop", routeKey: 5 }, '"routeKey" is not a text.'],
  [{ effect: "function-throttle", functionName: [] }, '"functionName" is not a text.'],
  [{ effect: "gone", routeKey: "send" }, "Its fields: connectionId, probability, count, expiresAfterMs."],
  [
    { effect: "duplicate", functionName: "Reader" },
    "Its fields: connectionId, routeKey, probability, count, expiresAfterMs.",
  ],
  [{ effect: "duplicate", routeKey: "$connect" }, 'The effect "duplicate" concerns messages, and $connect has none.'],
  [{ effect: "delay", delayMs: 5, routeKey: "$disconnect" }, "concerns messages, and $disconnect has none."],
  [{ effect: "function-throttle", functionName: "No" }, "Its functions: Sender, Reader."],
  [{ effect: "gone", probability: -0.1 }, '"probability" is -0.1. Give a number from 0 to 1.'],
  [{ effect: "gone", probability: 1.1 }, '"probability" is 1.1.'],
  [{ effect: "gone", count: 0 }, '"count" is 0. Give a whole number from 1 to 1000000.'],
  [{ effect: "gone", count: 1_000_001 }, '"count" is 1000001.'],
  [{ effect: "gone", expiresAfterMs: 0 }, `"expiresAfterMs" is 0. Give a number from 1 to ${day}.`],
  [{ effect: "gone", expiresAfterMs: day + 1 }, `"expiresAfterMs" is ${day + 1}.`],
])("%j is rejected with a sentence", (input, message) => {
  expect(() => readFault(input, names)).toThrow(message)
})
