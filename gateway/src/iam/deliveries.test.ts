// What services deliver, by the policies of targets and roles; each denial with its explanation and its fix.
import { describe, expect, test } from "vitest"
import { readDefinition } from "../cloudformation/read-definition.ts"
import { stackOf } from "../cloudformation/testing/stack-of.ts"
import { createAccess } from "./access.ts"
import type { AccessMode, Denial } from "./denial.ts"

const accountId = "123456789012"
const queueArn = { "Fn::GetAtt": ["Queue", "Arn"] }
const functionArn = { "Fn::GetAtt": ["Reader", "Arn"] }
const arnOf = (service: string, name: string) => `arn:aws:${service}:us-east-1:${accountId}:${name}`

type Options = {
  /** What delivers. */
  resources?: Record<string, object>
  /** Statements of the policy of the queue, and of the topic. */
  queuePolicy?: object[]
  topicPolicy?: object[]
  permissions?: object[]
  /** Statements of the role. */
  statements?: object[]
  assumedBy?: string[]
  mode?: AccessMode
  constructs?: boolean
}

function deploy(options: Options) {
  const { mode = "enforce", resources = {}, permissions = [], statements = [], assumedBy = [] } = options
  const document = (Statement: object[]) => ({ Version: "2012-10-17", Statement })
  const path = (name: string) => (options.constructs ? { Metadata: { "aws:cdk:path": `stack/${name}/Resource` } } : {})
  const trust = { Effect: "Allow", Principal: { Service: assumedBy }, Action: "sts:AssumeRole" }
  const policy = (type: string, attached: object, own: object[] | undefined) =>
    own && { Type: type, Properties: { ...attached, PolicyDocument: document(own) } }
  const Resources = Object.entries({
    Queue: { Type: "AWS::SQS::Queue", ...path("Jobs"), Properties: { QueueName: "jobs" } },
    QueuePolicy: policy("AWS::SQS::QueuePolicy", { Queues: [{ Ref: "Queue" }] }, options.queuePolicy),
    Topic: { Type: "AWS::SNS::Topic", ...path("News"), Properties: { TopicName: "news" } },
    TopicPolicy: policy("AWS::SNS::TopicPolicy", { Topics: [{ Ref: "Topic" }] }, options.topicPolicy),
    Role: {
      Type: "AWS::IAM::Role",
      Properties: {
        RoleName: "worker",
        AssumeRolePolicyDocument: { Statement: [trust] },
        ...(statements.length > 0 && { Policies: [{ PolicyName: "inline", PolicyDocument: document(statements) }] }),
      },
    },
    Reader: {
      Type: "AWS::Lambda::Function",
      ...path("Reader"),
      Properties: {
        FunctionName: "reader",
        Runtime: "nodejs24.x",
        Handler: "index.handler",
        Role: { "Fn::GetAtt": ["Role", "Arn"] },
        Code: { ZipFile: "x" },
      },
    },
    ...Object.fromEntries(
      permissions.map((one, index) => [
        `Permission${index}`,
        {
          Type: "AWS::Lambda::Permission",
          Properties: { FunctionName: { Ref: "Reader" }, Action: "lambda:InvokeFunction", ...one },
        },
      ]),
    ),
    ...Object.fromEntries(
      Object.entries(resources).map(([name, resource]) => [name, { ...path(`My${name}`), ...resource }]),
    ),
  }).filter(([, resource]) => resource !== undefined)
  const definition = readDefinition([stackOf({ Resources: Object.fromEntries(Resources) }, { accountId })])
  const denials: Denial[] = []
  const access = createAccess(definition, { mode, onDenied: (denial) => void denials.push(denial) })
  return { permitted: access.permittedDeliveries(), denials }
}

const bucket = (target: object) => ({
  Bucket: {
    Type: "AWS::S3::Bucket",
    Properties: { BucketName: "uploads", NotificationConfiguration: target },
  },
})
const event = { Event: "s3:ObjectCreated:*" }
const ofQueue = bucket({ QueueConfigurations: [{ ...event, Queue: queueArn }] })
const ofFunction = bucket({ LambdaConfigurations: [{ ...event, Function: functionArn }] })
const ofTopic = bucket({ TopicConfigurations: [{ ...event, Topic: { Ref: "Topic" } }] })
const subscription = (Protocol: string, Endpoint: object) => ({
  Subscription: { Type: "AWS::SNS::Subscription", Properties: { TopicArn: { Ref: "Topic" }, Protocol, Endpoint } },
})
const rule = (target: object) => ({
  Rule: {
    Type: "AWS::Events::Rule",
    Properties: { Name: "nightly", EventPattern: { source: ["my.app"] }, Targets: [{ Id: "1", ...target }] },
  },
})
const schedule = (Arn: object | string) => ({
  Schedule: {
    Type: "AWS::Scheduler::Schedule",
    Properties: {
      ScheduleExpression: "rate(1 minute)",
      FlexibleTimeWindow: { Mode: "OFF" },
      Target: { Arn, RoleArn: { "Fn::GetAtt": ["Role", "Arn"] } },
    },
  },
})
const allow = (Service: string, Action: string, SourceArn?: string, Effect = "Allow") => ({
  Effect,
  Principal: { Service },
  Action,
  Resource: "*",
  ...(SourceArn !== undefined && { Condition: { ArnLike: { "aws:SourceArn": SourceArn } } }),
})

function countOf({ permitted }: ReturnType<typeof deploy>): number {
  const { rules, ...others } = permitted
  const targets = rules.flatMap((one) => one.targets)
  return [...Object.values(others), targets].reduce((sum, { length }) => sum + length, 0)
}

describe("a delivery is permitted", () => {
  const bucketArn = "arn:aws:s3:::uploads"
  const ruleArn = arnOf("events", "rule/nightly")
  const permission = (Principal: string, SourceArn: string) => ({ permissions: [{ Principal, SourceArn }] })
  test.each<[string, Options]>([
    [
      "to a queue whose policy allows the bucket",
      { resources: ofQueue, queuePolicy: [allow("s3.amazonaws.com", "sqs:SendMessage", bucketArn)] },
    ],
    [
      "to a topic whose policy allows the bucket",
      { resources: ofTopic, topicPolicy: [allow("s3.amazonaws.com", "sns:Publish", bucketArn)] },
    ],
    [
      "to a function with a permission for the bucket",
      { resources: ofFunction, ...permission("s3.amazonaws.com", bucketArn) },
    ],
    [
      "to a queue whose policy allows the topic",
      {
        resources: subscription("sqs", queueArn),
        queuePolicy: [allow("sns.amazonaws.com", "sqs:SendMessage", arnOf("sns", "news"))],
      },
    ],
    [
      "to a function with a permission for the topic",
      { resources: subscription("lambda", functionArn), ...permission("sns.amazonaws.com", arnOf("sns", "news")) },
    ],
    [
      "to a queue whose policy allows the rule",
      {
        resources: rule({ Arn: queueArn }),
        queuePolicy: [allow("events.amazonaws.com", "sqs:SendMessage", ruleArn)],
      },
    ],
    [
      "to a function with a permission for the rule",
      { resources: rule({ Arn: functionArn }), ...permission("events.amazonaws.com", ruleArn) },
    ],
    [
      "on the conditions that every delivery of a service meets",
      {
        resources: ofQueue,
        queuePolicy: [
          {
            ...allow("s3.amazonaws.com", "sqs:SendMessage"),
            Condition: {
              Bool: { "aws:PrincipalIsAWSService": "true", "aws:SecureTransport": "true" },
              StringEquals: { "aws:PrincipalServiceName": "s3.amazonaws.com", "aws:SourceAccount": accountId },
            },
          },
        ],
      },
    ],
  ])("%s", (_title, options) => {
    const deployed = deploy(options)
    expect(deployed.denials).toEqual([])
    expect(countOf(deployed)).toBe(1)
  })

  test.each<[string, Options]>([
    ["a bucket", { resources: ofQueue, queuePolicy: [allow("s3.amazonaws.com", "sqs:SendMessage", `${bucketArn}2`)] }],
    ["a topic", { resources: ofTopic, topicPolicy: [allow("s3.amazonaws.com", "sns:Publish", `${bucketArn}2`)] }],
    ["a service", { resources: ofQueue, queuePolicy: [allow("sns.amazonaws.com", "sqs:SendMessage", bucketArn)] }],
    ["an action", { resources: ofQueue, queuePolicy: [allow("s3.amazonaws.com", "sqs:ReceiveMessage", bucketArn)] }],
    ["a function", { resources: ofFunction, ...permission("s3.amazonaws.com", `${bucketArn}2`) }],
  ])("only by a policy that names it, and not by one for another of %s", (_title, options) => {
    const deployed = deploy(options)
    expect([countOf(deployed), deployed.denials.length]).toEqual([0, 1])
  })

  test("with a report in the mode warn, and without one in the mode off", () => {
    const warned = deploy({ mode: "warn", resources: ofQueue })
    expect([countOf(warned), warned.denials.length]).toEqual([1, 1])
    const off = deploy({ mode: "off", resources: { ...ofQueue, ...schedule(queueArn) } })
    expect([countOf(off), off.denials.length]).toEqual([2, 0])
  })

  test("to a target of another template, whose policies are not known", () => {
    const Arn = arnOf("sqs", "elsewhere")
    const deployed = deploy({ resources: rule({ Arn }) })
    expect([countOf(deployed), deployed.denials]).toEqual([1, []])
  })
})

describe("a delivery that is not permitted is reported", () => {
  const fix = (cure: string | undefined) => JSON.parse(cure?.replace(/^.*?: (?=\{)/, "") ?? "")

  test("for a queue, with the policy that allows it", () => {
    const { denials } = deploy({ resources: ofQueue })
    expect(denials).toMatchObject([
      {
        action: "sqs:SendMessage",
        resource: arnOf("sqs", "jobs"),
        role: "s3.amazonaws.com",
        principalArn: "s3.amazonaws.com",
        explanation: "S3 may not notify Queue of objects in uploads: no policy of Queue allows it.",
        cure: expect.stringMatching(/^Add to the Resources: /),
      },
    ])
    expect(fix(denials[0]?.cure)).toEqual({
      Type: "AWS::SQS::QueuePolicy",
      Properties: {
        Queues: [{ Ref: "Queue" }],
        PolicyDocument: {
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Allow",
              Principal: { Service: "s3.amazonaws.com" },
              Action: "sqs:SendMessage",
              Resource: queueArn,
              Condition: { ArnLike: { "aws:SourceArn": "arn:aws:s3:::uploads" } },
            },
          ],
        },
      },
    })
  })

  test("for a topic with a policy, with the statement to add to it", () => {
    const { denials } = deploy({ resources: ofTopic, topicPolicy: [allow("sns.amazonaws.com", "sns:Publish")] })
    expect(denials[0]?.explanation).toBe("S3 may not notify Topic of objects in uploads: no policy of Topic allows it.")
    expect(denials[0]?.cure).toMatch(/^Add to the statements of TopicPolicy: /)
    expect(fix(denials[0]?.cure)).toMatchObject({ Action: "sns:Publish", Resource: { Ref: "Topic" } })
    const without = deploy({ resources: ofTopic }).denials
    expect(fix(without[0]?.cure)).toMatchObject({
      Type: "AWS::SNS::TopicPolicy",
      Properties: { Topics: [{ Ref: "Topic" }] },
    })
  })

  test("for a function, with its permission, which for a bucket has the account", () => {
    const permission = (SourceArn: string, Principal: string, more = {}) => ({
      Type: "AWS::Lambda::Permission",
      Properties: {
        FunctionName: { Ref: "Reader" },
        Action: "lambda:InvokeFunction",
        Principal,
        SourceArn,
        ...more,
      },
    })
    const [ofBucket] = deploy({ resources: ofFunction }).denials
    expect(fix(ofBucket?.cure)).toEqual(
      permission("arn:aws:s3:::uploads", "s3.amazonaws.com", { SourceAccount: { Ref: "AWS::AccountId" } }),
    )
    const [ofTopicMessages] = deploy({ resources: subscription("lambda", functionArn) }).denials
    expect(ofTopicMessages?.explanation).toBe(
      "SNS may not deliver messages of news to Reader: no policy of Reader allows it.",
    )
    expect(fix(ofTopicMessages?.cure)).toEqual(permission(arnOf("sns", "news"), "sns.amazonaws.com"))
    const [ofRule] = deploy({ resources: rule({ Arn: functionArn }) }).denials
    expect(ofRule?.explanation).toBe(
      "EventBridge may not deliver events of Rule to Reader: no policy of Reader allows it.",
    )
  })

  test("with the statement that denies it", () => {
    const named = { ...allow("s3.amazonaws.com", "sqs:*", undefined, "Deny"), Sid: "Never" }
    const explanations = [[named], [allow("sns.amazonaws.com", "sqs:*"), { ...named, Sid: undefined }]].map(
      (queuePolicy) => deploy({ resources: ofQueue, queuePolicy }).denials[0]?.explanation,
    )
    expect(explanations).toEqual([
      "S3 may not notify Queue of objects in uploads: statement Never of QueuePolicy denies it.",
      "S3 may not notify Queue of objects in uploads: statement 2 of QueuePolicy denies it.",
    ])
  })

  test("with the line of CDK when target and source are constructs", () => {
    const cureOf = (resources: Record<string, object>) => deploy({ constructs: true, resources }).denials[0]?.cure
    const principal = (service: string, arn: string) =>
      `new ServicePrincipal("${service}.amazonaws.com", { conditions: { ArnLike: { "aws:SourceArn": ${arn} } } })`
    expect(cureOf(ofQueue)).toBe(`jobs.grantSendMessages(${principal("s3", "myBucket.bucketArn")})`)
    expect(cureOf(ofTopic)).toBe(`news.grantPublish(${principal("s3", "myBucket.bucketArn")})`)
    expect(cureOf(subscription("sqs", queueArn))).toBe(`jobs.grantSendMessages(${principal("sns", "news.topicArn")})`)
    expect(cureOf(rule({ Arn: queueArn }))).toBe(`jobs.grantSendMessages(${principal("events", "myRule.ruleArn")})`)
    expect(cureOf(ofFunction)).toBe(
      'reader.addPermission("S3", { principal: new ServicePrincipal("s3.amazonaws.com"), sourceArn: myBucket.bucketArn, sourceAccount: Stack.of(myBucket).account })',
    )
    expect(cureOf(rule({ Arn: functionArn }))).toBe(
      'reader.addPermission("EVENTS", { principal: new ServicePrincipal("events.amazonaws.com"), sourceArn: myRule.ruleArn })',
    )
  })
})

describe("a rule or a schedule with a role", () => {
  const RoleArn = { "Fn::GetAtt": ["Role", "Arn"] }
  const statement = (Action: string) => ({ Effect: "Allow", Action, Resource: "*" })

  test.each([
    ["a queue", queueArn, "sqs:SendMessage"],
    ["a topic", { Ref: "Topic" }, "sns:Publish"],
    ["a function", functionArn, "lambda:InvokeFunction"],
    ["a bus", arnOf("events", "event-bus/default"), "events:PutEvents"],
  ])("delivers to %s when the service may assume the role, and the role may use it", (_, Arn, action) => {
    const rules = (options: Options) => deploy({ ...options, resources: rule({ Arn, RoleArn }) })
    const assumedBy = ["events.amazonaws.com"]
    expect(countOf(rules({ assumedBy, statements: [statement(action)] }))).toBe(1)
    const lacking = rules({ assumedBy, statements: [statement("s3:GetObject")] })
    expect([countOf(lacking), lacking.denials.map((denial) => denial.action)]).toEqual([0, [action]])
    const untrusted = rules({ assumedBy: ["scheduler.amazonaws.com"], statements: [statement(action)] })
    expect([countOf(untrusted), untrusted.denials.map((denial) => denial.action)]).toEqual([0, ["sts:AssumeRole"]])
  })

  test("delivers for the scheduler only when that may assume the role", () => {
    const scheduled = (assumedBy: string) =>
      deploy({ resources: schedule(queueArn), assumedBy: [assumedBy], statements: [statement("sqs:SendMessage")] })
    expect(countOf(scheduled("scheduler.amazonaws.com"))).toBe(1)
    const denied = scheduled("events.amazonaws.com")
    expect([countOf(denied), denied.denials.map(({ principalArn }) => principalArn)]).toEqual([
      0,
      ["scheduler.amazonaws.com"],
    ])
  })
})

describe("Lambda reads with the role of the function", () => {
  const mapping = (EventSourceArn: object | string) => ({
    Mapping: {
      Type: "AWS::Lambda::EventSourceMapping",
      Properties: { FunctionName: { Ref: "Reader" }, EventSourceArn, StartingPosition: "LATEST" },
    },
    Stream: { Type: "AWS::Kinesis::Stream", Properties: { Name: "clicks" } },
    Table: {
      Type: "AWS::DynamoDB::Table",
      Properties: {
        TableName: "documents",
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
        AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
        StreamSpecification: { StreamViewType: "NEW_IMAGE" },
      },
    },
  })

  test.each([
    ["a queue", queueArn, ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]],
    [
      "a stream of Kinesis",
      { "Fn::GetAtt": ["Stream", "Arn"] },
      ["kinesis:DescribeStream", "kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards"],
    ],
    [
      "the stream of a table",
      { "Fn::GetAtt": ["Table", "StreamArn"] },
      ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"],
    ],
  ])("%s, and needs each of its actions", (_, arn, actions) => {
    const read = (allowed: string[]) =>
      deploy({ resources: mapping(arn), statements: [{ Effect: "Allow", Action: allowed, Resource: "*" }] })
    const permitted = read(actions)
    expect([countOf(permitted), permitted.denials]).toEqual([1, []])
    for (const action of actions) {
      const denied = read(actions.filter((one) => one !== action))
      expect([countOf(denied), denied.denials.map((denial) => denial.action)]).toEqual([0, [action]])
    }
  })
})
