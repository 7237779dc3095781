// Functions and services together: uploads and queue messages invoke functions, and a close waits for what runs.
import { once } from "node:events"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { createServer, type ServerResponse } from "node:http"
import { type AddressInfo, connect } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3"
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs"
import { expect, onTestFinished, test } from "vitest"
import { chatResources } from "./cloudformation/testing/chat-template.ts"
import { startGateway } from "./gateway.ts"
import type { GatewayEvent } from "./observe/gateway-event.ts"

/** A gateway whose function is invoked by a bucket and by a queue, with the lines that the function logs. */
async function start(code: string) {
  const folder = mkdtempSync(join(tmpdir(), "backend-test-"))
  const source = join(folder, "template.json")
  const functionArn = { "Fn::GetAtt": ["Function", "Arn"] }
  const Resources = chatResources({
    Function: { Code: { ZipFile: code } },
    Queue: { Type: "AWS::SQS::Queue", Properties: {} },
    Mapping: {
      Type: "AWS::Lambda::EventSourceMapping",
      Properties: {
        EventSourceArn: { "Fn::GetAtt": ["Queue", "Arn"] },
        FunctionName: { Ref: "Function" },
        BatchSize: 1,
      },
    },
    Permission: {
      Type: "AWS::Lambda::Permission",
      Properties: {
        Action: "lambda:InvokeFunction",
        FunctionName: { Ref: "Function" },
        Principal: "s3.amazonaws.com",
      },
    },
    Bucket: {
      Type: "AWS::S3::Bucket",
      DependsOn: ["Permission"],
      Properties: {
        BucketName: "uploads",
        NotificationConfiguration: {
          LambdaConfigurations: [{ Event: "s3:ObjectCreated:*", Function: functionArn }],
        },
      },
    },
  })
  writeFileSync(source, JSON.stringify({ Resources, Outputs: { Queue: { Value: { Ref: "Queue" } } } }))
  const lines: string[] = []
  let check = () => {}
  const onEvent = (event: GatewayEvent) => {
    if (event.event === "log" && event.kind === "stdout") lines.push(event.message)
    check()
  }
  const gateway = await startGateway({ source, iam: "off", onEvent })
  const options = { region: "us-east-1", credentials: gateway.credentials }
  const s3 = new S3Client({ ...options, endpoint: gateway.endpoints.s3 ?? "", forcePathStyle: true })
  const sqs = new SQSClient({ ...options, endpoint: gateway.endpoints.sqs ?? "" })
  onTestFinished(async () => {
    s3.destroy()
    sqs.destroy()
    await gateway.close()
    rmSync(folder, { recursive: true })
  })
  /** Resolves with the first line that contains the text. */
  const lineWith = (text: string) =>
    new Promise<string>((resolve) => {
      check = () => {
        const found = lines.find((line) => line.includes(text))
        if (found !== undefined) resolve(found)
      }
      check()
    })
  const queueUrl = gateway.outputs().Queue ?? ""
  return { gateway, s3, sqs, queueUrl, lines, lineWith }
}

const logging = "exports.handler = async (event) => console.log(JSON.stringify(event.Records[0]))"

test("an upload to a bucket and a message in a queue invoke the function that both name", async () => {
  const { s3, sqs, queueUrl, lineWith } = await start(logging)
  await s3.send(new PutObjectCommand({ Bucket: "uploads", Key: "a.txt", Body: "hi" }))
  expect(await lineWith("ObjectCreated:Put")).toContain('"key":"a.txt"')
  await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: "hello" }))
  expect(await lineWith("aws:sqs")).toContain('"body":"hello"')
})

test.each(["queue", "bucket"])(
  "a close waits until the function that a %s invoked has ended, and then closes the services",
  async (trigger) => {
    const arrived = Promise.withResolvers<ServerResponse>()
    let requests = 0
    // Only the first request is held.
    const server = createServer((_, response) => {
      if (requests++ === 0) arrived.resolve(response)
      else response.end()
    }).listen(0, "127.0.0.1")
    await once(server, "listening")
    onTestFinished(() => {
      server.closeAllConnections()
      server.close()
    })
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    const code = `exports.handler = async () => {
      await fetch("${url}")
      console.log("it has ended")
    }`
    const { gateway, s3, sqs, queueUrl, lines } = await start(code)
    if (trigger === "queue") await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: "hello" }))
    else await s3.send(new PutObjectCommand({ Bucket: "uploads", Key: "a.txt", Body: "hi" }))
    const held = await arrived.promise
    const seen: string[][] = []
    const closed = gateway.close().then(() => seen.push([...lines]))
    // The services still respond while the function runs.
    await s3.send(new PutObjectCommand({ Bucket: "uploads", Key: "b.txt", Body: "hi" }))
    expect(seen).toEqual([])
    held.end()
    await closed
    expect(seen).toEqual([expect.arrayContaining([expect.stringContaining("it has ended")])])
    const { port } = new URL(gateway.endpoints.sqs ?? "")
    const [refused] = await once(connect(Number(port), "127.0.0.1"), "error")
    expect(refused).toMatchObject({ code: "ECONNREFUSED" })
  },
)
