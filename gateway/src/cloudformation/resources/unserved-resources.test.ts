// Which resources are reported as not served.
import { expect, test } from "vitest"
import { defineChat } from "../testing/chat-template.ts"

test.each([
  ["AWS::ApiGateway::RestApi", "REST APIs are not served. WebSocket APIs and HTTP APIs are."],
  ["AWS::ApiGatewayV2::DomainName", "Custom domain names are not served. Use the address of the stage."],
  ["AWS::ApiGatewayV2::ApiMapping", "Custom domain names are not served. Use the address of the stage."],
  ["AWS::Events::Rule", "EventBridge rules, schedules included, do not run."],
  ["AWS::Pipes::Pipe", "EventBridge pipes do not run."],
  ["AWS::SNS::Subscription", "There is no stand-in for SNS."],
  ["AWS::Cognito::UserPool", "There is no stand-in for Cognito."],
  ["AWS::SSM::Parameter", "There is no stand-in for Systems Manager."],
  ["AWS::SecretsManager::Secret", "There is no stand-in for Secrets Manager."],
  ["AWS::StepFunctions::StateMachine", "There is no stand-in for Step Functions."],
  ["AWS::CloudFormation::CustomResource", "Custom resources are not created."],
  ["Custom::MySetup", "Custom resources are not created."],
])("%s is reported", (Type, message) => {
  expect(defineChat({ It: { Type } }).notices).toEqual([{ logicalId: "It", type: Type, message }])
})

test.each(["AWS::Logs::LogGroup", "AWS::CDK::Metadata", "Custom::S3AutoDeleteObjects", "Custom::LogRetention"])(
  "%s is not reported",
  (Type) => {
    expect(defineChat({ It: { Type } }).notices).toEqual([])
  },
)

test("resources of one type share one notice that names them all", () => {
  const topic = { Type: "AWS::SNS::Topic" }
  expect(defineChat({ A: topic, B: topic }).notices).toMatchObject([{ logicalId: "A, B", type: "AWS::SNS::Topic" }])
})

test("a resource whose condition does not hold is not reported", () => {
  const topic = { Type: "AWS::SNS::Topic", Condition: "Never" }
  const Conditions = { Never: { "Fn::Equals": ["a", "b"] } }
  expect(defineChat({ A: topic }, { Conditions }).notices).toEqual([])
})
