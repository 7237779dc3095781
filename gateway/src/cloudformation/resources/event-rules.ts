// Reads the buses and rules of EventBridge.
import type { EventBusDefinition, RuleDefinition, RuleTarget } from "../../definition/events.ts"
import { InvalidSchedule, parseSchedule } from "../../foundation/schedule-expression.ts"
import { withoutUndefined } from "../../foundation/without-undefined.ts"
import type { Properties } from "../resolve/properties.ts"
import type { ResolvedTemplate } from "../resolve/resolve-template.ts"
import type { Resource } from "../resolve/resource.ts"
import { readEventPattern } from "./event-pattern-property.ts"

const targetServices = new Set(["lambda", "sqs", "sns", "events", "states"])

/** What targets of rules and schedules can be. */
export const SERVED_TARGETS = "Functions, queues, topics, buses and state machines are."

export function isServedTarget(targetArn: string): boolean {
  return targetServices.has(targetArn.split(":")[2] ?? "")
}

export function readEventBuses(template: ResolvedTemplate): EventBusDefinition[] {
  return template.ofType("AWS::Events::EventBus").map((resource) => ({
    ...resource.origin,
    busName: resource.ref,
    arn: resource.attribute("Arn"),
  }))
}

/** AWS: a rule has an event pattern, a schedule or both (event-rule) */
export function readRules(template: ResolvedTemplate): RuleDefinition[] {
  return template.ofType("AWS::Events::Rule").flatMap((resource) => {
    const { properties } = resource
    if (properties.text("State") === "DISABLED") return []
    const rule: RuleDefinition = {
      ...resource.origin,
      ruleName: resource.ref.split("|").at(-1) ?? "",
      arn: resource.attribute("Arn"),
      busName: properties.text("EventBusName")?.split("/").at(-1) ?? "default",
      targets: properties.objects("Targets").flatMap((target) => readTarget(resource, target) ?? []),
    }
    const eventPattern = readEventPattern(resource, properties, "EventPattern")
    if (eventPattern) rule.eventPattern = eventPattern
    const expression = properties.text("ScheduleExpression")
    if (expression !== undefined) {
      rule.scheduleExpression = expression
      checkSchedule(resource, expression)
      // AWS: only rules of the default bus have schedules (event-rule)
      if (rule.busName !== "default") resource.problem("ScheduleExpression is supported only on the default event bus.")
    }
    if (properties.value("EventPattern") === undefined && expression === undefined) {
      resource.problem("One of EventPattern and ScheduleExpression is required.")
    }
    return rule
  })
}

function readTarget(resource: Resource, properties: Properties): RuleTarget | undefined {
  const targetArn = properties.required("Arn")
  const service = targetArn.split(":")[2] ?? ""
  if (targetArn !== "" && !isServedTarget(targetArn)) {
    return resource.notice(`Targets of the service ${service} are not served. ${SERVED_TARGETS}`)
  }
  const roleArn = properties.text("RoleArn")
  // AWS: a rule starts a state machine with its role (event-state-machine)
  if (roleArn === undefined && service === "states") {
    return resource.problem(
      `RoleArn is required for the target ${targetArn}: it starts the state machine with this role.`,
    )
  }
  return {
    targetArn,
    ...withoutUndefined({
      roleArn,
      input: properties.text("Input"),
      inputPath: properties.text("InputPath"),
      inputTransformer: inputTransformerOf(properties.object("InputTransformer")),
      messageGroupId: properties.object("SqsParameters")?.text("MessageGroupId"),
      deadLetterArn: properties.object("DeadLetterConfig")?.text("Arn"),
    }),
  }
}

function inputTransformerOf(properties: Properties | undefined): RuleTarget["inputTransformer"] {
  return properties && { inputPaths: properties.map("InputPathsMap"), template: properties.required("InputTemplate") }
}

export function checkSchedule(resource: Resource, expression: string, timezone?: string): void {
  try {
    parseSchedule(expression, timezone)
  } catch (error) {
    if (!(error instanceof InvalidSchedule || error instanceof RangeError)) throw error
    resource.problem(`ScheduleExpression is not valid: ${error.message}.`)
  }
}
