// Asks the stand-in whether it has the queue of a request.
import type { QueueDefinition } from "../../definition/storage.ts"
import { sendOperation } from "../stand-in/private-request.ts"
import type { StandIn } from "../stand-in/stand-in-process.ts"
import { nameInUrl, type SqsRequest } from "./needed-permissions.ts"

/** A request that names no queue, or creates it, counts as one to a queue that exists. */
export async function queueExists(
  { standIn, queues }: { standIn: StandIn; queues: readonly QueueDefinition[] },
  { operation, input }: SqsRequest,
): Promise<boolean> {
  const { QueueUrl, QueueName } = input
  const name = typeof QueueUrl === "string" ? nameInUrl(QueueUrl) : QueueName
  if (typeof name !== "string" || operation === "CreateQueue") return true
  if (queues.some(({ queueName }) => queueName === name)) return true
  await standIn.available()
  const { status } = await sendOperation(standIn, "AmazonSQS.GetQueueUrl", { QueueName: name })
  return status === 200
}
