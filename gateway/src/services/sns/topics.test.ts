// Messages of a FIFO topic: which are published again, what it costs to remember the others, and how queues receive them.
import { createHash } from "node:crypto"
import { expect, test } from "vitest"
import type { SubscriptionDefinition } from "../../definition/events.ts"
import { silentLog } from "../../foundation/log.ts"
import { ManualClock } from "../../foundation/manual-clock.ts"
import type { DeliveryPorts } from "../deliver.ts"
import { createTopics } from "./topics.ts"

const topicArn = "arn:aws:sns:eu-west-1:123456789012:orders.fifo"
const FIVE_MINUTES = 5 * 60_000

const unused = () => {
  throw new Error("There is no subscription")
}

const subscription: SubscriptionDefinition = {
  logicalId: "Subscription",
  stackName: "s",
  subscriptionArn: `${topicArn}:1`,
  topicArn,
  protocol: "sqs",
  endpointArn: "arn:aws:sqs:eu-west-1:123456789012:orders.fifo",
  filterPolicyScope: "MessageAttributes",
  rawMessageDelivery: true,
}

function create(subscriptions: SubscriptionDefinition[] = [], sendToQueue: DeliveryPorts["sendToQueue"] = unused) {
  const clock = new ManualClock()
  const topics = createTopics({ clock, log: silentLog, sendToQueue, invokeAsync: unused, hasFunction: unused })
  const topic = {
    logicalId: "Orders",
    stackName: "s",
    topicName: "orders.fifo",
    arn: topicArn,
    isFifo: true,
    contentBasedDeduplication: true,
  }
  topics.use([topic], subscriptions)
  const publish = (message: string) =>
    topics.publish(topicArn, { message, groupId: "group", attributes: new Map() }).messageId
  return { clock, publish, topics }
}

test("a message is not published again within five minutes, and then it is", () => {
  const { clock, publish } = create()
  const first = publish("a")
  clock.advance(FIVE_MINUTES - 1)
  publish("b")
  expect(publish("a")).toBe(first)
  clock.advance(1)
  expect(publish("a")).not.toBe(first)
})

test("the time of a message does not grow with the messages of the last five minutes", () => {
  const timeOf = (count: number) => {
    const { publish } = create()
    const startedAt = performance.now()
    for (let index = 0; index < count; index++) publish(String(index))
    return performance.now() - startedAt
  }
  const small = timeOf(1_000)
  // Twenty times as many. Quadratic time would be 400 times as long.
  expect(timeOf(20_000)).toBeLessThan(Math.max(small, 20) * 80)
})

test("a queue receives a message after the one that was published before", async () => {
  const received: string[] = []
  const first = Promise.withResolvers<void>()
  const { publish, topics } = create([subscription], async (_, body) => {
    if (body === "1") await first.promise
    received.push(body)
    if (body === "2") throw new Error("The queue does not exist")
  })
  for (const message of ["1", "2", "3"]) publish(message)
  first.resolve()
  await topics.close()
  expect(received).toEqual(["1", "2", "3"])
})

test("a queue receives the deduplication id that the topic has made from the message", async () => {
  const ids: (string | undefined)[] = []
  const { publish, topics } = create(
    [subscription],
    async (_, _body, message) => void ids.push(message?.deduplicationId),
  )
  publish("a")
  await topics.close()
  expect(ids).toEqual([createHash("sha256").update("a").digest("hex")])
})
