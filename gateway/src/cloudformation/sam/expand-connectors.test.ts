// What the connectors of SAM allow.
import { describe, expect, test } from "vitest"
import { createAccess } from "../../iam/access.ts"
import { readDefinition } from "../read-definition.ts"
import { createReport } from "../report.ts"
import { templateSections } from "../source/template-sections.ts"
import { stackOf } from "../testing/stack-of.ts"
import { expandTemplate } from "./expand-template.ts"

const account = "000000000000"
const region = "us-east-1"
const tableArn = `arn:aws:dynamodb:${region}:${account}:table/rows`
const machineArn = `arn:aws:states:${region}:${account}:stateMachine:machine`
const queueArn = `arn:aws:sqs:${region}:${account}:queue`
const topicArn = `arn:aws:sns:${region}:${account}:topic`
const functionArn = `arn:aws:lambda:${region}:${account}:function:handler`
const busArn = `arn:aws:events:${region}:${account}:event-bus/bus`
const ruleArn = `arn:aws:events:${region}:${account}:rule/rule`
const executions = `arn:aws:states:${region}:${account}:execution:machine:*`

const definition = { StartAt: "A", States: { A: { Type: "Succeed" } } }
const trust = (service: string) => ({
  Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
})
const resources = {
  Handler: {
    Type: "AWS::Serverless::Function",
    Properties: { FunctionName: "handler", Runtime: "nodejs24.x", Handler: "index.handler", InlineCode: "x" },
  },
  Machine: { Type: "AWS::Serverless::StateMachine", Properties: { Name: "machine", Definition: definition } },
  Table: { Type: "AWS::Serverless::SimpleTable", Properties: { TableName: "rows" } },
  Bucket: { Type: "AWS::S3::Bucket", Properties: { BucketName: "bucket" } },
  Queue: { Type: "AWS::SQS::Queue", Properties: { QueueName: "queue" } },
  Topic: { Type: "AWS::SNS::Topic", Properties: { TopicName: "topic" } },
  Bus: { Type: "AWS::Events::EventBus", Properties: { Name: "bus" } },
  RuleRole: { Type: "AWS::IAM::Role", Properties: { AssumeRolePolicyDocument: trust("events.amazonaws.com") } },
  Rule: {
    Type: "AWS::Events::Rule",
    Properties: {
      Name: "rule",
      EventPattern: { source: ["app"] },
      Targets: [
        { Id: "other", Arn: { "Fn::GetAtt": ["Queue", "Arn"] } },
        { Id: "bus", Arn: { "Fn::GetAtt": "Bus.Arn" }, RoleArn: { "Fn::GetAtt": ["RuleRole", "Arn"] } },
        { Id: "machine", Arn: { Ref: "Machine" }, RoleArn: { "Fn::GetAtt": ["RuleRole", "Arn"] } },
      ],
    },
  },
  Http: { Type: "AWS::Serverless::HttpApi" },
  Rest: { Type: "AWS::Serverless::Api", Properties: { StageName: "v1" } },
  Socket: {
    Type: "AWS::ApiGatewayV2::Api",
    Properties: { Name: "socket", ProtocolType: "WEBSOCKET", RouteSelectionExpression: "$request.body.action" },
  },
} as const

type Changes = Record<string, unknown>

function define(added: Changes) {
  return readDefinition([stackOf({ Resources: { ...resources, ...added } })])
}

function connector(Source: unknown, Destination: unknown, Permissions: unknown) {
  return { Connector: { Type: "AWS::Serverless::Connector", Properties: { Source, Destination, Permissions } } }
}

/** The statements that a connector between two resources attaches to a role, in a short form. */
function grants(source: string, destination: string, permissions: string[]) {
  const { roles, notices } = define(connector({ Id: source }, { Id: destination }, permissions))
  expect(notices.filter(({ type }) => type === "AWS::Serverless::Connector")).toEqual([])
  return roles.flatMap(({ logicalId, policies }) =>
    policies
      .filter(({ name }) => name === "ConnectorPolicy")
      .flatMap(({ document }) => document.Statement.map(({ Action, Resource }) => ({ logicalId, Action, Resource }))),
  )
}

const actions = (service: string, names: string) => names.split(" ").map((name) => `${service}:${name}`)

describe("a connector attaches to the role", () => {
  const readTable = actions("dynamodb", "GetItem Query Scan BatchGetItem ConditionCheckItem PartiQLSelect")
  const writeTable = actions(
    "dynamodb",
    "PutItem UpdateItem DeleteItem BatchWriteItem PartiQLDelete PartiQLInsert PartiQLUpdate",
  )
  const ofTable = [tableArn, `${tableArn}/index/*`]
  const invoke = ["lambda:InvokeAsync", "lambda:InvokeFunction"]
  const readBucket = expect.arrayContaining(["s3:GetObject", "s3:ListBucket"])
  const writeBucket = expect.arrayContaining(["s3:PutObject", "s3:DeleteObject"])
  const ofBucket = ["arn:aws:s3:::bucket", "arn:aws:s3:::bucket/*"]
  const managedRule = `arn:aws:events:${region}:${account}:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule`

  test.each<[string, string, string[], string, [unknown, string[]][]]>([
    ["Handler", "Table", ["Read"], "HandlerRole", [[readTable, ofTable]]],
    ["Handler", "Table", ["Write"], "HandlerRole", [[writeTable, ofTable]]],
    [
      "Handler",
      "Table",
      ["Write", "Read"],
      "HandlerRole",
      [
        [readTable, ofTable],
        [writeTable, ofTable],
      ],
    ],
    ["Handler", "Bucket", ["Read"], "HandlerRole", [[readBucket, ofBucket]]],
    ["Handler", "Bucket", ["Write"], "HandlerRole", [[writeBucket, ofBucket]]],
    ["Handler", "Queue", ["Read"], "HandlerRole", [[actions("sqs", "ReceiveMessage GetQueueAttributes"), [queueArn]]]],
    [
      "Handler",
      "Queue",
      ["Write"],
      "HandlerRole",
      [[actions("sqs", "DeleteMessage SendMessage ChangeMessageVisibility PurgeQueue"), [queueArn]]],
    ],
    ["Handler", "Topic", ["Write"], "HandlerRole", [[["sns:Publish"], [topicArn]]]],
    ["Handler", "Handler", ["Write"], "HandlerRole", [[invoke, [functionArn]]]],
    ["Handler", "Bus", ["Write"], "HandlerRole", [[["events:PutEvents"], [busArn]]]],
    [
      "Handler",
      "Machine",
      ["Read"],
      "HandlerRole",
      [
        [actions("states", "DescribeStateMachine ListExecutions"), [machineArn]],
        [actions("states", "DescribeExecution DescribeStateMachineForExecution GetExecutionHistory"), [executions]],
      ],
    ],
    [
      "Handler",
      "Machine",
      ["Write"],
      "HandlerRole",
      [
        [actions("states", "StartExecution StartSyncExecution"), [machineArn]],
        [["states:StopExecution"], [executions]],
      ],
    ],
    ["Machine", "Table", ["Write"], "MachineRole", [[writeTable, ofTable]]],
    ["Machine", "Bucket", ["Read"], "MachineRole", [[readBucket, ofBucket]]],
    ["Machine", "Queue", ["Write"], "MachineRole", [[["sqs:SendMessage"], [queueArn]]]],
    ["Machine", "Topic", ["Write"], "MachineRole", [[["sns:Publish"], [topicArn]]]],
    ["Machine", "Handler", ["Write"], "MachineRole", [[invoke, [functionArn]]]],
    ["Machine", "Bus", ["Write"], "MachineRole", [[["events:PutEvents"], [busArn]]]],
    [
      "Machine",
      "Machine",
      ["Read", "Write"],
      "MachineRole",
      [
        [["states:DescribeExecution"], [executions]],
        [["events:DescribeRule"], [managedRule]],
        [["states:StartExecution"], [machineArn]],
        [["states:StopExecution"], [executions]],
        [actions("events", "PutTargets PutRule"), [managedRule]],
      ],
    ],
    ["Rule", "Bus", ["Write"], "RuleRole", [[["events:PutEvents"], [busArn]]]],
    ["Rule", "Machine", ["Write"], "RuleRole", [[["states:StartExecution"], [machineArn]]]],
    [
      "Table",
      "Handler",
      ["Read"],
      "HandlerRole",
      [[actions("dynamodb", "DescribeStream GetRecords GetShardIterator ListStreams"), [`${tableArn}/stream/*`]]],
    ],
    [
      "Queue",
      "Handler",
      ["Read", "Write"],
      "HandlerRole",
      [
        [actions("sqs", "ReceiveMessage GetQueueAttributes"), [queueArn]],
        [["sqs:DeleteMessage"], [queueArn]],
      ],
    ],
  ])("from %s to %s with %j the statements of SAM", (source, destination, permissions, logicalId, statements) => {
    expect(grants(source, destination, permissions)).toEqual(
      statements.map(([Action, Resource]) => ({ logicalId, Action, Resource })),
    )
  })

  test("that is named for a source of another template", () => {
    const source = { Type: "AWS::Serverless::Function", RoleName: { Ref: "RuleRole" } }
    const destination = { Type: "AWS::DynamoDB::Table", Arn: tableArn }
    const { roles } = define(connector(source, destination, ["Write"]))
    const role = roles.find(({ logicalId }) => logicalId === "RuleRole")
    expect(role?.policies).toMatchObject([{ document: { Statement: [{ Action: writeTable, Resource: ofTable }] } }])
  })

  test("of a rule for a target that is named by its ARN", () => {
    const destination = { Type: "AWS::StepFunctions::StateMachine", Arn: { Ref: "Machine" } }
    const { roles } = define(connector({ Id: "Rule" }, destination, ["Write"]))
    expect(roles.find(({ logicalId }) => logicalId === "RuleRole")?.policies).toHaveLength(1)
  })
})

describe("a connector permits", () => {
  test.each([
    ["Rule", "events.amazonaws.com", ruleArn],
    ["Topic", "sns.amazonaws.com", topicArn],
    ["Http", "apigateway.amazonaws.com", expect.stringMatching(/^arn:aws:execute-api:us-east-1:000000000000:\w+\/\*$/)],
    ["Rest", "apigateway.amazonaws.com", expect.stringMatching(/^arn:aws:execute-api:us-east-1:000000000000:\w+\/\*$/)],
    ["Socket", "apigateway.amazonaws.com", expect.stringMatching(/:\w+\/\*$/)],
  ])("%s to invoke a function", (source, principal, sourceArn) => {
    const { permissions } = define(connector({ Id: source }, { Id: "Handler" }, ["Write"]))
    const logicalId = "ConnectorWriteLambdaPermission"
    expect(permissions).toMatchObject([
      { logicalId, functionArn, action: "lambda:InvokeFunction", principal, sourceArn },
    ])
    expect(permissions[0]).not.toHaveProperty("sourceAccount")
  })

  test("a bucket of the account to invoke a function", () => {
    const { permissions } = define(connector({ Id: "Bucket" }, { Id: "Handler" }, ["Write"]))
    expect(permissions).toMatchObject([
      { principal: "s3.amazonaws.com", sourceArn: "arn:aws:s3:::bucket", sourceAccount: account },
    ])
  })

  test("one route with a qualifier", () => {
    const Connectors = {
      ToHandler: {
        Properties: {
          SourceReference: { Qualifier: "v1/GET/items" },
          Destination: { Id: "Handler" },
          Permissions: ["Write"],
        },
      },
    }
    const { permissions } = define({ Rest: { ...resources.Rest, Connectors } })
    expect(permissions).toMatchObject([
      { logicalId: "RestToHandlerWriteLambdaPermission", sourceArn: expect.stringMatching(/:\w+\/v1\/GET\/items$/) },
    ])
  })

  test.each([
    ["Rule", "Queue", "ConnectorQueuePolicy", "events.amazonaws.com", "sqs:SendMessage", queueArn, ruleArn],
    ["Topic", "Queue", "ConnectorQueuePolicy", "sns.amazonaws.com", "sqs:SendMessage", queueArn, topicArn],
    ["Rule", "Topic", "ConnectorTopicPolicy", "events.amazonaws.com", "sns:Publish", topicArn, ruleArn],
  ])("%s to send to %s", (source, destination, logicalId, service, action, resourceArn, sourceArn) => {
    const { resourcePolicies } = define(connector({ Id: source }, { Id: destination }, ["Write"]))
    const statement = {
      Effect: "Allow",
      Principal: { Service: service },
      Action: action,
      Resource: resourceArn,
      Condition: { ArnEquals: { "aws:SourceArn": sourceArn } },
    }
    expect(resourcePolicies).toEqual([
      expect.objectContaining({ logicalId, resourceArn, document: { Version: "2012-10-17", Statement: [statement] } }),
    ])
  })
})

test("a function may write to a table only with a connector that permits it", () => {
  const mayPut = (added: Changes) => {
    const { functions, ...others } = define(added)
    const { roleArn } = functions[0]!
    const role = { arn: roleArn!, roleArn: roleArn!, accountId: account, administrator: false as const }
    const access = createAccess({ functions, ...others }, { mode: "enforce", onDenied: () => {} })
    return access.mayCall(role, "dynamodb", { action: "dynamodb:PutItem", resource: "table/rows" }).allowed
  }
  const withConnector = (Permissions: string[]) => ({
    Handler: {
      ...resources.Handler,
      Connectors: { ToTable: { Properties: { Destination: { Id: "Table" }, Permissions } } },
    },
  })
  expect(mayPut({})).toBe(false)
  expect(mayPut(withConnector(["Read"]))).toBe(false)
  expect(mayPut(withConnector(["Write"]))).toBe(true)
})

test("a connector in a resource of CloudFormation needs no other resource of SAM", () => {
  const Connectors = { ToQueue: { Properties: { Destination: { Id: "Queue" }, Permissions: ["Write"] } } }
  const { Queue, Topic } = resources
  const { resourcePolicies } = readDefinition([stackOf({ Resources: { Queue, Topic: { ...Topic, Connectors } } })])
  expect(resourcePolicies).toMatchObject([{ logicalId: "TopicToQueueQueuePolicy", resourceArn: queueArn }])
})

test("a connector with several destinations has a policy for each, with its condition", () => {
  const { Connector } = connector({ Id: "Handler" }, [{ Id: "Queue" }, { Id: "Topic" }], ["Write"])
  const policiesWith = (Condition: string) => {
    const sections = { Conditions: { Yes: { "Fn::Equals": ["a", "a"] }, No: { "Fn::Equals": ["a", "b"] } } }
    const Resources = { ...resources, Connector: { ...Connector, Condition } }
    const { roles } = readDefinition([stackOf({ Resources, ...sections })])
    return roles.find(({ logicalId }) => logicalId === "HandlerRole")?.policies.map(({ name }) => name)
  }
  expect(policiesWith("Yes")).toEqual(["ConnectorPolicyDestination0", "ConnectorPolicyDestination1"])
  expect(policiesWith("No")).toEqual([])
})

test("a resource that depends on a connector depends on what the connector generates", () => {
  const { Connector } = connector({ Id: "Topic" }, [{ Id: "Queue" }, { Id: "Handler" }], ["Write"])
  const Bucket = { ...resources.Bucket, DependsOn: ["Connector", "Table"] }
  const template = templateSections({ Resources: { ...resources, Connector, Bucket } })
  const expanded = expandTemplate(template, createReport()).resources
  expect(expanded.get("Bucket")?.DependsOn).toEqual([
    "Table",
    "ConnectorQueuePolicyDestination0",
    "ConnectorWriteLambdaPermissionDestination1",
  ])
  expect(expanded.has("Connector")).toBe(false)
})

test("a connector of a pair that is not known is reported", () => {
  const { notices } = define(connector({ Id: "Topic" }, { Id: "Table" }, ["Write"]))
  expect(notices).toContainEqual({
    logicalId: "Connector",
    type: "AWS::Serverless::Connector",
    message: "A connector from AWS::SNS::Topic to AWS::DynamoDB::Table is not known here, so it allows nothing.",
  })
})

test.each<[string, unknown, unknown, unknown, string]>([
  [
    "permissions that the pair does not have",
    { Id: "Handler" },
    { Id: "Topic" },
    ["Read"],
    "Permissions of a connector from AWS::Lambda::Function to AWS::SNS::Topic must be Write.",
  ],
  [
    "a combination of permissions that SAM rejects",
    { Id: "Machine" },
    { Id: "Machine" },
    ["Write"],
    "must be Read, or Read and Write.",
  ],
  ["no permissions", { Id: "Handler" }, { Id: "Table" }, undefined, "must be Read, or Write, or Read and Write."],
  [
    "a destination that does not exist",
    { Id: "Handler" },
    { Id: "Nothing" },
    ["Write"],
    "Connector: Destination names Nothing, which is not a resource of the template.",
  ],
  [
    "a source with an Id and an ARN",
    { Id: "Handler", Arn: functionArn },
    { Id: "Table" },
    ["Write"],
    "Source must have an Id or Arn, not both.",
  ],
  ["a source without a type", { Arn: "x" }, { Id: "Table" }, ["Write"], "Source must have an Id, or a Type"],
  [
    "a source whose role is not known",
    { Type: "AWS::Lambda::Function" },
    { Id: "Table" },
    ["Write"],
    "Source needs RoleName for this connector.",
  ],
  [
    "a destination without a URL",
    { Id: "Topic" },
    { Type: "AWS::SQS::Queue", Arn: queueArn },
    ["Write"],
    "Destination needs QueueUrl for this connector.",
  ],
  ["a source that is a text", "Handler", { Id: "Table" }, ["Write"], "Source must be an object."],
  ["a destination that is a text", { Id: "Handler" }, "Table", ["Write"], "Destination must be an object."],
  ["no destination", { Id: "Handler" }, [], ["Write"], "Destination must name a resource."],
])("a connector with %s is rejected", (_, source, destination, permissions, message) => {
  expect(() => define(connector(source, destination, permissions))).toThrow(message)
})
