// Which messages of a FIFO topic are published again, and what it costs to remember the others.
import { expect, test } from "vitest"
import { silentLog } from "../../foundation/log.ts"
import { ManualClock } from "../../foundation/manual-clock.ts"
import { createTopics } from "./topics.ts"

const topicArn = "arn:aws:sns:eu-west-1:123456789012:orders.fifo"
const FIVE_MINUTES = 5 * 60_000

function create() {
  const clock = new ManualClock()
  const unused = () => {
    throw new Error("There is no subscription")
  }
  const topics = createTopics({ clock, log: silentLog, sendToQueue: unused, invokeAsync: unused, hasFunction: unused })
  const topic = {
    logicalId: "Orders",
    stackName: "s",
    topicName: "orders.fifo",
    arn: topicArn,
    isFifo: true,
    contentBasedDeduplication: true,
  }
  topics.use([topic], [])
  const publish = (message: string) =>
    topics.publish(topicArn, { message, groupId: "group", attributes: new Map() }).messageId
  return { clock, publish }
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
