// What becomes of events whose sender does not wait.
import { describe, expect, it } from "vitest"
import { silentLog } from "../foundation/log.ts"
import { ManualClock } from "../foundation/manual-clock.ts"
import type { FunctionDefinition } from "../template/definition.ts"
import { AsyncInvocations } from "./async-invocation.ts"
import { functionError, type InvocationResult } from "./invocation.ts"
import { defineFunction } from "./lambda-under-test.ts"

const MINUTE = 60_000
const deadLetterArn = "arn:aws:sqs:eu-west-1:123456789012:dead"

describe("an asynchronous event", () => {
  it("that succeeds is invoked once", async () => {
    const { add, attempts, pass, clock } = start(() => "answered")
    await add()
    await pass(24 * 60 * MINUTE)
    expect(attempts).toEqual([0])
    expect(clock.pending).toBe(0)
  })

  it("that fails is tried again after one minute and after two more, then goes to the dead-letter queue", async () => {
    const { add, attempts, pass, dead, clock } = start(() => "function-error", { deadLetterArn })
    await add()
    await pass(10 * MINUTE)
    expect(attempts).toEqual([0, 1 * MINUTE, 3 * MINUTE])
    expect(dead).toEqual([
      [deadLetterArn, '{"n":1}', { RequestID: expect.any(String), ErrorCode: "200", ErrorMessage: "no" }],
    ])
    expect(clock.pending).toBe(0)
  })

  it("keeps its request id over all attempts", async () => {
    const { add, pass, requestIds } = start(() => "function-error")
    await add()
    await pass(10 * MINUTE)
    expect(requestIds).toHaveLength(3)
    expect(new Set(requestIds).size).toBe(1)
  })

  it.each([
    [0, [0]],
    [1, [0, MINUTE]],
  ])("is retried %i times when the function says so", async (maximumRetryAttempts, expected) => {
    const { add, attempts, pass } = start(() => "function-error", { maximumRetryAttempts })
    await add()
    await pass(10 * MINUTE)
    expect(attempts).toEqual(expected)
  })

  it("is given up when its next attempt would be too late", async () => {
    const { add, attempts, pass, dead } = start(() => "function-error", { maximumEventAgeSeconds: 60, deadLetterArn })
    await add()
    await pass(10 * MINUTE)
    expect(attempts).toEqual([0, MINUTE])
    expect(dead).toHaveLength(1)
  })

  it("that is throttled waits, longer each time, and spends no retry", async () => {
    let n = 0
    const { add, attempts, pass } = start(() => (++n <= 3 ? "throttled" : n === 4 ? "function-error" : "answered"))
    await add()
    await pass(10 * MINUTE)
    expect(attempts).toEqual([0, 1000, 3000, 7000, 67_000])
  })

  it("stays out of the dead-letter queue when there is none, and is logged", async () => {
    const { add, pass, dead, errors } = start(() => "function-error")
    await add()
    await pass(10 * MINUTE)
    expect(dead).toEqual([])
    expect(errors).toEqual(["asynchronous event failed for good"])
  })

  it("is forgotten on closing", async () => {
    const { add, pass, attempts, close, clock } = start(() => "function-error")
    await add()
    close()
    expect(clock.pending).toBe(0)
    await pass(10 * MINUTE)
    expect(attempts).toEqual([0])
  })
})

function start(
  outcome: () => "answered" | "function-error" | "throttled",
  overrides: Partial<FunctionDefinition> = {},
) {
  const clock = new ManualClock(0)
  const definition = defineFunction("", overrides)
  const [attempts, requestIds, dead, errors]: [number[], string[], unknown[], string[]] = [[], [], [], []]
  const invocations = new AsyncInvocations({
    async invoke(_arn, payload, requestId): Promise<InvocationResult> {
      attempts.push(clock.now())
      requestIds.push(requestId)
      const what = outcome()
      if (what === "answered") return { outcome: what, payload, requestId }
      if (what === "throttled") return { outcome: what, requestId }
      return functionError(requestId, { errorType: "Error", errorMessage: "no" })
    },
    definitionOf: () => definition,
    sendToQueue: async (...message) => void dead.push(message),
    clock,
    log: { ...silentLog, error: (event) => errors.push(event) },
  })
  // Between two timers the promises of an attempt have to run.
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve))
  return {
    clock,
    attempts,
    requestIds,
    dead,
    errors,
    close: () => invocations.close(),
    async add() {
      invocations.add(definition.arn, '{"n":1}')
      await settle()
    },
    async pass(ms: number) {
      const stepMs = Math.max(1000, ms / 1000)
      for (let passed = 0; passed < ms; passed += stepMs) {
        clock.advance(stepMs)
        await settle()
      }
    },
  }
}
