// Polls one queue and gives its messages to a function in batches.
import {
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SQSClient,
} from "@aws-sdk/client-sqs"
import type { InvocationResult } from "../definition/invocation.ts"
import type { EventSourceMappingDefinition } from "../definition/lambda.ts"
import type { Clock } from "../foundation/clock.ts"
import type { Log } from "../foundation/log.ts"
import { pause } from "./pause.ts"
import { createQueueFilter } from "./queue-filter.ts"
import { failedMessages, sqsEvent } from "./sqs-event.ts"

export type PollerOptions = {
  region: string
  /** The SQS endpoint, read when a poller starts. */
  endpoint(): string
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }
  queueUrl(queueArn: string): string
  invoke(functionArn: string, payload: string): Promise<InvocationResult>
  clock: Clock
  log: Log
}

export type Poller = {
  /** Stops polling and waits for the batches that the function has. */
  stop(): Promise<void>
}

/** Differs: five batches at once; AWS adds more each minute (lambda-sqs-scaling) */
const DEFAULT_CONCURRENCY = 5
/** AWS: a receive returns at most ten messages and waits at most 20 seconds (lambda-sqs-receive) */
const MAX_MESSAGES_PER_RECEIVE = 10
const MAX_WAIT_SECONDS = 20
const RETRY_RECEIVE_MS = 1000

export function startPoller(mapping: EventSourceMappingDefinition, options: PollerOptions): Poller {
  const { credentials } = options
  const region = mapping.queueArn.split(":")[3] || options.region
  const client = new SQSClient({ region, endpoint: options.endpoint(), credentials })
  const { clock, log } = options
  const QueueUrl = options.queueUrl(mapping.queueArn)
  const isWanted = createQueueFilter(mapping.filters)
  const stopping = new AbortController()
  const running = new Set<Promise<void>>()
  const polling = poll()

  async function poll(): Promise<void> {
    const limit = mapping.maximumConcurrency ?? DEFAULT_CONCURRENCY
    while (!stopping.signal.aborted) {
      if (running.size >= limit) await Promise.race(running)
      const batch = await collectBatch()
      if (batch.length === 0) continue
      const processed = processBatch(batch).finally(() => running.delete(processed))
      running.add(processed)
    }
  }

  // AWS: a window collects messages until the batch is full or the window ends (lambda-sqs-window)
  async function collectBatch(): Promise<Message[]> {
    const batch = await receive(mapping.batchSize, MAX_WAIT_SECONDS)
    const endsAt = clock.now() + mapping.batchingWindowSeconds * 1000
    for (let leftMs = endsAt - clock.now(); leftMs > 0; leftMs = endsAt - clock.now()) {
      if (batch.length === 0 || batch.length >= mapping.batchSize || stopping.signal.aborted) break
      batch.push(...(await receive(mapping.batchSize - batch.length, Math.ceil(leftMs / 1000))))
    }
    return batch
  }

  async function receive(count: number, waitSeconds: number): Promise<Message[]> {
    const input: ReceiveMessageCommandInput = {
      QueueUrl,
      MaxNumberOfMessages: Math.min(count, MAX_MESSAGES_PER_RECEIVE),
      WaitTimeSeconds: Math.min(waitSeconds, MAX_WAIT_SECONDS),
      MessageSystemAttributeNames: ["All"],
      MessageAttributeNames: ["All"],
    }
    try {
      const { Messages = [] } = await client.send(new ReceiveMessageCommand(input), { abortSignal: stopping.signal })
      return await keepWanted(Messages)
    } catch (cause) {
      if (stopping.signal.aborted) return []
      log.error("Queue not reached", { logicalId: mapping.logicalId, queueArn: mapping.queueArn, cause })
      await pause(RETRY_RECEIVE_MS, { clock, signal: stopping.signal })
      return []
    }
  }

  /** AWS: a message that no filter matches is deleted (sqs-filter) */
  async function keepWanted(messages: Message[]): Promise<Message[]> {
    if (mapping.filters.length === 0) return messages
    const { Records } = sqsEvent(messages, mapping.queueArn, region)
    const wanted = Records.map(isWanted)
    await deleteMessages(messages.filter((_, index) => !wanted[index]))
    return messages.filter((_, index) => wanted[index])
  }

  // Messages that are not deleted become visible again after the visibility timeout of the queue.
  async function processBatch(batch: Message[]): Promise<void> {
    const { functionArn, queueArn, logicalId } = mapping
    try {
      const result = await options.invoke(functionArn, JSON.stringify(sqsEvent(batch, queueArn, region)))
      const failed = failedMessages(result, batch, mapping.reportBatchItemFailures)
      if (failed.size > 0) log.warn("Messages stay on the queue", { logicalId, queueArn, messageIds: [...failed] })
      await deleteMessages(batch.filter(({ MessageId = "" }) => !failed.has(MessageId)))
    } catch (cause) {
      log.error("Batch not finished", { logicalId, queueArn, cause })
    }
  }

  async function deleteMessages(messages: Message[]): Promise<void> {
    for (let at = 0; at < messages.length; at += MAX_MESSAGES_PER_RECEIVE) {
      const part = messages.slice(at, at + MAX_MESSAGES_PER_RECEIVE)
      const Entries = part.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }))
      await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }))
    }
  }

  return {
    async stop() {
      stopping.abort()
      await polling
      await Promise.all(running)
      client.destroy()
    },
  }
}
