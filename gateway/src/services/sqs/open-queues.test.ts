// The requests to SQS, recorded by an endpoint that accepts each of them.
import { createHash } from "node:crypto"
import { once } from "node:events"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { text } from "node:stream/consumers"
import { expect, onTestFinished, test } from "vitest"
import { openQueues } from "./open-queues.ts"

type SqsRequest = { action: string; body: Record<string, unknown> }

/** An SQS endpoint where the queues of these names exist. */
async function sqsEndpoint(...existing: string[]) {
  const requests: SqsRequest[] = []
  const server = createServer(async (incoming, response) => {
    const action = String(incoming.headers["x-amz-target"]).replace("AmazonSQS.", "")
    const body = JSON.parse(await text(incoming))
    requests.push({ action, body })
    response.setHeader("content-type", "application/x-amz-json-1.0")
    if (existing.includes(body.QueueName)) {
      response
        .writeHead(400)
        .end(JSON.stringify({ __type: "com.amazonaws.sqs#QueueNameExists", message: "It exists." }))
    } else if (body.QueueName === "forbidden") {
      response.writeHead(403).end(JSON.stringify({ __type: "AccessDenied", message: "It is forbidden." }))
    } else {
      // The SDK compares the hash of a message that was sent.
      const MD5OfMessageBody = createHash("md5").update(String(body.MessageBody)).digest("hex")
      response.end(JSON.stringify({ QueueUrl: "http://localhost/queue", MD5OfMessageBody }))
    }
  })
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const credentials = { accessKeyId: "key", secretAccessKey: "secret" }
  const queues = openQueues({ endpoint, region: "eu-west-1", credentials })
  onTestFinished(() => {
    queues.close()
    server.closeAllConnections()
    server.close()
  })
  return { endpoint, queues, requests }
}

const arn = (name: string) => `arn:aws:sqs:eu-west-1:123456789012:${name}`

function queue(queueName: string, attributes: Record<string, string> = {}) {
  return { logicalId: "Queue", stackName: "Stack", queueName, arn: arn(queueName), attributes }
}

const redrive = (name: string, maxReceiveCount: number | string = 3) =>
  JSON.stringify({ deadLetterTargetArn: arn(name), maxReceiveCount })

test("creates dead-letter queues before the queues that refer to them, and keeps the order of the others", async () => {
  const { queues, requests } = await sqsEndpoint()
  const withRedrive = [queue("a", { RedrivePolicy: redrive("d") }), queue("b", { RedrivePolicy: redrive("d") })]
  await queues.create([...withRedrive, queue("c"), queue("d")])
  expect(requests.map(({ action, body }) => [action, body.QueueName])).toEqual([
    ["CreateQueue", "c"],
    ["CreateQueue", "d"],
    ["CreateQueue", "a"],
    ["CreateQueue", "b"],
  ])
})

test("passes the attributes that the stand-in serves, and the redrive policy with its account", async () => {
  const { queues, requests } = await sqsEndpoint()
  const served = {
    VisibilityTimeout: "60",
    DelaySeconds: "1",
    MaximumMessageSize: "1024",
    MessageRetentionPeriod: "60",
    ReceiveMessageWaitTimeSeconds: "2",
    FifoQueue: "true",
    ContentBasedDeduplication: "true",
  }
  const attributes = { ...served, KmsMasterKeyId: "key", Policy: "{}", RedrivePolicy: redrive("dead", "5") }
  await queues.create([queue("uploads.fifo", attributes)])
  const RedrivePolicy = JSON.stringify({
    deadLetterTargetArn: "arn:aws:sqs:eu-west-1:000000000000:dead",
    maxReceiveCount: 5,
  })
  expect(requests).toEqual([
    { action: "CreateQueue", body: { QueueName: "uploads.fifo", Attributes: { ...served, RedrivePolicy } } },
  ])
})

test("changes the attributes of a queue that exists", async () => {
  const { endpoint, queues, requests } = await sqsEndpoint("uploads")
  await queues.create([queue("uploads", { VisibilityTimeout: "60" })])
  expect(requests.at(-1)).toEqual({
    action: "SetQueueAttributes",
    body: { QueueUrl: `${endpoint}/000000000000/uploads`, Attributes: { VisibilityTimeout: "60" } },
  })
})

test("reports any other error", async () => {
  const { queues, requests } = await sqsEndpoint()
  await expect(queues.create([queue("forbidden")])).rejects.toThrow("It is forbidden.")
  expect(requests.map(({ action }) => action)).toEqual(["CreateQueue"])
})

test("sends a message with its attributes", async () => {
  const { endpoint, queues, requests } = await sqsEndpoint()
  await queues.send(arn("uploads"), "body", {
    attributes: { RequestID: { DataType: "String", StringValue: "r1" } },
  })
  expect(requests).toEqual([
    {
      action: "SendMessage",
      body: {
        QueueUrl: `${endpoint}/000000000000/uploads`,
        MessageBody: "body",
        MessageAttributes: { RequestID: { DataType: "String", StringValue: "r1" } },
      },
    },
  ])
})
