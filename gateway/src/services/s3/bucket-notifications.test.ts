// The records of S3 event notifications.
import { expect, test } from "vitest"
import { silentLog } from "../../foundation/log.ts"
import { deliver } from "./bucket-notifications.ts"

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
    const targets = { sendToQueue: async (_: string, body: string) => void bodies.push(body), invokeAsync() {} }
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
