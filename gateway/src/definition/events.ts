// SNS, EventBridge and EventBridge Scheduler resources.
import type { Origin } from "./origin.ts"

export type TopicDefinition = Origin & {
  topicName: string
  arn: string
  isFifo: boolean
  contentBasedDeduplication: boolean
}

export type SubscriptionDefinition = Origin & {
  subscriptionArn: string
  topicArn: string
  protocol: "sqs" | "lambda"
  endpointArn: string
  filterPolicy?: Record<string, unknown>
  filterPolicyScope: "MessageAttributes" | "MessageBody"
  rawMessageDelivery: boolean
  /** ARN of the queue that receives what the endpoint does not. */
  deadLetterArn?: string
}

export type EventBusDefinition = Origin & { busName: string; arn: string }

export type RuleDefinition = Origin & {
  ruleName: string
  arn: string
  /** The name of its bus. */
  busName: string
  eventPattern?: Record<string, unknown>
  scheduleExpression?: string
  targets: RuleTarget[]
}

export type EventTarget = {
  targetArn: string
  /** The role with which the target is used; without one, its resource policy decides. */
  roleArn?: string
  /** Instead of the event, as JSON text. */
  input?: string
  /** Of a FIFO queue. */
  messageGroupId?: string
  /** ARN of the queue that receives what the target does not. */
  deadLetterArn?: string
}

export type RuleTarget = EventTarget & {
  inputPath?: string
  inputTransformer?: { inputPaths: Record<string, string>; template: string }
}

export type ScheduleDefinition = Origin & {
  arn: string
  scheduleExpression: string
  /** `Europe/Berlin` */
  timezone: string
  /** Milliseconds since the epoch. */
  startsAt?: number
  endsAt?: number
  target: EventTarget & { roleArn: string; eventBus?: { source: string; detailType: string } }
}
