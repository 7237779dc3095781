// Decides what services may deliver: bucket notifications, messages of topics, events of rules and schedules, and which
// queues Lambda may poll with a function's role.
import type { Definition } from "../definition/definition.ts"
import type { RuleDefinition, ScheduleDefinition, SubscriptionDefinition } from "../definition/events.ts"
import type { EventSourceMappingDefinition, FunctionDefinition, StreamMappingDefinition } from "../definition/lambda.ts"
import type { LocalServiceName } from "../definition/permission.ts"
import type { BucketNotificationDefinition } from "../definition/storage.ts"
import type { UserPoolDefinition } from "../definition/user-pool.ts"
import type { RolePrincipal } from "./credentials.ts"
import type { DataAccess } from "./data-access.ts"
import type { AccessMode, Denial } from "./denial.ts"
import { evaluatePolicies, type NamedPolicy } from "./evaluate-policy.ts"
import { functionPolicy } from "./function-policy.ts"
import {
  type DeliverySource,
  fixForFunctionDelivery,
  fixForQueueDelivery,
  fixForTopicDelivery,
} from "./suggest-notification-fix.ts"

export type PermittedDeliveries = {
  bucketNotifications: BucketNotificationDefinition[]
  eventSourceMappings: EventSourceMappingDefinition[]
  streamMappings: StreamMappingDefinition[]
  subscriptions: SubscriptionDefinition[]
  /** With the targets that are permitted. */
  rules: RuleDefinition[]
  schedules: ScheduleDefinition[]
  /** Of each trigger, whether it is permitted. */
  userPools: UserPoolDefinition[]
}

export type Deliveries = {
  /**
   * What is permitted. Everything else is reported.
   * Differs: AWS rejects the deployment of notifications and mappings, and drops what topics and rules deliver; here none
   * of them does anything (permissions-deliveries)
   */
  permittedDeliveries(): PermittedDeliveries
}

type DeliveriesOptions = {
  mode: AccessMode
  onDenied(denial: Denial): void
  mayCall: DataAccess["mayCall"]
  principalOf(definition: FunctionDefinition): RolePrincipal
  /** Whether a service may assume a role; the session with which it then calls. */
  assumeRole(roleArn: string, service: string): RolePrincipal | undefined
}

// AWS: polling needs these permissions of the function's role (lambda-sqs-permissions)
const pollActions = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]

// AWS: reading a stream needs these permissions of the function's role (streams-permissions)
const streamActions = ["DescribeStream", "GetRecords", "GetShardIterator"]
// AWS: a stream of Kinesis has one more (kinesis-mapping-permissions)
const dataStreamActions = [...streamActions, "ListShards"]

/** AWS: what a delivery does with its target (event-target-permissions) */
const actions: ReadonlyMap<string, { action: string; service: LocalServiceName | "sqs" }> = new Map([
  ["lambda", { action: "lambda:InvokeFunction", service: "lambda" }],
  ["sqs", { action: "sqs:SendMessage", service: "sqs" }],
  ["sns", { action: "sns:Publish", service: "sns" }],
  ["events", { action: "events:PutEvents", service: "events" }],
  ["states", { action: "states:StartExecution", service: "states" }],
])

export function createDeliveries(definition: Definition, options: DeliveriesOptions): Deliveries {
  const { mode, onDenied } = options
  const { partition, accountId, queues, topics, functions, permissions, resourcePolicies } = definition

  function mayPoll({ functionArn, queueArn }: EventSourceMappingDefinition): boolean {
    const target = functions.find(({ arn }) => arn === functionArn)
    if (!target) return true
    const principal = options.principalOf(target)
    return pollActions.every((action) => options.mayCall(principal, "sqs", { action, resource: queueArn }).allowed)
  }

  function mayRead({ functionArn, streamArn }: StreamMappingDefinition): boolean {
    const target = functions.find(({ arn }) => arn === functionArn)
    if (!target) return true
    const principal = options.principalOf(target)
    const isTable = streamArn.split(":")[2] === "dynamodb"
    const [service, actions] = isTable
      ? (["dynamodb", streamActions] as const)
      : (["kinesis", dataStreamActions] as const)
    return actions.every((action) => {
      const needed = { action: `${service}:${action}`, resource: streamArn }
      return options.mayCall(principal, service, needed).allowed
    })
  }

  /** AWS: the policy of the queue or function must allow S3 to use it for this bucket (s3-notification-permissions) */
  function mayNotify({ bucketName, targetArn }: BucketNotificationDefinition): boolean {
    return mayDeliver(targetArn, {
      service: "s3.amazonaws.com",
      arn: `arn:${partition}:s3:::${bucketName}`,
      origin: definition.buckets.find((bucket) => bucket.bucketName === bucketName),
      arnProperty: "bucketArn",
      description: `notify {target} of objects in ${bucketName}`,
    })
  }

  /** AWS: the policy of the queue or function must allow SNS to use it for this topic (sns-delivery-permissions) */
  function mayReceive({ topicArn, endpointArn }: SubscriptionDefinition): boolean {
    return mayDeliver(endpointArn, {
      service: "sns.amazonaws.com",
      arn: topicArn,
      origin: topics.find(({ arn }) => arn === topicArn),
      arnProperty: "topicArn",
      description: `deliver messages of ${topicArn.split(":").at(-1)} to {target}`,
    })
  }

  /** AWS: the policy of the function must allow Cognito to use it for this pool (cognito-trigger-permissions) */
  function withPermissions(pool: UserPoolDefinition): UserPoolDefinition {
    const triggers = pool.triggers.map((trigger) => {
      const isPermitted = mayDeliver(trigger.functionArn, {
        service: "cognito-idp.amazonaws.com",
        arn: pool.arn,
        origin: pool,
        arnProperty: "userPoolArn",
        description: `invoke {target} as ${trigger.name} of ${pool.logicalId}`,
      })
      return { ...trigger, isPermitted }
    })
    return { ...pool, triggers }
  }

  /** AWS: a target is used with its role, or by its policy; a bus needs neither in the account (event-target-permissions) */
  function mayTarget(rule: RuleDefinition, targetArn: string, roleArn: string | undefined): boolean {
    if (roleArn !== undefined) return mayUse(targetArn, roleArn, "events.amazonaws.com")
    return mayDeliver(targetArn, {
      service: "events.amazonaws.com",
      arn: rule.arn,
      origin: rule,
      arnProperty: "ruleArn",
      description: `deliver events of ${rule.logicalId} to {target}`,
    })
  }

  /** Whether a service may use the target with a role. */
  function mayUse(targetArn: string, roleArn: string, service: string): boolean {
    const use = actions.get(targetArn.split(":")[2] ?? "")
    if (mode === "off" || !use) return true
    const principal = options.assumeRole(roleArn, service)
    if (!principal) return false
    return options.mayCall(principal, use.service, { action: use.action, resource: targetArn }).allowed
  }

  function mayDeliver(targetArn: string, source: DeliverySource): boolean {
    const target = targetOf(targetArn, source)
    if (mode === "off" || !target) return true
    const { action, policies } = target
    const context = {
      "aws:PrincipalIsAWSService": "true",
      "aws:PrincipalServiceName": source.service,
      "aws:SecureTransport": "true",
      "aws:SourceAccount": accountId,
      "aws:SourceArn": source.arn,
    }
    const principal = { type: "Service", ids: [source.service] } as const
    const decision = evaluatePolicies(policies, { action, resource: targetArn, principal, context })
    if (decision.allowed) return true
    const why = decision.statement
      ? `statement ${decision.statement.Sid ?? decision.statement.index + 1} of ${decision.statement.policyName} denies it`
      : `no policy of ${target.name} allows it`
    onDenied({
      action,
      resource: targetArn,
      role: source.service,
      principalArn: source.service,
      explanation: `${serviceName(source)} may not ${source.description.replace("{target}", target.name)}: ${why}.`,
      cure: target.fix(),
    })
    return mode === "warn"
  }

  /** Undefined for a target whose policies are not known, because it is not in the template, or that needs none. */
  function targetOf(arn: string, source: DeliverySource): DeliveryTarget | undefined {
    const attached = () =>
      resourcePolicies
        .filter(({ resourceArn }) => resourceArn === arn)
        .map(({ logicalId, document }) => ({ name: logicalId, document }))
    const queue = queues.find((one) => one.arn === arn)
    if (queue) {
      const fix = () => fixForQueueDelivery(definition, queue, source)
      return { name: queue.logicalId, action: "sqs:SendMessage", policies: attached(), fix }
    }
    const topic = topics.find((one) => one.arn === arn)
    if (topic) {
      const fix = () => fixForTopicDelivery(definition, topic, source)
      return { name: topic.logicalId, action: "sns:Publish", policies: attached(), fix }
    }
    const target = functions.find((one) => arn === one.arn || arn.startsWith(`${one.arn}:`))
    if (!target) return undefined
    const own = permissions.filter(({ functionArn }) => functionArn === target.arn)
    return {
      name: target.logicalId,
      action: "lambda:InvokeFunction",
      policies: [functionPolicy(arn, own)],
      fix: () => fixForFunctionDelivery(target, source),
    }
  }

  return {
    permittedDeliveries: () => ({
      bucketNotifications: definition.bucketNotifications.filter(mayNotify),
      eventSourceMappings: definition.eventSourceMappings.filter(mayPoll),
      streamMappings: definition.streamMappings.filter(mayRead),
      subscriptions: definition.subscriptions.filter(mayReceive),
      rules: definition.rules.map((rule) => ({
        ...rule,
        targets: rule.targets.filter(({ targetArn, roleArn }) => mayTarget(rule, targetArn, roleArn)),
      })),
      // AWS: a schedule uses its target with its role (scheduler-role)
      schedules: definition.schedules.filter(({ target }) =>
        mayUse(target.targetArn, target.roleArn, "scheduler.amazonaws.com"),
      ),
      userPools: definition.userPools.map(withPermissions),
    }),
  }
}

function serviceName({ service }: DeliverySource): string {
  const [name = ""] = service.split(".")
  return { events: "EventBridge", "cognito-idp": "Cognito" }[name] ?? name.toUpperCase()
}

type DeliveryTarget = {
  /** Logical id. */
  name: string
  action: string
  policies: NamedPolicy[]
  fix(): string
}
