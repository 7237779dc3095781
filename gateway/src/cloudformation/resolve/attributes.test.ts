// What Ref and Fn::GetAtt yield for each resource type, with and without a name in the template.
import { describe, expect, test } from "vitest"
import { createReport } from "../report.ts"
import type { Stack } from "../source/stack.ts"
import { stackOf } from "../testing/stack-of.ts"
import { resolveTemplate } from "./resolve-template.ts"

/** `Ref` or an attribute of the resource "It". */
function resolvedValue(resource: Record<string, unknown>, attribute?: string, stack: Partial<Stack> = {}) {
  const report = createReport()
  const Value = attribute === undefined ? { Ref: "It" } : { "Fn::GetAtt": ["It", attribute] }
  const template = resolveTemplate(
    [stackOf({ Resources: { It: resource }, Outputs: { Value: { Value } } }, stack)],
    report,
  )
  const { Value: value } = template.outputs()
  report.throwProblems()
  return { value, notices: report.notices().map(({ message }) => message) }
}

const uuid = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

describe("a resource with a name has it in Ref and in its attributes:", () => {
  test.each<[string, Record<string, unknown>, string | undefined, string]>([
    ["AWS::ApiGatewayV2::DomainName", { DomainName: "a.example" }, undefined, "a.example"],
    ["AWS::ApiGatewayV2::Stage", { StageName: "dev" }, undefined, "dev"],
    ["AWS::DynamoDB::Table", { TableName: "t" }, undefined, "t"],
    ["AWS::DynamoDB::Table", { TableName: "t" }, "Arn", "arn:aws:dynamodb:us-east-1:000000000000:table/t"],
    [
      "AWS::DynamoDB::GlobalTable",
      { TableName: "t" },
      "StreamArn",
      "arn:aws:dynamodb:us-east-1:000000000000:table/t/stream/2026-01-01T00:00:00.000",
    ],
    ["AWS::Events::Rule", { Name: "r" }, undefined, "r"],
    ["AWS::Events::Rule", { Name: "r" }, "Arn", "arn:aws:events:us-east-1:000000000000:rule/r"],
    ["AWS::Events::Rule", { Name: "r", EventBusName: "b" }, undefined, "b|r"],
    [
      "AWS::Events::Rule",
      { Name: "r", EventBusName: "arn:aws:events:us-east-1:000000000000:event-bus/b" },
      "Arn",
      "arn:aws:events:us-east-1:000000000000:rule/b/r",
    ],
    ["AWS::Events::EventBus", { Name: "b" }, undefined, "b"],
    ["AWS::Events::EventBus", { Name: "b" }, "Name", "b"],
    ["AWS::Events::EventBus", { Name: "b" }, "Arn", "arn:aws:events:us-east-1:000000000000:event-bus/b"],
    ["AWS::Scheduler::Schedule", { Name: "s" }, undefined, "s"],
    ["AWS::Scheduler::Schedule", { Name: "s" }, "Arn", "arn:aws:scheduler:us-east-1:000000000000:schedule/default/s"],
    [
      "AWS::Scheduler::Schedule",
      { Name: "s", GroupName: "g" },
      "Arn",
      "arn:aws:scheduler:us-east-1:000000000000:schedule/g/s",
    ],
    ["AWS::Scheduler::ScheduleGroup", { Name: "g" }, undefined, "g"],
    [
      "AWS::Scheduler::ScheduleGroup",
      { Name: "g" },
      "Arn",
      "arn:aws:scheduler:us-east-1:000000000000:schedule-group/g",
    ],
    [
      "AWS::StepFunctions::StateMachine",
      { StateMachineName: "m" },
      undefined,
      "arn:aws:states:us-east-1:000000000000:stateMachine:m",
    ],
    [
      "AWS::StepFunctions::StateMachine",
      { StateMachineName: "m" },
      "Arn",
      "arn:aws:states:us-east-1:000000000000:stateMachine:m",
    ],
    ["AWS::StepFunctions::StateMachine", { StateMachineName: "m" }, "Name", "m"],
    ["AWS::ApiGateway::Stage", { StageName: "dev" }, undefined, "dev"],
    ["AWS::ApiGateway::DomainName", { DomainName: "a.example" }, undefined, "a.example"],
    [
      "AWS::ApiGateway::DomainName",
      { DomainName: "a.example" },
      "DomainNameArn",
      "arn:aws:apigateway:us-east-1::/domainnames/a.example",
    ],
    ["AWS::Lambda::Url", { TargetFunctionArn: "f" }, undefined, "arn:aws:lambda:us-east-1:000000000000:function:f"],
    ["AWS::Lambda::Url", { TargetFunctionArn: "f" }, "FunctionArn", "arn:aws:lambda:us-east-1:000000000000:function:f"],
    ["AWS::CloudFront::Function", { Name: "f" }, undefined, "arn:aws:cloudfront::000000000000:function/f"],
    ["AWS::CloudFront::Function", { Name: "f" }, "FunctionARN", "arn:aws:cloudfront::000000000000:function/f"],
    ["AWS::IAM::ManagedPolicy", { ManagedPolicyName: "p" }, undefined, "arn:aws:iam::000000000000:policy/p"],
    [
      "AWS::IAM::ManagedPolicy",
      { ManagedPolicyName: "p", Path: "/a/" },
      "PolicyArn",
      "arn:aws:iam::000000000000:policy/a/p",
    ],
    ["AWS::IAM::Role", { RoleName: "r" }, undefined, "r"],
    ["AWS::IAM::Role", { RoleName: "r", Path: "/a/" }, "Arn", "arn:aws:iam::000000000000:role/a/r"],
    ["AWS::IAM::Role", { RoleName: "r" }, "Arn", "arn:aws:iam::000000000000:role/r"],
    ["AWS::IAM::User", { UserName: "u" }, undefined, "u"],
    ["AWS::IAM::User", { UserName: "u", Path: "/a/" }, "Arn", "arn:aws:iam::000000000000:user/a/u"],
    ["AWS::IAM::User", { UserName: "u" }, "Arn", "arn:aws:iam::000000000000:user/u"],
    ["AWS::Kinesis::Stream", { Name: "s" }, undefined, "s"],
    ["AWS::Kinesis::Stream", { Name: "s" }, "Arn", "arn:aws:kinesis:us-east-1:000000000000:stream/s"],
    [
      "AWS::KinesisFirehose::DeliveryStream",
      { DeliveryStreamName: "d" },
      "Arn",
      "arn:aws:firehose:us-east-1:000000000000:deliverystream/d",
    ],
    ["AWS::KinesisFirehose::DeliveryStream", { DeliveryStreamName: "d" }, undefined, "d"],
    ["AWS::Lambda::Function", { FunctionName: "f" }, undefined, "f"],
    ["AWS::Lambda::Function", { FunctionName: "f" }, "Arn", "arn:aws:lambda:us-east-1:000000000000:function:f"],
    [
      "AWS::Lambda::Alias",
      { FunctionName: "f", Name: "live" },
      undefined,
      "arn:aws:lambda:us-east-1:000000000000:function:f:live",
    ],
    ["AWS::Lambda::Version", { FunctionName: "f" }, undefined, "arn:aws:lambda:us-east-1:000000000000:function:f:1"],
    ["AWS::Lambda::Alias", { FunctionName: "f" }, "AliasArn", "arn:aws:lambda:us-east-1:000000000000:function:f:alias"],
    [
      "AWS::Lambda::Version",
      { FunctionName: "f" },
      "FunctionArn",
      "arn:aws:lambda:us-east-1:000000000000:function:f:1",
    ],
    ["AWS::Lambda::Version", { FunctionName: "f" }, "Version", "1"],
    ["AWS::Lambda::LayerVersion", { LayerName: "l" }, undefined, "arn:aws:lambda:us-east-1:000000000000:layer:l:1"],
    [
      "AWS::Lambda::LayerVersion",
      { LayerName: "l" },
      "LayerVersionArn",
      "arn:aws:lambda:us-east-1:000000000000:layer:l:1",
    ],
    ["AWS::Logs::LogGroup", { LogGroupName: "/g" }, undefined, "/g"],
    ["AWS::Logs::LogGroup", { LogGroupName: "/g" }, "Arn", "arn:aws:logs:us-east-1:000000000000:log-group:/g:*"],
    ["AWS::S3::Bucket", { BucketName: "b" }, undefined, "b"],
    ["AWS::S3::Bucket", { BucketName: "b" }, "Arn", "arn:aws:s3:::b"],
    ["AWS::S3::Bucket", { BucketName: "b" }, "DomainName", "b.s3.amazonaws.com"],
    ["AWS::S3::Bucket", { BucketName: "b" }, "RegionalDomainName", "b.s3.us-east-1.amazonaws.com"],
    ["AWS::S3::Bucket", { BucketName: "b" }, "DualStackDomainName", "b.s3.dualstack.us-east-1.amazonaws.com"],
    ["AWS::S3::Bucket", { BucketName: "b" }, "WebsiteURL", "http://b.s3-website-us-east-1.amazonaws.com"],
    ["AWS::SNS::Topic", { TopicName: "t" }, undefined, "arn:aws:sns:us-east-1:000000000000:t"],
    ["AWS::SNS::Topic", { TopicName: "t" }, "TopicArn", "arn:aws:sns:us-east-1:000000000000:t"],
    ["AWS::SNS::Topic", { TopicName: "t" }, "TopicName", "t"],
    ["AWS::SQS::Queue", { QueueName: "q" }, undefined, "https://sqs.us-east-1.amazonaws.com/000000000000/q"],
    ["AWS::SQS::Queue", { QueueName: "q" }, "QueueUrl", "https://sqs.us-east-1.amazonaws.com/000000000000/q"],
    ["AWS::SQS::Queue", { QueueName: "q" }, "QueueName", "q"],
    ["AWS::SQS::Queue", { QueueName: "q.fifo", FifoQueue: true }, "Arn", "arn:aws:sqs:us-east-1:000000000000:q.fifo"],
    ["AWS::SQS::Queue", { QueueName: "q" }, "Arn", "arn:aws:sqs:us-east-1:000000000000:q"],
    ["AWS::SQS::Queue", { QueueName: "q.fifo", FifoQueue: true }, "QueueName", "q.fifo"],
    ["AWS::SSM::Parameter", { Name: "/p", Value: "v" }, undefined, "/p"],
    ["AWS::SSM::Parameter", { Name: "/p", Value: "v" }, "Value", "v"],
    ["AWS::SSM::Parameter", { Name: "/p" }, "Value", ""],
    ["AWS::SSM::Parameter", { Name: "/p", Value: "v" }, "Type", "String"],
    ["AWS::SSM::Parameter", { Name: "/p", Type: "StringList" }, "Type", "StringList"],
    [
      "AWS::SecretsManager::Secret",
      { Name: "s" },
      undefined,
      "arn:aws:secretsmanager:us-east-1:000000000000:secret:s-bcpjh5",
    ],
    [
      "AWS::SecretsManager::Secret",
      { Name: "s" },
      "Id",
      "arn:aws:secretsmanager:us-east-1:000000000000:secret:s-bcpjh5",
    ],
    ["Custom::CDKBucketDeployment", {}, "DestinationBucketArn", "arn:aws:s3:::"],
    ["Custom::CDKBucketDeployment", { DestinationBucketName: "b" }, "DestinationBucketArn", "arn:aws:s3:::b"],
  ])("%s %j, %s", (Type, Properties, attribute, expected) => {
    expect(resolvedValue({ Type, Properties }, attribute)).toEqual({ value: expected, notices: [] })
  })
})

describe("a resource without a name gets a name or an id of the form that AWS assigns:", () => {
  test.each<[string, string | undefined, string]>([
    ["AWS::ApiGatewayV2::Api", undefined, "[a-z0-9]{10}"],
    ["AWS::ApiGatewayV2::Api", "ApiId", "[a-z0-9]{10}"],
    ["AWS::ApiGatewayV2::Api", "ApiEndpoint", "https://[a-z0-9]{10}\\.execute-api\\.us-east-1\\.amazonaws\\.com"],
    ["AWS::ApiGatewayV2::ApiMapping", undefined, "[a-z0-9]{6}"],
    ["AWS::ApiGatewayV2::ApiMapping", "ApiMappingId", "[a-z0-9]{6}"],
    ["AWS::ApiGatewayV2::Authorizer", undefined, "[a-z0-9]{6}"],
    ["AWS::ApiGatewayV2::Authorizer", "AuthorizerId", "[a-z0-9]{6}"],
    ["AWS::ApiGatewayV2::Deployment", undefined, "[a-z0-9]{6}"],
    ["AWS::ApiGatewayV2::Deployment", "DeploymentId", "[a-z0-9]{6}"],
    ["AWS::ApiGatewayV2::Integration", undefined, "[a-z0-9]{7}"],
    ["AWS::ApiGatewayV2::Integration", "IntegrationId", "[a-z0-9]{7}"],
    ["AWS::ApiGatewayV2::IntegrationResponse", undefined, "[a-z0-9]{6}"],
    ["AWS::ApiGatewayV2::IntegrationResponse", "IntegrationResponseId", "[a-z0-9]{6}"],
    ["AWS::ApiGatewayV2::Model", undefined, "[a-z0-9]{6}"],
    ["AWS::ApiGatewayV2::Model", "ModelId", "[a-z0-9]{6}"],
    ["AWS::ApiGatewayV2::Route", undefined, "[a-z0-9]{7}"],
    ["AWS::ApiGatewayV2::Route", "RouteId", "[a-z0-9]{7}"],
    ["AWS::ApiGatewayV2::RouteResponse", undefined, "[a-z0-9]{6}"],
    ["AWS::ApiGatewayV2::RouteResponse", "RouteResponseId", "[a-z0-9]{6}"],
    ["AWS::ApiGateway::Account", undefined, "[a-z0-9]{10}"],
    ["AWS::ApiGateway::Account", "Id", "[a-z0-9]{10}"],
    ["AWS::ApiGateway::ApiKey", undefined, "[a-z0-9]{10}"],
    ["AWS::ApiGateway::ApiKey", "APIKeyId", "[a-z0-9]{10}"],
    ["AWS::ApiGateway::Authorizer", undefined, "[a-z0-9]{6}"],
    ["AWS::ApiGateway::Authorizer", "AuthorizerId", "[a-z0-9]{6}"],
    ["AWS::ApiGateway::Deployment", undefined, "[a-z0-9]{6}"],
    ["AWS::ApiGateway::Deployment", "DeploymentId", "[a-z0-9]{6}"],
    ["AWS::ApiGateway::RequestValidator", undefined, "[a-z0-9]{6}"],
    ["AWS::ApiGateway::RequestValidator", "RequestValidatorId", "[a-z0-9]{6}"],
    ["AWS::ApiGateway::Resource", undefined, "[a-z0-9]{6}"],
    ["AWS::ApiGateway::Resource", "ResourceId", "[a-z0-9]{6}"],
    ["AWS::ApiGateway::RestApi", undefined, "[a-z0-9]{10}"],
    ["AWS::ApiGateway::RestApi", "RestApiId", "[a-z0-9]{10}"],
    ["AWS::ApiGateway::RestApi", "RootResourceId", "[a-z0-9]{10}"],
    ["AWS::ApiGateway::DomainName", "DistributionDomainName", "d[a-z0-9]{13}\\.cloudfront\\.net"],
    ["AWS::ApiGateway::DomainName", "DistributionHostedZoneId", "Z[A-Z0-9]{13}"],
    ["AWS::ApiGateway::DomainName", "RegionalDomainName", "d-[a-z0-9]{10}\\.execute-api\\.us-east-1\\.amazonaws\\.com"],
    ["AWS::ApiGateway::DomainName", "RegionalHostedZoneId", "Z[A-Z0-9]{13}"],
    ["AWS::CertificateManager::Certificate", undefined, `arn:aws:acm:us-east-1:000000000000:certificate/${uuid}`],
    ["AWS::Lambda::Url", "FunctionUrl", "https://[a-z0-9]{32}\\.lambda-url\\.us-east-1\\.on\\.aws/"],
    ["AWS::StepFunctions::StateMachine", "StateMachineRevisionId", uuid],
    ["AWS::ApiGateway::UsagePlan", undefined, "[a-z0-9]{6}"],
    ["AWS::ApiGateway::UsagePlan", "Id", "[a-z0-9]{6}"],
    [
      "AWS::CloudFormation::Stack",
      undefined,
      `arn:aws:cloudformation:us-east-1:000000000000:stack/stack-It-[A-Z0-9]{12}/${uuid}`,
    ],
    ["AWS::CloudFront::Distribution", undefined, "E[A-Z0-9]{13}"],
    ["AWS::CloudFront::Distribution", "Id", "E[A-Z0-9]{13}"],
    ["AWS::CloudFront::Distribution", "DomainName", "d[a-z0-9]{13}\\.cloudfront\\.net"],
    ["AWS::CloudFront::Distribution", "Arn", "arn:aws:cloudfront::000000000000:distribution/E[A-Z0-9]{13}"],
    ["AWS::CloudFront::OriginAccessControl", undefined, "E[A-Z0-9]{13}"],
    ["AWS::CloudFront::OriginAccessControl", "Id", "E[A-Z0-9]{13}"],
    ["AWS::CloudFront::CloudFrontOriginAccessIdentity", undefined, "E[A-Z0-9]{13}"],
    ["AWS::CloudFront::CloudFrontOriginAccessIdentity", "Id", "E[A-Z0-9]{13}"],
    ["AWS::CloudFront::CloudFrontOriginAccessIdentity", "S3CanonicalUserId", "[a-z0-9]{64}"],
    ["AWS::Cognito::UserPool", undefined, "us-east-1_[a-z0-9]{9}"],
    ["AWS::Cognito::UserPool", "UserPoolId", "us-east-1_[a-z0-9]{9}"],
    ["AWS::Cognito::UserPool", "Arn", "arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_[a-z0-9]{9}"],
    ["AWS::Cognito::UserPool", "ProviderURL", "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_[a-z0-9]{9}"],
    ["AWS::Cognito::UserPoolClient", undefined, "[a-z0-9]{26}"],
    ["AWS::Cognito::UserPoolClient", "ClientId", "[a-z0-9]{26}"],
    ["AWS::Cognito::UserPoolClient", "ClientSecret", "[a-z0-9]{51}"],
    ["AWS::Cognito::UserPoolDomain", "CloudFrontDistribution", "d[a-z0-9]{13}\\.cloudfront\\.net"],
    ["AWS::DynamoDB::Table", "TableId", uuid],
    ["AWS::IAM::Role", "RoleId", "AROA[A-Z0-9]{17}"],
    ["AWS::KMS::Key", undefined, uuid],
    ["AWS::KMS::Key", "KeyId", uuid],
    ["AWS::KMS::Key", "Arn", `arn:aws:kms:us-east-1:000000000000:key/${uuid}`],
    ["AWS::Lambda::EventSourceMapping", undefined, uuid],
    ["AWS::Lambda::EventSourceMapping", "Id", uuid],
    ["AWS::Lambda::Function", undefined, "stack-It-[A-Z0-9]{12}"],
    ["AWS::S3::Bucket", undefined, "stack-it-[a-z0-9]{12}"],
    ["AWS::SQS::Queue", "QueueName", "stack-It-[A-Z0-9]{12}"],
    ["AWS::Unknown::Thing", undefined, "stack-It-[A-Z0-9]{12}"],
  ])("%s, %s", (Type, attribute, expected) => {
    const { value, notices } = resolvedValue({ Type }, attribute)
    expect(value).toMatch(new RegExp(`^${expected}$`))
    expect(notices).toEqual([])
  })

  test("the endpoint of a WebSocket API has the scheme wss", () => {
    const api = { Type: "AWS::ApiGatewayV2::Api", Properties: { ProtocolType: "WEBSOCKET" } }
    expect(resolvedValue(api, "ApiEndpoint").value).toMatch(/^wss:\/\//)
  })

  test("a FIFO queue has the suffix .fifo", () => {
    const queue = { Type: "AWS::SQS::Queue", Properties: { FifoQueue: "true" } }
    expect(resolvedValue(queue, "QueueName").value).toMatch(/^stack-It-[A-Z0-9]{12}\.fifo$/)
    const arn = resolvedValue(queue, "Arn").value
    expect(arn).toMatch(/\.fifo$/)
  })

  test.each([
    ["AWS::Lambda::Function", 64],
    ["AWS::IAM::Role", 64],
    ["AWS::S3::Bucket", 63],
    ["AWS::SQS::Queue", 75, "QueueName"],
    ["AWS::DynamoDB::Table", 255],
    ["AWS::ApiGatewayV2::DomainName", 512],
    ["AWS::ApiGatewayV2::Stage", 128],
    ["AWS::Events::Rule", 64],
    ["AWS::IAM::User", 64],
    ["AWS::Kinesis::Stream", 128],
    ["AWS::KinesisFirehose::DeliveryStream", 64],
    ["AWS::Logs::LogGroup", 512],
    ["AWS::SNS::Topic", 256, "TopicName"],
    ["AWS::SSM::Parameter", 1011],
    ["AWS::Events::EventBus", 256],
    ["AWS::Scheduler::Schedule", 64],
    ["AWS::Scheduler::ScheduleGroup", 64],
    ["AWS::StepFunctions::StateMachine", 80, "Name"],
    ["AWS::Unknown::Thing", 128],
  ] as const)("the name of %s has at most %i characters", (Type, length, attribute = undefined) => {
    const stackName = "a".repeat(1100)
    expect(resolvedValue({ Type }, attribute, { stackName }).value).toHaveLength(length)
  })

  test.each([
    ["AWS::CloudFormation::Stack", undefined, "stack/", 128],
    ["AWS::CloudFront::Function", undefined, "function/", 64],
    ["AWS::CloudFront::Function", "FunctionARN", "function/", 64],
    ["AWS::Events::Rule", "Arn", "rule/", 64],
    ["AWS::Events::EventBus", "Arn", "event-bus/", 256],
    ["AWS::Scheduler::ScheduleGroup", "Arn", "schedule-group/", 64],
    ["AWS::StepFunctions::StateMachine", undefined, "stateMachine:", 80],
    ["AWS::IAM::ManagedPolicy", undefined, "policy/", 128],
    ["AWS::Kinesis::Stream", "Arn", "stream/", 128],
    ["AWS::KinesisFirehose::DeliveryStream", "Arn", "deliverystream/", 64],
    ["AWS::Lambda::LayerVersion", undefined, "layer:", 64],
    ["AWS::Lambda::LayerVersion", "LayerVersionArn", "layer:", 64],
    ["AWS::SecretsManager::Secret", undefined, "secret:", 519],
    ["AWS::SecretsManager::Secret", "Id", "secret:", 519],
  ] as const)(
    "the name in the ARN of %s (%s) after %s has at most %i characters",
    (Type, attribute, prefix, length) => {
      const { value } = resolvedValue({ Type }, attribute, { stackName: "a".repeat(1100) })
      const name = String(value).split(`:${prefix}`)[1]?.split(/[/:]/)[0]
      expect(name).toHaveLength(length)
    },
  )
})

test("generated names differ between resources and between stacks", () => {
  const Resources = { A: { Type: "AWS::SNS::Topic" }, B: { Type: "AWS::SNS::Topic" } }
  const stacks = ["one", "two"].map((stackName) =>
    stackOf(
      {
        Resources,
        Outputs: { [`${stackName}A`]: { Value: { Ref: "A" } }, [`${stackName}B`]: { Value: { Ref: "B" } } },
      },
      { stackName },
    ),
  )
  const suffixes = Object.values(resolveTemplate(stacks, createReport()).outputs()).map((arn) => arn.split("-").at(-1))
  expect(new Set(suffixes).size).toBe(4)
})

describe("in another partition", () => {
  test.each<[string, string | undefined, RegExp]>([
    ["AWS::Cognito::UserPool", "ProviderName", /^cognito-idp\.cn-north-1\.amazonaws\.com\.cn\/cn-north-1_[a-z0-9]{9}$/],
    ["AWS::Cognito::UserPool", "ProviderURL", /^https:\/\/cognito-idp\.cn-north-1\.amazonaws\.com\.cn\/cn-north-1_/],
    ["AWS::ApiGatewayV2::Api", "ApiEndpoint", /\.execute-api\.cn-north-1\.amazonaws\.com\.cn$/],
    ["AWS::SQS::Queue", undefined, /^https:\/\/sqs\.cn-north-1\.amazonaws\.com\.cn\//],
    ["AWS::SQS::Queue", "Arn", /^arn:aws-cn:sqs:cn-north-1:/],
    ["AWS::IAM::Role", "Arn", /^arn:aws-cn:iam::/],
    ["AWS::Lambda::Function", "Arn", /^arn:aws-cn:lambda:cn-north-1:/],
    ["AWS::S3::Bucket", "RegionalDomainName", /\.s3\.cn-north-1\.amazonaws\.com\.cn$/],
  ])("%s has its ARN prefix and DNS suffix in %s", (Type, attribute, expected) => {
    expect(resolvedValue({ Type }, attribute, { region: "cn-north-1" }).value).toMatch(expected)
  })

  test("us-gov regions have the DNS suffix of most regions", () => {
    const topic = { Type: "AWS::SQS::Queue" }
    expect(resolvedValue(topic, "Arn", { region: "us-gov-west-1" }).value).toMatch(/^arn:aws-us-gov:sqs:us-gov-west-1:/)
    expect(resolvedValue(topic, undefined, { region: "us-gov-west-1" }).value).toMatch(
      /^https:\/\/sqs\.us-gov-west-1\.amazonaws\.com\//,
    )
  })
})

describe("an unknown attribute", () => {
  test("that ends in Arn yields an ARN of the service, and is reported", () => {
    const { value, notices } = resolvedValue({ Type: "AWS::New::Thing", Properties: { Name: "n" } }, "OwnArn")
    expect(value).toBe("arn:aws:new:us-east-1:000000000000:n")
    expect(notices).toEqual([`The attribute OwnArn of AWS::New::Thing is not known here. "${value}" replaces it.`])
    expect(resolvedValue({ Type: "Custom::Thing", Properties: { Name: "n" } }, "Arn").value).toMatch(/^arn:aws:thing:/)
  })

  test("of another name yields the name of the resource and of the attribute, and is reported", () => {
    const { value, notices } = resolvedValue({ Type: "AWS::SNS::Topic", Properties: { TopicName: "t" } }, "Owner")
    expect(value).toBe("arn:aws:sns:us-east-1:000000000000:t-Owner")
    expect(notices).toHaveLength(1)
  })
})
