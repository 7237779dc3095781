// Functions that DynamoDB streams invoke: their events, order, retries and filters, and the deletion of expired items.
import { ManualClock } from "@document-insight/gateway"
import { beforeEach, describe, expect, test } from "vitest"
import {
  allow,
  deniedBy,
  eventWith,
  functionResource,
  lineWith,
  logging,
  shareCalling,
} from "./testing/service-calls.ts"

const clock = new ManualClock(Date.now())
const startShared = shareCalling({ clock })

/** Each test has a table of its own, because the tables of the tests before it stay. */
let TableName = ""
let tableCount = 0
beforeEach(() => {
  tableCount++
  TableName = `messages-${tableCount}`
})

const table = (properties: Record<string, unknown> = {}) => ({
  Type: "AWS::DynamoDB::Table",
  Properties: {
    TableName,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: ["room", "at"].map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
    KeySchema: [
      { AttributeName: "room", KeyType: "HASH" },
      { AttributeName: "at", KeyType: "RANGE" },
    ],
    StreamSpecification: { StreamViewType: "NEW_AND_OLD_IMAGES" },
    ...properties,
  },
})

const mapping = (properties: Record<string, unknown> = {}) => ({
  Type: "AWS::Lambda::EventSourceMapping",
  Properties: {
    EventSourceArn: { "Fn::GetAtt": ["Table", "StreamArn"] },
    FunctionName: { Ref: "Reader" },
    StartingPosition: "LATEST",
    ...properties,
  },
})

const statements = [allow("dynamodb:*")]
const item = (room: string, at: string, more: object = {}) => ({ room: { S: room }, at: { S: at }, ...more })
const put = (Item: object) => ["dynamodb", "PutItem", { TableName, Item }] as const
const reader = (code = logging) => functionResource("reader", code)

/** Logs one line per record: what happened to which item, and the size of the batch. */
const logRecords = `export const handler = async ({ Records }) => {
  for (const { eventName, dynamodb: { Keys } } of Records)
    console.log("record", eventName, Keys.room.S + Keys.at.S, "of", Records.length)
}`

type Line = { message: string }

/** The texts after the word "record" so far. */
const recordsIn = (events: readonly unknown[]) =>
  events.flatMap((event) => /record (.*)/.exec((event as Line).message ?? "")?.[1] ?? [])

describe("a function that a stream invokes", () => {
  test("receives the changes of items with their images, and nothing for a write that changes nothing", async () => {
    const { local, send } = await startShared({
      resources: { Table: table(), Reader: reader(), Mapping: mapping() },
      statements,
    })
    const common = (eventName: string) => ({
      eventID: expect.stringMatching(/^[0-9a-f]{32}$/),
      eventName,
      eventVersion: "1.1",
      eventSource: "aws:dynamodb",
      awsRegion: "us-east-1",
      eventSourceARN: expect.stringMatching(
        /^arn:aws:dynamodb:us-east-1:000000000000:table\/messages-\d+\/stream\/\d{4}-\d\d-\d\dT/,
      ),
    })
    const change = (images: object) => ({
      ApproximateCreationDateTime: expect.any(Number),
      Keys: item("a", "1"),
      ...images,
      SequenceNumber: expect.stringMatching(/^\d{21,}$/),
      SizeBytes: expect.any(Number),
      StreamViewType: "NEW_AND_OLD_IMAGES",
    })
    const [first, second] = [item("a", "1", { text: { S: "hi" } }), item("a", "1", { text: { S: "ho" } })]
    await send(...put(first))
    expect((await eventWith(local, "INSERT")).Records).toEqual([
      { ...common("INSERT"), dynamodb: change({ NewImage: first }) },
    ])
    await send(...put(first))
    await send("dynamodb", "UpdateItem", {
      TableName,
      Key: item("a", "1"),
      UpdateExpression: "SET #t = :t",
      ExpressionAttributeNames: { "#t": "text" },
      ExpressionAttributeValues: { ":t": { S: "ho" } },
    })
    expect((await eventWith(local, "MODIFY")).Records).toEqual([
      { ...common("MODIFY"), dynamodb: change({ NewImage: second, OldImage: first }) },
    ])
    await send("dynamodb", "DeleteItem", { TableName, Key: item("a", "1") })
    expect((await eventWith(local, "REMOVE")).Records).toEqual([
      { ...common("REMOVE"), dynamodb: change({ OldImage: second }) },
    ])
  })

  test.each<[viewType: string, images: string[]]>([
    ["KEYS_ONLY", []],
    ["NEW_IMAGE", ["NewImage"]],
    ["OLD_IMAGE", ["OldImage"]],
  ])("receives the images of the view type %s: %j", async (StreamViewType, images) => {
    const { local, send } = await startShared({
      resources: { Table: table({ StreamSpecification: { StreamViewType } }), Reader: reader(), Mapping: mapping() },
      statements,
    })
    await send(...put(item("a", "1", { n: { N: "1" } })))
    await send(...put(item("a", "1", { n: { N: "2" } })))
    const { Records } = (await eventWith(local, "MODIFY")) as { Records: { eventName: string; dynamodb: object }[] }
    const change = Records.find(({ eventName }) => eventName === "MODIFY")?.dynamodb ?? {}
    expect(Object.keys(change).filter((key) => key.endsWith("Image"))).toEqual(images)
  })

  test("receives the changes of an item in their order with true images, also of concurrent writes", async () => {
    const code = `export const handler = async ({ Records }) => {
      for (const { dynamodb: { NewImage, OldImage } } of Records) console.log("record", (OldImage?.n.N ?? "0") + ">" + NewImage.n.N)
    }`
    const { local, send } = await startShared({
      resources: { Table: table(), Reader: reader(code), Mapping: mapping() },
      statements,
    })
    // All at once: the updates of one batch of requests overlap.
    const result = await send("concurrent", "UpdateItem", {
      count: 40,
      input: {
        TableName,
        Key: item("a", "1"),
        UpdateExpression: "ADD n :one",
        ExpressionAttributeValues: { ":one": { N: "1" } },
      },
    })
    expect(result).toEqual({ done: 40 })
    await lineWith(local, "39>40")
    expect(recordsIn(local.events)).toEqual(Array.from({ length: 40 }, (_, index) => `${index}>${index + 1}`))
  })

  test("receives the changes of batches, and none of a condition that does not hold", async () => {
    const { local, send } = await startShared({
      resources: { Table: table(), Reader: reader(logRecords), Mapping: mapping() },
      statements,
    })
    await send(...put(item("a", "0")))
    await send("dynamodb", "BatchWriteItem", {
      RequestItems: {
        [TableName]: [
          { PutRequest: { Item: item("a", "1") } },
          { PutRequest: { Item: item("a", "2") } },
          { DeleteRequest: { Key: item("a", "0") } },
        ],
      },
    })
    const failing = { TableName, Item: item("a", "1"), ConditionExpression: "attribute_not_exists(room)" }
    expect(await send("dynamodb", "PutItem", failing)).toMatchObject({ error: "ConditionalCheckFailedException" })
    await send(...put(item("b", "end")))
    await lineWith(local, "bend")
    const records = recordsIn(local.events).map((line) => line.replace(/ of .*/, ""))
    expect(records.toSorted()).toEqual(["INSERT a0", "INSERT a1", "INSERT a2", "INSERT bend", "REMOVE a0"])
  })

  test("receives only the records that a filter matches", async () => {
    const Pattern = JSON.stringify({ eventName: ["INSERT"], dynamodb: { NewImage: { kind: { S: ["chat"] } } } })
    const { local, send } = await startShared({
      resources: {
        Table: table(),
        Reader: reader(logRecords),
        Mapping: mapping({ FilterCriteria: { Filters: [{ Pattern }] } }),
      },
      statements,
    })
    await send(...put(item("a", "1", { kind: { S: "ping" } })))
    await send(...put(item("a", "2", { kind: { S: "chat" } })))
    await lineWith(local, "record INSERT a2")
    expect(recordsIn(local.events)).toEqual(["INSERT a2 of 1"])
  })

  test("needs a role that may read the stream, which is reported with a fix", async () => {
    const { local } = await startShared({ resources: { Table: table(), Reader: reader(), Mapping: mapping() } })
    expect(deniedBy(local).map(({ action, cure }) => [action, cure])).toEqual([
      [
        "dynamodb:DescribeStream",
        'Add to the policies of Role: {"Effect":"Allow","Action":"dynamodb:DescribeStream","Resource":{"Fn::GetAtt":["Table","StreamArn"]}}',
      ],
    ])
  })
})

test("expired items are deleted by the clock, and their records name the service", async () => {
  const seconds = Math.floor(clock.now() / 1000)
  const { local, send } = await startShared({
    resources: {
      Table: table({ TimeToLiveSpecification: { AttributeName: "expires", Enabled: true } }),
      Reader: reader(),
      Mapping: mapping({ FilterCriteria: { Filters: [{ Pattern: '{"eventName":["REMOVE"]}' }] } }),
    },
    statements,
  })
  await send(...put(item("a", "soon", { expires: { N: String(seconds + 90) } })))
  await send(...put(item("a", "later", { expires: { N: String(seconds + 9000) } })))
  await send(...put(item("a", "long ago", { expires: { N: String(seconds - 6 * 365 * 86_400) } })))
  await send(...put(item("a", "text", { expires: { S: String(seconds) } })))
  clock.advance(60_000)
  clock.advance(60_000)
  const { Records } = await eventWith(local, "REMOVE")
  expect(Records).toEqual([
    expect.objectContaining({
      userIdentity: { type: "Service", principalId: "dynamodb.amazonaws.com" },
      dynamodb: expect.objectContaining({ Keys: item("a", "soon") }),
    }),
  ])
  // The API of streams writes the identity with capitals.
  const [{ StreamArn }] = (await send("dynamodb-streams", "ListStreams", { TableName })).Streams as [
    { StreamArn: string },
  ]
  const { StreamDescription } = await send("dynamodb-streams", "DescribeStream", { StreamArn })
  const [{ ShardId }] = (StreamDescription as { Shards: [{ ShardId: string }] }).Shards
  const start = { StreamArn, ShardId, ShardIteratorType: "TRIM_HORIZON" }
  const { ShardIterator } = await send("dynamodb-streams", "GetShardIterator", start)
  const { Records: read } = await send("dynamodb-streams", "GetRecords", { ShardIterator })
  const identities = (read as { eventName: string; userIdentity?: object }[]).map((one) => [
    one.eventName,
    one.userIdentity,
  ])
  expect(identities).toEqual([
    ...Array.from({ length: 4 }, () => ["INSERT", undefined]),
    ["REMOVE", { PrincipalId: "dynamodb.amazonaws.com", Type: "Service" }],
  ])
  const { Items } = await send("dynamodb", "Scan", { TableName })
  expect((Items as { at: object }[]).map(({ at }) => at)).toEqual([{ S: "later" }, { S: "long ago" }, { S: "text" }])
})
