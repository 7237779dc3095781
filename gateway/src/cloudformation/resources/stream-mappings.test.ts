// Event source mappings of DynamoDB streams.
import { expect, test } from "vitest"
import { defineChat } from "../testing/chat-template.ts"

const resources = (properties: Record<string, unknown> = {}) => ({
  Table: {
    Type: "AWS::DynamoDB::Table",
    Properties: { KeySchema: [], StreamSpecification: { StreamViewType: "NEW_IMAGE" } },
  },
  Mapping: {
    Type: "AWS::Lambda::EventSourceMapping",
    Properties: {
      EventSourceArn: { "Fn::GetAtt": ["Table", "StreamArn"] },
      FunctionName: "reader",
      StartingPosition: "TRIM_HORIZON",
      ...properties,
    },
  },
})

test("has the defaults of Lambda", () => {
  expect(defineChat(resources()).streamMappings).toMatchObject([
    {
      streamArn: expect.stringContaining("/stream/"),
      batchSize: 100,
      batchingWindowSeconds: 0,
      startingPosition: "TRIM_HORIZON",
      filters: [],
      bisects: false,
      maximumRetryAttempts: Number.MAX_SAFE_INTEGER,
      maximumRecordAgeSeconds: Number.MAX_SAFE_INTEGER,
      reportBatchItemFailures: false,
    },
  ])
})

test("reads filters, which are JSON texts", () => {
  const FilterCriteria = { Filters: [{ Pattern: '{"eventName":["INSERT"]}' }] }
  expect(defineChat(resources({ FilterCriteria })).streamMappings).toMatchObject([
    { filters: [{ eventName: ["INSERT"] }] },
  ])
})

test("reports ParallelizationFactor", () => {
  expect(defineChat(resources({ ParallelizationFactor: 2 })).notices).toMatchObject([
    { logicalId: "Mapping", message: expect.stringContaining("ParallelizationFactor is not applied") },
  ])
})

test.each([
  [{ BatchSize: 10_001 }, "BatchSize must be between 1 and 10000, not 10001."],
  [{ StartingPosition: "AT_TIMESTAMP" }, "StartingPosition must be one of LATEST, TRIM_HORIZON, not AT_TIMESTAMP."],
  [{ FilterCriteria: { Filters: [{ Pattern: "{}x" }] } }, "Pattern is not valid"],
])("rejects %j", (properties, message) => {
  expect(() => defineChat(resources(properties))).toThrow(message)
})
