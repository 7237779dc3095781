// Kinesis streams of a template, and the event source mappings that read them.
import { expect, test } from "vitest"
import { defineChat } from "../testing/chat-template.ts"

const stream = (Properties: Record<string, unknown> = {}) => ({ Clicks: { Type: "AWS::Kinesis::Stream", Properties } })

const mapping = (properties: Record<string, unknown> = {}) => ({
  ...stream({ Name: "clicks" }),
  Mapping: {
    Type: "AWS::Lambda::EventSourceMapping",
    Properties: {
      EventSourceArn: { "Fn::GetAtt": ["Clicks", "Arn"] },
      FunctionName: "reader",
      StartingPosition: "LATEST",
      ...properties,
    },
  },
})

test.each([
  [{}, { mode: "PROVISIONED", shardCount: 1, retentionHours: 24, maxRecordBytes: 1024 ** 2 }],
  [
    { Name: "clicks", ShardCount: 3 },
    { streamName: "clicks", shardCount: 3 },
  ],
  [{ StreamModeDetails: { StreamMode: "ON_DEMAND" } }, { mode: "ON_DEMAND", shardCount: 4 }],
  [
    { RetentionPeriodHours: 48, MaxRecordSizeInKiB: 10_240 },
    { retentionHours: 48, maxRecordBytes: 10 * 1024 ** 2 },
  ],
  [{ StreamEncryption: { EncryptionType: "KMS", KeyId: "alias/aws/kinesis" } }, { kmsKeyId: "alias/aws/kinesis" }],
])("a stream with %j has %j", (properties, expected) => {
  expect(defineChat(stream(properties))).toMatchObject({ dataStreams: [expected], notices: [] })
})

test.each([
  [{ ShardCount: 0 }, "ShardCount must be a whole number of at least 1, not 0."],
  [{ ShardCount: 1, StreamModeDetails: { StreamMode: "ON_DEMAND" } }, "ShardCount cannot be given"],
  [{ RetentionPeriodHours: 12 }, "RetentionPeriodHours must be between 24 and 8760, not 12."],
  [{ MaxRecordSizeInKiB: 512 }, "MaxRecordSizeInKiB must be between 1024 and 10240, not 512."],
])("a stream with %j is rejected", (properties, problem) => {
  expect(() => defineChat(stream(properties))).toThrowError(problem)
})

test("a mapping of a stream has the defaults of Lambda", () => {
  expect(defineChat(mapping())).toMatchObject({
    streamMappings: [
      {
        streamArn: "arn:aws:kinesis:us-east-1:000000000000:stream/clicks",
        batchSize: 100,
        batchingWindowSeconds: 0,
        startingPosition: "LATEST",
        maximumRetryAttempts: Number.MAX_SAFE_INTEGER,
      },
    ],
    notices: [],
  })
})

test("a mapping of a stream begins at a time", () => {
  const at = { StartingPosition: "AT_TIMESTAMP", StartingPositionTimestamp: 1_767_225_600 }
  expect(defineChat(mapping(at)).streamMappings).toMatchObject([{ startingTime: 1_767_225_600_000 }])
  expect(() => defineChat(mapping({ StartingPosition: "AT_TIMESTAMP" }))).toThrowError(
    "StartingPosition AT_TIMESTAMP needs StartingPositionTimestamp.",
  )
})

test("a tumbling window is reported", () => {
  expect(defineChat(mapping({ TumblingWindowInSeconds: 30 })).notices).toMatchObject([
    { logicalId: "Mapping", message: expect.stringContaining("TumblingWindowInSeconds is not applied") },
  ])
})

test("a table that would put its changes on a stream is reported", () => {
  const Properties = {
    KeySchema: [],
    KinesisStreamSpecification: { StreamArn: { "Fn::GetAtt": ["Clicks", "Arn"] } },
  }
  const { notices } = defineChat({ ...stream(), Table: { Type: "AWS::DynamoDB::Table", Properties } })
  expect(notices).toMatchObject([
    { logicalId: "Table", message: expect.stringContaining("KinesisStreamSpecification is not applied") },
  ])
})

test("a mapping of a consumer with enhanced fan-out is reported, with the consumer", () => {
  const consumer = {
    Consumer: {
      Type: "AWS::Kinesis::StreamConsumer",
      Properties: { StreamARN: { "Fn::GetAtt": ["Clicks", "Arn"] }, ConsumerName: "reader" },
    },
  }
  const EventSourceArn = { "Fn::GetAtt": ["Consumer", "ConsumerARN"] }
  expect(defineChat({ ...mapping({ EventSourceArn }), ...consumer })).toMatchObject({
    streamMappings: [],
    notices: expect.arrayContaining([
      expect.objectContaining({ logicalId: "Mapping", message: expect.stringContaining("never invokes the function") }),
      expect.objectContaining({ logicalId: "Consumer", message: expect.stringContaining("Enhanced fan-out") }),
    ]),
  })
})
