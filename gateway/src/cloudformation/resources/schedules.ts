// Reads the schedules of EventBridge Scheduler.
import type { ScheduleDefinition } from "../../definition/events.ts"
import { dateOf } from "../../foundation/clock.ts"
import { withoutUndefined } from "../../foundation/without-undefined.ts"
import type { Properties } from "../resolve/properties.ts"
import type { ResolvedTemplate } from "../resolve/resolve-template.ts"
import type { Resource } from "../resolve/resource.ts"
import { checkSchedule, isServedTarget, SERVED_TARGETS } from "./event-rules.ts"

export function readSchedules(template: ResolvedTemplate): ScheduleDefinition[] {
  return template.ofType("AWS::Scheduler::Schedule").flatMap((resource) => {
    const { properties } = resource
    if (properties.text("State") === "DISABLED") return []
    const scheduleExpression = properties.required("ScheduleExpression")
    const timezone = properties.text("ScheduleExpressionTimezone") ?? "UTC"
    if (scheduleExpression !== "") checkSchedule(resource, scheduleExpression, timezone)
    const target = readTarget(resource, properties.object("Target"))
    if (!target) return []
    return {
      ...resource.origin,
      arn: resource.attribute("Arn"),
      scheduleExpression,
      timezone,
      target,
      ...withoutUndefined({
        startsAt: dateProperty(resource, "StartDate"),
        endsAt: dateProperty(resource, "EndDate"),
      }),
    }
  })
}

function readTarget(resource: Resource, properties: Properties | undefined): ScheduleDefinition["target"] | undefined {
  if (!properties) return resource.problem("Target is required.")
  const targetArn = properties.required("Arn")
  const roleArn = properties.required("RoleArn")
  // `arn:aws:scheduler:::aws-sdk:service:operation` calls any operation of AWS.
  if (targetArn !== "" && !isServedTarget(targetArn)) {
    return resource.notice(`Targets such as ${targetArn} are not served. ${SERVED_TARGETS}`)
  }
  const bus = properties.object("EventBridgeParameters")
  return {
    targetArn,
    roleArn,
    ...withoutUndefined({
      input: properties.text("Input"),
      messageGroupId: properties.object("SqsParameters")?.text("MessageGroupId"),
      eventBus: bus && { source: bus.required("Source"), detailType: bus.required("DetailType") },
      deadLetterArn: properties.object("DeadLetterConfig")?.text("Arn"),
    }),
  }
}

function dateProperty({ properties, problem }: Resource, name: string): number | undefined {
  const text = properties.text(name)
  if (text === undefined) return undefined
  // A date with a time and without a zone would be in the time zone of the machine.
  const time = dateOf(/T[\d:.]+$/.test(text) ? `${text}Z` : text).getTime()
  return Number.isNaN(time) ? problem(`${name} must be a date such as 2027-01-31T08:30:00Z, not ${text}.`) : time
}
