// The buses of EventBridge: matches each event with the rules of its bus, and delivers it to their targets.
import type { EventBusDefinition, RuleDefinition, RuleTarget } from "../../definition/events.ts"
import { compileEventPattern, type EventPattern } from "../../foundation/event-pattern.ts"
import type { Log } from "../../foundation/log.ts"
import type { Deliver } from "../deliver.ts"
import type { BusEvent } from "./event.ts"
import { targetInput } from "./target-input.ts"

export type EventBuses = {
  use(buses: readonly EventBusDefinition[], rules: readonly RuleDefinition[]): void
  /** The name of a bus; undefined for one that does not exist here, such as that of another account or region. */
  nameOf(busArn: string): string | undefined
  /** Delivers to the targets of the rules that match. */
  put(busName: string, event: BusEvent): void
  /** The same by ARN. @throws Error for a bus that does not exist here */
  putOn(busArn: string, event: BusEvent): void
  /** Delivers the event of a schedule to the targets of its rule. */
  run(rule: RuleDefinition, event: BusEvent): void
  /** Waits for the deliveries that have begun. */
  close(): Promise<void>
}

export type EventBusesOptions = {
  deliver: Deliver
  /** The ARN of the bus that every account has in each region. */
  defaultBusArn(): string
  log: Log
}

type Rule = { definition: RuleDefinition; matches: EventPattern }

// Rules can put events on buses whose rules put them on the first bus again.
const MAX_HOPS = 20

export function createEventBuses({ deliver, defaultBusArn, log }: EventBusesOptions): EventBuses {
  const running = new Set<Promise<void>>()
  let busNames = new Map<string, string>()
  let rules: Rule[] = []

  function nameOf(busArn: string): string | undefined {
    return busArn === defaultBusArn() ? "default" : busNames.get(busArn)
  }

  function put(busName: string, event: BusEvent, hops = 0): void {
    for (const { definition, matches } of rules) {
      if (definition.busName === busName && matches(event)) run(definition, event, hops)
    }
  }

  function run(rule: RuleDefinition, event: BusEvent, hops = 0): void {
    for (const target of rule.targets) {
      const busName = nameOf(target.targetArn)
      // AWS: a bus receives the event itself (event-bus-target)
      if (busName !== undefined) forward(busName, event, hops + 1)
      else track(deliverTo(target, event, rule))
    }
  }

  function forward(busName: string, event: BusEvent, hops: number): void {
    if (hops <= MAX_HOPS) put(busName, event, hops)
    else log.error("Event not delivered: rules forward it between buses in a circle", { busName, eventId: event.id })
  }

  /** Never rejects. */
  async function deliverTo(target: RuleTarget, event: BusEvent, rule: RuleDefinition): Promise<void> {
    const { targetArn, deadLetterArn, messageGroupId } = target
    const body = targetInput(target, event, rule)
    try {
      await deliver(targetArn, body, { groupId: messageGroupId })
    } catch (cause) {
      log.error("Event not delivered", { rule: rule.logicalId, targetArn, deadLetterArn, cause })
      if (deadLetterArn !== undefined) await sendToDeadLetters(deadLetterArn, { body, target, rule, cause })
    }
  }

  /** AWS: the message has the event, and attributes that name the rule, the target and the error (event-dead-letter) */
  async function sendToDeadLetters(
    deadLetterArn: string,
    failed: { body: string; target: RuleTarget; rule: RuleDefinition; cause: unknown },
  ): Promise<void> {
    const { body, target, rule, cause } = failed
    const text = (StringValue: string) => ({ DataType: "String", StringValue })
    const attributes = {
      RULE_ARN: text(rule.arn),
      TARGET_ARN: text(target.targetArn),
      ERROR_CODE: text("SDK_CLIENT_ERROR"),
      ERROR_MESSAGE: text((cause as Error).message.slice(0, 1024)),
    }
    await deliver(deadLetterArn, body, { attributes }).catch((failure: unknown) => {
      log.error("Dead-letter queue of a rule not reached", { rule: rule.logicalId, deadLetterArn, cause: failure })
    })
  }

  function track(delivery: Promise<void>): void {
    const tracked = delivery.finally(() => running.delete(tracked))
    running.add(tracked)
  }

  return {
    use(buses, definitions) {
      busNames = new Map(buses.map(({ arn, busName }) => [arn, busName]))
      rules = definitions.map((definition) => ({
        definition,
        matches: definition.eventPattern ? compileEventPattern(definition.eventPattern) : () => false,
      }))
    },
    nameOf,
    put: (busName, event) => put(busName, event),
    putOn(busArn, event) {
      const busName = nameOf(busArn)
      if (busName === undefined) throw new Error(`The event bus ${busArn} does not exist here.`)
      put(busName, event)
    },
    run: (rule, event) => run(rule, event),
    async close() {
      while (running.size > 0) await Promise.all(running)
    },
  }
}
