// The topics of SNS: filters each message for the subscriptions of its topic, and delivers it to queues and functions.
import { createHash, randomUUID } from "node:crypto"
import type { SubscriptionDefinition, TopicDefinition } from "../../definition/events.ts"
import type { Clock } from "../../foundation/clock.ts"
import { compileEventPattern, type EventPattern } from "../../foundation/event-pattern.ts"
import type { Log } from "../../foundation/log.ts"
import { parseJsonObject, parseJsonOrText } from "../../foundation/parse-json.ts"
import { recordFrom } from "../../foundation/record-from.ts"
import { createSerialQueue } from "../../foundation/serial-queue.ts"
import type { DeliveryPorts } from "../deliver.ts"
import { ServiceError } from "../local/local-service.ts"
import { functionEvent, type PublishedMessage, queueEnvelope, type TopicMessage, textFor } from "./message.ts"

export type TopicsOptions = Pick<DeliveryPorts, "sendToQueue" | "invokeAsync" | "hasFunction"> & {
  clock: Clock
  log: Log
}

export type Published = { messageId: string; sequenceNumber?: string }

export type Topics = {
  use(topics: readonly TopicDefinition[], subscriptions: readonly SubscriptionDefinition[]): void
  /** @throws ServiceError NotFound for a topic that does not exist */
  publish(topicArn: string, message: TopicMessage): Published
  /** Waits for the deliveries that have begun. */
  close(): Promise<void>
}

type Subscription = {
  definition: SubscriptionDefinition
  matches: EventPattern
  /** Runs a delivery: those of a FIFO topic one after the other. */
  run(delivery: () => Promise<void>): Promise<void>
}

/** AWS: a message of a FIFO topic with the same id within five minutes is not delivered again (sns-fifo-deduplication) */
const DEDUPLICATION_MS = 5 * 60_000

export function createTopics(options: TopicsOptions): Topics {
  const { clock, log } = options
  const running = new Set<Promise<void>>()
  const recent = new Map<string, { published: Published; until: number }>()
  let topics = new Map<string, { topic: TopicDefinition; subscriptions: Subscription[] }>()
  /** By subscription: a reload keeps the order of the deliveries. */
  const inOrder = new Map<string, Subscription["run"]>()
  let sequence = 0n

  function runner({ isFifo }: TopicDefinition, { subscriptionArn }: SubscriptionDefinition): Subscription["run"] {
    if (!isFifo) return (delivery) => delivery()
    const run = inOrder.get(subscriptionArn) ?? createSerialQueue()
    inOrder.set(subscriptionArn, run)
    return run
  }

  function compile(topic: TopicDefinition, definition: SubscriptionDefinition): Subscription {
    return { definition, matches: matcherOf(definition), run: runner(topic, definition) }
  }

  function use(definitions: readonly TopicDefinition[], subscriptions: readonly SubscriptionDefinition[]): void {
    topics = new Map(
      definitions.map((topic) => {
        const own = subscriptions.filter(({ topicArn }) => topicArn === topic.arn)
        return [topic.arn, { topic, subscriptions: own.map((one) => compile(topic, one)) }]
      }),
    )
  }

  function publish(topicArn: string, message: TopicMessage): Published {
    const found = topics.get(topicArn)
    if (!found) throw new ServiceError("NotFound", "Topic does not exist", 404)
    const published = createPublished(found.topic, message)
    const { messageId } = published
    const deduplicationId = found.topic.isFifo ? deduplicationIdOf(found.topic, message) : message.deduplicationId
    const deduplicationKey = found.topic.isFifo ? `${topicArn} ${deduplicationId}` : undefined
    forgetOld()
    const before = deduplicationKey === undefined ? undefined : recent.get(deduplicationKey)
    if (before) return before.published
    if (deduplicationKey !== undefined)
      recent.set(deduplicationKey, { published, until: clock.now() + DEDUPLICATION_MS })
    const complete = { ...message, deduplicationId, messageId, topicArn, time: clock.now() }
    for (const { definition, matches, run } of found.subscriptions) {
      // AWS: the messages of a group are delivered in the order in which they were published (sns-fifo-group)
      if (matches(complete)) track(run(() => deliver(definition, complete)))
    }
    return published
  }

  /** They are in the order in which they were published. */
  function forgetOld(): void {
    for (const [key, { until }] of recent) {
      if (until > clock.now()) return
      recent.delete(key)
    }
  }

  function createPublished({ isFifo }: TopicDefinition, message: TopicMessage): Published {
    if (!isFifo) return { messageId: randomUUID() }
    // AWS: a message of a FIFO topic has a group (sns-fifo-group)
    if (message.groupId === undefined) throw invalid("The MessageGroupId parameter is required for FIFO topics")
    sequence += 1n
    return { messageId: randomUUID(), sequenceNumber: String(10_000_000_000_000_000_000n + sequence) }
  }

  function track(delivery: Promise<void>): void {
    const tracked = delivery.finally(() => running.delete(tracked))
    running.add(tracked)
  }

  /** Never rejects. */
  async function deliver(subscription: SubscriptionDefinition, message: PublishedMessage): Promise<void> {
    const { endpointArn, topicArn, deadLetterArn } = subscription
    const body = bodyFor(subscription, message)
    try {
      if (subscription.protocol === "sqs")
        await options.sendToQueue(endpointArn, body, queueMessage(subscription, message))
      else if (options.hasFunction(endpointArn)) void options.invokeAsync(endpointArn, body)
      else throw new Error(`Function not found: ${endpointArn}`)
    } catch (cause) {
      log.error("Message of a topic not delivered", { topicArn, endpointArn, deadLetterArn, cause })
      // AWS: what the endpoint does not receive goes to the dead-letter queue of the subscription (sns-dead-letter)
      if (deadLetterArn === undefined) return
      await options.sendToQueue(deadLetterArn, body, queueMessage(subscription, message)).catch((failure: unknown) => {
        log.error("Dead-letter queue of a subscription not reached", { topicArn, deadLetterArn, cause: failure })
      })
    }
  }

  return {
    use,
    publish,
    async close() {
      while (running.size > 0) await Promise.all(running)
    },
  }
}

function invalid(message: string): ServiceError {
  return new ServiceError("InvalidParameter", `Invalid parameter: ${message}`)
}

function deduplicationIdOf(topic: TopicDefinition, { deduplicationId: id, message }: TopicMessage): string {
  if (id !== undefined) return id
  // AWS: the id is the SHA-256 hash of the message, and queues receive it as their own (sns-fifo-deduplication)
  if (topic.contentBasedDeduplication) return createHash("sha256").update(message).digest("hex")
  // AWS: a FIFO topic needs an id, or deduplicates by content (sns-fifo-deduplication)
  throw invalid(
    "The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
  )
}

function matcherOf({ filterPolicy, filterPolicyScope }: SubscriptionDefinition): EventPattern {
  if (!filterPolicy) return () => true
  const matches = compileEventPattern(filterPolicy)
  const subject = filterPolicyScope === "MessageBody" ? bodyOf : attributesOf
  return (message) => matches(subject(message as TopicMessage))
}

/** AWS: a message that is not a JSON object matches no policy for bodies (sns-filter-body) */
function bodyOf({ message }: TopicMessage): unknown {
  return parseJsonObject(message)
}

/** AWS: numbers and lists in attributes are compared as such (sns-filter-attributes) */
function attributesOf({ attributes }: TopicMessage): Record<string, unknown> {
  return recordFrom(
    [...attributes].flatMap(([name, { DataType, StringValue = "" }]) => {
      if (DataType.startsWith("Number")) return [[name, Number(StringValue)] as const]
      if (DataType === "String.Array") return [[name, parseJsonOrText(StringValue)] as const]
      return DataType.startsWith("String") ? [[name, StringValue] as const] : []
    }),
  )
}

function bodyFor(
  { protocol, subscriptionArn, rawMessageDelivery }: SubscriptionDefinition,
  message: PublishedMessage,
): string {
  const text = textFor(protocol, message)
  if (protocol === "lambda") return functionEvent(message, subscriptionArn, text)
  return rawMessageDelivery ? text : queueEnvelope(message, subscriptionArn, text)
}

/** AWS: with raw delivery the attributes become those of the message in the queue (sns-raw) */
function queueMessage({ rawMessageDelivery }: SubscriptionDefinition, message: PublishedMessage) {
  const { groupId, deduplicationId, attributes } = message
  return { groupId, deduplicationId, ...(rawMessageDelivery && { attributes: Object.fromEntries(attributes) }) }
}
