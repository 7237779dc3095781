// The return values of `Ref` and `Fn::GetAtt` for each resource type.
// AWS: each resource type has its own return values (template-attributes)
import type { Stack } from "../source/stack.ts"
import { functionArnFrom } from "./function-arn.ts"
import { partitionOf } from "./partition.ts"
import { generatedName, stableId, stableUuid } from "./physical-names.ts"

/** The part of a resource that its attributes depend on. Properties are resolved on first use. */
export type NamedResource = {
  stack: Stack
  logicalId: string
  type: string
  text(property: string): string | undefined
}

type Attribute = (resource: NamedResource) => string
type ResourceType = { ref: Attribute; attributes: ReadonlyMap<string, Attribute> }

/** The resource's `Ref`. */
export function refOf(resource: NamedResource): string {
  return (resourceTypes.get(resource.type)?.ref ?? nameOf(128))(resource)
}

/** The resource types whose attributes are known. */
export function knownTypes(): string[] {
  return [...resourceTypes.keys()]
}

/** The attribute, or `undefined` when it is not known here. */
export function attributeOf(resource: NamedResource, name: string): string | undefined {
  return resourceTypes.get(resource.type)?.attributes.get(name)?.(resource)
}

/** A stable value in place of an unknown attribute. */
export function placeholderOf(resource: NamedResource, name: string): string {
  if (!name.endsWith("Arn")) return `${refOf(resource)}-${name}`
  const service = resource.type.split("::")[1]?.toLowerCase() ?? "custom"
  return arn(resource, service, refOf(resource))
}

/** An ARN in the resource's region and account. */
function arn(resource: NamedResource, service: string, path: string): string {
  const { region, accountId } = resource.stack
  return `arn:${partitionOf(region).partition}:${service}:${region}:${accountId}:${path}`
}

function globalArn(resource: NamedResource, service: string, path: string): string {
  const account = service === "s3" ? "" : resource.stack.accountId
  return `arn:${partitionOf(resource.stack.region).partition}:${service}::${account}:${path}`
}

function seed(resource: NamedResource): string {
  return `${resource.stack.stackName}/${resource.logicalId}`
}

const nameOf =
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

const functionName = nameOf(64, "FunctionName")
const roleName = nameOf(64, "RoleName")
const tableName = nameOf(255, "TableName")
const userName = nameOf(64, "UserName")
const logGroupName = nameOf(512, "LogGroupName")
const bucketName: Attribute = (resource) => nameOf(63, "BucketName")(resource).toLowerCase()

const queueName: Attribute = (resource) => {
  const name = nameOf(75, "QueueName")(resource)
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

const rootResourceId: Attribute = (resource) => stableId(`${seed(resource)}/root`, 10)

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

const table = resourceType(tableName, {
  Arn: tableArn,
  StreamArn: (resource) => `${tableArn(resource)}/stream/2026-01-01T00:00:00.000`,
  TableId: uuid,
})

const alias: Attribute = (resource) =>
  `${functionArnFrom(resource, resource.text("FunctionName") ?? "")}:${resource.text("Name") ?? "alias"}`
const version: Attribute = (resource) => `${functionArnFrom(resource, resource.text("FunctionName") ?? "")}:1`

const targetFunctionArn: Attribute = (resource) => functionArnFrom(resource, resource.text("TargetFunctionArn") ?? "")

const stateMachineArn: Attribute = (resource) =>
  arn(resource, "states", `stateMachine:${nameOf(80, "StateMachineName")(resource)}`)

const parameterName = nameOf(1011)
const topicName = nameOf(256, "TopicName")
const topicArn: Attribute = (resource) => arn(resource, "sns", topicName(resource))

const busName = nameOf(256)
/** The bus name of a rule, which the template gives as a name or an ARN. */
const ruleBus: Attribute = (resource) => resource.text("EventBusName")?.split("/").at(-1) ?? "default"
const rulePath =
  (separator: string): Attribute =>
  (resource) =>
    ruleBus(resource) === "default" ? nameOf(64)(resource) : `${ruleBus(resource)}${separator}${nameOf(64)(resource)}`
const scheduleArn: Attribute = (resource) =>
  arn(resource, "scheduler", `schedule/${resource.text("GroupName") ?? "default"}/${nameOf(64)(resource)}`)
const secretArn: Attribute = (resource) =>
  arn(resource, "secretsmanager", `secret:${nameOf(512)(resource)}-${stableId(seed(resource), 6)}`)
const managedPolicyArn: Attribute = (resource) =>
  globalArn(resource, "iam", `policy${resource.text("Path") ?? "/"}${nameOf(128, "ManagedPolicyName")(resource)}`)

const userPoolId: Attribute = (resource) => `${resource.stack.region}_${stableId(seed(resource), 9)}`
const userPoolProvider: Attribute = (resource) => {
  const { region } = resource.stack
  return `cognito-idp.${region}.${partitionOf(region).urlSuffix}/${userPoolId(resource)}`
}

const customDomainName = nameOf(512, "DomainName")
const customDomain = resourceType(customDomainName, {
  DomainNameArn: (resource) => {
    const { region } = resource.stack
    return `arn:${partitionOf(region).partition}:apigateway:${region}::/domainnames/${customDomainName(resource)}`
  },
  DistributionDomainName: (resource) => `${id(13, "d")(resource)}.cloudfront.net`,
  DistributionHostedZoneId: upperCaseId("Z"),
  RegionalDomainName: (resource) => {
    const { region } = resource.stack
    return `d-${id(10)(resource)}.execute-api.${region}.${partitionOf(region).urlSuffix}`
  },
  RegionalHostedZoneId: upperCaseId("Z"),
})

/** Attribute names come from the template, so they are looked up in a map. */
function resourceType(ref: Attribute, attributes: Record<string, Attribute> = {}): ResourceType {
  return { ref, attributes: new Map(Object.entries(attributes)) }
}

const resourceTypes: ReadonlyMap<string, ResourceType> = new Map(
  Object.entries({
    "AWS::ApiGatewayV2::Api": resourceType(id(10), { ApiId: id(10), ApiEndpoint: apiEndpoint }),
    "AWS::ApiGatewayV2::ApiMapping": resourceType(id(6), { ApiMappingId: id(6) }),
    "AWS::ApiGatewayV2::Authorizer": resourceType(id(6), { AuthorizerId: id(6) }),
    "AWS::ApiGatewayV2::Deployment": resourceType(id(6), { DeploymentId: id(6) }),
    "AWS::ApiGatewayV2::DomainName": customDomain,
    "AWS::ApiGatewayV2::Integration": resourceType(id(7), { IntegrationId: id(7) }),
    "AWS::ApiGatewayV2::IntegrationResponse": resourceType(id(6), { IntegrationResponseId: id(6) }),
    "AWS::ApiGatewayV2::Model": resourceType(id(6), { ModelId: id(6) }),
    "AWS::ApiGatewayV2::Route": resourceType(id(7), { RouteId: id(7) }),
    "AWS::ApiGatewayV2::RouteResponse": resourceType(id(6), { RouteResponseId: id(6) }),
    "AWS::ApiGatewayV2::Stage": resourceType(nameOf(128, "StageName")),
    "AWS::ApiGateway::Account": resourceType(id(10), { Id: id(10) }),
    "AWS::ApiGateway::ApiKey": resourceType(id(10), { APIKeyId: id(10) }),
    "AWS::ApiGateway::Authorizer": resourceType(id(6), { AuthorizerId: id(6) }),
    "AWS::ApiGateway::Deployment": resourceType(id(6), { DeploymentId: id(6) }),
    "AWS::ApiGateway::DomainName": customDomain,
    "AWS::ApiGateway::RequestValidator": resourceType(id(6), { RequestValidatorId: id(6) }),
    "AWS::ApiGateway::Resource": resourceType(id(6), { ResourceId: id(6) }),
    "AWS::ApiGateway::RestApi": resourceType(id(10), { RestApiId: id(10), RootResourceId: rootResourceId }),
    "AWS::ApiGateway::Stage": resourceType(nameOf(128, "StageName")),
    "AWS::ApiGateway::UsagePlan": resourceType(id(6), { Id: id(6) }),
    "AWS::CertificateManager::Certificate": resourceType((resource) =>
      arn(resource, "acm", `certificate/${uuid(resource)}`),
    ),
    "AWS::CloudFormation::Stack": resourceType((resource) =>
      arn(resource, "cloudformation", `stack/${nameOf(128)(resource)}/${uuid(resource)}`),
    ),
    "AWS::CloudFront::Distribution": resourceType(upperCaseId("E"), {
      Id: upperCaseId("E"),
      DomainName: (resource) => `${id(13, "d")(resource)}.cloudfront.net`,
      Arn: (resource) => globalArn(resource, "cloudfront", `distribution/${upperCaseId("E")(resource)}`),
    }),
    "AWS::CloudFront::OriginAccessControl": resourceType(upperCaseId("E"), { Id: upperCaseId("E") }),
    "AWS::CloudFront::CloudFrontOriginAccessIdentity": resourceType(upperCaseId("E"), {
      Id: upperCaseId("E"),
      S3CanonicalUserId: (resource) => stableId(seed(resource), 64),
    }),
    "AWS::CloudFront::Function": resourceType(
      (resource) => globalArn(resource, "cloudfront", `function/${nameOf(64)(resource)}`),
      { FunctionARN: (resource) => globalArn(resource, "cloudfront", `function/${nameOf(64)(resource)}`) },
    ),
    "AWS::Cognito::UserPool": resourceType(userPoolId, {
      UserPoolId: userPoolId,
      Arn: (resource) => arn(resource, "cognito-idp", `userpool/${userPoolId(resource)}`),
      ProviderName: userPoolProvider,
      ProviderURL: (resource) => `https://${userPoolProvider(resource)}`,
    }),
    "AWS::Cognito::UserPoolClient": resourceType(id(26), {
      ClientId: id(26),
      ClientSecret: (resource) => stableId(`${seed(resource)}/secret`, 51),
      Name: nameOf(128, "ClientName"),
    }),
    "AWS::Cognito::UserPoolDomain": resourceType((resource) => resource.text("Domain") ?? "", {
      CloudFrontDistribution: (resource) => `${id(13, "d")(resource)}.cloudfront.net`,
    }),
    "AWS::Cognito::UserPoolGroup": resourceType(nameOf(128, "GroupName")),
    "AWS::Cognito::UserPoolUserToGroupAttachment": resourceType(id(36)),
    "AWS::DynamoDB::GlobalTable": table,
    "AWS::DynamoDB::Table": table,
    "AWS::Events::EventBus": resourceType(busName, {
      Arn: (resource) => arn(resource, "events", `event-bus/${busName(resource)}`),
      Name: busName,
    }),
    // AWS: the name of a rule of a custom bus follows the name of the bus (template-attributes)
    "AWS::Events::Rule": resourceType(rulePath("|"), {
      Arn: (resource) => arn(resource, "events", `rule/${rulePath("/")(resource)}`),
    }),
    "AWS::IAM::ManagedPolicy": resourceType(managedPolicyArn, { PolicyArn: managedPolicyArn }),
    "AWS::IAM::Role": resourceType(roleName, {
      Arn: (resource) => globalArn(resource, "iam", `role${resource.text("Path") ?? "/"}${roleName(resource)}`),
      RoleId: (resource) => `AROA${stableId(seed(resource), 17).toUpperCase()}`,
    }),
    "AWS::IAM::User": resourceType(userName, {
      Arn: (resource) => globalArn(resource, "iam", `user${resource.text("Path") ?? "/"}${userName(resource)}`),
    }),
    "AWS::KMS::Key": resourceType(uuid, {
      KeyId: uuid,
      Arn: (resource) => arn(resource, "kms", `key/${uuid(resource)}`),
    }),
    "AWS::Kinesis::Stream": resourceType(nameOf(128), {
      Arn: (resource) => arn(resource, "kinesis", `stream/${nameOf(128)(resource)}`),
    }),
    "AWS::KinesisFirehose::DeliveryStream": resourceType(nameOf(64, "DeliveryStreamName"), {
      Arn: (resource) => arn(resource, "firehose", `deliverystream/${nameOf(64, "DeliveryStreamName")(resource)}`),
    }),
    "AWS::Lambda::Alias": resourceType(alias, { AliasArn: alias }),
    "AWS::Lambda::EventSourceMapping": resourceType(uuid, { Id: uuid }),
    "AWS::Lambda::Function": resourceType(functionName, {
      Arn: (resource) => functionArnFrom(resource, functionName(resource)),
    }),
    "AWS::Lambda::LayerVersion": resourceType(
      (resource) => arn(resource, "lambda", `layer:${nameOf(64, "LayerName")(resource)}:1`),
      {
        LayerVersionArn: (resource) => arn(resource, "lambda", `layer:${nameOf(64, "LayerName")(resource)}:1`),
      },
    ),
    "AWS::Lambda::Url": resourceType(targetFunctionArn, {
      FunctionArn: targetFunctionArn,
      // AWS: the host is `{urlId}.lambda-url.{region}.on.aws` in every partition (furl-format)
      FunctionUrl: (resource) => `https://${id(32)(resource)}.lambda-url.${resource.stack.region}.on.aws/`,
    }),
    "AWS::Lambda::Version": resourceType(version, { FunctionArn: version, Version: () => "1" }),
    "AWS::Logs::LogGroup": resourceType(logGroupName, {
      Arn: (resource) => arn(resource, "logs", `log-group:${logGroupName(resource)}:*`),
    }),
    "AWS::S3::Bucket": resourceType(bucketName, {
      Arn: (resource) => globalArn(resource, "s3", bucketName(resource)),
      DomainName: bucketHost("{bucket}.s3.{suffix}"),
      RegionalDomainName: bucketHost("{bucket}.s3.{region}.{suffix}"),
      DualStackDomainName: bucketHost("{bucket}.s3.dualstack.{region}.{suffix}"),
      WebsiteURL: bucketHost("http://{bucket}.s3-website-{region}.{suffix}"),
    }),
    "AWS::SNS::Subscription": resourceType((resource) => `${resource.text("TopicArn") ?? ""}:${uuid(resource)}`),
    "AWS::SNS::Topic": resourceType(topicArn, { TopicArn: topicArn, TopicName: topicName }),
    "AWS::SQS::Queue": resourceType(queueUrl, {
      Arn: (resource) => arn(resource, "sqs", queueName(resource)),
      QueueName: queueName,
      QueueUrl: queueUrl,
    }),
    "AWS::SSM::Parameter": resourceType(parameterName, {
      Type: (resource) => resource.text("Type") ?? "String",
      Value: (resource) => resource.text("Value") ?? "",
    }),
    "AWS::Scheduler::Schedule": resourceType(nameOf(64), { Arn: scheduleArn }),
    "AWS::Scheduler::ScheduleGroup": resourceType(nameOf(64), {
      Arn: (resource) => arn(resource, "scheduler", `schedule-group/${nameOf(64)(resource)}`),
    }),
    // AWS: the ARN of a secret ends in six random characters (template-attributes)
    "AWS::SecretsManager::Secret": resourceType(secretArn, { Id: secretArn }),
    "AWS::StepFunctions::StateMachine": resourceType(stateMachineArn, {
      Arn: stateMachineArn,
      Name: nameOf(80, "StateMachineName"),
      StateMachineRevisionId: uuid,
    }),
    "Custom::CDKBucketDeployment": resourceType(uuid, {
      DestinationBucketArn: (resource) => globalArn(resource, "s3", resource.text("DestinationBucketName") ?? ""),
    }),
  }),
)
