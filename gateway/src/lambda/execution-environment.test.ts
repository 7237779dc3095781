// A process that does not keep to the protocol of the runtime ends, and the next invocation gets another one.
import { afterEach, expect, test } from "vitest"
import { silentLog } from "../foundation/log.ts"
import { closeLambdas, startLambda } from "./testing/lambda-under-test.ts"

afterEach(closeLambdas)

/** Writes to the channel of the runtime, then never returns; with `{}` it returns the number of its invocations. */
const breaksProtocol = `import { writeSync } from "node:fs"
let calls = 0
const frame = (header) => {
  const text = JSON.stringify(header)
  const bytes = Buffer.alloc(8 + text.length)
  bytes.writeUInt32LE(bytes.length - 4, 0)
  bytes.writeUInt32LE(text.length, 4)
  bytes.write(text, 8)
  return bytes
}
export const handler = async ({ header }) => {
  calls += 1
  if (!header) return calls
  writeSync(4, frame(header))
  await new Promise(() => setInterval(() => {}, 1000))
}`

const error = { errorType: "E", errorMessage: "m" }

test.each([
  ["a second start", { type: "ready", initMs: 1 }, "it was ready twice"],
  [
    "a result that nobody asked for",
    { type: "failed", requestId: "other", error, durationMs: 1, memoryBytes: 1, fatal: false },
    "it sent a result that it was not asked for",
  ],
  [
    "a failure without an invocation",
    { type: "failed", error, durationMs: 1, memoryBytes: 1, fatal: false },
    "it failed without an invocation",
  ],
])("%s ends the process at once, is logged, and fails the invocation", async (_, header, reason) => {
  const logged: unknown[] = []
  const lambda = startLambda(breaksProtocol, {
    log: { ...silentLog, error: (message, fields) => void logged.push({ message, ...fields }) },
  })
  expect(await lambda.call()).toBe(1)
  expect(await lambda.fail({ header })).toMatchObject({ errorType: "Runtime.ExitError" })
  expect(logged).toEqual([expect.objectContaining({ reason, functionName: "f" })])
  expect(await lambda.call()).toBe(1)
})
