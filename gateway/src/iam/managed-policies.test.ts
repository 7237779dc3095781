// The AWS managed policies: which calls each of them allows.
import { describe, expect, test } from "vitest"
import { evaluatePolicies } from "./evaluate-policy.ts"
import { managedPolicy } from "./managed-policies.ts"

const executeApi = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3/dev/POST/@connections/x"

function allows(name: string, action: string, resource = "arn:aws:any:::thing"): boolean {
  const document = managedPolicy(`arn:aws:iam::aws:policy/${name}`)
  return evaluatePolicies([{ name, document: document! }], { action, resource }).allowed
}

const logs = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]

describe("a managed policy allows exactly its actions", () => {
  test.each<[string, string[], string[]]>([
    ["AdministratorAccess", ["iam:CreateUser", "s3:GetObject"], []],
    [
      "PowerUserAccess",
      ["s3:GetObject", "lambda:InvokeFunction"],
      ["iam:CreateUser", "organizations:ListRoots", "account:CloseAccount"],
    ],
    ["AmazonAPIGatewayAdministrator", ["apigateway:GET"], ["execute-api:Invoke"]],
    [
      "AmazonAPIGatewayPushToCloudWatchLogs",
      [...logs, "logs:DescribeLogGroups", "logs:DescribeLogStreams", "logs:GetLogEvents", "logs:FilterLogEvents"],
      ["logs:DeleteLogGroup"],
    ],
    ["AWSLambdaBasicExecutionRole", logs, ["logs:GetLogEvents", "sqs:ReceiveMessage"]],
    [
      "AWSLambdaSQSQueueExecutionRole",
      [...logs, "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
      ["sqs:SendMessage"],
    ],
    [
      "AWSLambdaDynamoDBExecutionRole",
      [...logs, "dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"],
      ["dynamodb:GetItem"],
    ],
    [
      "AWSLambdaVPCAccessExecutionRole",
      [
        ...logs,
        "ec2:CreateNetworkInterface",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSubnets",
        "ec2:DeleteNetworkInterface",
        "ec2:AssignPrivateIpAddresses",
        "ec2:UnassignPrivateIpAddresses",
      ],
      ["ec2:RunInstances"],
    ],
    ["AWSLambdaRole", ["lambda:InvokeFunction"], ["lambda:GetFunction"]],
    ["AWSLambda_FullAccess", ["lambda:InvokeFunction", "lambda:DeleteFunction"], ["s3:GetObject"]],
    ["AWSLambda_ReadOnlyAccess", ["lambda:GetFunction", "lambda:ListFunctions"], ["lambda:InvokeFunction"]],
    [
      "AWSXRayDaemonWriteAccess",
      [
        "xray:PutTraceSegments",
        "xray:PutTelemetryRecords",
        "xray:GetSamplingRules",
        "xray:GetSamplingTargets",
        "xray:GetSamplingStatisticSummaries",
      ],
      ["xray:GetTraceSummaries"],
    ],
    [
      "AWSXrayWriteOnlyAccess",
      ["xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules"],
      ["xray:GetTraceSummaries"],
    ],
    [
      "AmazonDynamoDBFullAccess",
      [
        "dynamodb:PutItem",
        "dax:GetItem",
        "lambda:CreateEventSourceMapping",
        "lambda:CreateFunction",
        "lambda:DeleteEventSourceMapping",
        "lambda:DeleteFunction",
        "lambda:GetFunctionConfiguration",
        "lambda:ListEventSourceMappings",
        "lambda:ListFunctions",
      ],
      ["s3:GetObject", "lambda:InvokeFunction"],
    ],
    [
      "AmazonDynamoDBFullAccess_v2",
      ["dynamodb:PutItem", "dax:GetItem", "lambda:ListEventSourceMappings", "lambda:ListFunctions"],
      ["s3:GetObject", "lambda:InvokeFunction"],
    ],
    [
      "AWSLambdaInvocation-DynamoDB",
      [
        "lambda:InvokeFunction",
        "dynamodb:DescribeStream",
        "dynamodb:GetRecords",
        "dynamodb:GetShardIterator",
        "dynamodb:ListStreams",
      ],
      ["dynamodb:GetItem"],
    ],
    [
      "AWSLambdaKinesisExecutionRole",
      [
        ...logs,
        "kinesis:DescribeStream",
        "kinesis:DescribeStreamSummary",
        "kinesis:GetRecords",
        "kinesis:GetShardIterator",
        "kinesis:ListShards",
        "kinesis:ListStreams",
        "kinesis:SubscribeToShard",
      ],
      ["kinesis:PutRecord"],
    ],
    ["AmazonKinesisFullAccess", ["kinesis:PutRecord"], ["dynamodb:GetRecords"]],
    [
      "AmazonKinesisReadOnlyAccess",
      ["kinesis:GetRecords", "kinesis:ListShards", "kinesis:DescribeStream"],
      ["kinesis:PutRecord"],
    ],
    [
      "AmazonSQSReadOnlyAccess",
      [
        "sqs:GetQueueAttributes",
        "sqs:GetQueueUrl",
        "sqs:ListDeadLetterSourceQueues",
        "sqs:ListQueues",
        "sqs:ListMessageMoveTasks",
      ],
      ["sqs:ReceiveMessage", "sqs:SendMessage", "sqs:ListQueueTags"],
    ],
    [
      "AmazonDynamoDBReadOnlyAccess",
      [
        "dynamodb:BatchGetItem",
        "dynamodb:DescribeTable",
        "dynamodb:GetItem",
        "dynamodb:GetResourcePolicy",
        "dynamodb:ListTables",
        "dynamodb:PartiQLSelect",
        "dynamodb:Query",
        "dynamodb:Scan",
        "dax:BatchGetItem",
        "dax:DescribeClusters",
        "dax:GetItem",
        "dax:ListTags",
        "dax:Query",
        "dax:Scan",
      ],
      ["dax:PutItem", "dynamodb:PutItem", "dynamodb:GetRecords", "dynamodb:PartiQLInsert"],
    ],
    ["AmazonS3FullAccess", ["s3:PutObject", "s3-object-lambda:GetObject"], ["sqs:SendMessage"]],
    [
      "AmazonS3ReadOnlyAccess",
      ["s3:GetObject", "s3:ListBucket", "s3:DescribeJob", "s3-object-lambda:GetObject", "s3-object-lambda:ListBucket"],
      ["s3:PutObject"],
    ],
    [
      "AWSLambdaFullAccess",
      [
        "cloudwatch:PutMetricData",
        "dynamodb:PutItem",
        "events:PutEvents",
        "kinesis:DescribeStream",
        "kinesis:ListStreams",
        "kinesis:PutRecord",
        "lambda:InvokeFunction",
        "logs:DeleteLogGroup",
        "s3:GetObject",
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
      ],
      ["kinesis:GetRecords", "sns:DeleteTopic", "sqs:ReceiveMessage", "xray:GetTraceSummaries"],
    ],
    ["AmazonSQSFullAccess", ["sqs:SendMessage"], ["sns:Publish"]],
    ["AmazonSNSFullAccess", ["sns:Publish"], ["sqs:SendMessage"]],
    ["CloudWatchLogsFullAccess", [...logs, "logs:DeleteLogGroup"], ["s3:GetObject"]],
    ["CloudWatchLambdaInsightsExecutionRolePolicy", logs, ["logs:GetLogEvents"]],
    ["SecretsManagerReadWrite", ["secretsmanager:GetSecretValue"], ["s3:GetObject"]],
  ])("%s", (name, allowed, denied) => {
    expect(allowed.filter((action) => !allows(name, action))).toEqual([])
    expect(denied.filter((action) => allows(name, action))).toEqual([])
  })

  test("AWSLambdaExecute, on logs and objects only", () => {
    const object = "arn:aws:s3:::bucket/key"
    expect(allows("AWSLambdaExecute", "s3:GetObject", object)).toBe(true)
    expect(allows("AWSLambdaExecute", "s3:PutObject", object)).toBe(true)
    expect(allows("AWSLambdaExecute", "s3:DeleteObject", object)).toBe(false)
    expect(allows("AWSLambdaExecute", "s3:GetObject")).toBe(false)
    expect(allows("AWSLambdaExecute", "logs:PutLogEvents", "arn:aws:logs:us-east-1:1:log-group:g")).toBe(true)
  })

  test("AmazonAPIGatewayInvokeFullAccess, on APIs only", () => {
    const name = "AmazonAPIGatewayInvokeFullAccess"
    expect(allows(name, "execute-api:Invoke", executeApi)).toBe(true)
    expect(allows(name, "execute-api:ManageConnections", executeApi)).toBe(true)
    expect(allows(name, "execute-api:InvalidateCache", executeApi)).toBe(false)
    expect(allows(name, "execute-api:Invoke", "arn:aws:lambda:eu-west-1:123456789012:function:f")).toBe(false)
  })
})

test("finds a policy in any partition and path, and no policy that is not listed or of another account", () => {
  const document = managedPolicy("arn:aws:iam::aws:policy/AWSLambdaBasicExecutionRole")
  expect(document?.Version).toBe("2012-10-17")
  expect(managedPolicy("arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole")).toBe(document)
  expect(managedPolicy("arn:aws-cn:iam::aws:policy/a/b/AWSLambdaBasicExecutionRole")).toBe(document)
  expect(managedPolicy("arn:aws:iam::123456789012:policy/AWSLambdaBasicExecutionRole")).toBe(undefined)
  expect(managedPolicy("arn:aws:iam::aws:policy/NotListed")).toBe(undefined)
  expect(managedPolicy("arn:aws:iam::aws:policy/constructor")).toBe(undefined)
  expect(managedPolicy("arn:aws:iam::aws:role/AWSLambdaBasicExecutionRole")).toBe(undefined)
})
