// The streams of Kinesis in memory: which shard has a record, and how long.
import fc from "fast-check"
import { expect, test } from "vitest"
import type { DataStreamDefinition } from "../../definition/storage.ts"
import { silentLog } from "../../foundation/log.ts"
import { ManualClock } from "../../foundation/manual-clock.ts"
import { createDataStreams } from "./data-streams.ts"
import { hashKeyOf, readHashKey, splitHashKeys } from "./hash-keys.ts"

const definitionWith = (parts: Partial<DataStreamDefinition> = {}): DataStreamDefinition => ({
  logicalId: "Clicks",
  stackName: "stack",
  streamName: "clicks",
  arn: "arn:aws:kinesis:us-east-1:123456789012:stream/clicks",
  mode: "PROVISIONED",
  shardCount: 1,
  retentionHours: 24,
  maxRecordBytes: 1024 ** 2,
  ...parts,
})

function startWith(definition = definitionWith()) {
  const clock = new ManualClock(1_767_225_600_000)
  const warnings: string[] = []
  const log = { ...silentLog, warn: (_: string, fields?: object) => void warnings.push(JSON.stringify(fields)) }
  const streams = createDataStreams(clock, log)
  streams.use([definition])
  const stream = streams.find("clicks")
  if (!stream) throw new Error("no stream")
  const put = (text: string) => stream.put({ partitionKey: text, data: Buffer.from(text), hashKey: hashKeyOf(text) })
  const texts = async (index = 0) => {
    const found = await stream.shards[index]?.read({ after: "", limit: 100, waitMs: 0 })
    return (found ?? []).map(({ value }) => value.data.toString())
  }
  return { clock, streams, stream, put, texts, warnings }
}

test("the shards of a stream have all hash keys, each one of them", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 50 }), fc.string(), (count, partitionKey) => {
      const ranges = splitHashKeys(count)
      expect(ranges[0]?.start).toBe(0n)
      expect(ranges.at(-1)?.end).toBe(2n ** 128n - 1n)
      for (const [index, { start }] of ranges.entries()) {
        if (index > 0) expect(start).toBe((ranges[index - 1]?.end ?? 0n) + 1n)
      }
      const key = hashKeyOf(partitionKey)
      expect(ranges.filter(({ start, end }) => key >= start && key <= end)).toHaveLength(1)
    }),
  )
})

test("three shards have the ranges that AWS gives them", () => {
  expect(splitHashKeys(3).map(({ end }) => String(end))).toEqual([
    "113427455640312821154458202477256070484",
    "226854911280625642308916404954512140969",
    "340282366920938463463374607431768211455",
  ])
})

test("a hash key is a decimal number of 128 bits", () => {
  expect(readHashKey("0")).toBe(0n)
  expect(readHashKey(String(2n ** 128n - 1n))).toBe(2n ** 128n - 1n)
  for (const text of ["", "-1", "01", "1.5", "x", String(2n ** 128n)]) expect(readHashKey(text)).toBeUndefined()
})

test("the hash of a partition key decides on the shard, and sequence numbers grow", () => {
  const { stream, put } = startWith(definitionWith({ shardCount: 3 }))
  const results = Array.from({ length: 50 }, (_, index) => put(`key ${index}`))
  for (const [index, { shardId, sequenceNumber }] of results.entries()) {
    const { range } = stream.shards.find((shard) => shard.shardId === shardId) ?? {}
    const key = hashKeyOf(`key ${index}`)
    expect(range && key >= range.start && key <= range.end).toBe(true)
    expect(sequenceNumber).toMatch(/^49\d{54}$/)
    if (index > 0) expect(sequenceNumber > (results[index - 1]?.sequenceNumber ?? "")).toBe(true)
  }
  expect(new Set(results.map(({ shardId }) => shardId)).size).toBe(3)
})

test("records are dropped when the retention period is over", async () => {
  const { clock, put, texts, stream } = startWith()
  put("first")
  clock.advance(3_600_000)
  const second = put("second")
  clock.advance(23 * 3_600_000)
  expect(await texts()).toEqual(["first", "second"])
  clock.advance(1)
  expect(await texts()).toEqual(["second"])
  expect(stream.shards[0]?.oldest()?.sequenceNumber).toBe(second.sequenceNumber)
})

test("the oldest records are dropped when a shard has more than 128 MB", async () => {
  const { stream } = startWith()
  const data = Buffer.alloc(1024 ** 2)
  for (let count = 0; count < 130; count++) stream.put({ partitionKey: "k", data, hashKey: 0n })
  expect(await stream.shards[0]?.read({ after: "", limit: 1000, waitMs: 0 })).toHaveLength(128)
})

test("a stream keeps its records when it is served again, and its shards when their number changes", async () => {
  const { streams, put, texts, warnings } = startWith()
  put("kept")
  streams.use([definitionWith({ retentionHours: 48 })])
  expect(warnings).toEqual([])
  streams.use([definitionWith({ shardCount: 2 })])
  expect(warnings).toEqual([expect.stringContaining("the number of its shards stays 1")])
  expect(await texts()).toEqual(["kept"])
  streams.use([])
  expect([streams.find("clicks"), streams.all()]).toEqual([undefined, []])
})
