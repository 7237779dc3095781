// Expands the `Policies` of a SAM function to managed policy ARNs and policy documents.
import { isRecord } from "../../foundation/is-record.ts"
import type { Report } from "../report.ts"
import type { Properties } from "./properties.ts"

type PolicyTemplate = { actions: string[]; resources: string[] }

const regional = (service: string, resource: string) =>
  `arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${resource}`
const table = regional("dynamodb", `table/\${TableName}`)
const tableAndIndexes = [table, `${table}/index/*`]
const stream = regional("dynamodb", `table/\${TableName}/stream/\${StreamName}`)
const bucket = `arn:\${AWS::Partition}:s3:::\${BucketName}`
const bucketAndObjects = [bucket, `${bucket}/*`]
const queue = regional("sqs", `\${QueueName}`)

const allow = (resources: string | string[], actions: string[]): PolicyTemplate => ({
  resources: [resources].flat(),
  actions,
})

// AWS: the statements of SAM's policy templates, whose parameters are variables here (template-sam-policies)
const policyTemplates: ReadonlyMap<string, PolicyTemplate[]> = new Map(
  Object.entries<PolicyTemplate[]>({
    DynamoDBCrudPolicy: [
      allow(tableAndIndexes, [
        "dynamodb:GetItem",
        "dynamodb:DeleteItem",
        "dynamodb:PutItem",
        "dynamodb:Scan",
        "dynamodb:Query",
        "dynamodb:UpdateItem",
        "dynamodb:BatchWriteItem",
        "dynamodb:BatchGetItem",
        "dynamodb:DescribeTable",
        "dynamodb:ConditionCheckItem",
      ]),
    ],
    DynamoDBReadPolicy: [
      allow(tableAndIndexes, [
        "dynamodb:GetItem",
        "dynamodb:Scan",
        "dynamodb:Query",
        "dynamodb:BatchGetItem",
        "dynamodb:DescribeTable",
      ]),
    ],
    DynamoDBReconfigurePolicy: [allow(table, ["dynamodb:UpdateTable"])],
    DynamoDBStreamReadPolicy: [
      allow(stream, ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"]),
      allow(`${table}/stream/*`, ["dynamodb:ListStreams"]),
    ],
    DynamoDBWritePolicy: [
      allow(tableAndIndexes, ["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:BatchWriteItem"]),
    ],
    LambdaInvokePolicy: [allow(regional("lambda", `function:\${FunctionName}*`), ["lambda:InvokeFunction"])],
    S3CrudPolicy: [
      allow(bucketAndObjects, [
        "s3:GetObject",
        "s3:ListBucket",
        "s3:GetBucketLocation",
        "s3:GetObjectVersion",
        "s3:PutObject",
        "s3:PutObjectAcl",
        "s3:GetLifecycleConfiguration",
        "s3:PutLifecycleConfiguration",
        "s3:DeleteObject",
      ]),
    ],
    S3FullAccessPolicy: [
      allow(`${bucket}/*`, [
        "s3:GetObject",
        "s3:GetObjectAcl",
        "s3:GetObjectVersion",
        "s3:PutObject",
        "s3:PutObjectAcl",
        "s3:DeleteObject",
        "s3:DeleteObjectTagging",
        "s3:DeleteObjectVersionTagging",
        "s3:GetObjectTagging",
        "s3:GetObjectVersionTagging",
        "s3:PutObjectTagging",
        "s3:PutObjectVersionTagging",
      ]),
      allow(bucket, [
        "s3:ListBucket",
        "s3:GetBucketLocation",
        "s3:GetLifecycleConfiguration",
        "s3:PutLifecycleConfiguration",
      ]),
    ],
    S3ReadPolicy: [
      allow(bucketAndObjects, [
        "s3:GetObject",
        "s3:ListBucket",
        "s3:GetBucketLocation",
        "s3:GetObjectVersion",
        "s3:GetLifecycleConfiguration",
      ]),
    ],
    S3WritePolicy: [allow(bucketAndObjects, ["s3:PutObject", "s3:PutObjectAcl", "s3:PutLifecycleConfiguration"])],
    SQSPollerPolicy: [
      allow(queue, [
        "sqs:ChangeMessageVisibility",
        "sqs:ChangeMessageVisibilityBatch",
        "sqs:DeleteMessage",
        "sqs:DeleteMessageBatch",
        "sqs:GetQueueAttributes",
        "sqs:ReceiveMessage",
      ]),
    ],
    SQSSendMessagePolicy: [allow(queue, ["sqs:SendMessage*"])],
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

export function managedPolicyArn(name: string): Properties {
  return { "Fn::Sub": `arn:\${AWS::Partition}:iam::aws:policy/${name}` }
}

function expandPolicyTemplates(logicalId: string, policy: Properties, report: Report): Properties[] {
  return Object.entries(policy).flatMap(([name, parameters]) => {
    const statements = policyTemplates.get(name)
    if (!statements) {
      const message = `The policy template ${name} is not known here, so it allows nothing.`
      return report.notice({ logicalId, type: "AWS::Serverless::Function" }, message) ?? []
    }
    const values = isRecord(parameters) ? parameters : {}
    const Statement = statements.map(({ actions, resources }) => ({
      Effect: "Allow",
      Action: actions,
      Resource: resources.map((resource) => ({ "Fn::Sub": [resource, values] })),
    }))
    return [{ Version: "2012-10-17", Statement }]
  })
}
