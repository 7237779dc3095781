// Lists the permissions that a request to SQS needs.
import type { NeededPermission } from "../../definition/permission.ts"

export type SqsRequest = {
  /** `SendMessage` */
  operation: string
  input: Record<string, unknown>
}

// AWS: a batch needs the permission of the single action (sqs-permissions-batch)
const batches: ReadonlyMap<string, string> = new Map([
  ["SendMessageBatch", "SendMessage"],
  ["DeleteMessageBatch", "DeleteMessage"],
  ["ChangeMessageVisibilityBatch", "ChangeMessageVisibility"],
])

// AWS: moving messages also needs to receive and delete them (sqs-permissions-actions)
const moveActions = ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"]

export function neededPermissions({ operation, input }: SqsRequest): NeededPermission[] {
  const needs = (action: string, resource: string) => ({ action: `sqs:${action}`, resource })
  switch (operation) {
    case "ListQueues":
    case "CancelMessageMoveTask":
      return [needs(operation, "*")]
    case "CreateQueue":
    case "GetQueueUrl":
      return typeof input.QueueName === "string" ? [needs(operation, input.QueueName)] : []
    case "ListMessageMoveTasks":
      return typeof input.SourceArn === "string" ? [needs(operation, input.SourceArn)] : []
    case "StartMessageMoveTask": {
      const { SourceArn, DestinationArn } = input
      if (typeof SourceArn !== "string") return []
      const moves = [operation, ...moveActions].map((action) => needs(action, SourceArn))
      return typeof DestinationArn === "string" ? [...moves, needs("SendMessage", DestinationArn)] : moves
    }
    default: {
      const queueName = typeof input.QueueUrl === "string" ? nameInUrl(input.QueueUrl) : undefined
      // Without a queue the service rejects the request as invalid.
      return queueName === undefined ? [] : [needs(batches.get(operation) ?? operation, queueName)]
    }
  }
}

/** The queue is the last part of `https://sqs.{region}.amazonaws.com/{account}/{queue}`. */
export function nameInUrl(url: string): string {
  return url.split("/").findLast((part) => part !== "") ?? ""
}
