// Buses, rules and schedules of EventBridge: what their targets receive, and who may put events.
import { ManualClock } from "@document-insight/gateway"
import { describe, expect, test } from "vitest"
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
  startCalling,
  topicPolicy,
} from "./testing/service-calls.ts"

describe("EventBridge:", () => {
  const busArn = (name: string) => `arn:aws:events:us-east-1:000000000000:event-bus/${name}`
  const rule = (properties: Record<string, unknown>, target: Record<string, unknown> = {}) => ({
    Type: "AWS::Events::Rule",
    Properties: {
      EventPattern: { source: ["shop"] },
      ...properties,
      Targets: [{ Id: "1", Arn: { "Fn::GetAtt": ["Reader", "Arn"] }, ...target }],
    },
  })
  const base = {
    Reader: functionResource("reader", logging),
    ReaderPermission: invokedBy("events.amazonaws.com", "Reader", { "Fn::GetAtt": ["Rule", "Arn"] }),
  }
  const statements = [allow("events:PutEvents")]
  const startShared = shareCalling()
  const entry = { Source: "shop", DetailType: "order placed", Detail: '{"id":7,"user":{"name":"A \\"B\\""}}' }

  test("an event reaches the targets of the rules that match it", async () => {
    const resources = { ...base, Rule: rule({ EventPattern: { detail: { id: [{ numeric: [">", 5] }] } } }) }
    const { local, send } = await startShared({ resources, statements })
    const result = await send("events", "PutEvents", {
      Entries: [
        { ...entry, Detail: '{"id":3}' },
        { ...entry, Resources: ["arn:order"] },
      ],
    })
    expect(result).toMatchObject({ FailedEntryCount: 0, Entries: [{}, { EventId: expect.any(String) }] })
    const [, { EventId }] = result.Entries as [object, { EventId: string }]
    expect(await eventWith(local, EventId)).toEqual({
      version: "0",
      id: EventId,
      "detail-type": "order placed",
      source: "shop",
      account: "000000000000",
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      region: "us-east-1",
      resources: ["arn:order"],
      detail: { id: 7, user: { name: 'A "B"' } },
    })
  })

  test.each<[target: object, expected: string]>([
    [{ Input: '{"constant":true}' }, '{"constant":true}'],
    [{ InputPath: "$.detail.user" }, '{"name":"A \\"B\\""}'],
    [{ InputPath: "$.detail.missing" }, "null"],
    [
      {
        InputTransformer: {
          InputPathsMap: { id: "$.detail.id", user: "$.detail.user", name: "$.detail.user.name", no: "$.detail.no" },
          InputTemplate:
            '{"order": <id>, "user": <user>, "text": "<name> ordered <id>", "none": <no>, "rule": "<aws.events.rule-name>"}',
        },
      },
      '{"order": 7, "user": {"name":"A \\"B\\""}, "text": "A \\"B\\" ordered 7", "none": null, "rule": "orders"}',
    ],
  ])("a target with %j receives %s", async (target, expected) => {
    const queue = {
      Queue: { Type: "AWS::SQS::Queue", Properties: { QueueName: "queue" } },
      Policy: queuePolicy("events.amazonaws.com", "Queue"),
      Rule: rule({ Name: "orders" }, { Arn: { "Fn::GetAtt": ["Queue", "Arn"] }, ...target }),
    }
    const { local, send } = await startShared({ resources: queue, statements })
    await send("events", "PutEvents", { Entries: [entry] })
    expect((await nextMessage(local, "queue")).body).toBe(expected)
  })

  test("a bus has its own rules, and a rule forwards events to another bus and to a topic", async () => {
    const resources = {
      ...base,
      Bus: { Type: "AWS::Events::EventBus", Properties: { Name: "orders" } },
      Rule: rule({ EventPattern: { source: ["store"] }, EventBusName: { Ref: "Bus" } }),
      Forward: {
        ...rule(
          { EventPattern: { source: ["store"], "detail-type": ["forward"] } },
          {
            Arn: { "Fn::GetAtt": ["Bus", "Arn"] },
          },
        ),
      },
      Topic: { Type: "AWS::SNS::Topic", Properties: { TopicName: "news" } },
      TopicPolicy: topicPolicy("events.amazonaws.com", "Topic"),
      ToTopic: rule({ EventPattern: { "detail-type": ["announce"] } }, { Arn: { Ref: "Topic" } }),
      Queue: { Type: "AWS::SQS::Queue", Properties: { QueueName: "news" } },
      QueuePolicy: queuePolicy("sns.amazonaws.com", "Queue"),
      ToQueue: {
        Type: "AWS::SNS::Subscription",
        Properties: { TopicArn: { Ref: "Topic" }, Protocol: "sqs", Endpoint: { "Fn::GetAtt": ["Queue", "Arn"] } },
      },
    }
    const { local, send } = await startShared({ resources, statements })
    const put = (more: object) => send("events", "PutEvents", { Entries: [{ ...entry, Source: "store", ...more }] })
    await put({ DetailType: "not forwarded" })
    await put({ DetailType: "forward" })
    expect(await lineWith(local, '"source":"store"')).toContain('"detail-type":"forward"')
    await put({ DetailType: "direct", EventBusName: busArn("orders") })
    expect(await lineWith(local, '"direct"')).toContain('"source":"store"')
    await put({ DetailType: "announce" })
    const { Message } = JSON.parse((await nextMessage(local, "news")).body)
    expect(JSON.parse(Message)).toMatchObject({ "detail-type": "announce" })
  })

  test("entries that are not valid fail alone, and the others are delivered", async () => {
    const { local, send } = await startShared({ resources: { ...base, Rule: rule({}) }, statements })
    const Entries = [
      { ...entry, Detail: "text" },
      { Source: "shop", Detail: "{}" },
      { ...entry, Source: "aws.s3" },
      { ...entry, EventBusName: "missing" },
      entry,
    ]
    const result = await send("events", "PutEvents", { Entries })
    expect(result).toMatchObject({
      FailedEntryCount: 4,
      Entries: [
        { ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." },
        { ErrorCode: "InvalidArgument" },
        { ErrorCode: "NotAuthorizedForSourceException" },
        { ErrorCode: "ResourceNotFoundException" },
        { EventId: expect.any(String) },
      ],
    })
    const { EventId } = (result.Entries as { EventId: string }[])[4] ?? { EventId: "" }
    expect(await lineWith(local, EventId)).toContain('"id":7')
    const many = Array.from({ length: 11 }, () => entry)
    expect(await send("events", "PutEvents", { Entries: many })).toMatchObject({ error: "ValidationException" })
  })

  test("a handler without the permission is denied, also by the source of the event", async () => {
    const resources = { ...base, Rule: rule({}) }
    const Condition = { StringEquals: { "events:source": "shop" } }
    const { send } = await startShared({
      resources,
      statements: [{ ...allow("events:PutEvents", busArn("default")), Condition }],
    })
    expect(await send("events", "PutEvents", { Entries: [entry] })).toMatchObject({ FailedEntryCount: 0 })
    const other = { Entries: [entry, { ...entry, Source: "bank" }] }
    expect(await send("events", "PutEvents", other)).toMatchObject({
      error: "AccessDeniedException",
      status: 400,
      message: expect.stringContaining(`events:PutEvents on resource: ${busArn("default")}`),
    })
  })

  test("a target that is not reached has its event in the dead-letter queue", async () => {
    const resources = {
      Queue: { Type: "AWS::SQS::Queue", Properties: { QueueName: "queue" } },
      Rule: rule(
        {},
        {
          Arn: "arn:aws:sqs:us-east-1:000000000000:gone",
          DeadLetterConfig: { Arn: { "Fn::GetAtt": ["Queue", "Arn"] } },
        },
      ),
    }
    const { local, send } = await startShared({ resources, statements })
    await send("events", "PutEvents", { Entries: [entry] })
    const { body, attributes } = await nextMessage(local, "queue")
    expect(JSON.parse(body)).toMatchObject({ source: "shop" })
    expect(Object.keys(attributes ?? {}).toSorted()).toEqual(["ERROR_CODE", "ERROR_MESSAGE", "RULE_ARN", "TARGET_ARN"])
  })

  test("a target whose policy does not allow the rule receives nothing, which is reported with a fix", async () => {
    const { local } = await startShared({
      resources: { Reader: base.Reader, Rule: rule({ Name: "orders" }) },
      statements,
    })
    const [denied] = deniedBy(local)
    expect(denied).toMatchObject({ action: "lambda:InvokeFunction", role: "events.amazonaws.com" })
    const Fix = JSON.parse(denied?.cure.replace("Add to the Resources: ", "") ?? "")
    const fixed = await startShared({
      resources: { Reader: base.Reader, Rule: rule({ Name: "orders" }), Fix },
      statements,
    })
    const { Entries } = await fixed.send("events", "PutEvents", { Entries: [entry] })
    const [{ EventId }] = Entries as [{ EventId: string }]
    expect(await lineWith(fixed.local, EventId)).toContain("shop")
  })

  test("a bucket with EventBridge puts an event of its changes on the default bus", async () => {
    const resources = {
      ...base,
      Rule: rule({ EventPattern: { source: ["aws.s3"], detail: { object: { key: [{ suffix: ".txt" }] } } } }),
      Uploads: {
        Type: "AWS::S3::Bucket",
        Properties: {
          BucketName: "uploads",
          NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
        },
      },
    }
    const { local } = await startShared({ resources })
    await putObject(local, "uploads", "a b.txt")
    expect(await eventWith(local, "aws.s3")).toMatchObject({
      "detail-type": "Object Created",
      resources: ["arn:aws:s3:::uploads"],
      detail: {
        version: "0",
        bucket: { name: "uploads" },
        object: { key: "a b.txt", size: 4, etag: expect.any(String), sequencer: expect.any(String) },
        reason: "PutObject",
      },
    })
  })

  test("schedules run when the clock reaches their times: of a rule, and of EventBridge Scheduler with its role", async () => {
    const clock = new ManualClock(Date.parse("2026-01-01T07:59:00Z"))
    const resources = {
      ...base,
      Rule: rule({ EventPattern: undefined, ScheduleExpression: "rate(5 minutes)" }),
      SchedulerRole: {
        Type: "AWS::IAM::Role",
        Properties: {
          AssumeRolePolicyDocument: {
            Statement: [
              { Effect: "Allow", Principal: { Service: "scheduler.amazonaws.com" }, Action: "sts:AssumeRole" },
            ],
          },
          Policies: [{ PolicyName: "p", PolicyDocument: { Statement: [allow("lambda:InvokeFunction")] } }],
        },
      },
      Schedule: {
        Type: "AWS::Scheduler::Schedule",
        Properties: {
          Name: "morning",
          FlexibleTimeWindow: { Mode: "OFF" },
          ScheduleExpression: "cron(0 9 * * ? *)",
          ScheduleExpressionTimezone: "Europe/Berlin",
          Target: {
            Arn: { "Fn::GetAtt": ["Reader", "Arn"] },
            RoleArn: { "Fn::GetAtt": ["SchedulerRole", "Arn"] },
            Input: '{"morning":"<aws.scheduler.scheduled-time>"}',
          },
        },
      },
    }
    const { local } = await startCalling({ resources }, { clock })
    clock.advance(60_000)
    expect(await eventWith(local, "morning")).toEqual({ morning: "2026-01-01T08:00:00Z" })
    clock.advance(4 * 60_000)
    expect(await eventWith(local, "Scheduled Event")).toMatchObject({
      "detail-type": "Scheduled Event",
      source: "aws.events",
      time: "2026-01-01T08:04:00Z",
      resources: [expect.stringContaining(":rule/")],
      detail: {},
    })
  })

  test("a schedule has a default event, and does not run after its end date", async () => {
    const clock = new ManualClock(Date.parse("2026-01-01T00:00:00Z"))
    const schedulerRole = {
      Type: "AWS::IAM::Role",
      Properties: {
        AssumeRolePolicyDocument: {
          Statement: [{ Effect: "Allow", Principal: { Service: "scheduler.amazonaws.com" }, Action: "sts:AssumeRole" }],
        },
        Policies: [{ PolicyName: "p", PolicyDocument: { Statement: [allow("lambda:InvokeFunction")] } }],
      },
    }
    const schedule = (properties: Record<string, unknown>) => ({
      Type: "AWS::Scheduler::Schedule",
      Properties: {
        FlexibleTimeWindow: { Mode: "FLEXIBLE", MaximumWindowInMinutes: 15 },
        ...properties,
        Target: {
          Arn: { "Fn::GetAtt": ["Reader", "Arn"] },
          RoleArn: { "Fn::GetAtt": ["SchedulerRole", "Arn"] },
        },
      },
    })
    const resources = {
      SchedulerRole: schedulerRole,
      Reader: base.Reader,
      Ending: schedule({ ScheduleExpression: "rate(1 hour)", EndDate: "2026-01-01T01:30:00Z" }),
      Once: schedule({ ScheduleExpression: "at(2026-01-01T05:00:00)" }),
    }
    const { local } = await startCalling({ resources }, { clock })
    clock.advance(60 * 60_000)
    expect(await eventWith(local, "T01:00:00Z")).toMatchObject({
      source: "aws.scheduler",
      "detail-type": "Scheduled Event",
    })
    clock.advance(5 * 60 * 60_000)
    await lineWith(local, "T05:00:00Z")
    const runs = local.events.filter((event) => event.event === "log" && event.message.includes("aws.scheduler"))
    expect(runs).toHaveLength(2)
  })

  test("a schedule whose role may not use the target does nothing, which is reported", async () => {
    const Target = { Arn: { "Fn::GetAtt": ["Reader", "Arn"] }, RoleArn: { "Fn::GetAtt": ["Role", "Arn"] } }
    const Properties = { ScheduleExpression: "rate(1 minute)", FlexibleTimeWindow: { Mode: "OFF" }, Target }
    const resources = { Reader: base.Reader, Schedule: { Type: "AWS::Scheduler::Schedule", Properties } }
    const { local } = await startShared({ resources })
    expect(local.events.find(({ event }) => event === "denied")).toMatchObject({
      action: "sts:AssumeRole",
      principalArn: "scheduler.amazonaws.com",
    })
  })

  test("a pattern is tested against an event", async () => {
    const testing = await startShared({ resources: {}, statements: [allow("events:TestEventPattern")] })
    const event = {
      ...{ id: "1", account: "000000000000", source: "shop", time: "2026-01-01T00:00:00Z", region: "us-east-1" },
      ...{ resources: [], "detail-type": "order placed", detail: { id: 7 } },
    }
    const resultOf = (pattern: unknown, tested: object = event) =>
      testing.send("events", "TestEventPattern", {
        EventPattern: typeof pattern === "string" ? pattern : JSON.stringify(pattern),
        Event: JSON.stringify(tested),
      })
    expect(await resultOf({ source: ["shop"], detail: { id: [{ numeric: [">", 5] }] } })).toMatchObject({
      Result: true,
    })
    expect(await resultOf({ source: ["bank"] })).toMatchObject({ Result: false })
    for (const invalid of [{ source: "shop" }, {}, "{"]) {
      expect(await resultOf(invalid)).toMatchObject({ error: "InvalidEventPatternException", status: 400 })
    }
    const { region: _, time: __, ...incomplete } = event
    expect(await resultOf({ source: ["shop"] }, incomplete)).toMatchObject({
      error: "ValidationException",
      message: "Parameter Event is not valid: it has no time, region.",
    })

    const { send } = await startShared({ resources: {}, statements })
    const denied = await send("events", "TestEventPattern", { EventPattern: "{}", Event: "{}" })
    expect(denied).toMatchObject({ error: "AccessDeniedException" })
  })
})
