// The SQS operations that the functions call beside Lambda's poller: sends, delayed or many, and visibility changes.
import {
  ChangeMessageVisibilityCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs"

/** AWS: a message is delayed by at most 15 minutes (system-message-delay) */
export const maxDelaySeconds = 900

// AWS: one request sends at most ten messages (system-message-batch)
const messagesPerRequest = 10

export type Queue = ReturnType<typeof createQueue>

export function createQueue(client: SQSClient, queueUrl: string) {
  async function send(body: string, delaySeconds: number): Promise<void> {
    await client.send(
      new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: body,
        DelaySeconds: Math.min(delaySeconds, maxDelaySeconds),
      }),
    )
  }

  /** @returns the messages that were not accepted. @throws when every request failed. */
  async function sendAll(bodies: readonly string[]): Promise<string[]> {
    const starts = Array.from(
      { length: Math.ceil(bodies.length / messagesPerRequest) },
      (_, n) => n * messagesPerRequest,
    )
    const batches = starts.map((start) => bodies.slice(start, start + messagesPerRequest))
    const results = await Promise.allSettled(batches.map(sendBatch))
    const failure = results.find((result) => result.status === "rejected")
    if (failure && results.every(({ status }) => status === "rejected")) throw failure.reason
    return results.flatMap((result, n) => (result.status === "fulfilled" ? result.value : (batches[n] ?? [])))
  }

  async function sendBatch(bodies: readonly string[]): Promise<string[]> {
    const Entries = bodies.map((body, index) => ({ Id: String(index), MessageBody: body }))
    const { Failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }))
    return Failed.map(({ Id }) => bodies[Number(Id)] ?? "")
  }

  /** Makes a received message visible again after `seconds`, counted from now. */
  async function changeVisibility(receiptHandle: string, seconds: number): Promise<void> {
    await client.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: queueUrl,
        ReceiptHandle: receiptHandle,
        VisibilityTimeout: Math.max(0, Math.ceil(seconds)),
      }),
    )
  }

  return { send, sendAll, changeVisibility }
}
