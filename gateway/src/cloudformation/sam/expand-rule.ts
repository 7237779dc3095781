// Expands a SAM event with a pattern or a schedule to a rule with one target.
import { withoutUndefined } from "../../foundation/without-undefined.ts"
import type { Properties } from "../generated-resource.ts"
import type { ResourceBody } from "../source/stack.ts"

/**
 * @param target what the rule invokes: its id, its ARN, and the role if it needs one
 * @param properties those of an event of type `EventBridgeRule`, `CloudWatchEvent` or `Schedule`
 */
export function expandRule(target: Properties, properties: Properties): ResourceBody {
  const { Pattern, ScheduleExpression = properties.Schedule, EventBusName, RuleName, Name = RuleName } = properties
  const { Input, InputPath, InputTransformer, DeadLetterConfig, RetryPolicy } = properties
  const isDisabled = properties.Enabled === false || properties.State === "DISABLED"
  return {
    Type: "AWS::Events::Rule",
    Properties: {
      ...withoutUndefined({ EventPattern: Pattern, ScheduleExpression, EventBusName, Name }),
      State: isDisabled ? "DISABLED" : "ENABLED",
      Targets: [
        { ...target, ...withoutUndefined({ Input, InputPath, InputTransformer, DeadLetterConfig, RetryPolicy }) },
      ],
    },
  }
}
