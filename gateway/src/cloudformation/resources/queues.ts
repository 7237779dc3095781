// Reads the SQS queues with their attributes.
import type { QueueDefinition } from "../../definition/storage.ts"
import { recordFrom } from "../../foundation/record-from.ts"
import type { ResolvedTemplate } from "../resolve/resolve-template.ts"
import type { Resource } from "../resolve/resource.ts"
import { validateName } from "./validate-name.ts"

// AWS: CreateQueue takes these properties as attributes of the same name (template-queues)
const queueAttributes = [
  "DelaySeconds",
  "MaximumMessageSize",
  "MessageRetentionPeriod",
  "ReceiveMessageWaitTimeSeconds",
  "VisibilityTimeout",
  "RedrivePolicy",
  "RedriveAllowPolicy",
  "FifoQueue",
  "ContentBasedDeduplication",
  "DeduplicationScope",
  "FifoThroughputLimit",
]

export function readQueues(template: ResolvedTemplate): QueueDefinition[] {
  return template.ofType("AWS::SQS::Queue").map((resource) => {
    // AWS: at most 80 characters, with `.fifo` at the end of a FIFO queue (template-queue-name)
    validateName(resource, "QueueName", "FifoQueue", 80)
    return {
      ...resource.origin,
      queueName: resource.attribute("QueueName"),
      arn: resource.attribute("Arn"),
      attributes: attributesOf(resource),
    }
  })
}

function attributesOf({ properties }: Resource): Record<string, string> {
  const given = queueAttributes
    .map((name) => [name, properties.value(name)] as const)
    .filter(([, value]) => value !== undefined)
  return recordFrom(
    given.map(([name, value]) => [name, typeof value === "object" ? JSON.stringify(value) : String(value)]),
  )
}
