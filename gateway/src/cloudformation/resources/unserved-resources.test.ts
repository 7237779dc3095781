// Which resources are reported as not served.
import { expect, test } from "vitest"
import { defineChat } from "../testing/chat-template.ts"

const notCreated =
  "Its ServiceToken is not a function of this template, so it is not created and its attributes are placeholders."

test.each([
  ["AWS::ApiGatewayV2::VpcLink", "VPC links are not served."],
  ["AWS::AppSync::GraphQLApi", "AppSync is not served."],
  ["AWS::Pipes::Pipe", "EventBridge pipes do not run."],
  ["AWS::Kinesis::StreamConsumer", "Enhanced fan-out of Kinesis is not served: use the stream itself."],
  ["AWS::KinesisFirehose::DeliveryStream", "There is no stand-in for Firehose."],
  ["AWS::RDS::DBCluster", "There is no stand-in for RDS."],
  ["AWS::RDS::DBInstance", "There is no stand-in for RDS."],
  ["AWS::Cognito::IdentityPool", "There is no stand-in for Cognito identity pools."],
  ["AWS::Cognito::UserPoolIdentityProvider", "Only local users can sign in."],
  ["AWS::Cognito::UserPoolUser", "The users are alice, bob and those that sign up. Add others with --user NAME."],
  ["AWS::CloudFormation::Stack", "Its template is not on this machine, so its resources are not served."],
  ["AWS::StepFunctions::Activity", "Activities of Step Functions are not served."],
  ["AWS::CloudFormation::CustomResource", notCreated],
  ["Custom::MySetup", notCreated],
  ["AWS::Serverles::Function", "AWS::Serverles::Function is not a known type. Did you mean AWS::Serverless::Function?"],
  ["AWS::Serverless::Functon", "AWS::Serverless::Functon is not a known type. Did you mean AWS::Serverless::Function?"],
  ["AWS::Serverless::GraphQLApi", "AWS::Serverless::GraphQLApi is not served."],
])("%s is reported", (Type, message) => {
  expect(defineChat({ It: { Type } }).notices).toEqual([{ logicalId: "It", type: Type, message }])
})

test.each([
  "AWS::Logs::LogGroup",
  "AWS::CDK::Metadata",
  "Custom::CrossRegionExportReader",
  "Custom::CrossRegionExportWriter",
  "Custom::ECRAutoDeleteImages",
  "Custom::LogRetention",
  "Custom::S3AutoDeleteObjects",
  "Custom::VpcRestrictDefaultSG",
])("%s is not reported", (Type) => {
  expect(defineChat({ It: { Type } }).notices).toEqual([])
})

test("resources of one type share one notice that names them all", () => {
  const stream = { Type: "AWS::KinesisFirehose::DeliveryStream" }
  expect(defineChat({ A: stream, B: stream }).notices).toMatchObject([
    { logicalId: "A, B", type: "AWS::KinesisFirehose::DeliveryStream" },
  ])
})

test("a resource whose condition does not hold is not reported", () => {
  const stream = { Type: "AWS::KinesisFirehose::DeliveryStream", Condition: "Never" }
  const Conditions = { Never: { "Fn::Equals": ["a", "b"] } }
  expect(defineChat({ A: stream }, { Conditions }).notices).toEqual([])
})
