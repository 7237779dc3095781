// Reads the shards of a stream and gives their records to a function in batches, in the order of each shard.
import type { InvocationResult } from "../definition/invocation.ts"
import type { StreamMappingDefinition } from "../definition/lambda.ts"
import type { ShardOfMapping, StreamRecord, StreamSource } from "../definition/stream-source.ts"
import type { Clock } from "../foundation/clock.ts"
import { compileEventPattern } from "../foundation/event-pattern.ts"
import type { Log } from "../foundation/log.ts"
import { pause } from "./pause.ts"
import type { Poller } from "./queue-poller.ts"
import { failureReport, firstFailure, type GivenUp } from "./stream-batch.ts"

export type StreamPollerOptions = {
  source: StreamSource
  invoke(functionArn: string, payload: string): Promise<InvocationResult>
  deliver(targetArn: string, body: string): Promise<void>
  clock: Clock
  log: Log
}

const MAX_WAIT_MS = 20_000
const RETRY_READ_MS = 1000
// AWS?: how long Lambda waits before it retries a batch (streams-retry-delay)
const FIRST_RETRY_MS = 1000
const MAX_RETRY_MS = 60_000
/** AWS: an event has at most 6 MB (lambda-event-size) */
const MAX_EVENT_BYTES = 6 * 1024 * 1024

/** AWS: the shards of a stream are read at the same time (kinesis-mapping-shards) */
export function startStreamPoller(mapping: StreamMappingDefinition, options: StreamPollerOptions): Poller {
  const { logicalId, streamArn } = mapping
  const pollers = options.source.shards(mapping).map((shardId) => startShardPoller({ mapping, shardId }, options))
  if (pollers.length === 0) {
    const message = `${logicalId}: there is no stream ${streamArn} in the template, so it never invokes the function`
    options.log.warn("Not served locally", { message })
  }
  return {
    async stop() {
      await Promise.all(pollers.map((poller) => poller.stop()))
    },
  }
}

function startShardPoller(shard: ShardOfMapping, options: StreamPollerOptions): Poller {
  const { source, clock, log } = options
  const { mapping, shardId } = shard
  const { logicalId, streamArn } = mapping
  const stopping = new AbortController()
  const { signal } = stopping
  const pausing = { clock, signal }
  const filters = mapping.filters.map(compileEventPattern)
  const polling = poll()

  async function poll(): Promise<void> {
    let position: string | undefined
    while (!signal.aborted) {
      try {
        position ??= await source.position(shard)
        const batch = await collect(position)
        const last = batch.at(-1)
        if (!last) continue
        // AWS: a record that no filter matches is not delivered (streams-filter)
        const wanted = filters.length === 0 ? batch : batch.filter(matchesFilter)
        for (const part of splitBySize(wanted)) if (!(await processBatch(part, 0))) return
        position = last.sequenceNumber
        await source.savePosition(shard, position)
      } catch (cause) {
        if (signal.aborted) return
        log.error("Stream not reached", { logicalId, streamArn, shardId, cause })
        await pause(RETRY_READ_MS, pausing)
      }
    }
  }

  function matchesFilter({ filtered }: StreamRecord): boolean {
    return filters.some((matches) => matches(filtered))
  }

  // AWS: a window collects records until the batch is full or the window ends (streams-window)
  async function collect(position: string): Promise<StreamRecord[]> {
    const { batchSize, batchingWindowSeconds } = mapping
    const batch = await source.read(shard, { after: position, limit: batchSize, waitMs: MAX_WAIT_MS }, signal)
    if (batch.length === 0 || batch.length >= batchSize || batchingWindowSeconds === 0) return batch
    await pause(batchingWindowSeconds * 1000, pausing)
    const after = batch.at(-1)?.sequenceNumber ?? position
    const more = await source.read(shard, { after, limit: batchSize - batch.length, waitMs: 0 }, signal)
    return [...batch, ...more]
  }

  function splitBySize(records: readonly StreamRecord[]): StreamRecord[][] {
    const parts: StreamRecord[][] = []
    let bytes = Number.POSITIVE_INFINITY
    for (const record of records) {
      const size = Buffer.byteLength(JSON.stringify(record.event)) + 1
      if (bytes + size > MAX_EVENT_BYTES - 100) {
        parts.push([])
        bytes = 0
      }
      bytes += size
      parts.at(-1)?.push(record)
    }
    return parts
  }

  /**
   * Ends when the batch has succeeded or is given up: a later batch waits for it.
   * @returns false when the poller stopped before
   */
  async function processBatch(batch: readonly StreamRecord[], retries: number): Promise<boolean> {
    let left = batch
    for (let attempts = retries; ; attempts++) {
      if (signal.aborted) return false
      const result = isTooOld(left[0]) ? undefined : await invoke(left)
      if (!result) return giveUp({ condition: "RecordAgeExceeded", batch: left, attempts, result, time: clock.now() })
      const failed = firstFailure(result, left, mapping.reportBatchItemFailures)
      if (failed === undefined) return true
      if (signal.aborted) return false
      // AWS: the records before the first one that failed are not delivered again (streams-partial)
      left = left.slice(failed)
      const failedBatch = { logicalId, streamArn, shardId, records: left.length, attempts: attempts + 1 }
      log.warn("Batch of a stream failed", failedBatch)
      // AWS: a batch is split in two when the function fails (streams-bisect)
      if (mapping.bisects && result.outcome !== "throttled" && left.length > 1) return bisect(left, attempts)
      if (result.outcome !== "throttled" && attempts >= mapping.maximumRetryAttempts) {
        return giveUp({
          condition: "RetryAttemptsExhausted",
          batch: left,
          attempts: attempts + 1,
          result,
          time: clock.now(),
        })
      }
      await pause(Math.min(FIRST_RETRY_MS * 2 ** Math.min(attempts, 10), MAX_RETRY_MS), pausing)
    }
  }

  async function bisect(batch: readonly StreamRecord[], retries: number): Promise<boolean> {
    const middle = Math.ceil(batch.length / 2)
    return (await processBatch(batch.slice(0, middle), retries)) && processBatch(batch.slice(middle), retries)
  }

  function invoke(batch: readonly StreamRecord[]): Promise<InvocationResult> {
    const Records = batch.map(({ event }) => event)
    return options.invoke(mapping.functionArn, JSON.stringify({ Records }))
  }

  function isTooOld(record: StreamRecord | undefined): boolean {
    return clock.now() - (record?.arrivedAt ?? 0) > mapping.maximumRecordAgeSeconds * 1000
  }

  async function giveUp(given: GivenUp): Promise<true> {
    const { onFailureArn } = mapping
    const { condition, batch, attempts } = given
    const lost = { logicalId, streamArn, shardId, condition, attempts, records: batch.length, onFailureArn }
    log.error("Batch of a stream given up", lost)
    if (onFailureArn !== undefined) {
      await options.deliver(onFailureArn, failureReport(shard, given)).catch((cause: unknown) => {
        log.error("Destination of a stream not reached", { logicalId, onFailureArn, cause })
      })
    }
    return true
  }

  return {
    async stop() {
      stopping.abort()
      await polling
    },
  }
}
