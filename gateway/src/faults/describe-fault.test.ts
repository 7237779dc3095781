// The sentences about faults, as the console and the terminal show them.
import { expect, test } from "vitest"
import type { Fault } from "../definition/fault.ts"
import { describeFault, describeInjection } from "./describe-fault.ts"

test.each<[Fault, description: string, injection: string]>([
  [
    { effect: "drop" },
    "Drop without a close frame when a message arrives: everything",
    "The connection was dropped without a close frame.",
  ],
  [
    { effect: "close", code: 1001, on: "push" },
    "Close with 1001 instead of sending a frame: everything",
    "The connection was closed with 1001.",
  ],
  [
    { effect: "close", code: 1012, on: "now" },
    "Close with 1012 now: everything",
    "The connection was closed with 1012.",
  ],
  [{ effect: "delay", delayMs: 50 }, "Delay each message by 50 ms: everything", "The message was delayed by 50 ms."],
  [
    { effect: "delay", delayMs: 50, on: "push" },
    "Delay each frame to the client by 50 ms: everything",
    "The frame to the client was delayed by 50 ms.",
  ],
  [{ effect: "duplicate" }, "Send each frame twice: everything", "The frame was sent twice."],
  [{ effect: "gone" }, "@connections responds with 410: everything", "@connections responded with 410."],
  [{ effect: "limit-exceeded" }, "@connections responds with 429: everything", "@connections responded with 429."],
  [{ effect: "function-error" }, "The function fails: everything", "The function failed and did not run."],
  [
    { effect: "function-delay", delayMs: 50 },
    "The function starts 50 ms later: everything",
    "The invocation was delayed by 50 ms.",
  ],
  [{ effect: "function-cold-start" }, "Cold start: everything", "The invocation ran in a new execution environment."],
  [
    { effect: "function-throttle" },
    "The function is throttled: everything",
    "The invocation was throttled and did not run.",
  ],
  [{ effect: "skip-disconnect" }, "$disconnect does not run: everything", "$disconnect did not run."],
])("%j is described by what it does, and its injection by what it did", (fault, description, injection) => {
  expect(describeFault(fault)).toBe(description)
  expect(describeInjection(fault)).toBe(injection)
})

test.each<[Partial<Fault>, string]>([
  [{ connectionId: "AAA=" }, "connection AAA="],
  [{ routeKey: "send", functionName: "Sender" }, "route send, function Sender"],
  [{ count: 1 }, "everything, once"],
  [{ count: 2 }, "everything, 2 times"],
  [{ probability: 0.1234 }, "everything, 12.3 % of the time"],
  [{ probability: 1, count: 3, routeKey: "send" }, "route send, 100 % of the time, 3 times"],
])("the target and the limits %j are described after the effect", (fields, suffix) => {
  expect(describeFault({ effect: "function-throttle", ...fields } as Fault)).toBe(
    `The function is throttled: ${suffix}`,
  )
})
