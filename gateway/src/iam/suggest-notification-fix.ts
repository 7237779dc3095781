// Suggests the fix for a bucket notification that its target does not allow.
import type { Definition } from "../definition/definition.ts"
import type { FunctionDefinition } from "../definition/lambda.ts"
import type { BucketNotificationDefinition, QueueDefinition } from "../definition/storage.ts"
import { constructOf } from "./construct-names.ts"

const s3 = "s3.amazonaws.com"

export function fixForQueueNotification(
  definition: Definition,
  queue: QueueDefinition,
  { bucketName }: BucketNotificationDefinition,
): string {
  const [queueName, bucket] = [constructOf(queue), constructOf(bucketNamed(definition, bucketName))]
  if (queueName !== undefined && bucket !== undefined) {
    return `${queueName}.grantSendMessages(new ServicePrincipal("${s3}", { conditions: { ArnLike: { "aws:SourceArn": ${bucket}.bucketArn } } }))`
  }
  const statement = {
    Effect: "Allow",
    Principal: { Service: s3 },
    Action: "sqs:SendMessage",
    Resource: { "Fn::GetAtt": [queue.logicalId, "Arn"] },
    // By name, because the bucket refers to the queue.
    Condition: { ArnLike: { "aws:SourceArn": bucketArn(definition, bucketName) } },
  }
  const existing = definition.resourcePolicies.find(({ resourceArn }) => resourceArn === queue.arn)
  if (existing) return `Add to the statements of ${existing.logicalId}: ${JSON.stringify(statement)}`
  const policy = {
    Type: "AWS::SQS::QueuePolicy",
    Properties: {
      Queues: [{ Ref: queue.logicalId }],
      PolicyDocument: { Version: "2012-10-17", Statement: [statement] },
    },
  }
  return `Add to the Resources: ${JSON.stringify(policy)}`
}

export function fixForFunctionNotification(
  definition: Definition,
  target: FunctionDefinition,
  { bucketName }: BucketNotificationDefinition,
): string {
  const [callee, bucket] = [constructOf(target), constructOf(bucketNamed(definition, bucketName))]
  if (callee !== undefined && bucket !== undefined) {
    return `${callee}.addPermission("S3", { principal: new ServicePrincipal("${s3}"), sourceArn: ${bucket}.bucketArn, sourceAccount: Stack.of(${bucket}).account })`
  }
  const permission = {
    Type: "AWS::Lambda::Permission",
    Properties: {
      FunctionName: { Ref: target.logicalId },
      Action: "lambda:InvokeFunction",
      Principal: s3,
      SourceArn: bucketArn(definition, bucketName),
      SourceAccount: { Ref: "AWS::AccountId" },
    },
  }
  return `Add to the Resources: ${JSON.stringify(permission)}`
}

function bucketNamed({ buckets }: Definition, bucketName: string) {
  return buckets.find((bucket) => bucket.bucketName === bucketName)
}

function bucketArn({ partition }: Definition, bucketName: string): string {
  return `arn:${partition}:s3:::${bucketName}`
}
