// Suggests the fix for a target whose policy does not let a service deliver to it.
import type { Definition } from "../definition/definition.ts"
import type { TopicDefinition } from "../definition/events.ts"
import type { FunctionDefinition } from "../definition/lambda.ts"
import type { Origin } from "../definition/origin.ts"
import type { QueueDefinition } from "../definition/storage.ts"
import { constructOf } from "./construct-names.ts"

/** What makes a service deliver: a bucket, a topic, a rule or a user pool. */
export type DeliverySource = {
  /** `s3.amazonaws.com` */
  service: string
  arn: string
  /** Undefined for a source that is not in the template. */
  origin: Origin | undefined
  /** The property of its construct with the ARN. */
  arnProperty: "bucketArn" | "topicArn" | "ruleArn" | "userPoolArn"
  /** What a report says that it does: `notify {target} of objects in uploads`. */
  description: string
}

export function fixForQueueDelivery(definition: Definition, queue: QueueDefinition, source: DeliverySource): string {
  const principal = conditionedPrincipal(source)
  const queueName = constructOf(queue)
  if (queueName !== undefined && principal !== undefined) return `${queueName}.grantSendMessages(${principal})`
  const Resource = { "Fn::GetAtt": [queue.logicalId, "Arn"] }
  const attached = { Queues: [{ Ref: queue.logicalId }] }
  return policyFix(definition, queue.arn, {
    statement: statementFor(source, "sqs:SendMessage", Resource),
    type: "AWS::SQS::QueuePolicy",
    attached,
  })
}

export function fixForTopicDelivery(definition: Definition, topic: TopicDefinition, source: DeliverySource): string {
  const principal = conditionedPrincipal(source)
  const topicName = constructOf(topic)
  if (topicName !== undefined && principal !== undefined) return `${topicName}.grantPublish(${principal})`
  const Resource = { Ref: topic.logicalId }
  return policyFix(definition, topic.arn, {
    statement: statementFor(source, "sns:Publish", Resource),
    type: "AWS::SNS::TopicPolicy",
    attached: { Topics: [Resource] },
  })
}

export function fixForFunctionDelivery(target: FunctionDefinition, source: DeliverySource): string {
  const { service, arn, origin, arnProperty } = source
  const [callee, construct] = [constructOf(target), constructOf(origin)]
  if (callee !== undefined && construct !== undefined) {
    const label = service.split(".")[0]?.toUpperCase()
    // AWS: the ARN of a bucket has no account (s3-notification-permissions)
    const account = service.startsWith("s3.") ? `, sourceAccount: Stack.of(${construct}).account` : ""
    return `${callee}.addPermission("${label}", { principal: new ServicePrincipal("${service}"), sourceArn: ${construct}.${arnProperty}${account} })`
  }
  const permission = {
    Type: "AWS::Lambda::Permission",
    Properties: {
      FunctionName: { Ref: target.logicalId },
      Action: "lambda:InvokeFunction",
      Principal: service,
      SourceArn: arn,
      ...(service.startsWith("s3.") && { SourceAccount: { Ref: "AWS::AccountId" } }),
    },
  }
  return `Add to the Resources: ${JSON.stringify(permission)}`
}

function conditionedPrincipal({ service, origin, arnProperty }: DeliverySource): string | undefined {
  const construct = constructOf(origin)
  if (construct === undefined) return undefined
  return `new ServicePrincipal("${service}", { conditions: { ArnLike: { "aws:SourceArn": ${construct}.${arnProperty} } } })`
}

function statementFor({ service, arn }: DeliverySource, Action: string, Resource: object) {
  return {
    Effect: "Allow",
    Principal: { Service: service },
    Action,
    Resource,
    // By name, because the source refers to the target.
    Condition: { ArnLike: { "aws:SourceArn": arn } },
  }
}

function policyFix(
  { resourcePolicies }: Definition,
  targetArn: string,
  fix: { statement: object; type: string; attached: object },
): string {
  const existing = resourcePolicies.find(({ resourceArn }) => resourceArn === targetArn)
  if (existing) return `Add to the statements of ${existing.logicalId}: ${JSON.stringify(fix.statement)}`
  const PolicyDocument = { Version: "2012-10-17", Statement: [fix.statement] }
  return `Add to the Resources: ${JSON.stringify({ Type: fix.type, Properties: { ...fix.attached, PolicyDocument } })}`
}
