// Reports resources that a reader of the template would expect to work and that are not served.
import { keyOf } from "../../definition/origin.ts"
import { knownTypes } from "../resolve/attributes.ts"
import type { ResolvedTemplate } from "../resolve/resolve-template.ts"
import type { Stack } from "../source/stack.ts"
import { closestType } from "./mistyped-types.ts"

const reasons: ReadonlyMap<string, string> = new Map([
  ["AWS::ApiGatewayV2::VpcLink", "VPC links are not served."],
  ["AWS::AppSync::GraphQLApi", "AppSync is not served."],
  ["AWS::Kinesis::StreamConsumer", "Enhanced fan-out of Kinesis is not served: use the stream itself."],
  ["AWS::KinesisFirehose::DeliveryStream", "There is no stand-in for Firehose."],
  ["AWS::Pipes::Pipe", "EventBridge pipes do not run."],
  ["AWS::CertificateManager::Certificate", "Certificates are not used: custom domain names are served without TLS."],
  ["AWS::Cognito::IdentityPool", "There is no stand-in for Cognito identity pools."],
  ["AWS::Cognito::UserPoolIdentityProvider", "Only local users can sign in."],
  ["AWS::Cognito::UserPoolUser", "The users are alice, bob and those that sign up. Add others with --user NAME."],
  ["AWS::RDS::DBCluster", "There is no stand-in for RDS."],
  ["AWS::RDS::DBInstance", "There is no stand-in for RDS."],
  ["AWS::Route53::RecordSet", "Records of domain names are not used: each custom domain name has a local address."],
  ["AWS::StepFunctions::Activity", "Activities of Step Functions are not served."],
])

/** @param stacks those of the template, with the nested ones that are on this machine */
export function reportUnservedResources(template: ResolvedTemplate, stacks: readonly Stack[]): void {
  const known = [...knownTypes(), ...reasons.keys()]
  for (const resource of template.all()) {
    const reason = reasons.get(resource.type)
    const meant = closestType(resource.type, known)
    if (reason !== undefined) resource.notice(reason)
    if (meant !== undefined) resource.notice(`${resource.type} is not a known type. Did you mean ${meant}?`)
  }
  const nested = new Set(stacks.flatMap(({ nestedIn }) => (nestedIn ? [keyOf(nestedIn)] : [])))
  for (const resource of template.ofType("AWS::CloudFormation::Stack")) {
    if (nested.has(keyOf(resource.origin))) continue
    resource.notice("Its template is not on this machine, so its resources are not served.")
  }
}
