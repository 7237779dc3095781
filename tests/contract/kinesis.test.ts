// Streams of Kinesis: how clients write and read them, and the functions that they invoke.
import { createHash } from "node:crypto"
import { ManualClock } from "@document-insight/gateway"
import { beforeEach, describe, expect, test } from "vitest"
import { openSocket } from "../testing/open-socket.ts"
import { startLocal } from "../testing/start-local.ts"
import {
  allow,
  deniedBy,
  eventWith,
  functionResource,
  lineWith,
  logging,
  nextMessage,
  shareCalling,
  suggestedStatement,
} from "./testing/service-calls.ts"

const clock = new ManualClock(Date.now())
const startShared = shareCalling({ clock })

/** Each test has a stream of its own, because the streams of the tests before it stay. */
let StreamName = ""
let StreamARN = ""
let streamCount = 0
beforeEach(() => {
  streamCount++
  StreamName = `clicks-${streamCount}`
  StreamARN = `arn:aws:kinesis:us-east-1:000000000000:stream/${StreamName}`
})

const statements = [allow("kinesis:*")]

const stream = (properties: Record<string, unknown> = {}) => ({
  Clicks: { Type: "AWS::Kinesis::Stream", Properties: { Name: StreamName, ...properties } },
})

type Shard = { ShardId: string; HashKeyRange: { StartingHashKey: string; EndingHashKey: string } }
type Records = { SequenceNumber: string; ShardId: string }[]

describe("a client of a stream", () => {
  const shardId = "shardId-000000000000"
  test("puts records, and reads them in their order with iterators", async () => {
    const { send } = await startShared({ resources: stream(), statements })
    const iteratorFor = async (input: object) =>
      (await send("kinesis", "GetShardIterator", { StreamName, ShardId: shardId, ...input })).ShardIterator
    const dataFrom = async (input: object) => {
      const { Records } = await send("kinesis", "GetRecords", { ShardIterator: await iteratorFor(input) })
      return (Records as { Data: string }[]).map(({ Data }) => Data)
    }
    const latest = await iteratorFor({ ShardIteratorType: "LATEST" })
    const first = await send("kinesis", "PutRecord", { StreamName, PartitionKey: "a", Data: "one" })
    expect(first).toEqual({
      ShardId: shardId,
      SequenceNumber: expect.stringMatching(/^49\d{54}$/),
      EncryptionType: "NONE",
      status: 200,
    })
    const entries = ["two", "three"].map((Data) => ({ Data, PartitionKey: "b" }))
    const put = await send("kinesis", "PutRecords", { StreamARN, Records: entries })
    const sequenceNumber = expect.stringMatching(/^49\d{54}$/)
    expect(put).toMatchObject({
      FailedRecordCount: 0,
      EncryptionType: "NONE",
      Records: [
        { ShardId: shardId, SequenceNumber: sequenceNumber },
        { ShardId: shardId, SequenceNumber: sequenceNumber },
      ],
    })
    const read = await send("kinesis", "GetRecords", { ShardIterator: latest, Limit: 2 })
    expect(read).toMatchObject({
      Records: [
        {
          SequenceNumber: first.SequenceNumber,
          PartitionKey: "a",
          Data: "one",
          EncryptionType: "NONE",
          ApproximateArrivalTimestamp: expect.stringMatching(/^\d{4}-/),
        },
        { PartitionKey: "b", Data: "two" },
      ],
      MillisBehindLatest: expect.any(Number),
    })
    const rest = await send("kinesis", "GetRecords", { ShardIterator: read.NextShardIterator })
    expect(rest).toMatchObject({ Records: [{ Data: "three" }], MillisBehindLatest: 0 })
    expect(await send("kinesis", "GetRecords", { ShardIterator: rest.NextShardIterator })).toMatchObject({
      Records: [],
    })

    const StartingSequenceNumber = (put.Records as Records)[0]?.SequenceNumber
    expect(await dataFrom({ ShardIteratorType: "TRIM_HORIZON" })).toEqual(["one", "two", "three"])
    const at = { ShardIteratorType: "AT_SEQUENCE_NUMBER", StartingSequenceNumber }
    expect(await dataFrom(at)).toEqual(["two", "three"])
    expect(await dataFrom({ ...at, ShardIteratorType: "AFTER_SEQUENCE_NUMBER" })).toEqual(["three"])
    expect(await dataFrom({ ShardIteratorType: "AT_TIMESTAMP", Timestamp: 0 })).toEqual(["one", "two", "three"])
    expect(await dataFrom({ ShardIteratorType: "AT_TIMESTAMP", Timestamp: Date.now() + 3_600_000 })).toEqual([])
  })

  test("writes to the shard whose range has the hash of the key, or the explicit hash key", async () => {
    const { send } = await startShared({ resources: stream({ ShardCount: 3 }), statements })
    const { Shards } = (await send("kinesis", "ListShards", { StreamName })) as unknown as { Shards: Shard[] }
    expect(Shards.map(({ ShardId }) => ShardId)).toEqual([0, 1, 2].map((index) => `shardId-00000000000${index}`))
    const shardWith = (key: bigint) =>
      Shards.find(
        ({ HashKeyRange: { StartingHashKey, EndingHashKey } }) =>
          key >= BigInt(StartingHashKey) && key <= BigInt(EndingHashKey),
      )?.ShardId
    for (const PartitionKey of ["a", "b", "c", "d"]) {
      const hash = BigInt(`0x${createHash("md5").update(PartitionKey).digest("hex")}`)
      const { ShardId } = await send("kinesis", "PutRecord", { StreamName, PartitionKey, Data: "x" })
      expect(ShardId).toBe(shardWith(hash))
    }
    const most = 2n ** 128n - 1n
    for (const key of [0n, most]) {
      const input = { StreamName, PartitionKey: "a", ExplicitHashKey: String(key), Data: "x" }
      expect(await send("kinesis", "PutRecord", input)).toMatchObject({ ShardId: shardWith(key) })
    }
    const input = { StreamName, PartitionKey: "a", ExplicitHashKey: String(most + 1n), Data: "x" }
    expect(await send("kinesis", "PutRecord", input)).toMatchObject({ error: "InvalidArgumentException", status: 400 })
  })

  test("describes streams, and lists them and their shards in pages", async () => {
    StreamName = "listed-1"
    StreamARN = "arn:aws:kinesis:us-east-1:000000000000:stream/listed-1"
    const resources = {
      ...stream({ StreamModeDetails: { StreamMode: "ON_DEMAND" }, RetentionPeriodHours: 48 }),
      Other: {
        Type: "AWS::Kinesis::Stream",
        Properties: { Name: "other", StreamEncryption: { EncryptionType: "KMS", KeyId: "alias/aws/kinesis" } },
      },
    }
    const { send } = await startShared({ resources, statements })
    const common = {
      StreamName,
      StreamARN,
      StreamStatus: "ACTIVE",
      StreamModeDetails: { StreamMode: "ON_DEMAND" },
      RetentionPeriodHours: 48,
      EncryptionType: "NONE",
    }
    expect(await send("kinesis", "DescribeStream", { StreamName, Limit: 3 })).toMatchObject({
      StreamDescription: {
        ...common,
        HasMoreShards: true,
        Shards: [
          {
            ShardId: shardId,
            HashKeyRange: { StartingHashKey: "0", EndingHashKey: String(2n ** 126n - 1n) },
            SequenceNumberRange: { StartingSequenceNumber: expect.stringMatching(/^49\d{54}$/) },
          },
          {},
          {},
        ],
      },
    })
    const { StreamDescriptionSummary } = await send("kinesis", "DescribeStreamSummary", { StreamARN })
    expect(StreamDescriptionSummary).toMatchObject({ ...common, OpenShardCount: 4, ConsumerCount: 0 })
    // After the streams of the other tests.
    const listed = await send("kinesis", "ListStreams", { ExclusiveStartStreamName: "listed", Limit: 1 })
    expect(listed).toMatchObject({ StreamNames: [StreamName], HasMoreStreams: true })
    const { NextToken } = listed
    expect(await send("kinesis", "ListStreams", { NextToken })).toMatchObject({
      StreamNames: ["other"],
      HasMoreStreams: false,
    })
    const page = await send("kinesis", "ListShards", { StreamName, MaxResults: 3 })
    expect(page.Shards).toHaveLength(3)
    const last = await send("kinesis", "ListShards", { NextToken: page.NextToken })
    expect(last.Shards).toMatchObject([{ ShardId: "shardId-000000000003" }])
    const both = await send("kinesis", "ListShards", { StreamName, NextToken: page.NextToken })
    expect(both).toMatchObject({ error: "InvalidArgumentException" })
    const encrypted = await send("kinesis", "PutRecord", { StreamName: "other", PartitionKey: "a", Data: "x" })
    expect(encrypted).toMatchObject({ EncryptionType: "KMS" })
  })

  test("reaches its stream by the host names of AWS, with the account and without", async () => {
    const { send } = await startShared({ resources: stream(), statements })
    for (const host of ["kinesis", "000000000000.data-kinesis", "000000000000.control-kinesis"]) {
      const endpoint = `https://${host}.us-east-1.amazonaws.com`
      const input = { endpoint, StreamARN, PartitionKey: "a", Data: "x" }
      expect(await send("kinesis", "PutRecord", input)).toMatchObject({ ShardId: shardId })
    }
  })

  test("reads at most 10 MB at once", async () => {
    const { send } = await startShared({ resources: stream({ MaxRecordSizeInKiB: 10_240 }), statements })
    const put = (bytes: number) => send("kinesis", "PutRecord", { StreamName, PartitionKey: "a" }, bytes)
    for (let count = 0; count < 3; count++) expect(await put(4 * 1024 ** 2)).toMatchObject({ ShardId: shardId })
    const ofStream = { StreamName, ShardId: shardId, ShardIteratorType: "TRIM_HORIZON" }
    let { ShardIterator } = await send("kinesis", "GetShardIterator", ofStream)
    const counts: number[] = []
    for (let read = 0; read < 2; read++) {
      const { count, next } = (await send("kinesis counts", "GetRecords", { ShardIterator })) as never
      counts.push(count)
      ShardIterator = next
    }
    expect(counts).toEqual([2, 1])
  })

  test.each<[why: string, command: string, input: () => object, error: string]>([
    ["an empty partition key", "PutRecord", () => ({ StreamName, PartitionKey: "", Data: "x" }), "ValidationException"],
    [
      "a partition key of 257 characters",
      "PutRecord",
      () => ({ StreamName, PartitionKey: "x".repeat(257), Data: "x" }),
      "ValidationException",
    ],
    ["no records", "PutRecords", () => ({ StreamName, Records: [] }), "ValidationException"],
    [
      "501 records",
      "PutRecords",
      () => ({ StreamName, Records: Array.from({ length: 501 }, () => ({ PartitionKey: "a", Data: "x" })) }),
      "ValidationException",
    ],
    ["no stream", "PutRecord", () => ({ PartitionKey: "a", Data: "x" }), "InvalidArgumentException"],
    [
      "a missing stream",
      "PutRecord",
      () => ({ StreamName: "missing", PartitionKey: "a", Data: "x" }),
      "ResourceNotFoundException",
    ],
    [
      "a missing shard",
      "GetShardIterator",
      () => ({ StreamName, ShardId: "shardId-000000000009", ShardIteratorType: "LATEST" }),
      "ResourceNotFoundException",
    ],
    [
      "an unknown type of iterator",
      "GetShardIterator",
      () => ({ StreamName, ShardId: shardId, ShardIteratorType: "NEWEST" }),
      "InvalidArgumentException",
    ],
    ["a text that is not an iterator", "GetRecords", () => ({ ShardIterator: "x" }), "InvalidArgumentException"],
    ["a limit of 10001", "GetRecords", () => ({ ShardIterator: "x", Limit: 10_001 }), "ValidationException"],
  ])("receives the error of the service for %s", async (_, command, input, error) => {
    const { send } = await startShared({ resources: stream(), statements })
    expect(await send("kinesis", command, input())).toMatchObject({ error, status: 400, message: expect.any(String) })
  })

  test("is rejected with a record of more than 1 MiB, its key included", async () => {
    const { send } = await startShared({ resources: stream(), statements })
    const put = (bytes: number) => send("kinesis", "PutRecord", { StreamName, PartitionKey: "abcd" }, bytes)
    expect(await put(1024 ** 2 - 4)).toMatchObject({ ShardId: shardId })
    expect(await put(1024 ** 2 - 3)).toMatchObject({ error: "ValidationException", status: 400 })
  })

  test("loses its iterators after five minutes", async () => {
    const { local, send } = await startShared({ resources: stream(), statements })
    const ofStream = { StreamName, ShardId: shardId, ShardIteratorType: "TRIM_HORIZON" }
    await send("kinesis", "PutRecord", { StreamName, PartitionKey: "a", Data: "x" })
    const { ShardIterator } = await send("kinesis", "GetShardIterator", ofStream)
    local.gateway.clock.advance(290_000)
    expect(await send("kinesis", "GetRecords", { ShardIterator })).toMatchObject({ Records: [{ Data: "x" }] })
    local.gateway.clock.advance(10_001)
    const expired = await send("kinesis", "GetRecords", { ShardIterator })
    expect(expired).toMatchObject({ error: "ExpiredIteratorException", status: 400 })
  })

  test.each<[command: string, input: () => object]>([
    ["PutRecord", () => ({ StreamName, PartitionKey: "a", Data: "x" })],
    ["PutRecords", () => ({ StreamARN, Records: [{ PartitionKey: "a", Data: "x" }] })],
    ["GetShardIterator", () => ({ StreamName, ShardId: shardId, ShardIteratorType: "LATEST" })],
    ["GetRecords", () => ({ ShardIterator: `${StreamName}|shardId-000000000000|x` })],
    ["DescribeStream", () => ({ StreamName })],
    ["DescribeStreamSummary", () => ({ StreamName })],
    ["ListShards", () => ({ StreamName })],
  ])("needs the permission for %s on the stream, which is reported with a fix", async (command, input) => {
    const { local, send } = await startShared({ resources: stream() })
    expect(await send("kinesis", command, input())).toMatchObject({
      error: "AccessDeniedException",
      status: 400,
      message: expect.stringContaining(`is not authorized to perform: kinesis:${command} on resource: ${StreamARN}`),
    })
    expect(suggestedStatement(local)).toEqual({
      Effect: "Allow",
      Action: `kinesis:${command}`,
      Resource: { "Fn::GetAtt": ["Clicks", "Arn"] },
    })
  })

  test("receives a sentence for an operation that is not served", async () => {
    const { send } = await startShared({ resources: stream(), statements })
    const result = await send("kinesis", "RegisterStreamConsumer", { StreamARN, ConsumerName: "c" })
    expect(result.message).toMatch(/^RegisterStreamConsumer is not served\. Served: PutRecord, /)
  })
})

describe("a function that a stream invokes", () => {
  const mapping = (properties: Record<string, unknown> = {}) => ({
    Type: "AWS::Lambda::EventSourceMapping",
    Properties: {
      EventSourceArn: { "Fn::GetAtt": ["Clicks", "Arn"] },
      FunctionName: { Ref: "Reader" },
      StartingPosition: "LATEST",
      ...properties,
    },
  })
  const resourcesWith = (code: string, properties: Record<string, unknown> = {}) => ({
    ...stream(),
    Reader: functionResource("reader", code),
    Mapping: mapping(properties),
  })
  const put = (Data: string, PartitionKey = "a") =>
    ["kinesis", "PutRecord", { StreamName, PartitionKey, Data }] as const
  /** Logs the data of its records in one line. */
  const logData = `const data = (Records) => Records.map(({ kinesis }) => Buffer.from(kinesis.data, "base64").toString())
export const handler = async ({ Records }) => console.log("batch", data(Records).join(" "))`

  test("receives records with their data in Base64 and where they come from", async () => {
    const { local, send } = await startShared({ resources: resourcesWith(logging), statements })
    const { SequenceNumber: sequenceNumber } = await send(...put("hello", "user 1"))
    expect((await eventWith(local, "aws:kinesis:record")).Records).toEqual([
      {
        kinesis: {
          kinesisSchemaVersion: "1.0",
          partitionKey: "user 1",
          sequenceNumber,
          data: "aGVsbG8=",
          approximateArrivalTimestamp: expect.any(Number),
        },
        eventSource: "aws:kinesis",
        eventVersion: "1.0",
        eventID: `shardId-000000000000:${sequenceNumber}`,
        eventName: "aws:kinesis:record",
        invokeIdentityArn: expect.stringMatching(/^arn:aws:iam::000000000000:role\//),
        awsRegion: "us-east-1",
        eventSourceARN: StreamARN,
      },
    ])
  })

  test("receives only the records whose data a filter matches", async () => {
    const Pattern = JSON.stringify({ data: { kind: ["click"] } })
    const { local, send } = await startShared({
      resources: resourcesWith(logData, { FilterCriteria: { Filters: [{ Pattern }] } }),
      statements,
    })
    for (const data of ['{"kind":"scroll"}', "click", '{"kind":"click"}']) await send(...put(data))
    expect(await lineWith(local, "batch")).toContain('batch {"kind":"click"}')
  })

  test("begins with the oldest record, and goes on where it was after a reload", async () => {
    const { local, send, reload } = await startShared({
      resources: resourcesWith(logData, { StartingPosition: "TRIM_HORIZON", Enabled: false }),
      statements,
    })
    await send(...put("early"))
    const reloadWith = (properties: object) =>
      reload({ resources: resourcesWith(logData, { StartingPosition: "TRIM_HORIZON", ...properties }), statements })
    await reloadWith({})
    await lineWith(local, "batch early")
    await reloadWith({ Enabled: false })
    await send(...put("meanwhile"))
    await reloadWith({ BatchSize: 5 })
    await lineWith(local, "batch meanwhile")
  })

  test("repeats what it reports as failed, and leaves what it gives up to a queue", async () => {
    const code = `export const handler = async ({ Records }) => {
      const data = Records.map(({ kinesis }) => Buffer.from(kinesis.data, "base64").toString())
      console.log("batch", data.join(" "))
      const bad = Records[data.indexOf("bad")]
      return { batchItemFailures: bad ? [{ itemIdentifier: bad.kinesis.sequenceNumber }] : [] }
    }`
    const { local, send } = await startShared({
      resources: {
        ...resourcesWith(code, {
          FunctionResponseTypes: ["ReportBatchItemFailures"],
          MaximumRetryAttempts: 1,
          DestinationConfig: { OnFailure: { Destination: { "Fn::GetAtt": ["Dead", "Arn"] } } },
        }),
        Dead: { Type: "AWS::SQS::Queue", Properties: { QueueName: "dead" } },
      },
      statements: [...statements, allow("sqs:SendMessage")],
    })
    const entries = ["good", "bad", "late"].map((Data) => ({ Data, PartitionKey: "a" }))
    const { Records } = await send("kinesis", "PutRecords", { StreamName, Records: entries })
    await lineWith(local, "batch good bad late")
    const [, bad, late] = Records as Records
    await expect
      .poll(() => {
        clock.advance(1000)
        return local.events.some((event) => event.event === "log" && event.message.includes("batch bad late"))
      })
      .toBe(true)
    expect(JSON.parse((await nextMessage(local, "dead")).body)).toMatchObject({
      requestContext: { condition: "RetryAttemptsExhausted", approximateInvokeCount: 2 },
      KinesisBatchInfo: {
        shardId: "shardId-000000000000",
        startSequenceNumber: bad?.SequenceNumber,
        endSequenceNumber: late?.SequenceNumber,
        batchSize: 2,
        streamArn: StreamARN,
      },
    })
  })

  test("needs a role that may read the stream, which is reported with a fix", async () => {
    const { local } = await startShared({ resources: resourcesWith(logging) })
    expect(deniedBy(local).map(({ action, cure }) => [action, cure])).toEqual([
      [
        "kinesis:DescribeStream",
        'Add to the policies of Role: {"Effect":"Allow","Action":"kinesis:DescribeStream","Resource":{"Fn::GetAtt":["Clicks","Arn"]}}',
      ],
    ])
    const all = ["DescribeStream", "GetRecords", "GetShardIterator"].map((action) => allow(`kinesis:${action}`))
    const missing = await startShared({ resources: resourcesWith(logging), statements: all })
    expect(deniedBy(missing.local).map(({ action }) => action)).toEqual(["kinesis:ListShards"])
  })
})

describe("an integration that puts records", () => {
  const integration = (properties: Record<string, unknown>) => ({
    Type: "AWS::ApiGatewayV2::Integration",
    Properties: {
      ApiId: { Ref: "Api" },
      IntegrationType: "AWS",
      IntegrationMethod: "POST",
      CredentialsArn: { "Fn::GetAtt": ["ServiceRole", "Arn"] },
      ...properties,
    },
  })
  const uri = (action: string) => ({ "Fn::Sub": `arn:aws:apigateway:\${AWS::Region}:kinesis:action/${action}` })
  const response = (id: string, properties: Record<string, unknown>) => ({
    Type: "AWS::ApiGatewayV2::IntegrationResponse",
    Properties: { ApiId: { Ref: "Api" }, IntegrationId: { Ref: id }, ...properties },
  })
  /** A two-way route of this key with an integration of its own. */
  const route = (key: string, template: string, action: string) => ({
    [`Integration${key}`]: integration({
      IntegrationUri: uri(action),
      RequestTemplates: { $default: template },
      TemplateSelectionExpression: "\\$default",
    }),
    [`Put${key}`]: response(`Integration${key}`, {
      IntegrationResponseKey: "$default",
      ResponseTemplates: { "application/json": "put $input.path('$.EncryptionType')" },
    }),
    [`Rejected${key}`]: response(`Integration${key}`, {
      IntegrationResponseKey: "/4\\d\\d/",
      ResponseTemplates: { "application/json": "rejected $input.path('$.__type')" },
    }),
    [`Route${key}`]: {
      Type: "AWS::ApiGatewayV2::Route",
      Properties: {
        ApiId: { Ref: "Api" },
        RouteKey: key,
        RouteResponseSelectionExpression: "$default",
        Target: { "Fn::Sub": `integrations/\${Integration${key}}` },
      },
    },
    [`Response${key}`]: {
      Type: "AWS::ApiGatewayV2::RouteResponse",
      Properties: { ApiId: { Ref: "Api" }, RouteId: { Ref: `Route${key}` }, RouteResponseKey: "$default" },
    },
  })
  const role = (statement: object) => ({
    Type: "AWS::IAM::Role",
    Properties: {
      AssumeRolePolicyDocument: {
        Statement: [{ Effect: "Allow", Principal: { Service: "apigateway.amazonaws.com" }, Action: "sts:AssumeRole" }],
      },
      Policies: [{ PolicyName: "own", PolicyDocument: { Statement: [statement] } }],
    },
  })
  const one = () =>
    `{"StreamName":"${StreamName}","PartitionKey":"$context.connectionId","Data":"$util.base64Encode($input.json('$.data'))"}`
  const many = () => `{"StreamName":"${StreamName}","Records":[#foreach($each in $input.path('$.data'))
    {"PartitionKey":"$each","Data":"$util.base64Encode($each)"}#if($foreach.hasNext),#end #end]}`
  const code = `export const handler = async ({ Records }) => {
    for (const { kinesis } of Records) console.log("record", kinesis.partitionKey, Buffer.from(kinesis.data, "base64").toString())
  }`
  const resources = () => ({
    ...stream(),
    Reader: functionResource("reader", code),
    Mapping: {
      Type: "AWS::Lambda::EventSourceMapping",
      Properties: {
        EventSourceArn: { "Fn::GetAtt": ["Clicks", "Arn"] },
        FunctionName: { Ref: "Reader" },
        StartingPosition: "LATEST",
      },
    },
    ServiceRole: role(allow("kinesis:PutRecord*", { "Fn::GetAtt": ["Clicks", "Arn"] })),
    ...route("one", one(), "PutRecord"),
    ...route("many", many(), "PutRecords"),
  })

  test("of a WebSocket route puts one or several, which invoke a function", async () => {
    const local = await startLocal({ routes: {}, resources: resources(), statements })
    const socket = await openSocket(local.url)
    socket.send({ action: "one", data: { x: 1 } })
    expect(await socket.next()).toBe("put NONE")
    expect(await lineWith(local, "record")).toMatch(/record [\w-]{15}= \{"x":1\}$/)
    socket.send({ action: "many", data: ["a", "b"] })
    expect(await socket.next()).toBe("put NONE")
    await lineWith(local, "record a a")
    await lineWith(local, "record b b")
  })

  test("is rejected without the permission of its role", async () => {
    const ServiceRole = role(allow("kinesis:PutRecords"))
    const local = await startLocal({ routes: {}, resources: { ...resources(), ServiceRole }, statements })
    const socket = await openSocket(local.url)
    socket.send({ action: "one", data: 1 })
    expect(await socket.next()).toBe("rejected AccessDeniedException")
    expect(deniedBy(local)).toMatchObject([{ action: "kinesis:PutRecord", role: "ServiceRole" }])
  })

  test("of a REST method puts one", async () => {
    const method = {
      Type: "AWS::ApiGateway::Method",
      Properties: {
        RestApiId: { Ref: "Rest" },
        ResourceId: { "Fn::GetAtt": ["Rest", "RootResourceId"] },
        HttpMethod: "POST",
        AuthorizationType: "NONE",
        Integration: {
          Type: "AWS",
          IntegrationHttpMethod: "POST",
          Uri: uri("PutRecord"),
          Credentials: { "Fn::GetAtt": ["ServiceRole", "Arn"] },
          RequestTemplates: {
            "application/json": `{"StreamName":"${StreamName}","PartitionKey":"rest","Data":"$util.base64Encode($input.body)"}`,
          },
          IntegrationResponses: [
            { StatusCode: "202", ResponseTemplates: { "application/json": "$input.path('$.ShardId')" } },
          ],
        },
        MethodResponses: [{ StatusCode: "202" }],
      },
    }
    const rest = {
      Rest: { Type: "AWS::ApiGateway::RestApi", Properties: { Name: "rest" } },
      Method: method,
      RestDeployment: {
        Type: "AWS::ApiGateway::Deployment",
        DependsOn: "Method",
        Properties: { RestApiId: { Ref: "Rest" }, StageName: "v1" },
      },
    }
    const outputs = {
      Rest: { Value: { "Fn::Sub": "https://${Rest}.execute-api.${AWS::Region}.${AWS::URLSuffix}/v1/" } },
    }
    const local = await startLocal({ routes: {}, resources: { ...resources(), ...rest }, statements, outputs })
    const headers = { "content-type": "application/json" }
    const result = await fetch(local.gateway.outputs().Rest ?? "", { method: "POST", headers, body: "click" })
    expect([result.status, await result.text()]).toEqual([202, "shardId-000000000000"])
    expect(await lineWith(local, "record")).toContain("record rest click")
  })
})
