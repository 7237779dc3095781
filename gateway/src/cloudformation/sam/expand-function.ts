// Expands `AWS::Serverless::Function` to a function, and to the role that SAM generates when the function names none.
import { isRecord } from "../../foundation/is-record.ts"
import { withoutUndefined } from "../../foundation/without-undefined.ts"
import { codeAt, type Properties, type Resources, trustPolicy } from "../generated-resource.ts"
import type { Report } from "../report.ts"
import type { ResourceBody } from "../source/stack.ts"
import { expandFunctionUrl } from "./expand-function-url.ts"
import { managedPolicyArn, policiesOf } from "./policies.ts"

// AWS: SAM copies these properties unchanged (template-sam)
const sameProperties = [
  "Architectures",
  "Environment",
  "EphemeralStorage",
  "FunctionName",
  "Handler",
  "ImageConfig",
  "Layers",
  "LoggingConfig",
  "MemorySize",
  "PackageType",
  "ReservedConcurrentExecutions",
  "Runtime",
  "Timeout",
]

export function expandFunction(
  logicalId: string,
  resource: ResourceBody,
  properties: Properties,
  report: Report,
): Resources {
  const roleId = `${logicalId}Role`
  const { DeadLetterQueue, EventInvokeConfig } = properties
  const same = Object.fromEntries(sameProperties.map((name) => [name, properties[name]]))
  const deadLetters = isRecord(DeadLetterQueue) ? { TargetArn: DeadLetterQueue.TargetArn } : undefined
  const definition: ResourceBody = {
    ...resource,
    Type: "AWS::Lambda::Function",
    Properties: {
      ...withoutUndefined({ ...same, DeadLetterConfig: deadLetters }),
      Code: codeOf(logicalId, resource, properties),
      Role: properties.Role ?? { "Fn::GetAtt": [roleId, "Arn"] },
    },
  }
  const resources: Resources = [[logicalId, definition]]
  if (properties.Role === undefined) {
    resources.push([roleId, generatedRole(logicalId, resource, properties, report)])
  }
  resources.push(...expandFunctionUrl(logicalId, resource, properties.FunctionUrlConfig))
  if (isRecord(EventInvokeConfig)) {
    const { MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig } = EventInvokeConfig
    const config: ResourceBody = {
      Type: "AWS::Lambda::EventInvokeConfig",
      Properties: {
        FunctionName: { Ref: logicalId },
        ...withoutUndefined({ MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig }),
      },
    }
    resources.push([`${logicalId}EventInvokeConfig`, config])
  }
  return resources
}

function codeOf(
  logicalId: string,
  resource: ResourceBody,
  { PackageType, ImageUri, InlineCode, CodeUri }: Properties,
): Properties {
  // AWS: the metadata of an image function names its Dockerfile and build context (template-sam-image)
  if (PackageType === "Image") return withoutUndefined({ ImageUri, ...imageBuildOf(resource) })
  return InlineCode === undefined
    ? { ...codeAt(CodeUri ?? "."), ...buildOf(logicalId, resource) }
    : { ZipFile: InlineCode }
}

/** How `sam build` builds the image, in properties of this gateway. */
function imageBuildOf({ Metadata = {} }: ResourceBody): Properties {
  const { Dockerfile, DockerContext, DockerBuildArgs, DockerBuildTarget } = Metadata
  return { Dockerfile, DockerContext, DockerBuildArgs, DockerBuildTarget }
}

/** How `sam build` builds the code, in a property of this gateway: the build method is metadata. */
function buildOf(logicalId: string, { Metadata = {} }: ResourceBody): Properties {
  // AWS: the target of a Makefile is named after the resource (template-sam-makefile)
  if (Metadata.BuildMethod === "makefile") return { MakeTarget: `build-${logicalId}` }
  return Metadata.BuildMethod === "esbuild" ? { BuildProperties: Metadata.BuildProperties ?? {} } : {}
}

// AWS: SAM lets the role of a function with an event of a queue or a stream poll (template-sam-sqs-event)
const pollingPolicies = [
  ["SQS", "service-role/AWSLambdaSQSQueueExecutionRole"],
  ["DynamoDB", "service-role/AWSLambdaDynamoDBExecutionRole"],
  ["Kinesis", "service-role/AWSLambdaKinesisExecutionRole"],
] as const

function generatedRole(
  logicalId: string,
  resource: ResourceBody,
  { Policies, Events }: Properties,
  report: Report,
): ResourceBody {
  const { managedPolicyArns, documents } = policiesOf({ logicalId, type: resource.Type }, Policies, report)
  const events = isRecord(Events) ? Object.values(Events).filter(isRecord) : []
  const polled = pollingPolicies.filter(([type]) => events.some(({ Type }) => Type === type))
  const basicPolicy = "service-role/AWSLambdaBasicExecutionRole"
  return {
    Type: "AWS::IAM::Role",
    ...(resource.Condition !== undefined && { Condition: resource.Condition }),
    Properties: {
      AssumeRolePolicyDocument: trustPolicy("lambda.amazonaws.com"),
      ManagedPolicyArns: [
        managedPolicyArn(basicPolicy),
        ...managedPolicyArns,
        ...polled.map(([, name]) => managedPolicyArn(name)),
      ],
      Policies: documents.map((PolicyDocument, index) => ({
        PolicyName: `${logicalId}RolePolicy${index}`,
        PolicyDocument,
      })),
    },
  }
}
