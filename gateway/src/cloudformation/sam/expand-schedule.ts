// Expands a ScheduleV2 event to a schedule of EventBridge Scheduler, and to the role with which it uses its target.
import { withoutUndefined } from "../../foundation/without-undefined.ts"
import type { Properties, Resources } from "../generated-resource.ts"
import { targetRole } from "./target-role.ts"

/**
 * AWS: SAM generates a schedule and a role for a ScheduleV2 event (template-sam-schedule-v2)
 * @param id of the schedule: the logical id of the target and the event
 */
export function expandSchedule(id: string, target: { arn: Properties; action: string }, event: Properties): Resources {
  const { ScheduleExpression, ScheduleExpressionTimezone, StartDate, EndDate, State, Name, GroupName } = event
  const { Input, DeadLetterConfig, RetryPolicy, RoleArn, FlexibleTimeWindow = { Mode: "OFF" } } = event
  const roleId = `${id}Role`
  const schedule: Resources = [
    [
      id,
      {
        Type: "AWS::Scheduler::Schedule",
        Properties: {
          FlexibleTimeWindow,
          ...withoutUndefined({ ScheduleExpression, ScheduleExpressionTimezone, StartDate, EndDate, State }),
          ...withoutUndefined({ Name, GroupName }),
          Target: {
            Arn: target.arn,
            RoleArn: RoleArn ?? { "Fn::GetAtt": [roleId, "Arn"] },
            ...withoutUndefined({ Input, DeadLetterConfig, RetryPolicy }),
          },
        },
      },
    ],
  ]
  if (RoleArn !== undefined) return schedule
  return [...schedule, [roleId, targetRole("scheduler.amazonaws.com", `${roleId}Policy`, target)]]
}
