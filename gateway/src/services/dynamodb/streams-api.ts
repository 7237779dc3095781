// The API of DynamoDB Streams, within the process of the stand-in: clients read the records that functions receive as well.
import { dateOf, systemClock } from "../../foundation/clock.ts"
import { SHARD_ID, streamRecord } from "../../foundation/stream-records.ts"
import { readIteratorState, writeIteratorState } from "../streams/iterator-state.ts"
import type { AddedOperation } from "./added-operations.ts"
import type { ChangeRecord } from "./change-record.ts"
import type { ChangeStreams, StreamSettings } from "./change-streams.ts"
import { dynamoDbError, validationError } from "./dynamodb-error.ts"

type Input = Record<string, unknown>

// AWS: an iterator is valid for 15 minutes (dynamodb-streams-iterator-expiry)
const ITERATOR_MS = 900_000
// AWS: at most 1,000 records or 1 MB are returned at once (dynamodb-streams-records)
const MAX_RECORDS = 1000
const MAX_BYTES = 1024 ** 2
const MAX_LISTED = 100

export function streamsApi(streams: ChangeStreams): [target: string, operation: AddedOperation][] {
  function streamOf(arn: unknown): StreamSettings {
    const found = streams.settings().find(({ streamArn }) => streamArn === arn)
    if (found) return found
    const message = `Requested resource not found: Stream: ${String(arn)} not found`
    throw dynamoDbError("ResourceNotFoundException", message)
  }

  async function listStreams(input: Input): Promise<object> {
    const limit = limitOf(input, MAX_LISTED)
    const all = streams
      .settings()
      .filter(({ tableName }) => [undefined, null, tableName].includes(input.TableName as never))
    const start = all.findIndex(({ streamArn }) => streamArn === input.ExclusiveStartStreamArn) + 1
    const listed = all.slice(start, start + limit)
    const last = start + limit < all.length ? listed.at(-1)?.streamArn : undefined
    return {
      Streams: listed.map(({ streamArn, tableName }) => ({
        StreamArn: streamArn,
        TableName: tableName,
        StreamLabel: labelOf(streamArn),
      })),
      ...(last !== undefined && { LastEvaluatedStreamArn: last }),
    }
  }

  async function describeStream(input: Input): Promise<object> {
    const { streamArn, tableName, viewType, keyNames } = streamOf(input.StreamArn)
    const StreamLabel = labelOf(streamArn)
    const StartingSequenceNumber = streams.ends(tableName)?.oldest ?? "0".repeat(24)
    return {
      StreamDescription: {
        StreamArn: streamArn,
        StreamLabel,
        StreamStatus: "ENABLED",
        StreamViewType: viewType,
        CreationRequestDateTime: dateOf(`${StreamLabel}Z`).getTime() / 1000,
        TableName: tableName,
        KeySchema: keyNames.map((AttributeName, index) => ({ AttributeName, KeyType: index === 0 ? "HASH" : "RANGE" })),
        Shards:
          input.ExclusiveStartShardId === SHARD_ID
            ? []
            : [{ ShardId: SHARD_ID, SequenceNumberRange: { StartingSequenceNumber } }],
      },
    }
  }

  async function getShardIterator(input: Input): Promise<object> {
    const { streamArn, tableName } = streamOf(input.StreamArn)
    if (input.ShardId !== SHARD_ID) {
      const message = `Requested resource not found: Shard: ${String(input.ShardId)} in Stream: ${streamArn} not found`
      throw dynamoDbError("ResourceNotFoundException", message)
    }
    return { ShardIterator: iterator(streamArn, startOf(input, streams.ends(tableName)?.newest ?? "")) }
  }

  async function getRecords(input: Input): Promise<object> {
    const limit = limitOf(input, MAX_RECORDS)
    const { streamArn, after } = readIterator(input.ShardIterator)
    const { tableName } = streamOf(streamArn)
    const found = withinSize(await streams.read(tableName, { after, limit, waitMs: 0 }))
    const last = found.at(-1)?.dynamodb.SequenceNumber ?? after
    return {
      Records: found.map((record) => apiRecord(record, streamArn)),
      NextShardIterator: iterator(streamArn, last),
    }
  }

  const operations = { ListStreams: listStreams, DescribeStream: describeStream, GetShardIterator: getShardIterator }
  return [...Object.entries(operations), ["GetRecords", getRecords] as const].map(([name, operation]) => [
    `DynamoDBStreams_20120810.${name}`,
    operation,
  ])
}

function limitOf({ Limit }: Input, most: number): number {
  if (Limit === undefined || Limit === null) return most
  const limit = Number(Limit)
  if (Number.isInteger(limit) && limit >= 1 && limit <= most) return limit
  const rule = limit < 1 ? "greater than or equal to 1" : `less than or equal to ${most}`
  const problem = `Value '${String(Limit)}' at 'limit' failed to satisfy constraint: Member must have value ${rule}`
  throw validationError(`1 validation error detected: ${problem}`)
}

/** `arn:aws:dynamodb:region:account:table/name/stream/2026-01-01T00:00:00.000` */
export function labelOf(streamArn: string): string {
  return streamArn.split("/stream/")[1] ?? ""
}

/** The sequence number that precedes the first record. */
function startOf({ ShardIteratorType: type, SequenceNumber }: Input, newest: string): string {
  if (type === "TRIM_HORIZON") return ""
  if (type === "LATEST") return newest
  if (type !== "AT_SEQUENCE_NUMBER" && type !== "AFTER_SEQUENCE_NUMBER") {
    const types = "AFTER_SEQUENCE_NUMBER, LATEST, AT_SEQUENCE_NUMBER, TRIM_HORIZON"
    throw validationError(`ShardIteratorType is "${String(type)}"; it must be one of ${types}`)
  }
  if (typeof SequenceNumber !== "string" || !/^\d{1,40}$/.test(SequenceNumber)) {
    throw validationError(`SequenceNumber must be the number of a record when ShardIteratorType is ${type}`)
  }
  const number = BigInt(SequenceNumber)
  return String(type === "AT_SEQUENCE_NUMBER" && number > 0n ? number - 1n : number).padStart(24, "0")
}

/** AWS: an iterator begins with the ARN of its stream (dynamodb-streams-iterator) */
function iterator(streamArn: string, after: string): string {
  return `${streamArn}|1|${writeIteratorState({ after, expiresAt: systemClock.now() + ITERATOR_MS })}`
}

function readIterator(text: unknown): { streamArn: string; after: string } {
  const [streamArn = "", , state = ""] = String(text).split("|")
  const parsed = readIteratorState(state)
  if (!parsed) throw validationError("ShardIterator is not a value that GetShardIterator or GetRecords returned")
  if (parsed.expiresAt < systemClock.now()) {
    throw dynamoDbError("ExpiredIteratorException", "The shard iterator has expired: get another one")
  }
  return { streamArn, after: parsed.after }
}

/** At least one, so that a reader gets on. */
function withinSize(records: readonly ChangeRecord[]): ChangeRecord[] {
  let bytes = 0
  return records.filter(({ dynamodb }, index) => {
    bytes += dynamodb.SizeBytes
    // mutants: equivalent, a record with both images of an item is smaller
    return index === 0 || bytes <= MAX_BYTES
  })
}

function apiRecord({ userIdentity, ...change }: ChangeRecord, streamArn: string) {
  return {
    ...streamRecord(change, streamArn),
    ...(userIdentity && { userIdentity: { PrincipalId: userIdentity.principalId, Type: userIdentity.type } }),
  }
}
