// What tables, buckets, queues, and their notifications and mappings yield.
import { describe, expect, test } from "vitest"
import type { ResourceBody } from "../source/stack.ts"
import { defineChat } from "../testing/chat-template.ts"

const queueArn = "arn:aws:sqs:us-east-1:0:q"
const hashKey = [{ AttributeName: "id", KeyType: "HASH" }]

describe("a table", () => {
  const tableOf = (properties: Record<string, unknown>, Type = "AWS::DynamoDB::Table") =>
    defineChat({ Table: { Type, Properties: { KeySchema: hashKey, ...properties } } }).tables[0]

  test("yields the input of CreateTable, with its indexes", () => {
    const index = { KeySchema: hashKey, Projection: { ProjectionType: "ALL" } }
    const table = tableOf({
      TableName: "rows",
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      BillingMode: "PAY_PER_REQUEST",
      GlobalSecondaryIndexes: [{ IndexName: "global", ...index }],
      LocalSecondaryIndexes: [{ IndexName: "local", ...index }],
    })
    expect(table).toMatchObject({
      logicalId: "Table",
      createTable: {
        TableName: "rows",
        AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
        KeySchema: hashKey,
        BillingMode: "PAY_PER_REQUEST",
        GlobalSecondaryIndexes: [{ IndexName: "global", ...index }],
        LocalSecondaryIndexes: [{ IndexName: "local", ...index }],
      },
    })
    expect(table).not.toHaveProperty("timeToLiveAttribute")
    expect(JSON.stringify(table)).not.toMatch("ProvisionedThroughput")
  })

  test("without attribute definitions yields an empty list of them, which CreateTable requires", () => {
    expect(tableOf({})!.createTable).toMatchObject({ AttributeDefinitions: [] })
  })

  test("is provisioned by default, with the capacity of the template or 5", () => {
    const GlobalSecondaryIndexes = [
      { IndexName: "i", KeySchema: hashKey, ProvisionedThroughput: { ReadCapacityUnits: 3, WriteCapacityUnits: "4" } },
    ]
    expect(tableOf({ GlobalSecondaryIndexes })!.createTable).toMatchObject({
      BillingMode: "PROVISIONED",
      ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
      GlobalSecondaryIndexes: [{ ProvisionedThroughput: { ReadCapacityUnits: 3, WriteCapacityUnits: 4 } }],
    })
    expect(tableOf({})!.createTable).not.toHaveProperty("GlobalSecondaryIndexes")
    expect(tableOf({})!.createTable).not.toHaveProperty("LocalSecondaryIndexes")
  })

  test("that is global is on demand, because auto scaling sets its capacity", () => {
    const { createTable } = tableOf({ BillingMode: "PROVISIONED" }, "AWS::DynamoDB::GlobalTable")!
    expect(createTable).toMatchObject({
      TableName: expect.stringMatching(/^stack-Table-/),
      BillingMode: "PAY_PER_REQUEST",
    })
    expect(createTable).not.toHaveProperty("ProvisionedThroughput")
  })

  test("has a stream and a time to live only when the template enables them", () => {
    expect(
      tableOf({
        TimeToLiveSpecification: { AttributeName: "ttl", Enabled: true },
        StreamSpecification: { StreamViewType: "NEW_IMAGE" },
      }),
    ).toMatchObject({ timeToLiveAttribute: "ttl", stream: { viewType: "NEW_IMAGE" } })
    expect(tableOf({ TimeToLiveSpecification: { AttributeName: "ttl", Enabled: false } })).not.toHaveProperty(
      "timeToLiveAttribute",
    )
  })
})

test("a bucket has a lower-case name and its CORS rules", () => {
  const rule = { AllowedOrigins: ["*"], AllowedMethods: ["PUT"], AllowedHeaders: ["x"], ExposedHeaders: ["ETag"] }
  const { buckets } = defineChat({
    Bucket: {
      Type: "AWS::S3::Bucket",
      Properties: { CorsConfiguration: { CorsRules: [{ ...rule, MaxAge: 60 }, rule] } },
    },
  })
  const expected = { allowedOrigins: ["*"], allowedMethods: ["PUT"], allowedHeaders: ["x"], exposedHeaders: ["ETag"] }
  expect(buckets).toEqual([
    {
      logicalId: "Bucket",
      stackName: "stack",
      bucketName: expect.stringMatching(/^stack-bucket-[a-z0-9]{12}$/),
      cors: [{ ...expected, maxAgeSeconds: 60 }, expected],
    },
  ])
})

test("a queue has the attributes that CreateQueue takes, as texts", () => {
  const { queues } = defineChat({
    Dead: { Type: "AWS::SQS::Queue", Properties: { FifoQueue: true } },
    Queue: {
      Type: "AWS::SQS::Queue",
      Properties: {
        QueueName: "q",
        VisibilityTimeout: 30,
        DelaySeconds: 0,
        RedrivePolicy: { deadLetterTargetArn: { "Fn::GetAtt": ["Dead", "Arn"] }, maxReceiveCount: 3 },
        Tags: [],
      },
    },
  })
  const [dead, queue] = queues
  expect(dead).toMatchObject({
    queueName: expect.stringMatching(/^stack-Dead-.*\.fifo$/),
    attributes: { FifoQueue: "true" },
  })
  expect(queue).toMatchObject({ queueName: "q", arn: "arn:aws:sqs:us-east-1:000000000000:q" })
  expect(queue!.attributes).toEqual({
    DelaySeconds: "0",
    VisibilityTimeout: "30",
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead!.arn, maxReceiveCount: 3 }),
  })
})

test("a queue keeps every attribute of CreateQueue under its name", () => {
  const attributes = {
    ContentBasedDeduplication: "true",
    DeduplicationScope: "messageGroup",
    DelaySeconds: "1",
    FifoQueue: "true",
    FifoThroughputLimit: "perQueue",
    MaximumMessageSize: "1024",
    MessageRetentionPeriod: "60",
    ReceiveMessageWaitTimeSeconds: "2",
    RedriveAllowPolicy: '{"redrivePermission":"denyAll"}',
    RedrivePolicy: '{"maxReceiveCount":3}',
    VisibilityTimeout: "30",
  }
  const { queues } = defineChat({ Queue: { Type: "AWS::SQS::Queue", Properties: attributes } })
  expect(queues[0]!.attributes).toEqual(attributes)
})

describe("bucket notifications", () => {
  test("come from the bucket and from the custom resource of CDK", () => {
    const { bucketNotifications, functions } = defineChat({
      Bucket: {
        Type: "AWS::S3::Bucket",
        Properties: {
          BucketName: "photos",
          NotificationConfiguration: {
            QueueConfigurations: [
              {
                Event: "s3:ObjectCreated:*",
                Queue: queueArn,
                Filter: { S3Key: { Rules: [{ Name: "prefix", Value: "in/" }] } },
              },
            ],
            LambdaConfigurations: [{ Event: "s3:ObjectRemoved:*", Function: { "Fn::GetAtt": ["Function", "Arn"] } }],
          },
        },
      },
      Custom: {
        Type: "Custom::S3BucketNotifications",
        Properties: {
          BucketName: { Ref: "Bucket" },
          NotificationConfiguration: {
            LambdaFunctionConfigurations: [
              {
                Id: "mine",
                Events: ["s3:ObjectRemoved:*"],
                LambdaFunctionArn: { "Fn::GetAtt": ["Function", "Arn"] },
                Filter: { Key: { FilterRules: [{ Name: "Suffix", Value: ".pdf" }] } },
              },
            ],
            QueueConfigurations: [{ Events: ["s3:ObjectCreated:Put"], QueueArn: queueArn }],
          },
        },
      },
    })
    const { arn } = functions[0]!
    const of = (logicalId: string) => ({ logicalId, stackName: "stack", bucketName: "photos" })
    expect(bucketNotifications).toEqual([
      {
        ...of("Bucket"),
        events: ["s3:ObjectCreated:*"],
        prefix: "in/",
        targetArn: queueArn,
        configurationId: "Bucket-0",
      },
      { ...of("Bucket"), events: ["s3:ObjectRemoved:*"], targetArn: arn, configurationId: "Bucket-1" },
      { ...of("Custom"), events: ["s3:ObjectCreated:Put"], targetArn: queueArn, configurationId: "Custom-0" },
      { ...of("Custom"), events: ["s3:ObjectRemoved:*"], suffix: ".pdf", targetArn: arn, configurationId: "mine" },
    ])
  })

  test("go to topics, and to EventBridge with every change", () => {
    const TopicArn = "arn:aws:sns:us-east-1:000000000000:news"
    const { bucketNotifications } = defineChat({
      Bucket: {
        Type: "AWS::S3::Bucket",
        Properties: {
          NotificationConfiguration: {
            TopicConfigurations: [{ Event: "s3:ObjectCreated:*", Topic: TopicArn }],
            EventBridgeConfiguration: { EventBridgeEnabled: true },
          },
        },
      },
    })
    expect(bucketNotifications.map(({ targetArn, events }) => [targetArn, events])).toEqual([
      [TopicArn, ["s3:ObjectCreated:*"]],
      ["eventbridge", ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"]],
    ])
  })

  test("make their function one that is reported when it cannot run", () => {
    const { notices } = defineChat({
      Other: { Type: "AWS::Lambda::Function", Properties: { FunctionName: "other", Runtime: "python3.13" } },
      Bucket: {
        Type: "AWS::S3::Bucket",
        Properties: {
          NotificationConfiguration: {
            LambdaConfigurations: [{ Event: "s3:ObjectCreated:*", Function: { "Fn::GetAtt": ["Other", "Arn"] } }],
          },
        },
      },
    })
    expect(notices).toMatchObject([{ logicalId: "Other" }])
  })
})

describe("an event source mapping", () => {
  const mapping = (properties: Record<string, unknown>): ResourceBody => ({
    Type: "AWS::Lambda::EventSourceMapping",
    Properties: { FunctionName: { Ref: "Function" }, EventSourceArn: queueArn, ...properties },
  })

  test("has the defaults of AWS", () => {
    const { eventSourceMappings, functions } = defineChat({ M: mapping({}) })
    expect(eventSourceMappings).toEqual([
      {
        logicalId: "M",
        stackName: "stack",
        functionArn: functions[0]!.arn,
        queueArn,
        enabled: true,
        batchSize: 10,
        batchingWindowSeconds: 0,
        filters: [],
        reportBatchItemFailures: false,
      },
    ])
  })

  test("has the settings of the template", () => {
    const { eventSourceMappings } = defineChat({
      M: mapping({
        Enabled: "false",
        BatchSize: 10_000,
        MaximumBatchingWindowInSeconds: 1,
        FunctionResponseTypes: ["ReportBatchItemFailures"],
        ScalingConfig: { MaximumConcurrency: 5 },
      }),
    })
    expect(eventSourceMappings).toMatchObject([
      {
        enabled: false,
        batchSize: 10_000,
        batchingWindowSeconds: 1,
        reportBatchItemFailures: true,
        maximumConcurrency: 5,
      },
    ])
  })

  test.each([
    [{ BatchSize: 11 }, /MaximumBatchingWindowInSeconds must be at least 1/],
    [{ BatchSize: 0 }, /BatchSize must be between 1 and 10000, not 0/],
    [{ BatchSize: 10_001, MaximumBatchingWindowInSeconds: 1 }, /BatchSize must be between 1 and 10000, not 10001/],
  ])("with %j is rejected", (properties, problem) => {
    expect(() => defineChat({ M: mapping(properties) })).toThrowError(problem)
  })

  test("of another source than a queue or a stream is reported and absent", () => {
    const clusterArn = "arn:aws:kafka:us-east-1:0:cluster/c/1"
    expect(defineChat({ M: mapping({ EventSourceArn: clusterArn }) })).toMatchObject({
      eventSourceMappings: [],
      notices: [
        {
          logicalId: "M",
          message: `Only SQS queues and streams of DynamoDB and Kinesis are polled, so ${clusterArn} never invokes the function.`,
        },
      ],
    })
  })

  test("has the patterns of its filters, and rejects an invalid one", () => {
    const filtered = (Pattern: string) => defineChat({ M: mapping({ FilterCriteria: { Filters: [{ Pattern }] } }) })
    expect(filtered('{"body":{"a":[1]}}').eventSourceMappings).toMatchObject([{ filters: [{ body: { a: [1] } }] }])
    expect(() => filtered('{"body":1}')).toThrowError(/M: Pattern is not valid/)
  })
})
