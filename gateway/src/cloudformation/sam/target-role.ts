// The role that SAM generates for a rule or a schedule: its service may use the target, and nothing else.
import { type Properties, trustPolicy } from "../generated-resource.ts"
import type { ResourceBody } from "../source/stack.ts"

export function targetRole(
  service: string,
  policyName: string,
  { arn, action }: { arn: Properties; action: string },
): ResourceBody {
  const statement = { Effect: "Allow", Action: action, Resource: arn }
  return {
    Type: "AWS::IAM::Role",
    Properties: {
      AssumeRolePolicyDocument: trustPolicy(service),
      Policies: [{ PolicyName: policyName, PolicyDocument: { Version: "2012-10-17", Statement: [statement] } }],
    },
  }
}
