// Finds the records of a batch that are processed again, and reports a batch that is given up.
import type { InvocationResult } from "../definition/invocation.ts"
import type { ShardOfMapping, StreamRecord } from "../definition/stream-source.ts"
import { isoTime } from "../foundation/clock.ts"
import { isRecord } from "../foundation/is-record.ts"

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
  if (failures.length === 0) return undefined
  const indexes = new Map<unknown, number>(batch.map(({ sequenceNumber }, index) => [sequenceNumber, index]))
  return failures.reduce<number>((first, failure: unknown) => {
    const id = isRecord(failure) ? failure.itemIdentifier : undefined
    return Math.min(first, indexes.get(id) ?? 0)
  }, batch.length)
}

export type GivenUp = {
  condition: "RetryAttemptsExhausted" | "RecordAgeExceeded"
  batch: readonly StreamRecord[]
  attempts: number
  result: InvocationResult | undefined
  /** Milliseconds since the epoch. */
  time: number
}

/** AWS: the destination receives where the records are, and not the records (streams-on-failure, kinesis-mapping-on-failure) */
export function failureReport(
  { mapping, shardId }: ShardOfMapping,
  { condition, batch, attempts, result, time }: GivenUp,
): string {
  const [first, last] = [batch[0], batch.at(-1)]
  const service = mapping.streamArn.split(":")[2]
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
    [service === "kinesis" ? "KinesisBatchInfo" : "DDBStreamBatchInfo"]: {
      shardId,
      startSequenceNumber: first?.sequenceNumber,
      endSequenceNumber: last?.sequenceNumber,
      approximateArrivalOfFirstRecord: isoTime(first?.arrivedAt ?? 0),
      approximateArrivalOfLastRecord: isoTime(last?.arrivedAt ?? 0),
      batchSize: batch.length,
      streamArn: mapping.streamArn,
    },
  })
}
