// Reads the records of PutRecord and PutRecords, within the limits of Kinesis.
import { isRecord } from "../../foundation/is-record.ts"
import type { JsonInput } from "../local/json-service.ts"
import type { ServiceError } from "../local/local-service.ts"
import type { NewRecord } from "./data-streams.ts"
import { hashKeyOf, readHashKey } from "./hash-keys.ts"
import { constraint, invalidArgument } from "./input.ts"

// AWS: a request has at most 500 records, which have at most 10 MiB together (kinesis-put-limits)
const MAX_RECORDS = 500
const MAX_REQUEST_BYTES = 10 * 1024 ** 2
// AWS: a partition key has at most 256 characters (kinesis-partition-key)
const MAX_KEY_LENGTH = 256

/** @throws ServiceError */
export function readRecord(input: JsonInput, maxBytes: number): NewRecord {
  const { PartitionKey: partitionKey, ExplicitHashKey, Data } = input
  if (typeof partitionKey !== "string" || partitionKey === "") {
    throw constraint(String(partitionKey ?? ""), "PartitionKey", "have length greater than or equal to 1")
  }
  if ([...partitionKey].length > MAX_KEY_LENGTH) {
    throw constraint(partitionKey, "PartitionKey", `have length less than or equal to ${MAX_KEY_LENGTH}`)
  }
  if (typeof Data !== "string") throw constraint("null", "Data", "not be null")
  const data = Buffer.from(Data, "base64")
  // AWS: the key counts as well (kinesis-record-size)
  if (data.length + Buffer.byteLength(partitionKey) > maxBytes) throw tooLarge(maxBytes)
  // AWS: an explicit hash key replaces the hash of the partition key (kinesis-explicit-hash-key)
  const explicit = ExplicitHashKey === undefined || ExplicitHashKey === null ? undefined : String(ExplicitHashKey)
  const hashKey = explicit === undefined ? hashKeyOf(partitionKey) : readHashKey(explicit)
  if (hashKey === undefined) {
    throw invalidArgument(`ExplicitHashKey must be a number from 0 to 2^128-1, not ${explicit}.`)
  }
  return { partitionKey, data, hashKey }
}

/** @throws ServiceError of the first record that is not valid: then none is put */
export function readRecords({ Records }: JsonInput, maxBytes: number): NewRecord[] {
  const entries = Array.isArray(Records) ? Records.filter(isRecord) : []
  if (entries.length === 0) throw constraint("[]", "Records", "have length greater than or equal to 1")
  if (entries.length > MAX_RECORDS) {
    throw constraint(`[${entries.length} records]`, "Records", `have length less than or equal to ${MAX_RECORDS}`)
  }
  const records = entries.map((entry) => readRecord(entry, maxBytes))
  const bytes = records.reduce((sum, one) => sum + one.data.length + Buffer.byteLength(one.partitionKey), 0)
  if (bytes > MAX_REQUEST_BYTES) {
    throw invalidArgument(`Records size exceeds ${MAX_REQUEST_BYTES / 1024 ** 2} MB limit`)
  }
  return records
}

/** AWS?: the error of a record that is too large (kinesis-record-size-error) */
function tooLarge(maxBytes: number): ServiceError {
  return constraint("[too large]", "Data", `have length less than or equal to ${maxBytes}`)
}
