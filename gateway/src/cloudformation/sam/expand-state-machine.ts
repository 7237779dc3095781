// Expands `AWS::Serverless::StateMachine` to a state machine and the role that SAM generates for it.
// AWS: SAM generates these resources for a state machine (template-sam-state-machine)
import { isRecord } from "../../foundation/is-record.ts"
import { withoutUndefined } from "../../foundation/without-undefined.ts"
import { type Properties, type Resources, trustPolicy } from "../generated-resource.ts"
import type { Report, Subject } from "../report.ts"
import type { ResourceBody } from "../source/stack.ts"
import { expandStateMachineEvents } from "./expand-state-machine-events.ts"
import { policiesOf } from "./policies.ts"

export function expandStateMachine(
  logicalId: string,
  resource: ResourceBody,
  properties: Properties,
  report: Report,
): Resources {
  const { Definition, DefinitionUri, DefinitionSubstitutions, Name, Type, Role, Events, Policies } = properties
  const location = isRecord(DefinitionUri)
    ? { Bucket: DefinitionUri.Bucket, Key: DefinitionUri.Key }
    : DefinitionUri === undefined
      ? undefined
      : { LocalPath: DefinitionUri }
  const roleId = `${logicalId}Role`
  const machine: ResourceBody = {
    ...resource,
    Type: "AWS::StepFunctions::StateMachine",
    Properties: withoutUndefined({
      Definition,
      DefinitionS3Location: location,
      DefinitionSubstitutions,
      StateMachineName: Name,
      StateMachineType: Type,
      RoleArn: Role ?? { "Fn::GetAtt": [roleId, "Arn"] },
    }),
  }
  const events = expandStateMachineEvents(logicalId, isRecord(Events) ? Events : {}, report)
  if (Role !== undefined) return [[logicalId, machine], ...events]
  return [[logicalId, machine], [roleId, roleOf({ logicalId, type: resource.Type }, Policies, report)], ...events]
}

function roleOf(subject: Subject, policies: unknown, report: Report): ResourceBody {
  const { managedPolicyArns, documents } = policiesOf(subject, policies, report)
  return {
    Type: "AWS::IAM::Role",
    Properties: {
      AssumeRolePolicyDocument: trustPolicy("states.amazonaws.com"),
      ManagedPolicyArns: managedPolicyArns,
      Policies: documents.map((PolicyDocument, index) => ({
        PolicyName: `${subject.logicalId}RolePolicy${index}`,
        PolicyDocument,
      })),
    },
  }
}
