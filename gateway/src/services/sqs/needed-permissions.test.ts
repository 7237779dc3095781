// The permissions that requests to SQS need, each expected by hand from the documentation.
import { expect, test } from "vitest"
import { neededPermissions } from "./needed-permissions.ts"

const url = "https://sqs.eu-west-1.amazonaws.com/123456789012/q"
const arn = (name: string) => `arn:aws:sqs:eu-west-1:123456789012:${name}`

test.each<[operation: string, input: Record<string, unknown>, expected: string[]]>([
  ["SendMessage", { QueueUrl: url }, ["sqs:SendMessage q"]],
  ["SendMessageBatch", { QueueUrl: url }, ["sqs:SendMessage q"]],
  ["ReceiveMessage", { QueueUrl: url }, ["sqs:ReceiveMessage q"]],
  ["DeleteMessage", { QueueUrl: url }, ["sqs:DeleteMessage q"]],
  ["DeleteMessageBatch", { QueueUrl: url }, ["sqs:DeleteMessage q"]],
  ["ChangeMessageVisibility", { QueueUrl: url }, ["sqs:ChangeMessageVisibility q"]],
  ["ChangeMessageVisibilityBatch", { QueueUrl: url }, ["sqs:ChangeMessageVisibility q"]],
  ["GetQueueAttributes", { QueueUrl: `${url}/` }, ["sqs:GetQueueAttributes q"]],
  ["PurgeQueue", { QueueUrl: "q" }, ["sqs:PurgeQueue q"]],
  ["GetQueueUrl", { QueueName: "q", QueueUrl: "other" }, ["sqs:GetQueueUrl q"]],
  ["CreateQueue", { QueueName: "q" }, ["sqs:CreateQueue q"]],
  ["ListQueues", { QueueNamePrefix: "q" }, ["sqs:ListQueues *"]],
  ["ListDeadLetterSourceQueues", { QueueUrl: url }, ["sqs:ListDeadLetterSourceQueues q"]],
  ["ListMessageMoveTasks", { SourceArn: arn("d") }, [`sqs:ListMessageMoveTasks ${arn("d")}`]],
  [
    "StartMessageMoveTask",
    { SourceArn: arn("d"), DestinationArn: arn("q") },
    [
      `sqs:StartMessageMoveTask ${arn("d")}`,
      `sqs:ReceiveMessage ${arn("d")}`,
      `sqs:DeleteMessage ${arn("d")}`,
      `sqs:GetQueueAttributes ${arn("d")}`,
      `sqs:SendMessage ${arn("q")}`,
    ],
  ],
  ["SendMessage", {}, []],
  ["SendMessage", { QueueUrl: 3 }, []],
  ["GetQueueUrl", { QueueUrl: url }, []],
])("%s with %j needs %j", (operation, input, expected) => {
  expect(neededPermissions({ operation, input }).map(({ action, resource }) => `${action} ${resource}`)).toEqual(
    expected,
  )
})
