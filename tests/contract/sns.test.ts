// Topics of SNS: what their queues and functions receive, and who may publish.
import { beforeEach, describe, expect, test } from "vitest"
import {
  allow,
  deniedBy,
  eventWith,
  functionResource,
  invokedBy,
  lineWith,
  logging,
  nextMessage,
  putObject,
  queuePolicy,
  shareCalling,
  topicPolicy,
} from "./testing/service-calls.ts"

describe("SNS: a topic", () => {
  const TopicArn = "arn:aws:sns:us-east-1:000000000000:news"
  const queueArn = (id: string) => ({ "Fn::GetAtt": [id, "Arn"] })
  const subscription = (Endpoint: unknown, properties: Record<string, unknown> = {}) => ({
    Type: "AWS::SNS::Subscription",
    Properties: { TopicArn: { Ref: "News" }, Protocol: "sqs", Endpoint, ...properties },
  })
  let tests = 0
  let plain: string
  let raw: string
  let resources: Record<string, unknown>
  // Queues of its own for each test, which may leave messages.
  beforeEach(() => {
    tests++
    plain = `plain-${tests}`
    raw = `raw-${tests}`
    resources = {
      News: { Type: "AWS::SNS::Topic", Properties: { TopicName: "news" } },
      Plain: { Type: "AWS::SQS::Queue", Properties: { QueueName: plain } },
      Raw: { Type: "AWS::SQS::Queue", Properties: { QueueName: raw } },
      Policy: queuePolicy("sns.amazonaws.com", "Plain", "Raw"),
      ToPlain: subscription(queueArn("Plain")),
      ToRaw: subscription(queueArn("Raw"), { RawMessageDelivery: true }),
      Reader: functionResource("reader", logging),
      ToReader: subscription({ "Fn::GetAtt": ["Reader", "Arn"] }, { Protocol: "lambda" }),
      ReaderPermission: invokedBy("sns.amazonaws.com", "Reader", { Ref: "News" }),
    }
  })
  const statements = [allow("sns:Publish", TopicArn)]
  const startShared = shareCalling()
  const MessageAttributes = { kind: { DataType: "String", StringValue: "sport" } }

  test("delivers a message to a queue in an envelope, to a raw queue as it is, and to a function as a record", async () => {
    const { local, send } = await startShared({ resources, statements })
    const input = { TopicArn, Message: "hello", Subject: "greeting", MessageAttributes }
    const { MessageId } = await send("sns", "Publish", input)
    const attributes = { kind: { Type: "String", Value: "sport" } }
    const common = { Type: "Notification", MessageId, TopicArn, Subject: "greeting", Message: "hello" }
    const envelope = await nextMessage(local, plain)
    expect(JSON.parse(envelope.body)).toEqual({
      ...common,
      Timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      SignatureVersion: "1",
      Signature: expect.any(String),
      SigningCertURL: expect.stringMatching(/^https:\/\/sns\.us-east-1\.amazonaws\.com\/SimpleNotificationService-/),
      UnsubscribeURL: expect.stringContaining("Action=Unsubscribe"),
      MessageAttributes: attributes,
    })
    expect(await nextMessage(local, raw)).toEqual({
      body: "hello",
      attributes: { kind: expect.objectContaining({ StringValue: "sport" }) },
    })
    const event = await eventWith(local, '"Message":"hello"')
    expect(event.Records).toEqual([
      {
        EventSource: "aws:sns",
        EventVersion: "1.0",
        EventSubscriptionArn: expect.stringContaining(`${TopicArn}:`),
        Sns: expect.objectContaining({ ...common, MessageAttributes: attributes, SigningCertUrl: expect.any(String) }),
      },
    ])
  })

  test.each<[filter: Record<string, unknown>, dropped: object]>([
    [
      { FilterPolicy: { kind: ["sport"], year: [{ numeric: [">", 2000] }] } },
      {
        MessageAttributes: {
          kind: { DataType: "String", StringValue: "sport" },
          year: { DataType: "Number", StringValue: "1999" },
        },
      },
    ],
    [{ FilterPolicy: { kind: ["sport"] } }, {}],
    [
      { FilterPolicyScope: "MessageBody", FilterPolicy: { news: { kind: ["sport"] } } },
      { Message: '{"news":{"kind":"art"}}' },
    ],
    [{ FilterPolicyScope: "MessageBody", FilterPolicy: { news: { kind: ["sport"] } } }, { Message: "sport" }],
  ])("drops what the filter policy %j does not match", async (filter, dropped) => {
    const filtered = { ...resources, ToRaw: subscription(queueArn("Raw"), { RawMessageDelivery: true, ...filter }) }
    const { local, send } = await startShared({ resources: filtered, statements })
    await send("sns", "Publish", { TopicArn, Message: "dropped", ...dropped })
    const year = { DataType: "Number", StringValue: "2026" }
    const Message = '{"news":{"kind":"sport"}}'
    await send("sns", "Publish", { TopicArn, Message, MessageAttributes: { ...MessageAttributes, year } })
    expect((await nextMessage(local, raw)).body).toBe(Message)
  })

  test("gives each protocol its text of a message with the structure json", async () => {
    const { local, send } = await startShared({ resources, statements })
    const Message = JSON.stringify({ default: "for all", lambda: "for functions" })
    await send("sns", "Publish", { TopicArn, MessageStructure: "json", Message })
    expect((await nextMessage(local, raw)).body).toBe("for all")
    expect(await lineWith(local, '"Message":"for functions"')).toContain("aws:sns")
    const invalid = await send("sns", "Publish", { TopicArn, MessageStructure: "json", Message: '{"lambda":"x"}' })
    expect(invalid).toMatchObject({ error: "InvalidParameterException", status: 400 })
  })

  test("accepts a batch, and reports the entries that fail", async () => {
    const { local, send } = await startShared({ resources, statements })
    const entries = ["a", "b"].map((Id) => ({ Id, Message: `batch ${Id}` }))
    const result = await send("sns", "PublishBatch", { TopicArn, PublishBatchRequestEntries: entries })
    expect(result).toMatchObject({ Successful: [{ Id: "a", MessageId: expect.any(String) }, { Id: "b" }] })
    const bodies = [(await nextMessage(local, raw)).body, (await nextMessage(local, raw)).body]
    expect(bodies.toSorted()).toEqual(["batch a", "batch b"])
    const twice = [...entries, ...entries]
    expect(await send("sns", "PublishBatch", { TopicArn, PublishBatchRequestEntries: twice })).toMatchObject({
      error: "BatchEntryIdsNotDistinctException",
    })
  })

  test("delivers each message of a FIFO topic once, in its group", async () => {
    const fifo = {
      ...resources,
      News: { Type: "AWS::SNS::Topic", Properties: { TopicName: "news.fifo", FifoTopic: true } },
      Raw: { Type: "AWS::SQS::Queue", Properties: { QueueName: "raw.fifo", FifoQueue: true } },
      ToPlain: undefined,
    }
    const arn = `${TopicArn}.fifo`
    const { local, send } = await startShared({ resources: fifo, statements: [allow("sns:Publish", arn)] })
    const input = { TopicArn: arn, Message: "one", MessageGroupId: "g", MessageDeduplicationId: "d1" }
    const first = await send("sns", "Publish", input)
    expect(first).toMatchObject({ SequenceNumber: expect.stringMatching(/^\d{20}$/) })
    expect(await send("sns", "Publish", input)).toMatchObject({ MessageId: first.MessageId })
    await send("sns", "Publish", { ...input, Message: "two", MessageDeduplicationId: "d2" })
    expect((await nextMessage(local, "raw.fifo")).body).toBe("one")
    expect(await send("sns", "Publish", { TopicArn: arn, Message: "x" })).toMatchObject({
      error: "InvalidParameterException",
      message: "Invalid parameter: The MessageGroupId parameter is required for FIFO topics",
    })
    expect(await send("sns", "Publish", { TopicArn: arn, Message: "x", MessageGroupId: "g" })).toMatchObject({
      error: "InvalidParameterException",
    })
  })

  test("sends what an endpoint does not receive to the dead-letter queue of the subscription", async () => {
    const gone = "arn:aws:sqs:us-east-1:000000000000:gone"
    const dead = { RedrivePolicy: { deadLetterTargetArn: queueArn("Raw") } }
    const { local, send } = await startShared({
      resources: { ...resources, ToRaw: subscription(gone, dead) },
      statements,
    })
    await send("sns", "Publish", { TopicArn, Message: "lost" })
    expect(JSON.parse((await nextMessage(local, raw)).body)).toMatchObject({ Message: "lost" })
  })

  test("does not deliver to a queue or function whose policy does not allow it, which is reported with a fix", async () => {
    const { Policy: _, ReaderPermission: __, ...unpermitted } = resources
    const { local } = await startShared({ resources: unpermitted, statements })
    const denied = deniedBy(local)
    expect(denied.map(({ action, role }) => `${role} ${action}`)).toEqual([
      "sns.amazonaws.com sqs:SendMessage",
      "sns.amazonaws.com sqs:SendMessage",
      "sns.amazonaws.com lambda:InvokeFunction",
    ])
    const fixes = denied.map(({ cure }) => JSON.parse(cure.replace("Add to the Resources: ", "")))
    const fixed = { ...unpermitted, Fix0: fixes[0], Fix1: fixes[1], Fix2: fixes[2] }
    const { local: repaired } = await startShared({ resources: fixed, statements })
    expect(repaired.events.filter(({ event }) => event === "denied")).toEqual([])
  })

  test("rejects a publisher without the permission, and a missing topic", async () => {
    const denied = await startShared({ resources })
    expect(await denied.send("sns", "Publish", { TopicArn, Message: "x" })).toMatchObject({
      error: "AuthorizationErrorException",
      status: 403,
      message: expect.stringContaining(`is not authorized to perform: sns:Publish on resource: ${TopicArn}`),
    })
    const { send } = await startShared({ resources, statements: [allow("sns:Publish")] })
    const missing = { TopicArn: `${TopicArn}s`, Message: "x" }
    expect(await send("sns", "Publish", missing)).toMatchObject({ error: "NotFoundException", status: 404 })
  })

  test("rejects a message of more than 256 KB", async () => {
    const { send } = await startShared({ resources, statements })
    const publish = (bytes: number) => send("sns", "Publish", { TopicArn }, bytes)
    expect(await publish(256 * 1024)).toMatchObject({ MessageId: expect.any(String) })
    expect(await publish(256 * 1024 + 1)).toMatchObject({
      error: "InvalidParameterException",
      message: "Invalid parameter: Message too long",
    })
  })

  test("is notified of the objects of a bucket", async () => {
    const withBucket = {
      ...resources,
      TopicPolicy: topicPolicy("s3.amazonaws.com", "News"),
      Uploads: {
        Type: "AWS::S3::Bucket",
        Properties: {
          BucketName: "uploads",
          NotificationConfiguration: { TopicConfigurations: [{ Event: "s3:ObjectCreated:*", Topic: { Ref: "News" } }] },
        },
      },
    }
    const { local } = await startShared({ resources: withBucket })
    await putObject(local, "uploads", "a.txt")
    const { Subject, Message } = JSON.parse((await nextMessage(local, plain)).body)
    expect(Subject).toBe("Amazon S3 Notification")
    expect(JSON.parse(Message).Records).toMatchObject([
      { eventName: "ObjectCreated:Put", s3: { object: { key: "a.txt" } } },
    ])
  })
})
