// Only messages of the protocol are accepted from an execution environment.
import fc from "fast-check"
import { expect, test } from "vitest"
import { readRuntimeMessage } from "./read-runtime-message.ts"

const error = { errorType: "E", errorMessage: "m" }

test.each([
  [{ type: "ready", initMs: 1 }, ""],
  [{ type: "init-failed", initMs: 1, error }, ""],
  [{ type: "responded", requestId: "r", durationMs: 1, memoryBytes: 1 }, "1"],
  [
    { type: "failed", requestId: "r", error: { ...error, trace: ["a"] }, durationMs: 1, memoryBytes: 1, fatal: false },
    "",
  ],
  [{ type: "failed", error, durationMs: 1, memoryBytes: 1, fatal: true }, ""],
  [{ type: "stream-began", requestId: "r" }, "{}"],
  [{ type: "stream-part", requestId: "r" }, "AQID"],
  [{ type: "recalled", count: 0 }, ""],
  [{ type: "output", kind: "stderr", cutBytes: 3 }, "text"],
  [{ type: "memory", bytes: 1 }, ""],
  [{ type: "exiting" }, ""],
])("accepts %j", (header, payload) => {
  expect(readRuntimeMessage(header, payload)).toBe(header)
  for (const name of Object.keys(header).filter((key) => key !== "requestId" && key !== "cutBytes")) {
    expect(readRuntimeMessage({ ...header, [name]: undefined }, payload), `without ${name}`).toBeUndefined()
    expect(readRuntimeMessage({ ...header, [name]: Symbol() }, payload), `with another ${name}`).toBeUndefined()
  }
})

test.each([
  [{ type: "ready", initMs: -1 }, ""],
  [{ type: "ready", initMs: Number.NaN }, ""],
  [{ type: "recalled", count: 1.5 }, ""],
  [{ type: "responded", requestId: "r", durationMs: 1, memoryBytes: 1 }, "{"],
  [{ type: "responded", requestId: "r", durationMs: 1, memoryBytes: 1 }, ""],
  [{ type: "failed", error: { ...error, trace: [1] }, durationMs: 1, memoryBytes: 1, fatal: true }, ""],
  [{ type: "output", kind: "platform" }, ""],
  [{ type: "exiting", requestId: 1 }, ""],
  [{ type: "toString" }, ""],
  [{ type: "__proto__" }, ""],
])("rejects %j with the payload %j", (header, payload) => {
  expect(readRuntimeMessage(header, payload)).toBeUndefined()
})

test("rejects any other value, and throws for none", () => {
  fc.assert(
    fc.property(fc.anything(), fc.string(), (header, payload) => {
      expect(readRuntimeMessage(header, payload)).toBeUndefined()
    }),
  )
})
