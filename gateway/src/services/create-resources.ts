// Makes the stand-ins hold what the template deploys: its tables, buckets and queues.
import { CreateTableCommand, type CreateTableCommandInput, type DynamoDBClient } from "@aws-sdk/client-dynamodb"
import { CreateBucketCommand, type S3Client } from "@aws-sdk/client-s3"
import { CreateQueueCommand, SetQueueAttributesCommand, type SQSClient } from "@aws-sdk/client-sqs"
import type { BucketDefinition, QueueDefinition, TableDefinition } from "../definition/storage.ts"
import { STAND_IN_ACCOUNT_ID } from "./s3-sqs-stand-in.ts"

/** Tables that exist already are left as they are. */
export async function createTables(client: DynamoDBClient, tables: TableDefinition[]): Promise<void> {
  await Promise.all(
    tables.map(async ({ createTable }) => {
      const command = new CreateTableCommand(createTable as unknown as CreateTableCommandInput)
      await client.send(command).catch(unless("ResourceInUseException"))
    }),
  )
}

export async function createBuckets(client: S3Client, buckets: BucketDefinition[]): Promise<void> {
  await Promise.all(
    buckets.map(async ({ bucketName }) => {
      const command = new CreateBucketCommand({ Bucket: bucketName })
      await client.send(command).catch(unless("BucketAlreadyOwnedByYou", "BucketAlreadyExists"))
    }),
  )
}

/** Queues that exist already take the template's attributes. Dead-letter queues come first: others point at them. */
export async function createQueues(client: SQSClient, endpoint: string, queues: QueueDefinition[]): Promise<void> {
  for (const queue of deadLettersFirst(queues)) {
    const Attributes = standInAttributes(queue)
    try {
      await client.send(new CreateQueueCommand({ QueueName: queue.queueName, Attributes }))
    } catch (error) {
      unless("QueueNameExists")(error)
      const QueueUrl = queueUrl(endpoint, queue.arn)
      await client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }))
    }
  }
}

/** Where a queue of the stand-in is reached. */
export function queueUrl(endpoint: string, queueArn: string): string {
  return `${endpoint}/${STAND_IN_ACCOUNT_ID}/${queueArn.split(":").at(-1)}`
}

function deadLettersFirst(queues: QueueDefinition[]): QueueDefinition[] {
  const redrives = ({ attributes }: QueueDefinition) => Number(attributes.RedrivePolicy !== undefined)
  return queues.toSorted((a, b) => redrives(a) - redrives(b))
}

// Encryption and access policies mean nothing to a stand-in.
const keptAttributes = [
  "VisibilityTimeout",
  "DelaySeconds",
  "MaximumMessageSize",
  "MessageRetentionPeriod",
  "ReceiveMessageWaitTimeSeconds",
  "FifoQueue",
  "ContentBasedDeduplication",
]

function standInAttributes({ attributes }: QueueDefinition): Record<string, string> {
  const kept = Object.entries(attributes).filter(([name]) => keptAttributes.includes(name))
  const { RedrivePolicy } = attributes
  if (RedrivePolicy === undefined) return Object.fromEntries(kept)
  const policy = JSON.parse(RedrivePolicy) as { deadLetterTargetArn: string; maxReceiveCount: number | string }
  const parts = policy.deadLetterTargetArn.split(":")
  parts[4] = STAND_IN_ACCOUNT_ID
  const redrive = { deadLetterTargetArn: parts.join(":"), maxReceiveCount: Number(policy.maxReceiveCount) }
  return { ...Object.fromEntries(kept), RedrivePolicy: JSON.stringify(redrive) }
}

function unless(...names: string[]): (error: unknown) => void {
  return (error) => {
    if (!(error instanceof Error) || !names.includes(error.name)) throw error
  }
}
