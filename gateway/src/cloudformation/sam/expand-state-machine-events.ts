// Expands the events of a SAM state machine to rules, and to the roles with which they start it.
import { isRecord } from "../../foundation/is-record.ts"
import type { Report } from "../report.ts"
import type { ResourceBody } from "../source/stack.ts"
import { expandSchedule } from "./expand-schedule.ts"
import { type Properties, type Resources, withoutUndefined } from "./properties.ts"

/** AWS: SAM generates a rule and a role for a schedule or a pattern (template-sam-state-machine-events) */
export function expandStateMachineEvents(machineId: string, events: Properties, report: Report): Resources {
  return Object.entries(events).flatMap(([eventId, event]): Resources => {
    const properties = isRecord(event) && isRecord(event.Properties) ? event.Properties : {}
    const type = isRecord(event) ? String(event.Type) : "unknown"
    switch (type) {
      case "EventBridgeRule":
      case "CloudWatchEvent":
        return ruleWithRole(machineId, eventId, properties)
      case "Schedule":
        return ruleWithRole(machineId, eventId, { ...properties, ScheduleExpression: properties.Schedule })
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
  const { Pattern, ScheduleExpression, EventBusName, RuleName, Name = RuleName, Input, InputPath } = properties
  const { InputTransformer, DeadLetterConfig, RoleArn } = properties
  const id = `${machineId}${eventId}`
  const roleId = `${id}Role`
  const isDisabled = properties.Enabled === false || properties.State === "DISABLED"
  const target = {
    Id: `${id}StepFunctionsTarget`,
    Arn: { Ref: machineId },
    RoleArn: RoleArn ?? { "Fn::GetAtt": [roleId, "Arn"] },
    ...withoutUndefined({ Input, InputPath, InputTransformer, DeadLetterConfig }),
  }
  const rule: ResourceBody = {
    Type: "AWS::Events::Rule",
    Properties: {
      ...withoutUndefined({ EventPattern: Pattern, ScheduleExpression, EventBusName, Name }),
      State: isDisabled ? "DISABLED" : "ENABLED",
      Targets: [target],
    },
  }
  return RoleArn === undefined
    ? [
        [id, rule],
        [roleId, roleFor(machineId, roleId)],
      ]
    : [[id, rule]]
}

function roleFor(machineId: string, roleId: string): ResourceBody {
  const trust = { Effect: "Allow", Principal: { Service: ["events.amazonaws.com"] }, Action: ["sts:AssumeRole"] }
  const start = { Effect: "Allow", Action: "states:StartExecution", Resource: { Ref: machineId } }
  const Version = "2012-10-17"
  return {
    Type: "AWS::IAM::Role",
    Properties: {
      AssumeRolePolicyDocument: { Version, Statement: [trust] },
      Policies: [{ PolicyName: `${roleId}StartExecutionPolicy`, PolicyDocument: { Version, Statement: [start] } }],
    },
  }
}
