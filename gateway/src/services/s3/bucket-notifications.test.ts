// S3 event notifications: which configurations match, the records, and their delivery.
import { describe, expect, test } from "vitest"
import { type Log, silentLog } from "../../foundation/log.ts"
import { deliver, matchingNotifications, type NotificationTargets } from "./bucket-notifications.ts"

async function deliveredObjects(keys: string[]): Promise<{ key: string; sequencer: string }[]> {
  const bodies: string[] = []
  const notification = {
    bucketName: "photos",
    configurationId: "c",
    events: ["s3:ObjectCreated:*"],
    targetArn: "arn:aws:sqs:us-east-1:000000000000:q",
  }
  for (const key of keys) {
    const event = {
      bucketName: "photos",
      key,
      eventName: "ObjectCreated:Put",
      time: 1,
      sourceIp: "127.0.0.1",
      requestId: "r",
    }
    const targets = {
      deliver: async (_: string, body: string) => void bodies.push(body),
      putServiceEvent: () => {},
      invokeAsync: async () => {},
    }
    await deliver([notification as never], event, { region: "us-east-1", targets, log: silentLog })
  }
  return bodies.map((body) => JSON.parse(body).Records[0].s3.object)
}

test("gives a later event on the same key a greater sequencer, also within one millisecond", async () => {
  const sequencers = (await deliveredObjects(["a", "a", "a"])).map(({ sequencer }) => sequencer)
  expect(sequencers).toEqual(sequencers.toSorted())
  expect(new Set(sequencers).size).toBe(3)
})

test.each([
  ["a b.pdf", "a+b.pdf"],
  ["folder/ü&.pdf", "folder/%C3%BC%26.pdf"],
  ["1+1", "1%2B1"],
])("encodes the key %s as %s", async (key, encoded) => {
  expect((await deliveredObjects([key]))[0]?.key).toBe(encoded)
})

describe("a configuration", () => {
  const event = { bucketName: "photos", key: "uploads/a.pdf", eventName: "ObjectCreated:Put" }
  const matches = (changes: object) => {
    const notification = {
      bucketName: "photos",
      events: ["s3:ObjectCreated:*"],
      targetArn: "arn",
      configurationId: "c",
    }
    return matchingNotifications([{ ...notification, ...changes } as never], event).length === 1
  }

  test.each([
    [{}, true],
    [{ bucketName: "other" }, false],
    [{ events: ["s3:ObjectCreated:Put"] }, true],
    [{ events: ["s3:ObjectCreated:Pu"] }, false],
    [{ events: ["s3:ObjectRemoved:*", "s3:ObjectCreated:Put"] }, true],
    [{ events: ["s3:ObjectRemoved:*"] }, false],
    [{ events: ["s3:*"] }, true],
    [{ prefix: "uploads/" }, true],
    [{ prefix: "a" }, false],
    [{ suffix: ".pdf" }, true],
    [{ suffix: ".txt" }, false],
    [{ prefix: "uploads/", suffix: ".txt" }, false],
    [{ prefix: "other/", suffix: ".pdf" }, false],
  ])("with %j matches: %s", (changes, expected) => {
    expect(matches(changes)).toBe(expected)
  })
})

describe("delivery", () => {
  const event = { key: "a", eventName: "ObjectRemoved:Delete", time: 5, sourceIp: "10.0.0.1", requestId: "R1" }

  async function deliverTo(targetArns: string[], send: NotificationTargets["deliver"]) {
    const invoked: [string, unknown][] = []
    const logged: unknown[] = []
    const log: Log = {
      ...silentLog,
      warn: (...entry) => logged.push(["warn", ...entry]),
      error: (...entry) => logged.push(["error", ...entry]),
    }
    const notifications = targetArns.map((targetArn, index) => ({
      bucketName: "photos",
      configurationId: `c${index}`,
      events: ["s3:*"],
      targetArn,
    }))
    const invokeAsync = async (functionArn: string, payload: string) =>
      void invoked.push([functionArn, JSON.parse(payload)])
    const options = { region: "eu-west-1", targets: { deliver: send, invokeAsync, putServiceEvent: () => {} }, log }
    await deliver(notifications as never, { bucketName: "photos", ...event }, options)
    return { invoked, logged }
  }

  test("invokes a function with one record, which has no size for a removed object", async () => {
    const { invoked, logged } = await deliverTo(["arn:aws:lambda:eu-west-1:1:function:f"], async () => {})
    expect(logged).toEqual([])
    expect(invoked).toHaveLength(1)
    expect(invoked[0]?.[0]).toBe("arn:aws:lambda:eu-west-1:1:function:f")
    expect(invoked[0]?.[1]).toEqual({
      Records: [
        {
          eventVersion: "2.1",
          eventSource: "aws:s3",
          awsRegion: "eu-west-1",
          eventTime: "1970-01-01T00:00:00.005Z",
          eventName: "ObjectRemoved:Delete",
          userIdentity: { principalId: "AWS:LOCAL" },
          requestParameters: { sourceIPAddress: "10.0.0.1" },
          responseElements: { "x-amz-request-id": "R1", "x-amz-id-2": expect.stringMatching(/^[\w+/]{64}$/) },
          s3: {
            s3SchemaVersion: "1.0",
            configurationId: "c0",
            bucket: { name: "photos", ownerIdentity: { principalId: "LOCAL" }, arn: "arn:aws:s3:::photos" },
            object: { key: "a", sequencer: expect.stringMatching(/^00000000000005[0-9A-F]{6}$/) },
          },
        },
      ],
    })
  })

  test("logs a queue that cannot be reached, and delivers to the other targets", async () => {
    const cause = new Error("no such queue")
    const { invoked, logged } = await deliverTo(["arn:aws:sqs:r:1:q", "arn:aws:lambda:r:1:function:f"], async () => {
      throw cause
    })
    const fields = { bucketName: "photos", key: "a", targetArn: "arn:aws:sqs:r:1:q", cause }
    expect(logged).toEqual([["error", "Bucket notification not delivered", fields]])
    expect(invoked).toHaveLength(1)
  })

  test("publishes to a topic with a subject", async () => {
    const sent: unknown[] = []
    const { logged } = await deliverTo(
      ["arn:aws:sns:r:1:topic"],
      async (arn, _, options) => void sent.push(arn, options),
    )
    expect(sent).toEqual(["arn:aws:sns:r:1:topic", { subject: "Amazon S3 Notification" }])
    expect(logged).toEqual([])
  })
})
