// The event for a batch of a stream, the part of it that failed, and the report of a batch that is given up.
import type { InvocationResult } from "../definition/invocation.ts"
import type { StreamMappingDefinition } from "../definition/lambda.ts"
import { isoTime } from "../foundation/clock.ts"
import { isRecord } from "../foundation/is-record.ts"
import { SHARD_ID, streamRecord } from "../foundation/stream-records.ts"

/** A record of DynamoDB Streams. */
export type StreamRecord = {
  eventName: string
  dynamodb: { ApproximateCreationDateTime: number; SequenceNumber: string }
}

/** AWS: a record in an event has an id, a version, the source and the ARN of the stream (streams-event) */
export function lambdaRecord(record: StreamRecord, streamArn: string) {
  const { eventName, dynamodb, ...identity } = record
  return { ...streamRecord({ eventName, dynamodb }, streamArn), eventSourceARN: streamArn, ...identity }
}

/**
 * The index of the first record that is to be processed again; undefined when the batch has succeeded.
 * AWS: with ReportBatchItemFailures, the lowest reported sequence number; an empty or absent list means success, and an
 * unknown number that all failed (streams-partial)
 */
export function firstFailure(
  result: InvocationResult,
  batch: readonly StreamRecord[],
  reportsItems: boolean,
): number | undefined {
  if (result.outcome !== "responded") return 0
  if (!reportsItems) return undefined
  const parsed: unknown = JSON.parse(result.payload)
  if (parsed === null) return undefined
  if (!isRecord(parsed)) return 0
  const failures = parsed.batchItemFailures ?? []
  if (!Array.isArray(failures)) return 0
  const indexes = failures.map((failure: unknown) => {
    const id = isRecord(failure) ? failure.itemIdentifier : undefined
    return batch.findIndex(({ dynamodb }) => dynamodb.SequenceNumber === id)
  })
  return indexes.length === 0 ? undefined : Math.max(0, Math.min(...indexes))
}

export type GivenUp = {
  condition: "RetryAttemptsExhausted" | "RecordAgeExceeded"
  batch: readonly StreamRecord[]
  attempts: number
  result: InvocationResult | undefined
  /** Milliseconds since the epoch. */
  time: number
}

/** AWS: the destination receives where the records are, and not the records (streams-on-failure) */
export function failureReport(
  mapping: StreamMappingDefinition,
  { condition, batch, attempts, result, time }: GivenUp,
): string {
  const [first, last] = [batch[0], batch.at(-1)].map((record) => record?.dynamodb)
  const arrival = (seconds = 0) => isoTime(seconds * 1000)
  return JSON.stringify({
    requestContext: {
      requestId: result?.requestId ?? "",
      functionArn: mapping.functionArn,
      condition,
      approximateInvokeCount: attempts,
    },
    ...(result && {
      responseContext: {
        statusCode: 200,
        executedVersion: "$LATEST",
        functionError: result.outcome === "function-error" ? "Unhandled" : null,
      },
    }),
    version: "1.0",
    timestamp: isoTime(time),
    DDBStreamBatchInfo: {
      shardId: SHARD_ID,
      startSequenceNumber: first?.SequenceNumber,
      endSequenceNumber: last?.SequenceNumber,
      approximateArrivalOfFirstRecord: arrival(first?.ApproximateCreationDateTime),
      approximateArrivalOfLastRecord: arrival(last?.ApproximateCreationDateTime),
      batchSize: batch.length,
      streamArn: mapping.streamArn,
    },
  })
}
