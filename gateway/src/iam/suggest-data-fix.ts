// Suggests the fix for a denied call to a service: the grant of CDK, and the statement of CloudFormation.
import type { Definition } from "../definition/definition.ts"
import type { RoleDefinition } from "../definition/iam.ts"
import type { Origin } from "../definition/origin.ts"
import { constructOf } from "./construct-names.ts"
import type { AccessDecision } from "./evaluate-access.ts"
import type { AccessRequest, PolicyDecision } from "./evaluate-policy.ts"

/** @param reasons.unmet the statement that would allow the request if its condition held */
export function fixForData(
  definition: Definition,
  role: RoleDefinition,
  request: AccessRequest,
  { decision, unmet }: { decision: AccessDecision; unmet: PolicyDecision["statement"] | undefined },
): string {
  const { statement, policyType } = decision
  if (unmet) return `Change the condition of ${named(unmet)} (role ${role.logicalId}).`
  if (statement) {
    return policyType === "resource-based"
      ? `Change ${named(statement)}.`
      : `Change ${named(statement)} (role ${role.logicalId}).`
  }
  const target = targetOf(definition, request.resource)
  if (policyType === "resource-based") {
    const foreign = {
      Effect: "Allow",
      Principal: { AWS: role.arn },
      Action: request.action,
      Resource: request.resource,
    }
    return `Add to the policy of ${target?.origin.logicalId ?? request.resource}: ${JSON.stringify(foreign)}`
  }
  const Resource =
    (target?.origin.stackName === role.stackName && target?.reference) || (target?.arn ?? request.resource)
  const allow = `${JSON.stringify({ Effect: "Allow", Action: request.action, Resource })}`
  const holder = constructOf(definition.functions.find(({ roleArn }) => roleArn === role.arn))
  const grantee = holder ?? constructOf(role)
  const resource = constructOf(target?.origin)
  if (grantee === undefined || resource === undefined || !target)
    return `Add to the policies of ${role.logicalId}: ${allow}`
  const line = grantLine({ action: request.action, resource, grantee, target, isFunction: holder !== undefined })
  return `${line} // or, in CloudFormation, add to the policies of ${role.logicalId}: ${allow}`
}

function named({ policyName, index, Sid }: NonNullable<PolicyDecision["statement"]>): string {
  return `statement ${Sid ?? index + 1} of the policy ${policyName}`
}

type Target = {
  origin: Origin
  /** With a star for the object or the index. */
  arn: string
  /** The same as a CloudFormation expression. */
  reference: object
  /** The same as an expression on the variable of the construct. */
  expression(resource: string): string
}

function targetOf(definition: Definition, arn: string): Target | undefined {
  const { tables, buckets, queues, dataStreams, functions, topics, eventBuses, parameters, secrets, stateMachines } =
    definition
  const topic = topics.find((one) => one.arn === arn)
  if (topic)
    return { origin: topic, arn, reference: { Ref: topic.logicalId }, expression: (name) => `${name}.topicArn` }
  const machine = stateMachines.find((one) => one.arn === arn)
  if (machine) {
    const reference = { Ref: machine.logicalId }
    return { origin: machine, arn, reference, expression: (name) => `${name}.stateMachineArn` }
  }
  const bus = eventBuses.find((one) => one.arn === arn)
  if (bus) return { ...whole(bus, arn), expression: (resource) => `${resource}.eventBusArn` }
  const secret = secrets.find((one) => one.arn === arn)
  if (secret)
    return { origin: secret, arn, reference: { Ref: secret.logicalId }, expression: (name) => `${name}.secretArn` }
  const parameter = parameters.find((one) => one.arn === arn)
  if (parameter)
    return {
      ...whole(parameter, arn),
      reference: parameterReference(parameter),
      expression: (name) => `${name}.parameterArn`,
    }
  const called = functions.find((one) => one.arn === arn)
  if (called) return { ...whole(called, arn), expression: (resource) => `${resource}.functionArn` }
  const queue = queues.find((one) => one.arn === arn)
  if (queue) return { ...whole(queue, arn), expression: (resource) => `${resource}.queueArn` }
  const stream = dataStreams.find((one) => one.arn === arn)
  if (stream) return { ...whole(stream, arn), expression: (resource) => `${resource}.streamArn` }
  const [, tableName, isIndex] = /:table\/([^/]+)(\/index\/)?/.exec(arn) ?? []
  const table = tableName && tables.find(({ createTable }) => createTable.TableName === tableName)
  if (table) {
    // A grant of the table's stream, whose name has the time of its creation.
    if (arn.includes("/stream/")) {
      const reference = { "Fn::GetAtt": [table.logicalId, "StreamArn"] }
      return { origin: table, arn, reference, expression: (resource) => `${resource}.tableStreamArn` }
    }
    if (!isIndex) return { ...whole(table, arn), expression: (resource) => `${resource}.tableArn` }
    const all = arn.replace(/\/index\/.*$/, "/index/*")
    return { ...part(table, all, "/index/*"), expression: (resource) => `${resource}.tableArn + "/index/*"` }
  }
  const [, bucketName, hasKey] = /:s3:::([^/]+)(\/)?/.exec(arn) ?? []
  const bucket = buckets.find((one) => one.bucketName === bucketName)
  if (!bucket) return undefined
  if (!hasKey) return { ...whole(bucket, arn), expression: (resource) => `${resource}.bucketArn` }
  const all = arn.replace(/\/.*$/s, "/*")
  return { ...part(bucket, all, "/*"), expression: (resource) => `${resource}.arnForObjects("*")` }
}

/** A parameter has no attribute for its ARN. */
function parameterReference({ logicalId, parameterName }: Definition["parameters"][number]): object {
  const separator = parameterName.startsWith("/") ? "" : "/"
  const path = `parameter${separator}\${${logicalId}}`
  return { "Fn::Sub": `arn:\${AWS::Partition}:ssm:\${AWS::Region}:\${AWS::AccountId}:${path}` }
}

function whole(origin: Origin, arn: string) {
  return { origin, arn, reference: { "Fn::GetAtt": [origin.logicalId, "Arn"] } }
}

function part(origin: Origin, arn: string, path: string) {
  return { origin, arn, reference: { "Fn::Sub": `\${${origin.logicalId}.Arn}${path}` } }
}

// The actions that the grants of aws-cdk-lib 2 contain.
const grants: readonly [method: string, actions: RegExp][] = [
  ["grantReadData", /^dynamodb:(BatchGetItem|ConditionCheckItem|DescribeTable|GetItem|Query|Scan)$/],
  ["grantStreamRead", /^dynamodb:(DescribeStream|GetRecords|GetShardIterator|ListStreams)$/],
  ["grantWriteData", /^dynamodb:(BatchWriteItem|DeleteItem|PutItem|UpdateItem)$/],
  ["grantRead", /^s3:(GetObject|GetBucket|List)/],
  ["grantPut", /^s3:(PutObject|PutObjectLegalHold|PutObjectRetention|PutObject(Version)?Tagging|Abort\w*)$/],
  ["grantPutAcl", /^s3:PutObject(Version)?Acl$/],
  ["grantDelete", /^s3:DeleteObject/],
  ["grantSendMessages", /^sqs:(SendMessage|GetQueueUrl)$/],
  ["grantConsumeMessages", /^sqs:(ChangeMessageVisibility|DeleteMessage|GetQueueAttributes|ReceiveMessage)$/],
  ["grantRead", /^kinesis:(DescribeStream(Summary)?|Get(Records|ShardIterator)|ListShards)$/],
  ["grantWrite", /^kinesis:PutRecords?$/],
  ["grantPublish", /^sns:Publish$/],
  ["grantPutEventsTo", /^events:PutEvents$/],
  ["grantRead", /^(ssm:GetParameter|secretsmanager:GetSecretValue)/],
  ["grantInvoke", /^lambda:InvokeFunction$/],
  ["grantPurge", /^sqs:PurgeQueue$/],
]

type Grant = { action: string; resource: string; grantee: string; target: Target; isFunction: boolean }

function grantLine({ action, resource, grantee, target, isFunction }: Grant): string {
  const method = grants.find(([, actions]) => actions.test(action))?.[0]
  if (method !== undefined) return `${resource}.${method}(${grantee})`
  if (!action.startsWith("s3:")) return `${resource}.grant(${grantee}, "${action}")`
  // A bucket has no grant for a single action.
  const add = isFunction ? "addToRolePolicy" : "addToPrincipalPolicy"
  return `${grantee}.${add}(new PolicyStatement({ actions: ["${action}"], resources: [${target.expression(resource)}] }))`
}
