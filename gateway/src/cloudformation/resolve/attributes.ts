// What `Ref` and `Fn::GetAtt` return, per type of resource.
// AWS: each resource type has its own return values (template-attributes)

import { partitionOf, type Stack } from "../source/stack.ts"
import { generatedName, stableId, stableUuid } from "./physical-names.ts"

/** A resource as its attributes see it: they depend on few of its properties, and read those only when asked. */
export type Named = { stack: Stack; logicalId: string; type: string; text(property: string): string | undefined }

type Attribute = (resource: Named) => string
type Type = { ref: Attribute; attributes?: Record<string, Attribute> }

/** The resource's `Ref`. */
export function refOf(resource: Named): string {
  return (types[resource.type]?.ref ?? anyName(128))(resource)
}

/** An attribute, or `undefined` when the type is not known to have it. */
export function attributeOf(resource: Named, name: string): string | undefined {
  const type = types[resource.type]
  return type?.attributes?.[name]?.(resource)
}

/** Something stable in place of an attribute of a type that is not known. */
export function placeholderOf(resource: Named, name: string): string {
  if (!name.endsWith("Arn")) return `${refOf(resource)}-${name}`
  const service = resource.type.split("::")[1]?.toLowerCase() ?? "custom"
  return arn(resource, service, refOf(resource))
}

/** The ARN of something in the resource's own region and account. */
function arn(resource: Named, service: string, path: string): string {
  const { region, accountId } = resource.stack
  return `arn:${partitionOf(region).partition}:${service}:${region}:${accountId}:${path}`
}

function globalArn(resource: Named, service: string, path: string): string {
  const account = service === "s3" ? "" : resource.stack.accountId
  return `arn:${partitionOf(resource.stack.region).partition}:${service}::${account}:${path}`
}

function seed(resource: Named): string {
  return `${resource.stack.stackName}/${resource.logicalId}`
}

const anyName =
  (maxLength: number, property = "Name"): Attribute =>
  (resource) =>
    resource.text(property) ?? generatedName(resource.stack.stackName, resource.logicalId, maxLength)

const id =
  (length: number, prefix = ""): Attribute =>
  (resource) =>
    prefix + stableId(seed(resource), length)

const upperCaseId =
  (prefix: string): Attribute =>
  (resource) =>
    prefix + stableId(seed(resource), 13).toUpperCase()

const uuid: Attribute = (resource) => stableUuid(seed(resource))

const functionName = anyName(64, "FunctionName")
const roleName = anyName(64, "RoleName")
const tableName = anyName(255, "TableName")
const userName = anyName(64, "UserName")
const logGroupName = anyName(512, "LogGroupName")
const bucketName: Attribute = (resource) => anyName(63, "BucketName")(resource).toLowerCase()

const queueName: Attribute = (resource) => {
  const name = anyName(75, "QueueName")(resource)
  return resource.text("FifoQueue") === "true" && !name.endsWith(".fifo") ? `${name}.fifo` : name
}

const queueUrl: Attribute = (resource) => {
  const { region, accountId } = resource.stack
  return `https://sqs.${region}.${partitionOf(region).urlSuffix}/${accountId}/${queueName(resource)}`
}

const apiEndpoint: Attribute = (resource) => {
  const { region } = resource.stack
  const scheme = resource.text("ProtocolType") === "WEBSOCKET" ? "wss" : "https"
  return `${scheme}://${id(10)(resource)}.execute-api.${region}.${partitionOf(region).urlSuffix}`
}

const bucketHost =
  (form: string): Attribute =>
  (resource) => {
    const { region } = resource.stack
    return form
      .replace("{bucket}", bucketName(resource))
      .replace("{region}", region)
      .replace("{suffix}", partitionOf(region).urlSuffix)
  }

const tableArn: Attribute = (resource) => arn(resource, "dynamodb", `table/${tableName(resource)}`)

const table: Type = {
  ref: tableName,
  attributes: {
    Arn: tableArn,
    StreamArn: (resource) => `${tableArn(resource)}/stream/2026-01-01T00:00:00.000`,
    TableId: uuid,
  },
}

const alias: Attribute = (resource) =>
  `${functionArnFrom(resource, resource.text("FunctionName") ?? "")}:${resource.text("Name") ?? "alias"}`
const version: Attribute = (resource) => `${functionArnFrom(resource, resource.text("FunctionName") ?? "")}:1`

/** A function's unqualified ARN, from its name, its ARN or a qualified ARN: templates name functions in all these ways. */
export function functionArnFrom(resource: { stack: Stack }, nameOrArn: string): string {
  const { region, accountId } = resource.stack
  if (nameOrArn.startsWith("arn:")) return nameOrArn.split(":").slice(0, 7).join(":")
  const [first = "", second, third] = nameOrArn.split(":")
  // AWS: a partial ARN is `{account}:function:{name}` (lambda-qualifier)
  const name = second === "function" ? (third ?? "") : first
  return `arn:${partitionOf(region).partition}:lambda:${region}:${accountId}:function:${name}`
}

const parameterName = anyName(1011)
const topicName = anyName(256, "TopicName")
const topicArn: Attribute = (resource) => arn(resource, "sns", topicName(resource))
const managedPolicyArn: Attribute = (resource) =>
  globalArn(resource, "iam", `policy${resource.text("Path") ?? "/"}${anyName(128, "ManagedPolicyName")(resource)}`)

const types: Readonly<Record<string, Type>> = {
  "AWS::ApiGatewayV2::Api": { ref: id(10), attributes: { ApiId: id(10), ApiEndpoint: apiEndpoint } },
  "AWS::ApiGatewayV2::ApiMapping": { ref: id(6), attributes: { ApiMappingId: id(6) } },
  "AWS::ApiGatewayV2::Authorizer": { ref: id(6), attributes: { AuthorizerId: id(6) } },
  "AWS::ApiGatewayV2::Deployment": { ref: id(6), attributes: { DeploymentId: id(6) } },
  "AWS::ApiGatewayV2::DomainName": { ref: anyName(512, "DomainName") },
  "AWS::ApiGatewayV2::Integration": { ref: id(7), attributes: { IntegrationId: id(7) } },
  "AWS::ApiGatewayV2::IntegrationResponse": { ref: id(6), attributes: { IntegrationResponseId: id(6) } },
  "AWS::ApiGatewayV2::Model": { ref: id(6), attributes: { ModelId: id(6) } },
  "AWS::ApiGatewayV2::Route": { ref: id(7), attributes: { RouteId: id(7) } },
  "AWS::ApiGatewayV2::RouteResponse": { ref: id(6), attributes: { RouteResponseId: id(6) } },
  "AWS::ApiGatewayV2::Stage": { ref: anyName(128, "StageName") },
  "AWS::ApiGateway::Account": { ref: id(10), attributes: { Id: id(10) } },
  "AWS::ApiGateway::ApiKey": { ref: id(10), attributes: { APIKeyId: id(10) } },
  "AWS::ApiGateway::UsagePlan": { ref: id(6), attributes: { Id: id(6) } },
  "AWS::CloudFormation::Stack": {
    ref: (resource) => arn(resource, "cloudformation", `stack/${anyName(128)(resource)}/${uuid(resource)}`),
  },
  "AWS::CloudFront::Distribution": {
    ref: upperCaseId("E"),
    attributes: {
      Id: upperCaseId("E"),
      DomainName: (resource) => `${id(13, "d")(resource)}.cloudfront.net`,
      Arn: (resource) => globalArn(resource, "cloudfront", `distribution/${upperCaseId("E")(resource)}`),
    },
  },
  "AWS::CloudFront::OriginAccessControl": { ref: upperCaseId("E"), attributes: { Id: upperCaseId("E") } },
  "AWS::CloudFront::CloudFrontOriginAccessIdentity": {
    ref: upperCaseId("E"),
    attributes: { Id: upperCaseId("E"), S3CanonicalUserId: (resource) => stableId(seed(resource), 64) },
  },
  "AWS::CloudFront::Function": {
    ref: (resource) => globalArn(resource, "cloudfront", `function/${anyName(64)(resource)}`),
    attributes: { FunctionARN: (resource) => globalArn(resource, "cloudfront", `function/${anyName(64)(resource)}`) },
  },
  "AWS::Cognito::UserPool": {
    ref: (resource) => `${resource.stack.region}_${stableId(seed(resource), 9)}`,
    attributes: {
      UserPoolId: (resource) => `${resource.stack.region}_${stableId(seed(resource), 9)}`,
      Arn: (resource) =>
        arn(resource, "cognito-idp", `userpool/${resource.stack.region}_${stableId(seed(resource), 9)}`),
      ProviderName: (resource) =>
        `cognito-idp.${resource.stack.region}.amazonaws.com/${resource.stack.region}_${stableId(seed(resource), 9)}`,
    },
  },
  "AWS::Cognito::UserPoolClient": { ref: id(26), attributes: { ClientId: id(26) } },
  "AWS::DynamoDB::GlobalTable": table,
  "AWS::DynamoDB::Table": table,
  "AWS::Events::Rule": {
    ref: anyName(64),
    attributes: { Arn: (resource) => arn(resource, "events", `rule/${anyName(64)(resource)}`) },
  },
  "AWS::IAM::ManagedPolicy": { ref: managedPolicyArn, attributes: { PolicyArn: managedPolicyArn } },
  "AWS::IAM::Role": {
    ref: roleName,
    attributes: {
      Arn: (resource) => globalArn(resource, "iam", `role${resource.text("Path") ?? "/"}${roleName(resource)}`),
      RoleId: (resource) => `AROA${stableId(seed(resource), 17).toUpperCase()}`,
    },
  },
  "AWS::IAM::User": {
    ref: userName,
    attributes: {
      Arn: (resource) => globalArn(resource, "iam", `user${resource.text("Path") ?? "/"}${userName(resource)}`),
    },
  },
  "AWS::KMS::Key": {
    ref: uuid,
    attributes: { KeyId: uuid, Arn: (resource) => arn(resource, "kms", `key/${uuid(resource)}`) },
  },
  "AWS::Kinesis::Stream": {
    ref: anyName(128),
    attributes: { Arn: (resource) => arn(resource, "kinesis", `stream/${anyName(128)(resource)}`) },
  },
  "AWS::KinesisFirehose::DeliveryStream": {
    ref: anyName(64, "DeliveryStreamName"),
    attributes: {
      Arn: (resource) => arn(resource, "firehose", `deliverystream/${anyName(64, "DeliveryStreamName")(resource)}`),
    },
  },
  "AWS::Lambda::Alias": { ref: alias, attributes: { AliasArn: alias } },
  "AWS::Lambda::EventSourceMapping": { ref: uuid, attributes: { Id: uuid } },
  "AWS::Lambda::Function": {
    ref: functionName,
    attributes: { Arn: (resource) => functionArnFrom(resource, functionName(resource)) },
  },
  "AWS::Lambda::LayerVersion": {
    ref: (resource) => arn(resource, "lambda", `layer:${anyName(64, "LayerName")(resource)}:1`),
    attributes: {
      LayerVersionArn: (resource) => arn(resource, "lambda", `layer:${anyName(64, "LayerName")(resource)}:1`),
    },
  },
  "AWS::Lambda::Version": { ref: version, attributes: { FunctionArn: version, Version: () => "1" } },
  "AWS::Logs::LogGroup": {
    ref: logGroupName,
    attributes: { Arn: (resource) => arn(resource, "logs", `log-group:${logGroupName(resource)}:*`) },
  },
  "AWS::S3::Bucket": {
    ref: bucketName,
    attributes: {
      Arn: (resource) => globalArn(resource, "s3", bucketName(resource)),
      DomainName: bucketHost("{bucket}.s3.{suffix}"),
      RegionalDomainName: bucketHost("{bucket}.s3.{region}.{suffix}"),
      DualStackDomainName: bucketHost("{bucket}.s3.dualstack.{region}.{suffix}"),
      WebsiteURL: bucketHost("http://{bucket}.s3-website-{region}.{suffix}"),
    },
  },
  "AWS::SNS::Topic": { ref: topicArn, attributes: { TopicArn: topicArn, TopicName: topicName } },
  "AWS::SQS::Queue": {
    ref: queueUrl,
    attributes: {
      Arn: (resource) => arn(resource, "sqs", queueName(resource)),
      QueueName: queueName,
      QueueUrl: queueUrl,
    },
  },
  "AWS::SSM::Parameter": {
    ref: parameterName,
    attributes: {
      Type: (resource) => resource.text("Type") ?? "String",
      Value: (resource) => resource.text("Value") ?? "",
    },
  },
  "AWS::SecretsManager::Secret": {
    ref: (resource) => arn(resource, "secretsmanager", `secret:${anyName(512)(resource)}`),
    attributes: { Id: (resource) => arn(resource, "secretsmanager", `secret:${anyName(512)(resource)}`) },
  },
  "Custom::CDKBucketDeployment": {
    ref: uuid,
    attributes: {
      DestinationBucketArn: (resource) => globalArn(resource, "s3", resource.text("DestinationBucketName") ?? ""),
    },
  },
}
