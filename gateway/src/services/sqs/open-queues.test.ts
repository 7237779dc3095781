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
      // As the stand-in responds.
      response
        .writeHead(400, { "x-amzn-query-error": "AWS.SimpleQueueService.QueueNameExists;Sender" })
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
  const created = requests.filter(({ action }) => action === "CreateQueue")
  expect(created.map(({ body }) => body.QueueName)).toEqual(["c", "d", "a", "b"])
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
  expect(requests[0]).toEqual({
    action: "CreateQueue",
    body: { QueueName: "uploads.fifo", Attributes: { ...served, RedrivePolicy } },
  })
  expect(requests[1]?.body.Attributes).toEqual({ ...served, RedrivePolicy })
})

test.each<[name: string, more: object]>([
  ["uploads", {}],
  ["uploads.fifo", { FifoQueue: "true", ContentBasedDeduplication: "false" }],
])(
  "the queue %s that exists has the attributes of the template, and the defaults of the others",
  async (name, more) => {
    const { endpoint, queues, requests } = await sqsEndpoint(name)
    const isFifo = "FifoQueue" in more
    await queues.create([queue(name, { VisibilityTimeout: "60", ...(isFifo && { FifoQueue: "true" }) })])
    expect(requests.at(-1)).toEqual({
      action: "SetQueueAttributes",
      body: {
        QueueUrl: `${endpoint}/000000000000/${name}`,
        Attributes: {
          VisibilityTimeout: "60",
          DelaySeconds: "0",
          MaximumMessageSize: "1048576",
          MessageRetentionPeriod: "345600",
          ReceiveMessageWaitTimeSeconds: "0",
          RedrivePolicy: "",
          ...more,
        },
      },
    })
  },
)

test("a redrive policy without a count has that of SQS", async () => {
  const { queues, requests } = await sqsEndpoint()
  await queues.create([queue("uploads", { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arn("dead") }) })])
  const policy = { deadLetterTargetArn: "arn:aws:sqs:eu-west-1:000000000000:dead", maxReceiveCount: 10 }
  expect(requests[0]?.body.Attributes).toEqual({ RedrivePolicy: JSON.stringify(policy) })
})

test("reports any other error with the logical id of the queue", async () => {
  const { queues, requests } = await sqsEndpoint()
  await expect(queues.create([queue("forbidden")])).rejects.toMatchObject({
    code: "TEMPLATE_INVALID",
    message: "The template would not deploy. Queue: It is forbidden.",
  })
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
