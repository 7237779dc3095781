// The API of DynamoDB Streams, called by a handler with the AWS SDK.
import { beforeEach, describe, expect, test } from "vitest"
import { allow, deniedBy, type Result, shareCalling } from "./testing/service-calls.ts"

const startShared = shareCalling()

/** Each test has tables of its own, because the streams of the tests before it stay. */
let names = { messages: "", other: "", plain: "" }
let testCount = 0
beforeEach(() => {
  testCount++
  names = { messages: `messages-${testCount}`, other: `other-${testCount}`, plain: `plain-${testCount}` }
})

const table = (TableName: string, properties: Record<string, unknown> = {}) => ({
  Type: "AWS::DynamoDB::Table",
  Properties: {
    TableName,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: ["room", "at"].map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
    KeySchema: [
      { AttributeName: "room", KeyType: "HASH" },
      { AttributeName: "at", KeyType: "RANGE" },
    ],
    ...properties,
  },
})

const resources = () => ({
  Messages: table(names.messages, { StreamSpecification: { StreamViewType: "NEW_AND_OLD_IMAGES" } }),
  Other: table(names.other, { StreamSpecification: { StreamViewType: "KEYS_ONLY" } }),
  Plain: table(names.plain),
})
const item = (at: string, more: object = {}) => ({ room: { S: "a" }, at: { S: at }, ...more })

type Send = (service: string, command: string, input: object) => Promise<Result>
type StreamRecord = { eventName: string; dynamodb: { Keys: { at: { S: string } }; SequenceNumber: string } }

const put = (send: Send, at: string, more: object = {}) =>
  send("dynamodb", "PutItem", { TableName: names.messages, Item: item(at, more) })

async function startStreams(statements = [allow("dynamodb:*")], more: Record<string, unknown> = {}) {
  const started = await startShared({ resources: { ...more, ...resources() }, statements })
  const streams = (command: string, input: object) => started.send("dynamodb-streams", command, input)
  return { ...started, streams }
}

/** The shard of the stream of the first table, and what reads it from a position. */
async function openShard(streams: (command: string, input: object) => Promise<Result>) {
  const { Streams } = await streams("ListStreams", { TableName: names.messages })
  const [{ StreamArn } = { StreamArn: "" }] = Streams as { StreamArn: string }[]
  const { StreamDescription } = await streams("DescribeStream", { StreamArn })
  const [{ ShardId } = { ShardId: "" }] = (StreamDescription as { Shards: { ShardId: string }[] }).Shards
  const iterator = async (ShardIteratorType: string, more: object = {}) =>
    (await streams("GetShardIterator", { StreamArn, ShardId, ShardIteratorType, ...more })).ShardIterator
  const read = async (ShardIterator: unknown, more: object = {}) => {
    const result: Result = await streams("GetRecords", { ShardIterator, ...more })
    const records = (result.Records ?? []) as StreamRecord[]
    return {
      ...result,
      NextShardIterator: result.NextShardIterator,
      records,
      names: records.map(({ dynamodb }) => dynamodb.Keys.at.S),
    }
  }
  return { StreamArn, ShardId, iterator, read }
}

describe("a client of DynamoDB Streams", () => {
  test("lists the streams of tables, and describes one", async () => {
    // Streams are listed by the names of their tables: these come after those of the other tests.
    names = { ...names, messages: "streams-2", other: "streams-3" }
    const StreamSpecification = { StreamViewType: "KEYS_ONLY" }
    const { streams } = await startStreams(undefined, { First: table("streams-1", { StreamSpecification }) })
    const arn = (name: string) => `arn:aws:dynamodb:us-east-1:000000000000:table/${name}/stream/2026-01-01T00:00:00.000`
    const listed = (name: string) => ({
      StreamArn: arn(name),
      TableName: name,
      StreamLabel: "2026-01-01T00:00:00.000",
    })
    const all = (await streams("ListStreams", {})).Streams as object[]
    expect(all.slice(-3)).toEqual([listed("streams-1"), listed(names.messages), listed(names.other)])
    const ExclusiveStartStreamArn = arn("streams-1")
    const first = await streams("ListStreams", { ExclusiveStartStreamArn, Limit: 1 })
    expect(first).toMatchObject({ Streams: [listed(names.messages)], LastEvaluatedStreamArn: arn(names.messages) })
    const second = await streams("ListStreams", { ExclusiveStartStreamArn: arn(names.messages) })
    expect(second).toEqual({ status: 200, Streams: [listed(names.other)] })
    expect(await streams("ListStreams", { ExclusiveStartStreamArn, Limit: 2 })).toEqual({
      status: 200,
      Streams: [listed(names.messages), listed(names.other)],
    })
    expect((await streams("ListStreams", { TableName: names.plain })).Streams).toEqual([])
    const { StreamDescription } = await streams("DescribeStream", { StreamArn: arn(names.messages) })
    expect(StreamDescription).toMatchObject({
      ...listed(names.messages),
      StreamStatus: "ENABLED",
      StreamViewType: "NEW_AND_OLD_IMAGES",
      KeySchema: [
        { AttributeName: "room", KeyType: "HASH" },
        { AttributeName: "at", KeyType: "RANGE" },
      ],
      Shards: [{ ShardId: expect.stringMatching(/^shardId-.{20,}$/), SequenceNumberRange: expect.anything() }],
    })
    const [{ ShardId } = { ShardId: "" }] = (StreamDescription as { Shards: { ShardId: string }[] }).Shards
    const rest = await streams("DescribeStream", { StreamArn: arn(names.messages), ExclusiveStartShardId: ShardId })
    expect(rest.StreamDescription).toMatchObject({ Shards: [] })
  })

  test("reads the records that functions receive, from the oldest to the newest", async () => {
    const { send, streams } = await startStreams()
    await put(send, "1", { text: { S: "hi" } })
    await put(send, "1", { text: { S: "ho" } })
    const { iterator, read } = await openShard(streams)
    const first = await read(await iterator("TRIM_HORIZON"))
    expect(first.records).toEqual([
      expect.objectContaining({ eventName: "INSERT", eventVersion: "1.1", eventSource: "aws:dynamodb" }),
      expect.objectContaining({
        eventName: "MODIFY",
        eventID: expect.stringMatching(/^[0-9a-f]{32}$/),
        awsRegion: "us-east-1",
        dynamodb: expect.objectContaining({
          Keys: item("1"),
          NewImage: item("1", { text: { S: "ho" } }),
          OldImage: item("1", { text: { S: "hi" } }),
          StreamViewType: "NEW_AND_OLD_IMAGES",
        }),
      }),
    ])
    const empty = await read(first.NextShardIterator)
    expect(empty.records).toEqual([])
    await put(send, "2")
    expect((await read(empty.NextShardIterator)).names).toEqual(["2"])
  })

  test("begins at, after or behind a record, and reads at most the limit", async () => {
    const { send, streams } = await startStreams()
    for (const at of ["1", "2", "3"]) await put(send, at)
    const { iterator, read } = await openShard(streams)
    const { records } = await read(await iterator("TRIM_HORIZON"))
    const SequenceNumber = records[1]!.dynamodb.SequenceNumber
    expect((await read(await iterator("AT_SEQUENCE_NUMBER", { SequenceNumber }))).names).toEqual(["2", "3"])
    expect((await read(await iterator("AFTER_SEQUENCE_NUMBER", { SequenceNumber }))).names).toEqual(["3"])
    const latest = await iterator("LATEST")
    await put(send, "4")
    expect((await read(latest)).names).toEqual(["4"])
    const page = await read(await iterator("TRIM_HORIZON"), { Limit: 2 })
    expect(page.names).toEqual(["1", "2"])
    expect((await read(page.NextShardIterator)).names).toEqual(["3", "4"])
  })

  test("receives at most 1 MB of records at once", async () => {
    const { send, streams } = await startStreams()
    const input = { TableName: names.messages, Item: item("big") }
    for (const at of ["1", "2", "3", "4"]) {
      const Put = { ...input, Item: item(at) }
      expect(await send("dynamodb", "TransactWriteItems", { TransactItems: [{ Put }] }, 380_000)).toEqual({
        status: 200,
      })
    }
    const { iterator, read } = await openShard(streams)
    const sizes: string[][] = []
    let next: unknown = await iterator("TRIM_HORIZON")
    while (sizes.flat().length < 4) {
      const page = await send("sizes", "GetRecords", { ShardIterator: next })
      sizes.push(page.names as string[])
      next = page.NextShardIterator
    }
    expect(sizes).toEqual([
      ["1", "2"],
      ["3", "4"],
    ])
    expect((await read(next)).names).toEqual([])
  })

  test("receives the error of the service for what does not exist", async () => {
    const { streams } = await startStreams()
    const { StreamArn, ShardId, read } = await openShard(streams)
    const missing = StreamArn.replace(names.messages, names.plain)
    const ShardIteratorType = "TRIM_HORIZON"
    const notFound = { error: "ResourceNotFoundException", status: 400 }
    expect(await streams("DescribeStream", { StreamArn: missing })).toMatchObject(notFound)
    expect(await streams("GetShardIterator", { StreamArn: missing, ShardId, ShardIteratorType })).toMatchObject(
      notFound,
    )
    const otherShard = "shardId-00000000000000000001-00000001"
    expect(await streams("GetShardIterator", { StreamArn, ShardId: otherShard, ShardIteratorType })).toMatchObject(
      notFound,
    )
    const invalid = { error: "ValidationException", status: 400 }
    expect(await read(`${StreamArn}|1|AAAA`)).toMatchObject(invalid)
    expect(await streams("GetShardIterator", { StreamArn, ShardId, ShardIteratorType: "NOW" })).toMatchObject(invalid)
    const noNumber = { StreamArn, ShardId, ShardIteratorType: "AT_SEQUENCE_NUMBER" }
    expect(await streams("GetShardIterator", noNumber)).toMatchObject(invalid)
    expect(await streams("ListStreams", { Limit: 101 })).toMatchObject(invalid)
    const state = { after: "", expiresAt: Date.now() - 1 }
    const expired = `${StreamArn}|1|${Buffer.from(JSON.stringify(state)).toString("base64")}`
    expect(await read(expired)).toMatchObject({ error: "ExpiredIteratorException", status: 400 })
  })

  test("needs the permission of each operation on the stream", async () => {
    const stream = { "Fn::GetAtt": ["Messages", "StreamArn"] }
    const { local, streams } = await startStreams([
      allow("dynamodb:ListStreams"),
      allow("dynamodb:DescribeStream", stream),
      allow("dynamodb:GetShardIterator", stream),
    ])
    const { iterator, read } = await openShard(streams)
    expect(await read(await iterator("LATEST"))).toMatchObject({ error: "AccessDeniedException" })
    expect(deniedBy(local)).toEqual([
      expect.objectContaining({
        action: "dynamodb:GetRecords",
        resource: `arn:aws:dynamodb:us-east-1:000000000000:table/${names.messages}/stream/2026-01-01T00:00:00.000`,
      }),
    ])
    const StreamArn = `arn:aws:dynamodb:us-east-1:000000000000:table/${names.other}/stream/2026-01-01T00:00:00.000`
    expect(await streams("DescribeStream", { StreamArn })).toMatchObject({ error: "AccessDeniedException" })
  })
})
