// Reads, purges and redrives queues for the console.
import { randomUUID } from "node:crypto"
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  type MessageAttributeValue,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs"
import type { StoredData, StoredMessage } from "../../definition/stored-data.ts"
import type { ClientOptions } from "../client-options.ts"
import { sendPrivately } from "../stand-in/private-request.ts"
import type { StandIn } from "../stand-in/stand-in-process.ts"
import { queueUrl } from "./queue-url.ts"

export type QueueReader = Pick<StoredData, "depth" | "messages" | "purge" | "redrive"> & { close(): void }

/** A browser shows no more at once. */
const MAX_MESSAGES = 500
/** How long a message that is being moved stays hidden. */
const MOVE_SECONDS = 30

export function openQueueReader(options: ClientOptions, standIn: () => Promise<StandIn>): QueueReader {
  const client = new SQSClient(options)
  const urlOf = (queueArn: string) => queueUrl(options.endpoint, queueArn)

  async function depth(queueArn: string) {
    const { Attributes = {} } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl: urlOf(queueArn), AttributeNames: ["All"] }),
    )
    return {
      visible: Number(Attributes.ApproximateNumberOfMessages),
      inFlight: Number(Attributes.ApproximateNumberOfMessagesNotVisible),
      delayed: Number(Attributes.ApproximateNumberOfMessagesDelayed),
    }
  }

  /** Sends before it deletes, so that a failure between both leaves the message twice and not lost. */
  async function move(message: Message, from: string, to: string): Promise<void> {
    const { MessageGroupId, MessageDeduplicationId } = message.Attributes ?? {}
    await client.send(
      new SendMessageCommand({
        QueueUrl: to,
        MessageBody: message.Body ?? "",
        MessageAttributes: message.MessageAttributes ?? {},
        ...(MessageGroupId !== undefined && { MessageGroupId }),
        // A new id: the one of the message may still be known to the queue, which would drop the message.
        ...(MessageDeduplicationId !== undefined && { MessageDeduplicationId: randomUUID() }),
      }),
    )
    await client.send(new DeleteMessageCommand({ QueueUrl: from, ReceiptHandle: message.ReceiptHandle }))
  }

  return {
    depth,
    // The stand-in has a path that shows messages without receiving them. Receiving would count against maxReceiveCount.
    async messages(queueArn) {
      const { messages } = await inspect(await standIn(), queueArn.split(":").at(-1) ?? "")
      const { ready, inflight, delayed } = messages
      return [
        ...ready.map((one) => shown(one, "visible")),
        ...inflight.map(({ message }) => shown(message, "in flight")),
        ...delayed.map((one) => shown(one, "delayed")),
      ].slice(0, MAX_MESSAGES)
    },
    async purge(queueArn) {
      await client.send(new PurgeQueueCommand({ QueueUrl: urlOf(queueArn) }))
    },
    async redrive(queueArn, targetArn) {
      const [from, to] = [urlOf(queueArn), urlOf(targetArn)]
      // Messages that fail again meanwhile come back, so the number is fixed at the start.
      const { visible } = await depth(queueArn)
      let moved = 0
      while (moved < visible) {
        const { Messages = [] } = await client.send(
          new ReceiveMessageCommand({
            QueueUrl: from,
            MaxNumberOfMessages: Math.min(10, visible - moved),
            VisibilityTimeout: MOVE_SECONDS,
            MessageAttributeNames: ["All"],
            MessageSystemAttributeNames: ["MessageGroupId", "MessageDeduplicationId"],
          }),
        )
        if (Messages.length === 0) break
        for (const message of Messages) await move(message, from, to)
        moved += Messages.length
      }
      return moved
    },
    close: () => client.destroy(),
  }
}

type InspectedMessage = {
  messageId: string
  body: string
  sentTimestamp: number
  approximateReceiveCount: number
  messageGroupId?: string
  messageAttributes?: Record<string, MessageAttributeValue>
}

type Inspected = {
  messages: { ready: InspectedMessage[]; delayed: InspectedMessage[]; inflight: { message: InspectedMessage }[] }
}

async function inspect(standIn: StandIn, queueName: string): Promise<Inspected> {
  await standIn.available()
  const { status, body } = await sendPrivately(standIn, { path: `/_fauxqs/queues/${encodeURIComponent(queueName)}` })
  if (status !== 200) throw new Error(`The queue ${queueName} does not exist.`)
  return JSON.parse(body) as Inspected
}

function shown(message: InspectedMessage, state: StoredMessage["state"]): StoredMessage {
  const { messageId, body, sentTimestamp, approximateReceiveCount, messageGroupId, messageAttributes = {} } = message
  const attributes = Object.entries(messageAttributes).map(([name, { StringValue = "(binary)" }]) => [
    name,
    StringValue,
  ])
  return {
    messageId,
    state,
    body,
    sentAt: sentTimestamp,
    receiveCount: approximateReceiveCount,
    ...(messageGroupId !== undefined && { groupId: messageGroupId }),
    attributes: Object.fromEntries(attributes),
  }
}
