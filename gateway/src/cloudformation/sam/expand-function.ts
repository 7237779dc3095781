// SAM's functions: the function itself, and the role that SAM makes when none is given.
import { isRecord } from "../../foundation/is-record.ts"
import type { Report } from "../report.ts"
import type { ResourceBody } from "../source/stack.ts"
import { codeAt, given, type Properties, type Resources } from "./properties.ts"

// AWS: SAM copies these properties unchanged (template-sam)
const sameProperties = [
  "Architectures",
  "Environment",
  "EphemeralStorage",
  "FunctionName",
  "Handler",
  "Layers",
  "LoggingConfig",
  "MemorySize",
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
  const { InlineCode, CodeUri, DeadLetterQueue, EventInvokeConfig } = properties
  const same = Object.fromEntries(sameProperties.map((name) => [name, properties[name]]))
  const resources: Resources = {
    [logicalId]: {
      ...resource,
      Type: "AWS::Lambda::Function",
      Properties: {
        ...given(same),
        Code: InlineCode === undefined ? codeAt(CodeUri ?? ".") : { ZipFile: InlineCode },
        Role: properties.Role ?? { "Fn::GetAtt": [roleId, "Arn"] },
        ...given({
          DeadLetterConfig: isRecord(DeadLetterQueue) ? { TargetArn: DeadLetterQueue.TargetArn } : undefined,
        }),
      },
    },
  }
  if (properties.Role === undefined) resources[roleId] = roleOf(logicalId, resource, properties.Policies, report)
  if (isRecord(EventInvokeConfig)) {
    const { MaximumRetryAttempts, MaximumEventAgeInSeconds } = EventInvokeConfig
    resources[`${logicalId}EventInvokeConfig`] = {
      Type: "AWS::Lambda::EventInvokeConfig",
      Properties: { FunctionName: { Ref: logicalId }, ...given({ MaximumRetryAttempts, MaximumEventAgeInSeconds }) },
    }
  }
  return resources
}

function roleOf(logicalId: string, resource: ResourceBody, policies: unknown, report: Report): ResourceBody {
  const arns: unknown[] = [managedPolicyArn("service-role/AWSLambdaBasicExecutionRole")]
  const documents: Properties[] = []
  for (const policy of policies === undefined ? [] : [policies].flat()) {
    if (typeof policy === "string" && !policy.startsWith("arn:")) arns.push(managedPolicyArn(policy))
    else if (isRecord(policy) && "Statement" in policy) documents.push({ Version: "2012-10-17", ...policy })
    else if (isRecord(policy) && Object.keys(policy).some((name) => name.endsWith("Policy"))) {
      documents.push(...policyTemplates(logicalId, policy, report))
    } else arns.push(policy)
  }
  return {
    Type: "AWS::IAM::Role",
    ...given({ Condition: resource.Condition }),
    Properties: {
      AssumeRolePolicyDocument: {
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { Service: ["lambda.amazonaws.com"] }, Action: ["sts:AssumeRole"] }],
      },
      ManagedPolicyArns: arns,
      Policies: documents.map((PolicyDocument, index) => ({
        PolicyName: `${logicalId}RolePolicy${index}`,
        PolicyDocument,
      })),
    },
  }
}

function managedPolicyArn(name: string): Properties {
  return { "Fn::Sub": `arn:\${AWS::Partition}:iam::aws:policy/${name}` }
}

type Template = { service: string; resource: string; actions: string[] }

// AWS: the statements of SAM's policy templates; `{Name}` is a parameter of the template (template-sam-policies)
const templates: Readonly<Record<string, Template>> = {
  DynamoDBCrudPolicy: {
    service: "dynamodb",
    resource: "table/{TableName}*",
    actions: [
      "GetItem",
      "DeleteItem",
      "PutItem",
      "Scan",
      "Query",
      "UpdateItem",
      "BatchWriteItem",
      "BatchGetItem",
      "DescribeTable",
      "ConditionCheckItem",
    ],
  },
  DynamoDBReadPolicy: {
    service: "dynamodb",
    resource: "table/{TableName}*",
    actions: ["GetItem", "Scan", "Query", "BatchGetItem", "DescribeTable"],
  },
  DynamoDBWritePolicy: {
    service: "dynamodb",
    resource: "table/{TableName}*",
    actions: ["PutItem", "UpdateItem", "BatchWriteItem"],
  },
  LambdaInvokePolicy: { service: "lambda", resource: "function:{FunctionName}*", actions: ["InvokeFunction"] },
  SQSPollerPolicy: {
    service: "sqs",
    resource: "{QueueName}",
    actions: ["ChangeMessageVisibility", "DeleteMessage", "GetQueueAttributes", "ReceiveMessage"],
  },
  SQSSendMessagePolicy: { service: "sqs", resource: "{QueueName}", actions: ["SendMessage*"] },
}

/** Templates of S3 and others are left out: what a function may do there is not checked here. */
function policyTemplates(logicalId: string, policy: Properties, report: Report): Properties[] {
  return Object.entries(policy).flatMap(([name, parameters]) => {
    const template = templates[name]
    if (!template) {
      report.notice(
        { logicalId, type: "AWS::Serverless::Function" },
        `The policy template ${name} is not known here and allows nothing.`,
      )
      return []
    }
    const { service, resource, actions } = template
    const text = `arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${resource.replace("{", "${")}`
    const Resource = { "Fn::Sub": [text, isRecord(parameters) ? parameters : {}] }
    const Action = actions.map((action) => `${service}:${action}`)
    return [{ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action, Resource }] }]
  })
}
