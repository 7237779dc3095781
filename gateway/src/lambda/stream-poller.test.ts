// Batches of a stream: windows, retries, bisection, reported failures, age and the destination of what is given up.
import { expect, onTestFinished, test } from "vitest"
import type { InvocationResult } from "../definition/invocation.ts"
import type { StreamMappingDefinition } from "../definition/lambda.ts"
import type { StreamRecord } from "../definition/stream-source.ts"
import { type LogFields, silentLog } from "../foundation/log.ts"
import { ManualClock } from "../foundation/manual-clock.ts"
import { functionError } from "./invocation.ts"
import { type StreamPollerOptions, startStreamPoller } from "./stream-poller.ts"

const streamArn = "arn:aws:dynamodb:eu-west-1:123456789012:table/messages/stream/2026-01-01T00:00:00.000"
const functionArn = "arn:aws:lambda:eu-west-1:123456789012:function:reader"

type Handler = (ids: string[], attempt: number) => unknown

/** A poller of a stream with these records in one shard, whose function is the handler. */
function start(
  ids: string[],
  handler: Handler,
  overrides: Partial<StreamMappingDefinition> = {},
  options: Partial<Omit<StreamPollerOptions, "source">> & { position?: () => string; onSave?: () => void } = {},
) {
  const { position: firstPosition = () => "", onSave = () => {}, ...ports } = options
  const clock = new ManualClock(1_767_225_600_000)
  const records = ids.map((id, index): StreamRecord => {
    const event = { number: `${100 + index}`, id }
    return { sequenceNumber: event.number, arrivedAt: clock.now() - 10_000, event, filtered: event }
  })
  const nameOf = (sequenceNumber: string) => ids[Number(sequenceNumber) - 100] ?? ""
  const batches: string[] = []
  const delivered: [string, unknown][] = []
  const positions: string[] = []
  /** How many records each read asked for. */
  const reads: number[] = []
  const finished = Promise.withResolvers<void>()
  const poller = startStreamPoller(
    {
      logicalId: "Mapping",
      stackName: "stack",
      functionArn,
      streamArn,
      mappingId: "m",
      enabled: true,
      batchSize: 100,
      batchingWindowSeconds: 0,
      startingPosition: "LATEST",
      filters: [],
      bisects: false,
      maximumRetryAttempts: Number.MAX_SAFE_INTEGER,
      maximumRecordAgeSeconds: Number.MAX_SAFE_INTEGER,
      reportBatchItemFailures: false,
      ...overrides,
    },
    {
      clock,
      log: silentLog,
      source: {
        shards: () => ["shard-0"],
        position: async () => firstPosition(),
        async read(_, { after, limit, waitMs }, signal) {
          reads.push(limit)
          const found = records.filter(({ sequenceNumber }) => sequenceNumber > after).slice(0, limit)
          if (found.length === 0 && waitMs > 0)
            await new Promise((resolve) => signal.addEventListener("abort", resolve))
          return found
        },
        async savePosition(_, position) {
          onSave()
          positions.push(nameOf(position))
          if (position === records.at(-1)?.sequenceNumber) finished.resolve()
        },
      },
      async invoke(_, payload): Promise<InvocationResult> {
        const event = JSON.parse(payload) as { Records: { number: string }[] }
        const names = event.Records.map(({ number }) => nameOf(number))
        batches.push(names.join(""))
        const requestId = `r${batches.length}`
        try {
          return {
            outcome: "responded",
            payload: JSON.stringify((await handler(names, batches.length)) ?? null),
            requestId,
          }
        } catch (error) {
          if ((error as Error).message === "throttled") return { outcome: "throttled", requestId }
          return functionError(requestId, { errorType: "Error", errorMessage: "no" })
        }
      },
      deliver: async (arn, body) => void delivered.push([arn, JSON.parse(body)]),
      ...ports,
    },
  )
  onTestFinished(() => poller.stop())
  const stop = () => poller.stop()
  /** Passes the time of each pause until the last record is done. */
  async function finish(): Promise<void> {
    let isFinished = false
    void finished.promise.then(() => {
      isFinished = true
    })
    while (!isFinished) {
      await new Promise((resolve) => setImmediate(resolve))
      if (clock.pending > 0) clock.advance(1000)
    }
  }
  return { clock, records, batches, delivered, positions, reads, stop, finish }
}

const failsWith = (bad: string) => (ids: string[]) => {
  if (ids.includes(bad)) throw new Error("no")
}

test("gives the function batches of at most the batch size, in order", async () => {
  const { batches, positions, finish } = start(["a", "b", "c", "d", "e"], () => {}, { batchSize: 2 })
  await finish()
  expect(batches).toEqual(["ab", "cd", "e"])
  expect(positions).toEqual(["b", "d", "e"])
})

test("waits for the window of a batch that is not full", async () => {
  const { clock, batches, finish } = start(["a"], () => {}, { batchingWindowSeconds: 30 })
  for (let turn = 0; clock.pending === 0 && turn < 1000; turn++) await new Promise((resolve) => setImmediate(resolve))
  clock.advance(29_999)
  await new Promise((resolve) => setImmediate(resolve))
  expect(batches).toEqual([])
  await finish()
  expect(batches).toEqual(["a"])
})

test("adds the records that arrive within the window, up to the batch size", async () => {
  const { clock, records, batches, reads, finish } = start(["a", "b", "c", "d", "e"], () => {}, {
    batchSize: 3,
    batchingWindowSeconds: 30,
  })
  const late = records.splice(1)
  for (let turn = 0; clock.pending === 0 && turn < 1000; turn++) await new Promise((resolve) => setImmediate(resolve))
  records.push(...late)
  clock.advance(30_000)
  await finish()
  expect(batches).toEqual(["abc", "de"])
  expect(reads.slice(0, 2)).toEqual([3, 2])
})

test("gives the function the records of a batch over 6 MB in parts", async () => {
  const { batches, positions, finish } = start(
    ["a", "b", "c"].map((id) => id.repeat(2_500_000)),
    () => {},
  )
  await finish()
  expect(batches.map((batch) => batch.length)).toEqual([5_000_000, 2_500_000])
  expect(positions.map((id) => id[0])).toEqual(["c"])
})

test("waits twice as long before each retry, from a second to a minute", async () => {
  const times: number[] = []
  const { clock, finish } = start(["a"], (_, attempt) => {
    times.push(clock.now())
    if (attempt < 9) throw new Error("no")
  })
  await finish()
  const waits = times.slice(1).map((time, index) => (time - (times[index] ?? 0)) / 1000)
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60])
})

test("reads a stream that was not reached again after a second, and reports it", async () => {
  const reported: [string, LogFields | undefined][] = []
  let attempts = 0
  const position = () => {
    if (attempts++ === 0) throw new Error("no connection")
    return ""
  }
  const log = { ...silentLog, error: (event: string, fields?: LogFields) => void reported.push([event, fields]) }
  const { clock, batches, finish } = start(["a"], () => {}, {}, { position, log })
  const startedAt = clock.now()
  await finish()
  expect(batches).toEqual(["a"])
  expect(clock.now() - startedAt).toBe(1000)
  expect(reported).toMatchObject([["Stream not reached", { logicalId: "Mapping", streamArn, shardId: "shard-0" }]])
})

test("goes on behind a batch whose position was not saved, after a second, and reports it", async () => {
  const reported: string[] = []
  let saves = 0
  const onSave = () => {
    if (saves++ === 0) throw new Error("no connection")
  }
  const log = { ...silentLog, error: (event: string) => void reported.push(event) }
  const { clock, batches, positions, finish } = start(["a", "b"], () => {}, { batchSize: 1 }, { onSave, log })
  const startedAt = clock.now()
  await finish()
  expect([batches, positions, reported]).toEqual([["a", "b"], ["b"], ["Stream not reached"]])
  expect(clock.now() - startedAt).toBe(1000)
})

test("goes on after a batch that its destination did not receive, and reports both", async () => {
  const reported: string[] = []
  const overrides = { batchSize: 1, maximumRetryAttempts: 0, onFailureArn: "arn:aws:sqs:eu-west-1:123456789012:dead" }
  const { batches, positions, finish } = start(["a", "b"], failsWith("a"), overrides, {
    deliver: () => Promise.reject(new Error("no connection")),
    log: { ...silentLog, error: (event) => void reported.push(event) },
  })
  await finish()
  expect(batches).toEqual(["a", "b"])
  expect(positions).toEqual(["a", "b"])
  expect(reported).toEqual(["Batch of a stream given up", "Destination of a stream not reached"])
})

test("repeats a batch that fails until its retries are used, before the next one, and reports where it is", async () => {
  const onFailureArn = "arn:aws:sqs:eu-west-1:123456789012:dead"
  const overrides = { batchSize: 2, maximumRetryAttempts: 2, onFailureArn }
  const { batches, delivered, finish } = start(["a", "b", "c"], failsWith("b"), overrides)
  await finish()
  expect(batches).toEqual(["ab", "ab", "ab", "c"])
  expect(delivered).toEqual([
    [
      onFailureArn,
      {
        requestContext: {
          requestId: "r3",
          functionArn,
          condition: "RetryAttemptsExhausted",
          approximateInvokeCount: 3,
        },
        responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
        version: "1.0",
        timestamp: expect.stringMatching(/^2026-01-01T/),
        DDBStreamBatchInfo: {
          shardId: "shard-0",
          startSequenceNumber: "100",
          endSequenceNumber: "101",
          approximateArrivalOfFirstRecord: "2025-12-31T23:59:50.000Z",
          approximateArrivalOfLastRecord: "2025-12-31T23:59:50.000Z",
          batchSize: 2,
          streamArn,
        },
      },
    ],
  ])
})

test("bisects a batch that fails, so that only the bad record is given up", async () => {
  const overrides = { bisects: true, maximumRetryAttempts: 0 }
  const { batches, finish } = start(["a", "b", "c", "d"], failsWith("c"), overrides)
  await finish()
  expect(batches).toEqual(["abcd", "ab", "cd", "c", "d"])
})

test("does not begin the second half of a batch when it stops within the first", async () => {
  const invocation = Promise.withResolvers<void>()
  const handler = (ids: string[]) => (ids.length === 1 ? invocation.promise : Promise.reject(new Error("no")))
  const { batches, positions, stop } = start(["a", "b"], handler, { bisects: true })
  await expect.poll(() => batches).toEqual(["ab", "a"])
  const stopped = stop()
  invocation.reject(new Error("no"))
  await stopped
  expect([batches, positions]).toEqual([["ab", "a"], []])
})

test("repeats a batch from the first record that the function reports", async () => {
  const { batches, finish } = start(
    ["a", "b", "c"],
    (_, attempt) => ({
      batchItemFailures: attempt === 1 ? [{ itemIdentifier: "102" }, { itemIdentifier: "101" }] : [],
    }),
    { reportBatchItemFailures: true },
  )
  await finish()
  expect(batches).toEqual(["abc", "bc"])
})

test.each([[{ batchItemFailures: [{ itemIdentifier: "999" }] }], [{ batchItemFailures: "x" }], ["text"]])(
  "repeats the whole batch when the function reports %j",
  async (reported) => {
    const handler = (_: string[], attempt: number) => (attempt === 1 ? reported : {})
    const { batches, finish } = start(["a", "b"], handler, { reportBatchItemFailures: true })
    await finish()
    expect(batches).toEqual(["ab", "ab"])
  },
)

test("gives up records that are too old, without an invocation", async () => {
  const { batches, delivered, finish } = start(["a"], () => {}, {
    maximumRecordAgeSeconds: 5,
    onFailureArn: "arn:aws:sns:eu-west-1:123456789012:dead",
  })
  await finish()
  expect(batches).toEqual([])
  expect(delivered).toMatchObject([[expect.any(String), { requestContext: { condition: "RecordAgeExceeded" } }]])
})

test("repeats a throttled batch without using its retries", async () => {
  const handler = (_: string[], attempt: number) => {
    if (attempt < 4) throw new Error("throttled")
  }
  const { batches, finish } = start(["a", "b"], handler, { maximumRetryAttempts: 0, bisects: true })
  await finish()
  expect(batches).toEqual(["ab", "ab", "ab", "ab"])
})

test("does not deliver what no filter matches", async () => {
  const filters = [{ id: ["b"] }, { number: ["99"] }]
  const { batches, positions, finish } = start(["a", "b", "c"], () => {}, { filters })
  await finish()
  expect(batches).toEqual(["b"])
  expect(positions).toEqual(["c"])
})

test.each([
  ["is after a batch that the function finishes while it stops", true, ["a"]],
  ["is before a batch that fails while it stops", false, []],
])("%s", async (_, succeeds, expected) => {
  const invocation = Promise.withResolvers<void>()
  const { batches, positions, stop } = start(["a", "b"], () => invocation.promise, { batchSize: 1 })
  await expect.poll(() => batches).toEqual(["a"])
  const stopped = stop()
  if (succeeds) invocation.resolve()
  else invocation.reject(new Error("no"))
  await stopped
  expect(positions).toEqual(expected)
  expect(batches).toEqual(["a"])
})

test("names the batch of a Kinesis stream in the report of what is given up", async () => {
  const overrides = {
    streamArn: "arn:aws:kinesis:eu-west-1:123456789012:stream/clicks",
    maximumRetryAttempts: 0,
    onFailureArn: "arn:aws:sqs:eu-west-1:123456789012:dead",
  }
  const { delivered, finish } = start(["a"], failsWith("a"), overrides)
  await finish()
  const { streamArn } = overrides
  expect(delivered).toMatchObject([[expect.any(String), { KinesisBatchInfo: { shardId: "shard-0", streamArn } }]])
})

test("reads the shards of a stream at the same time, and reports a stream without any", async () => {
  const clock = new ManualClock(0)
  const invoked: string[] = []
  const warnings: object[] = []
  const mapping = { logicalId: "Mapping", streamArn, functionArn, batchSize: 1, filters: [] } as never
  const startWith = (shardIds: readonly string[]) => {
    const poller = startStreamPoller(mapping, {
      clock,
      log: { ...silentLog, warn: (_, fields) => void warnings.push(fields ?? {}) },
      deliver: async () => {},
      source: {
        shards: () => shardIds,
        position: async () => "",
        async read({ shardId }, { after }, signal) {
          const event = { shardId }
          if (after === "") return [{ sequenceNumber: "1", arrivedAt: 0, event, filtered: event }]
          await new Promise((resolve) => signal.addEventListener("abort", resolve))
          return []
        },
        savePosition: async () => {},
      },
      // The first shard waits for the second one.
      async invoke(_, payload) {
        invoked.push((JSON.parse(payload) as { Records: [{ shardId: string }] }).Records[0].shardId)
        await expect.poll(() => invoked.length).toBe(2)
        return { outcome: "responded", payload: "null", requestId: "r" }
      },
    })
    onTestFinished(() => poller.stop())
  }
  startWith(["shard-0", "shard-1"])
  await expect.poll(() => invoked.toSorted()).toEqual(["shard-0", "shard-1"])
  expect(warnings).toEqual([])
  startWith([])
  expect(warnings).toEqual([{ message: expect.stringContaining(`Mapping: there is no stream ${streamArn}`) }])
})
