// Hash keys of partition keys, and the ranges of the shards of a stream.
import { expect, test } from "vitest"
import { hashKeyOf, readHashKey, splitHashKeys } from "./hash-keys.ts"

const last = 2n ** 128n - 1n

test("the hash key of a partition key is its MD5 hash", () => {
  expect(hashKeyOf("a")).toBe(0x0cc175b9c0f1b6a831c399e269772661n)
})

test.each([
  ["0", 0n],
  ["170141183460469231731687303715884105728", 2n ** 127n],
  [String(last), last],
  [String(last + 1n), undefined],
  ["01", undefined],
  ["-1", undefined],
  ["1e3", undefined],
  ["", undefined],
  ["9".repeat(40), undefined],
])("the text %j is the hash key %s", (text, key) => {
  expect(readHashKey(text)).toBe(key)
})

test.each([1, 2, 3, 7])("%d shards have equal ranges without gaps, and the last one has the rest", (count) => {
  const ranges = splitHashKeys(count)
  expect(ranges).toHaveLength(count)
  expect([ranges[0]?.start, ranges.at(-1)?.end]).toEqual([0n, last])
  for (const [index, { start, end }] of ranges.entries()) {
    if (index > 0) expect(start).toBe((ranges[index - 1]?.end ?? 0n) + 1n)
    if (index < count - 1) expect(end - start + 1n).toBe(2n ** 128n / BigInt(count))
  }
})
