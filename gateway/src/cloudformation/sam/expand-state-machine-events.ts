// Expands the events of a SAM state machine to rules, and to the roles with which they start it.
import { isRecord } from "../../foundation/is-record.ts"
import type { Properties, Resources } from "../generated-resource.ts"
import type { Report } from "../report.ts"
import { expandRule } from "./expand-rule.ts"
import { expandSchedule } from "./expand-schedule.ts"
import { targetRole } from "./target-role.ts"

/** AWS: SAM generates a rule and a role for a schedule or a pattern (template-sam-state-machine-events) */
export function expandStateMachineEvents(machineId: string, events: Properties, report: Report): Resources {
  return Object.entries(events).flatMap(([eventId, event]): Resources => {
    const properties = isRecord(event) && isRecord(event.Properties) ? event.Properties : {}
    const type = isRecord(event) ? String(event.Type) : "unknown"
    switch (type) {
      case "EventBridgeRule":
      case "CloudWatchEvent":
      case "Schedule":
        return ruleWithRole(machineId, eventId, properties)
      case "ScheduleV2":
        return expandSchedule(
          `${machineId}${eventId}`,
          { arn: { Ref: machineId }, action: "states:StartExecution" },
          properties,
        )
      default: {
        const message = `Its event ${eventId} of type ${type} is not served, so it never starts the state machine.`
        report.notice({ logicalId: machineId, type: "AWS::Serverless::StateMachine" }, message)
        return []
      }
    }
  })
}

function ruleWithRole(machineId: string, eventId: string, properties: Properties): Resources {
  const id = `${machineId}${eventId}`
  const roleId = `${id}Role`
  const { RoleArn } = properties
  const target = {
    Id: `${id}StepFunctionsTarget`,
    Arn: { Ref: machineId },
    RoleArn: RoleArn ?? { "Fn::GetAtt": [roleId, "Arn"] },
  }
  const rule = expandRule(target, properties)
  if (RoleArn !== undefined) return [[id, rule]]
  const use = { arn: { Ref: machineId }, action: "states:StartExecution" }
  const role = targetRole("events.amazonaws.com", `${roleId}StartExecutionPolicy`, use)
  return [
    [id, rule],
    [roleId, role],
  ]
}
