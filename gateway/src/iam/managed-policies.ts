// The AWS managed policies that templates attach by ARN, as far as they concern services of the gateway. The policies for
// DynamoDB leave out actions of other services, such as CloudWatch.
// AWS: the statements are the published ones (permissions-managed-policies)
import type { PolicyDocument } from "../definition/iam.ts"
import { ownValue } from "../foundation/own-value.ts"

function allow(actions: string[], resource: string | string[] = "*"): PolicyDocument {
  return { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: actions, Resource: resource }] }
}

const logActions = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]

const streamTriggerActions = [
  "lambda:CreateFunction",
  "lambda:ListFunctions",
  "lambda:ListEventSourceMappings",
  "lambda:CreateEventSourceMapping",
  "lambda:DeleteEventSourceMapping",
  "lambda:GetFunctionConfiguration",
  "lambda:DeleteFunction",
]

const documents: Readonly<Record<string, PolicyDocument>> = {
  AdministratorAccess: allow(["*"]),
  PowerUserAccess: {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", NotAction: ["iam:*", "organizations:*", "account:*"], Resource: "*" }],
  },
  AmazonAPIGatewayAdministrator: allow(["apigateway:*"]),
  AmazonAPIGatewayInvokeFullAccess: allow(
    ["execute-api:Invoke", "execute-api:ManageConnections"],
    "arn:*:execute-api:*:*:*",
  ),
  AmazonAPIGatewayPushToCloudWatchLogs: allow([
    ...logActions,
    "logs:DescribeLogGroups",
    "logs:DescribeLogStreams",
    "logs:GetLogEvents",
    "logs:FilterLogEvents",
  ]),
  AWSLambdaBasicExecutionRole: allow(logActions),
  AWSLambdaSQSQueueExecutionRole: allow([
    "sqs:ReceiveMessage",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    ...logActions,
  ]),
  AWSLambdaDynamoDBExecutionRole: allow([
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
    ...logActions,
  ]),
  AWSLambdaKinesisExecutionRole: allow([
    "kinesis:DescribeStream",
    "kinesis:DescribeStreamSummary",
    "kinesis:GetRecords",
    "kinesis:GetShardIterator",
    "kinesis:ListShards",
    "kinesis:ListStreams",
    "kinesis:SubscribeToShard",
    ...logActions,
  ]),
  AmazonKinesisFullAccess: allow(["kinesis:*"]),
  AmazonKinesisReadOnlyAccess: allow(["kinesis:Get*", "kinesis:List*", "kinesis:Describe*"]),
  AWSLambdaExecute: {
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Action: ["logs:*"], Resource: "arn:aws:logs:*:*:*" },
      { Effect: "Allow", Action: ["s3:GetObject", "s3:PutObject"], Resource: "arn:aws:s3:::*" },
    ],
  },
  "AWSLambdaInvocation-DynamoDB": allow([
    "lambda:InvokeFunction",
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
  ]),
  AWSLambdaVPCAccessExecutionRole: allow([
    ...logActions,
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:DeleteNetworkInterface",
    "ec2:AssignPrivateIpAddresses",
    "ec2:UnassignPrivateIpAddresses",
  ]),
  AWSLambdaRole: allow(["lambda:InvokeFunction"]),
  AWSLambda_FullAccess: allow(["lambda:*"]),
  // The last version before AWS deprecated it, which old templates attach.
  AWSLambdaFullAccess: allow([
    "cloudwatch:*",
    "dynamodb:*",
    "events:*",
    "kinesis:DescribeStream",
    "kinesis:ListStreams",
    "kinesis:PutRecord",
    "lambda:*",
    "logs:*",
    "s3:*",
    "sns:ListSubscriptions",
    "sns:ListSubscriptionsByTopic",
    "sns:ListTopics",
    "sns:Publish",
    "sns:Subscribe",
    "sns:Unsubscribe",
    "sqs:ListQueues",
    "sqs:SendMessage",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
  ]),
  AWSLambda_ReadOnlyAccess: allow(["lambda:Get*", "lambda:List*"]),
  AWSXRayDaemonWriteAccess: allow([
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:GetSamplingStatisticSummaries",
  ]),
  AWSXrayWriteOnlyAccess: allow(["xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSampling*"]),
  AmazonDynamoDBFullAccess: allow(["dynamodb:*", "dax:*", ...streamTriggerActions]),
  AmazonDynamoDBFullAccess_v2: allow(["dynamodb:*", "dax:*", "lambda:ListEventSourceMappings", "lambda:ListFunctions"]),
  AmazonDynamoDBReadOnlyAccess: allow([
    "dynamodb:BatchGetItem",
    "dynamodb:Describe*",
    "dynamodb:List*",
    "dynamodb:GetItem",
    "dynamodb:GetResourcePolicy",
    "dynamodb:Query",
    "dynamodb:Scan",
    "dynamodb:PartiQLSelect",
    "dax:Describe*",
    "dax:List*",
    "dax:GetItem",
    "dax:BatchGetItem",
    "dax:Query",
    "dax:Scan",
  ]),
  AmazonS3FullAccess: allow(["s3:*", "s3-object-lambda:*"]),
  AmazonS3ReadOnlyAccess: allow([
    "s3:Get*",
    "s3:List*",
    "s3:Describe*",
    "s3-object-lambda:Get*",
    "s3-object-lambda:List*",
  ]),
  AmazonSQSFullAccess: allow(["sqs:*"]),
  AmazonSQSReadOnlyAccess: allow([
    "sqs:GetQueueAttributes",
    "sqs:GetQueueUrl",
    "sqs:ListDeadLetterSourceQueues",
    "sqs:ListQueues",
    "sqs:ListMessageMoveTasks",
  ]),
  AmazonSNSFullAccess: allow(["sns:*"]),
  CloudWatchLogsFullAccess: allow(["logs:*"]),
  CloudWatchLambdaInsightsExecutionRolePolicy: allow(logActions),
  SecretsManagerReadWrite: allow(["secretsmanager:*"]),
}

/** The document of an AWS-managed policy, by its ARN in any partition and path; `undefined` for one not listed here. */
export function managedPolicy(arn: string): PolicyDocument | undefined {
  const name = /^arn:[^:]+:iam::aws:policy\/(?:.*\/)?([^/]+)$/.exec(arn)?.[1]
  return name === undefined ? undefined : ownValue(documents, name)
}
