// The role that SAM generates for a rule or a schedule: its service may use the target, and nothing else.

import type { Properties } from "../generated-resource.ts"
import type { ResourceBody } from "../source/stack.ts"

export function targetRole(
  service: string,
  policyName: string,
  { arn, action }: { arn: Properties; action: string },
): ResourceBody {
  const trust = { Effect: "Allow", Principal: { Service: [service] }, Action: ["sts:AssumeRole"] }
  const use = { Effect: "Allow", Action: action, Resource: arn }
  const Version = "2012-10-17"
  return {
    Type: "AWS::IAM::Role",
    Properties: {
      AssumeRolePolicyDocument: { Version, Statement: [trust] },
      Policies: [{ PolicyName: policyName, PolicyDocument: { Version, Statement: [use] } }],
    },
  }
}
