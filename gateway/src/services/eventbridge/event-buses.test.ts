// Buses that rules and deliveries name by their ARN.
import { expect, test } from "vitest"
import type { RuleDefinition } from "../../definition/events.ts"
import { silentLog } from "../../foundation/log.ts"
import { busEvent } from "./event.ts"
import { createEventBuses } from "./event-buses.ts"

const place = { accountId: "123456789012", region: "eu-west-1" }
const busArn = (name: string, { accountId, region } = place) =>
  `arn:aws:events:${region}:${accountId}:event-bus/${name}`
const queueArn = "arn:aws:sqs:eu-west-1:123456789012:queue"
const event = busEvent({ source: "shop", "detail-type": "order", detail: {}, time: 0 }, place)

const rule = (logicalId: string, busName: string, targetArn: string): RuleDefinition => ({
  logicalId,
  stackName: "s",
  ruleName: logicalId,
  arn: `arn:aws:events:eu-west-1:123456789012:rule/${logicalId}`,
  busName,
  eventPattern: { source: ["shop"] },
  targets: [{ targetArn }],
})

function create(...rules: RuleDefinition[]) {
  const delivered: string[] = []
  const buses = createEventBuses({
    deliver: async (targetArn) => void delivered.push(targetArn),
    defaultBusArn: () => busArn("default"),
    log: silentLog,
  })
  buses.use([{ logicalId: "Bus", stackName: "s", busName: "orders", arn: busArn("orders") }], rules)
  return { buses, delivered }
}

test("a rule forwards an event to a bus of the deployment", () => {
  const { buses, delivered } = create(rule("Forward", "default", busArn("orders")), rule("Deliver", "orders", queueArn))
  buses.put("default", event)
  expect(delivered).toEqual([queueArn])
})

test.each([
  { ...place, accountId: "999999999999" },
  { ...place, region: "us-west-2" },
])("an event for the default bus of $accountId in $region is not put on the one of the deployment", (other) => {
  const { buses, delivered } = create(
    rule("Forward", "default", busArn("default", other)),
    rule("Deliver", "default", queueArn),
  )
  buses.put("default", event)
  // The delivery fails, because only the buses of the deployment are served.
  expect(delivered).toEqual([busArn("default", other), queueArn])
})

test("an event for a bus that does not exist is rejected", () => {
  const { buses, delivered } = create(rule("Deliver", "orders", queueArn))
  expect(() => buses.putOn(busArn("deleted"), event)).toThrow(/event-bus\/deleted does not exist here/)
  buses.putOn(busArn("orders"), event)
  expect(delivered).toEqual([queueArn])
})
