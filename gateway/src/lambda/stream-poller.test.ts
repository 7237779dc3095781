// Batches of a stream: windows, retries, bisection, reported failures, age and the destination of what is given up.
import { expect, onTestFinished, test } from "vitest"
import type { InvocationResult } from "../definition/invocation.ts"
import type { StreamMappingDefinition } from "../definition/lambda.ts"
import { silentLog } from "../foundation/log.ts"
import { ManualClock } from "../foundation/manual-clock.ts"
import { functionError } from "./invocation.ts"
import type { StreamRecord } from "./stream-batch.ts"
import { startStreamPoller } from "./stream-poller.ts"

const streamArn = "arn:aws:dynamodb:eu-west-1:123456789012:table/messages/stream/2026-01-01T00:00:00.000"
const functionArn = "arn:aws:lambda:eu-west-1:123456789012:function:reader"

type Handler = (ids: string[], attempt: number) => unknown

/** A poller of a stream with these records, whose function is the handler. */
function start(ids: string[], handler: Handler, overrides: Partial<StreamMappingDefinition> = {}) {
  const clock = new ManualClock(1_767_225_600_000)
  const created = (clock.now() - 10_000) / 1000
  const records = ids.map(
    (id, index): StreamRecord => ({
      eventName: "INSERT",
      dynamodb: {
        ApproximateCreationDateTime: created,
        SequenceNumber: `${100 + index}`,
        ...{ Keys: { id: { S: id } } },
      },
    }),
  )
  const nameOf = (sequenceNumber: string) => ids[Number(sequenceNumber) - 100] ?? ""
  const batches: string[] = []
  const delivered: [string, unknown][] = []
  const positions: string[] = []
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
      streams: {
        position: async () => "",
        async read(_, { after, limit, waitMs }, signal) {
          const found = records.filter(({ dynamodb }) => dynamodb.SequenceNumber > after).slice(0, limit)
          if (found.length === 0 && waitMs > 0)
            await new Promise((resolve) => signal.addEventListener("abort", resolve))
          return found
        },
        async savePosition(_, position) {
          positions.push(nameOf(position))
          if (position === records.at(-1)?.dynamodb.SequenceNumber) finished.resolve()
        },
      },
      async invoke(_, payload): Promise<InvocationResult> {
        const event = JSON.parse(payload) as { Records: StreamRecord[] }
        const names = event.Records.map(({ dynamodb }) => nameOf(dynamodb.SequenceNumber))
        batches.push(names.join(""))
        const requestId = `r${batches.length}`
        try {
          return { outcome: "responded", payload: JSON.stringify(handler(names, batches.length) ?? null), requestId }
        } catch (error) {
          if ((error as Error).message === "throttled") return { outcome: "throttled", requestId }
          return functionError(requestId, { errorType: "Error", errorMessage: "no" })
        }
      },
      deliver: async (arn, body) => void delivered.push([arn, JSON.parse(body)]),
    },
  )
  onTestFinished(() => poller.stop())
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
  return { clock, batches, delivered, positions, finish }
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
          shardId: "shardId-00000000000000000000-00000000",
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
  const filters = [{ dynamodb: { Keys: { id: { S: ["b"] } } } }, { eventName: ["REMOVE"] }]
  const { batches, positions, finish } = start(["a", "b", "c"], () => {}, { filters })
  await finish()
  expect(batches).toEqual(["b"])
  expect(positions).toEqual(["c"])
})
