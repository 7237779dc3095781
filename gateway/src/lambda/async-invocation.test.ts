// Retries, dead-letter queues and destinations of asynchronous invocations.
import { describe, expect, test } from "vitest"
import type { InvocationResult } from "../definition/invocation.ts"
import type { FunctionDefinition } from "../definition/lambda.ts"
import { silentLog } from "../foundation/log.ts"
import { ManualClock } from "../foundation/manual-clock.ts"
import { AsyncInvocations } from "./async-invocation.ts"
import { functionError } from "./invocation.ts"
import { defineFunction } from "./testing/lambda-under-test.ts"

const MINUTE = 60_000
const deadLetterArn = "arn:aws:sqs:eu-west-1:123456789012:dead"
const onFailureArn = "arn:aws:sqs:eu-west-1:123456789012:failed"

describe("an asynchronous event", () => {
  test("that succeeds is invoked once", async () => {
    const { add, attempts, pass, clock } = start(() => "responded")
    await add()
    await pass(24 * 60 * MINUTE)
    expect(attempts).toEqual([0])
    expect(clock.pending).toBe(0)
  })

  test("that fails is retried after one minute and after two more, then goes to the dead-letter queue", async () => {
    const { add, attempts, pass, dead, clock } = start(() => "function-error", { deadLetterArn })
    await add()
    await pass(10 * MINUTE)
    expect(attempts).toEqual([0, 1 * MINUTE, 3 * MINUTE])
    expect(dead).toEqual([
      [deadLetterArn, '{"n":1}', { RequestID: expect.any(String), ErrorCode: "200", ErrorMessage: "no" }],
    ])
    expect(clock.pending).toBe(0)
  })

  test("keeps its request id over all attempts", async () => {
    const { add, pass, requestIds } = start(() => "function-error")
    await add()
    await pass(10 * MINUTE)
    expect(requestIds).toHaveLength(3)
    expect(new Set(requestIds).size).toBe(1)
  })

  test.each([
    [0, [0]],
    [1, [0, MINUTE]],
  ])("is retried %i times when the function defines that", async (maximumRetryAttempts, expected) => {
    const { add, attempts, pass } = start(() => "function-error", { maximumRetryAttempts })
    await add()
    await pass(10 * MINUTE)
    expect(attempts).toEqual(expected)
  })

  test("is not retried after its maximum age", async () => {
    const { add, attempts, pass, dead } = start(() => "function-error", { maximumEventAgeSeconds: 60, deadLetterArn })
    await add()
    await pass(10 * MINUTE)
    expect(attempts).toEqual([0, MINUTE])
    expect(dead).toHaveLength(1)
  })

  test("that is throttled waits longer each time and spends no retry", async () => {
    let n = 0
    const { add, attempts, pass } = start(() => (++n <= 3 ? "throttled" : n === 4 ? "function-error" : "responded"))
    await add()
    await pass(10 * MINUTE)
    expect(attempts).toEqual([0, 1000, 3000, 7000, 67_000])
  })

  test("stays out of the dead-letter queue when there is none, and is logged", async () => {
    const { add, pass, dead, errors } = start(() => "function-error")
    await add()
    await pass(10 * MINUTE)
    expect(dead).toEqual([])
    expect(errors).toEqual(["Asynchronous event given up"])
  })

  test("that fails sends event and response to its destination for failures", async () => {
    const { add, pass, dead } = start(() => "function-error", { onFailureArn, onSuccessArn: "unused" })
    await add()
    await pass(10 * MINUTE)
    const [[arn, record, attributes] = [], ...more] = dead
    expect([arn, attributes, more]).toEqual([onFailureArn, {}, []])
    expect(JSON.parse(record as string)).toEqual({
      version: "1.0",
      timestamp: "1970-01-01T00:03:00.000Z",
      requestContext: {
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        functionArn: "arn:aws:lambda:eu-west-1:123456789012:function:f:$LATEST",
        condition: "RetriesExhausted",
        approximateInvokeCount: 3,
      },
      requestPayload: { n: 1 },
      responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
      responsePayload: { errorType: "Error", errorMessage: "no" },
    })
  })

  test("that grew too old is EventAgeExceeded for its destination", async () => {
    const { add, pass, dead } = start(() => "throttled", { onFailureArn, maximumEventAgeSeconds: 60 })
    await add()
    await pass(10 * MINUTE)
    const record = JSON.parse(dead[0]?.[1] as string)
    expect(record.requestContext).toMatchObject({ condition: "EventAgeExceeded", approximateInvokeCount: 6 })
    expect(record).not.toHaveProperty("responsePayload")
  })

  test("that succeeds sends a record to its destination for successes", async () => {
    const { add, dead } = start(() => "responded", {
      onFailureArn,
      onSuccessArn: "arn:aws:sqs:eu-west-1:123456789012:ok",
    })
    await add()
    expect(dead).toHaveLength(1)
    expect(dead[0]?.[0]).toBe("arn:aws:sqs:eu-west-1:123456789012:ok")
    expect(JSON.parse(dead[0]?.[1] as string)).toMatchObject({
      requestContext: { condition: "Success", approximateInvokeCount: 1 },
      responseContext: { statusCode: 200, executedVersion: "$LATEST" },
      responsePayload: { n: 1 },
    })
  })

  test("may have a function as its destination, which is invoked with the record", async () => {
    const { add, payloads, pass } = start(
      () => "responded",
      { onSuccessArn: "arn:aws:lambda:eu-west-1:123456789012:function:g" },
      1,
    )
    await add()
    await pass(MINUTE)
    expect(payloads).toHaveLength(2)
    expect(JSON.parse(payloads[1] ?? "")).toMatchObject({ version: "1.0", requestPayload: { n: 1 } })
  })

  test("goes to a bus as an event of Lambda", async () => {
    const onSuccessArn = "arn:aws:events:eu-west-1:123456789012:event-bus/results"
    const { add, dead } = start(() => "responded", { onSuccessArn })
    await add()
    expect(dead[0]?.[0]).toBe(onSuccessArn)
    expect(JSON.parse(dead[0]?.[1] as string)).toMatchObject({
      source: "lambda",
      "detail-type": "Lambda Function Invocation Result - Success",
      time: "1970-01-01T00:00:00Z",
      detail: { version: "1.0", requestContext: { condition: "Success" }, requestPayload: { n: 1 } },
    })
  })

  test("goes to the dead-letter queue and to the destination when there are both", async () => {
    const { add, pass, dead } = start(() => "function-error", { onFailureArn, deadLetterArn })
    await add()
    await pass(10 * MINUTE)
    expect(dead.map(([arn]) => arn)).toEqual([deadLetterArn, onFailureArn])
  })

  test("is dropped on closing", async () => {
    const { add, pass, attempts, close, clock } = start(() => "function-error")
    await add()
    close()
    expect(clock.pending).toBe(0)
    await pass(10 * MINUTE)
    expect(attempts).toEqual([0])
  })
})

function start(
  outcome: () => "responded" | "function-error" | "throttled",
  overrides: Partial<FunctionDefinition> = {},
  /** How many invocations are of the function with these overrides; the others are of one without a destination. */
  own = Number.POSITIVE_INFINITY,
) {
  const clock = new ManualClock(0)
  const definition = defineFunction("", overrides)
  const [attempts, requestIds, payloads, errors]: [number[], string[], string[], string[]] = [[], [], [], []]
  const dead: unknown[][] = []
  const invocations = new AsyncInvocations({
    async invoke(_arn, payload, requestId): Promise<InvocationResult> {
      attempts.push(clock.now())
      requestIds.push(requestId)
      payloads.push(payload)
      const what = outcome()
      if (what === "responded") return { outcome: what, payload, requestId }
      if (what === "throttled") return { outcome: what, requestId }
      return functionError(requestId, { errorType: "Error", errorMessage: "no" })
    },
    definitionOf: () => (attempts.length <= own ? definition : defineFunction("")),
    deliver: async (arn, body, { attributes }) => {
      const texts = Object.entries(attributes).map(([name, { StringValue }]) => [name, StringValue])
      dead.push([arn, body, Object.fromEntries(texts)])
    },
    clock,
    log: { ...silentLog, error: (event) => errors.push(event) },
  })
  // Between two timers the promises of an attempt have to run.
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve))
  return {
    clock,
    attempts,
    requestIds,
    payloads,
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
