// Finds the type of a resource that a mistyped one most likely means.
import { closestName } from "../../foundation/closest-name.ts"

// Beside those whose attributes are known, so that none of them is taken for a mistyped name of another one.
const others = [
  "AWS::ApiGateway::BasePathMapping",
  "AWS::ApiGateway::ClientCertificate",
  "AWS::ApiGateway::GatewayResponse",
  "AWS::ApiGateway::Method",
  "AWS::ApiGateway::Model",
  "AWS::ApiGateway::UsagePlanKey",
  "AWS::ApiGateway::VpcLink",
  "AWS::ApiGatewayV2::VpcLink",
  "AWS::CloudFormation::CustomResource",
  "AWS::IAM::Group",
  "AWS::IAM::Policy",
  "AWS::IAM::RolePolicy",
  "AWS::IAM::UserPolicy",
  "AWS::KMS::Alias",
  "AWS::Lambda::EventInvokeConfig",
  "AWS::Lambda::LayerVersionPermission",
  "AWS::Lambda::Permission",
  "AWS::Logs::LogStream",
  "AWS::Logs::SubscriptionFilter",
  "AWS::S3::BucketPolicy",
  "AWS::SNS::TopicPolicy",
  "AWS::SQS::QueuePolicy",
  "AWS::Serverless::Api",
  "AWS::Serverless::Application",
  "AWS::Serverless::Connector",
  "AWS::Serverless::Function",
  "AWS::Serverless::HttpApi",
  "AWS::Serverless::LayerVersion",
  "AWS::Serverless::SimpleTable",
  "AWS::Serverless::StateMachine",
  "AWS::Serverless::WebSocketApi",
]

/** @param known the types whose attributes are known @returns undefined for a known type, and when no type is similar */
export function closestType(type: string, known: readonly string[]): string | undefined {
  const all = [...known, ...others]
  if (all.includes(type)) return undefined
  // Compared in parts, because a short name such as IoT is within two edits of IAM.
  const [prefix, service = "", name = "", more] = type.split("::")
  if (prefix !== "AWS" || more !== undefined) return undefined
  const parts = all.map((one) => one.split("::"))
  const services = [...new Set(parts.map(([, one = ""]) => one))]
  const meantService = services.includes(service) ? service : closestName(service, services)
  const names = parts.filter(([, one]) => one === meantService).map(([, , one = ""]) => one)
  const meantName = names.includes(name) ? name : closestName(name, names)
  return meantName === undefined ? undefined : `AWS::${meantService}::${meantName}`
}
