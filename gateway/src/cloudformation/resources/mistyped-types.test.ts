// Which type is suggested for a mistyped one.
import { expect, test } from "vitest"
import { closestType } from "./mistyped-types.ts"

const known = ["AWS::ApiGatewayV2::Model", "AWS::IAM::Role", "AWS::Lambda::Function", "AWS::S3::Bucket"]

test.each([
  ["AWS::Serverles::Function", "AWS::Serverless::Function"],
  ["AWS::Lamdba::Function", "AWS::Lambda::Function"],
  ["AWS::Lambda::Fucntion", "AWS::Lambda::Function"],
  ["AWS::ApiGatewayv2::Model", "AWS::ApiGatewayV2::Model"],
])("%s most likely means %s", (type, expected) => {
  expect(closestType(type, known)).toBe(expected)
})

test.each([
  "AWS::Lambda::Function",
  "AWS::ApiGateway::Model",
  "AWS::IoT::Policy",
  "AWS::Lambda::CodeSigningConfig",
  "AWS::EC2::Instance",
  "Custom::Function",
  "Alexa::ASK::Skill",
  "AWS::Lambda::Function::MODULE",
  "",
])("nothing is suggested for %s", (type) => {
  expect(closestType(type, known)).toBe(undefined)
})
