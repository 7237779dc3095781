// A mapping of a stream that changes while its function has a batch.
import { expect, test } from "vitest"
import type { StreamMappingDefinition } from "../definition/lambda.ts"
import type { StreamSource } from "../definition/stream-source.ts"
import { systemClock } from "../foundation/clock.ts"
import { silentLog } from "../foundation/log.ts"
import { createEventSourceMappings } from "./event-source-mapping.ts"
import type { PollerOptions } from "./queue-poller.ts"

const mapping: StreamMappingDefinition = {
  logicalId: "Mapping",
  stackName: "Stack",
  functionArn: "arn:aws:lambda:eu-west-1:123456789012:function:reader",
  streamArn: "arn:aws:kinesis:eu-west-1:123456789012:stream/clicks",
  mappingId: "m",
  enabled: true,
  batchSize: 1,
  batchingWindowSeconds: 0,
  startingPosition: "TRIM_HORIZON",
  filters: [],
  bisects: false,
  maximumRetryAttempts: 0,
  maximumRecordAgeSeconds: Number.MAX_SAFE_INTEGER,
  reportBatchItemFailures: false,
}

test("is read on after that batch, and no record is delivered twice", async () => {
  const records = ["a", "b", "c"].map((id, index) => {
    const event = { id }
    return { sequenceNumber: `${index + 1}`, arrivedAt: Date.now(), event, filtered: event }
  })
  let saved = ""
  let waitingReads = 0
  const source: StreamSource = {
    shards: () => ["shard-0"],
    position: async () => saved,
    async read(_, { after, limit, waitMs }, signal) {
      const found = records.filter(({ sequenceNumber }) => sequenceNumber > after).slice(0, limit)
      if (found.length > 0 || waitMs === 0) return found
      waitingReads++
      await new Promise((resolve) => signal.addEventListener("abort", resolve))
      waitingReads--
      return found
    },
    async savePosition(_, position) {
      saved = position
    },
  }
  const delivered: string[] = []
  const first = Promise.withResolvers<void>()
  const firstIsRunning = Promise.withResolvers<void>()
  const last = Promise.withResolvers<void>()
  const invoke: PollerOptions["invoke"] = async (_, payload) => {
    const { id } = JSON.parse(payload).Records[0]
    delivered.push(id)
    if (id === "a") {
      firstIsRunning.resolve()
      await first.promise
    }
    if (id === "c") last.resolve()
    return { outcome: "responded", payload: "null", requestId: "r" }
  }
  const options = { invoke, streams: () => source, clock: systemClock, log: silentLog } as unknown as PollerOptions
  const mappings = createEventSourceMappings(options)
  mappings.update([mapping])
  await firstIsRunning.promise
  mappings.update([{ ...mapping, maximumRetryAttempts: 1 }])
  await new Promise((resolve) => setImmediate(resolve))
  first.resolve()
  await last.promise
  await expect.poll(() => waitingReads).toBe(1)
  await mappings.close()
  expect(waitingReads).toBe(0)
  expect(delivered).toEqual(["a", "b", "c"])
})
