// Creates the queues of a template in SQS and sends messages to them.
import {
  CreateQueueCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
  SQSServiceException,
} from "@aws-sdk/client-sqs"
import type { QueueDefinition } from "../../definition/storage.ts"
import type { ClientOptions } from "../client-options.ts"
import type { QueueMessage } from "../deliver.ts"
import { rejectedResource } from "../rejected-resource.ts"
import { queueUrl, STAND_IN_ACCOUNT_ID } from "./queue-url.ts"

/** By the code of the JSON protocol, and by that of the query protocol, which a response can have in a header. */
const queueExists = ["QueueNameExists", "AWS.SimpleQueueService.QueueNameExists"]

export type Queues = {
  /**
   * Existing queues take the attributes of the template.
   * @throws GatewayError TEMPLATE_INVALID when SQS rejects a queue
   */
  create(queues: QueueDefinition[]): Promise<void>
  send(queueArn: string, body: string, message: QueueMessage): Promise<void>
  close(): void
}

export function openQueues(options: ClientOptions): Queues {
  const { endpoint } = options
  const client = new SQSClient(options)
  return {
    async create(queues) {
      // Dead-letter queues come first, because other queues refer to them.
      for (const queue of deadLettersFirst(queues)) {
        const Attributes = standInAttributes(queue)
        const command = new CreateQueueCommand({ QueueName: queue.queueName, Attributes })
        await client.send(command).catch((error) => rethrowUnlessExists(queue, error))
        // An existing queue keeps the attributes that are not given, such as those that a reload has removed.
        const QueueUrl = queueUrl(endpoint, queue.arn)
        await client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: withDefaults(Attributes) }))
      }
    },
    async send(queueArn, body, { attributes = {}, groupId, deduplicationId }) {
      await client.send(
        new SendMessageCommand({
          QueueUrl: queueUrl(endpoint, queueArn),
          MessageBody: body,
          MessageAttributes: attributes,
          ...(groupId !== undefined && { MessageGroupId: groupId }),
          ...(deduplicationId !== undefined && { MessageDeduplicationId: deduplicationId }),
        }),
      )
    },
    close: () => client.destroy(),
  }
}

function rethrowUnlessExists(queue: QueueDefinition, error: unknown): void {
  if (!(error instanceof SQSServiceException)) throw error
  if (!queueExists.includes(error.name)) throw rejectedResource(queue, error)
}

function deadLettersFirst(queues: QueueDefinition[]): QueueDefinition[] {
  const redrives = ({ attributes }: QueueDefinition) => Number(attributes.RedrivePolicy !== undefined)
  return queues.toSorted((a, b) => redrives(a) - redrives(b))
}

// The stand-in ignores encryption and access policies.
const keptAttributes = [
  "VisibilityTimeout",
  "DelaySeconds",
  "MaximumMessageSize",
  "MessageRetentionPeriod",
  "ReceiveMessageWaitTimeSeconds",
  "FifoQueue",
  "ContentBasedDeduplication",
]

// AWS: what a queue has without the attributes (sqs-default-attributes)
const defaults = {
  VisibilityTimeout: "30",
  DelaySeconds: "0",
  MaximumMessageSize: "1048576",
  MessageRetentionPeriod: "345600",
  ReceiveMessageWaitTimeSeconds: "0",
  // Removes the policy.
  RedrivePolicy: "",
}
const MAX_RECEIVE_COUNT = 10

function withDefaults(attributes: Record<string, string>): Record<string, string> {
  const isFifo = attributes.FifoQueue === "true"
  return { ...defaults, ...(isFifo && { ContentBasedDeduplication: "false" }), ...attributes }
}

function standInAttributes({ attributes }: QueueDefinition): Record<string, string> {
  const kept = Object.entries(attributes).filter(([name]) => keptAttributes.includes(name))
  const { RedrivePolicy } = attributes
  if (RedrivePolicy === undefined) return Object.fromEntries(kept)
  const policy = JSON.parse(RedrivePolicy) as { deadLetterTargetArn: string; maxReceiveCount?: number | string }
  const parts = policy.deadLetterTargetArn.split(":")
  parts[4] = STAND_IN_ACCOUNT_ID
  const maxReceiveCount = Number(policy.maxReceiveCount ?? MAX_RECEIVE_COUNT)
  const redrive = { deadLetterTargetArn: parts.join(":"), maxReceiveCount }
  return { ...Object.fromEntries(kept), RedrivePolicy: JSON.stringify(redrive) }
}
