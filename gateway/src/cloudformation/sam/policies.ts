// Expands the `Policies` of a SAM function to managed policy ARNs and policy documents.
import { isRecord } from "../../foundation/is-record.ts"
import type { Report } from "../report.ts"
import type { Properties } from "./properties.ts"

type PolicyTemplate = { service: string; resource: string; actions: string[] }

// AWS: the statements of SAM's policy templates. `{Name}` is a parameter of the policy template (template-sam-policies)
const policyTemplates: ReadonlyMap<string, PolicyTemplate> = new Map(
  Object.entries<PolicyTemplate>({
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
  }),
)

export function policiesOf(
  logicalId: string,
  policies: unknown,
  report: Report,
): { managedPolicyArns: unknown[]; documents: Properties[] } {
  const managedPolicyArns: unknown[] = [managedPolicyArn("service-role/AWSLambdaBasicExecutionRole")]
  const documents: Properties[] = []
  for (const policy of policies === undefined ? [] : [policies].flat()) {
    if (typeof policy === "string" && !policy.startsWith("arn:")) managedPolicyArns.push(managedPolicyArn(policy))
    else if (isRecord(policy) && "Statement" in policy) documents.push({ Version: "2012-10-17", ...policy })
    else if (isRecord(policy) && Object.keys(policy).some((name) => name.endsWith("Policy"))) {
      documents.push(...expandPolicyTemplates(logicalId, policy, report))
    } else managedPolicyArns.push(policy)
  }
  return { managedPolicyArns, documents }
}

function managedPolicyArn(name: string): Properties {
  return { "Fn::Sub": `arn:\${AWS::Partition}:iam::aws:policy/${name}` }
}

function expandPolicyTemplates(logicalId: string, policy: Properties, report: Report): Properties[] {
  return Object.entries(policy).flatMap(([name, parameters]) => {
    const template = policyTemplates.get(name)
    if (!template) {
      const message = `The policy template ${name} is not known here, so it allows nothing.`
      return report.notice({ logicalId, type: "AWS::Serverless::Function" }, message) ?? []
    }
    const { service, resource, actions } = template
    const text = `arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${resource.replace("{", "${")}`
    const Resource = { "Fn::Sub": [text, isRecord(parameters) ? parameters : {}] }
    const Action = actions.map((action) => `${service}:${action}`)
    return [{ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action, Resource }] }]
  })
}
