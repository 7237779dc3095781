// Decides which bucket notifications S3 may deliver, and which queues Lambda may poll with a function's role.
import type { Definition } from "../definition/definition.ts"
import type { EventSourceMappingDefinition, FunctionDefinition } from "../definition/lambda.ts"
import type { BucketNotificationDefinition } from "../definition/storage.ts"
import type { RolePrincipal } from "./credentials.ts"
import type { DataAccess } from "./data-access.ts"
import type { AccessMode, Denial } from "./denial.ts"
import { evaluatePolicies, type NamedPolicy } from "./evaluate-policy.ts"
import { functionPolicy } from "./function-policy.ts"
import { fixForFunctionNotification, fixForQueueNotification } from "./suggest-notification-fix.ts"

export type Deliveries = {
  /**
   * The notifications and mappings that are permitted. Each other one is reported.
   * Differs: AWS rejects the deployment of the others; here they do nothing (permissions-deliveries)
   */
  permittedDeliveries(): {
    bucketNotifications: BucketNotificationDefinition[]
    eventSourceMappings: EventSourceMappingDefinition[]
  }
}

type DeliveriesOptions = {
  mode: AccessMode
  onDenied(denial: Denial): void
  mayCall: DataAccess["mayCall"]
  principalOf(definition: FunctionDefinition): RolePrincipal
}

const s3 = "s3.amazonaws.com"

// AWS: polling needs these permissions of the function's role (lambda-sqs-permissions)
const pollActions = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]

export function createDeliveries(definition: Definition, options: DeliveriesOptions): Deliveries {
  const { mode, onDenied } = options
  const { partition, accountId, queues, functions, permissions, resourcePolicies } = definition

  function mayPoll({ functionArn, queueArn }: EventSourceMappingDefinition): boolean {
    const target = functions.find(({ arn }) => arn === functionArn)
    if (!target) return true
    const principal = options.principalOf(target)
    return pollActions.every((action) => options.mayCall(principal, "sqs", { action, resource: queueArn }).allowed)
  }

  /** AWS: the policy of the queue or function must allow S3 to use it for this bucket (s3-notification-permissions) */
  function mayNotify(notification: BucketNotificationDefinition): boolean {
    const target = targetOf(notification.targetArn)
    if (mode === "off" || !target) return true
    const { action, policies } = target
    const resource = notification.targetArn
    const context = {
      "aws:PrincipalIsAWSService": "true",
      "aws:PrincipalServiceName": s3,
      "aws:SecureTransport": "true",
      "aws:SourceAccount": accountId,
      "aws:SourceArn": `arn:${partition}:s3:::${notification.bucketName}`,
    }
    const principal = { type: "Service", ids: [s3] } as const
    const decision = evaluatePolicies(policies, { action, resource, principal, context })
    if (decision.allowed) return true
    const why = decision.statement
      ? `statement ${decision.statement.Sid ?? decision.statement.index + 1} of ${decision.statement.policyName} denies it`
      : `no policy of ${target.name} allows it`
    onDenied({
      action,
      resource,
      role: s3,
      principalArn: s3,
      explanation: `S3 may not notify ${target.name} of objects in ${notification.bucketName}: ${why}.`,
      cure: target.fix(notification),
    })
    return mode === "warn"
  }

  /** Undefined for a target that is not in the template, whose policies are not known. */
  function targetOf(arn: string): NotificationTarget | undefined {
    const queue = queues.find((one) => one.arn === arn)
    if (queue) {
      const attached = resourcePolicies.filter(({ resourceArn }) => resourceArn === arn)
      return {
        name: queue.logicalId,
        action: "sqs:SendMessage",
        policies: attached.map(({ logicalId, document }) => ({ name: logicalId, document })),
        fix: (notification) => fixForQueueNotification(definition, queue, notification),
      }
    }
    const target = functions.find((one) => one.arn === arn)
    if (!target) return undefined
    const own = permissions.filter(({ functionArn }) => functionArn === arn)
    return {
      name: target.logicalId,
      action: "lambda:InvokeFunction",
      policies: [functionPolicy(arn, own)],
      fix: (notification) => fixForFunctionNotification(definition, target, notification),
    }
  }

  return {
    permittedDeliveries: () => ({
      bucketNotifications: definition.bucketNotifications.filter(mayNotify),
      eventSourceMappings: definition.eventSourceMappings.filter(mayPoll),
    }),
  }
}

type NotificationTarget = {
  /** Logical id. */
  name: string
  action: string
  policies: NamedPolicy[]
  fix(notification: BucketNotificationDefinition): string
}
