// The two SQS operations that the functions call beside Lambda's poller: delayed sends and visibility changes.
import { ChangeMessageVisibilityCommand, SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs"

/** AWS: a message is delayed by at most 15 minutes (system-message-delay) */
export const maxDelaySeconds = 900

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

  return { send, changeVisibility }
}
