// Hash keys of Kinesis: the MD5 hash of a partition key as a number of 128 bits, and the ranges of them that shards have.
import { createHash } from "node:crypto"

export type HashKeyRange = { start: bigint; end: bigint }

const HASH_KEYS = 2n ** 128n

/** AWS: the MD5 hash of a partition key is its hash key (kinesis-partition-key) */
export function hashKeyOf(partitionKey: string): bigint {
  return BigInt(`0x${createHash("md5").update(partitionKey).digest("hex")}`)
}

/** Undefined for a text that is not a hash key. */
export function readHashKey(text: string): bigint | undefined {
  if (!/^(0|[1-9]\d{0,38})$/.test(text)) return undefined
  const key = BigInt(text)
  return key < HASH_KEYS ? key : undefined
}

/** AWS: the shards of a new stream have equal ranges, of which the last one has the rest (kinesis-ranges) */
export function splitHashKeys(count: number): HashKeyRange[] {
  const size = HASH_KEYS / BigInt(count)
  return Array.from({ length: count }, (_, index) => {
    const start = size * BigInt(index)
    return { start, end: index === count - 1 ? HASH_KEYS - 1n : start + size - 1n }
  })
}
