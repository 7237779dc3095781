// Stand-ins that fail while functions use them: the SDK retries, the other services go on, and the failure is reported once.
import { execFileSync } from "node:child_process"
import { request as sendRequest } from "node:http"
import {
  BatchWriteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
} from "@aws-sdk/client-dynamodb"
import { GetObjectCommand, ListBucketsCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3"
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs"
import { afterAll, afterEach, expect, test, vi } from "vitest"
import { systemClock } from "../foundation/clock.ts"
import { silentLog } from "../foundation/log.ts"
import { createServices, type Services } from "./services.ts"
import type { StandInName } from "./stand-in/messages.ts"
import { acceptAll } from "./testing/accept-all.ts"
import { definitionOf } from "./testing/definition-of.ts"

const region = "eu-west-1"
const credentials = { accessKeyId: "AKIA", secretAccessKey: "secret" }
const origin = { logicalId: "It", stackName: "Stack" }

type Closer = () => unknown

const closers: Closer[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

const sharedClosers: Closer[] = []
afterAll(async () => {
  for (const close of sharedClosers.splice(0).reverse()) await close()
})

const createTable = {
  TableName: "table",
  KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
  BillingMode: "PAY_PER_REQUEST",
}
const resources = definitionOf({
  tables: [{ ...origin, arn: `arn:aws:dynamodb:${region}:123456789012:table/table`, createTable }],
  buckets: [{ ...origin, bucketName: "bucket", cors: [] }],
  queues: [{ ...origin, queueName: "queue", arn: `arn:aws:sqs:${region}:123456789012:queue`, attributes: {} }],
})

let shared: ReturnType<typeof start> | undefined
/** Services of this file: starting stand-ins takes longer than most tests. Each test uses its own items and objects. */
async function share() {
  shared ??= start(sharedClosers)
  const services = await shared
  services.errors.splice(0)
  return services
}

async function start(onClose = closers) {
  const errors: string[] = []
  const services = createServices({
    region,
    urlSuffix: "amazonaws.com",
    clock: systemClock,
    log: { ...silentLog, error: (event) => errors.push(event) },
    authenticate: acceptAll,
    administrator: credentials,
  })
  onClose.push(services.close)
  await services.createResources(resources)
  services.use(resources)
  return { services, errors, ...clientsOf(services, onClose) }
}

function clientsOf({ endpoints, queueUrl }: Services, onClose: Closer[]) {
  const common = { region, credentials }
  const dynamodb = new DynamoDBClient({ ...common, endpoint: endpoints.dynamodb! })
  const s3 = new S3Client({ ...common, endpoint: endpoints.s3!, forcePathStyle: true })
  const sqs = new SQSClient({ ...common, endpoint: endpoints.sqs! })
  onClose.push(() => {
    for (const client of [dynamodb, s3, sqs]) client.destroy()
  })
  const QueueUrl = queueUrl(resources.queues[0]!.arn)
  return {
    put: (id: string) => dynamodb.send(new PutItemCommand({ TableName: "table", Item: { id: { S: id } } })),
    get: async (id: string) =>
      (await dynamodb.send(new GetItemCommand({ TableName: "table", Key: { id: { S: id } } }))).Item,
    upload: (Key: string) => s3.send(new PutObjectCommand({ Bucket: "bucket", Key, Body: Key })),
    download: async (Key: string) =>
      (await s3.send(new GetObjectCommand({ Bucket: "bucket", Key }))).Body!.transformToString(),
    buckets: async () => (await s3.send(new ListBucketsCommand())).Buckets?.map(({ Name }) => Name),
    send: (MessageBody: string) => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody })),
    receive: async (WaitTimeSeconds: number) =>
      (await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds }))).Messages?.[0]?.Body,
    dynamodb,
  }
}

/** Finds the process as a handler would: among those of the machine. */
function pidOf(name: StandInName): number {
  const pids = pidsOf(name)
  expect(pids).toHaveLength(1)
  return pids[0]!
}

function pidsOf(name: StandInName): number[] {
  const lines = execFileSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8" }).split("\n")
  return lines.flatMap((line) => {
    const [, pid, parent] = /^\s*(\d+)\s+(\d+)\s/.exec(line) ?? []
    return Number(parent) === process.pid && line.includes(`"name":"${name}"`) ? [Number(pid)] : []
  })
}

// `ps` is not there on Windows.
test.skipIf(process.platform === "win32")(
  "the SDK retries what DynamoDB was processing when it was killed, and S3 and SQS keep what they have",
  async () => {
    const { errors, put, get, upload, download } = await share()
    await put("before")
    await upload("a.txt")
    process.kill(pidOf("dynamodb"), "SIGKILL")
    // Some of them meet the process, some the connections to it, and some find it gone.
    await Promise.all(["1", "2", "3", "4"].map(put))
    expect(await get("before")).toBeUndefined()
    for (const id of ["1", "2", "3", "4"]) expect(await get(id)).toEqual({ id: { S: id } })
    expect(await download("a.txt")).toBe("a.txt")
    expect(errors).toEqual(["The stand-in for DynamoDB has failed and is restarted"])
  },
)

test.skipIf(process.platform === "win32")(
  "the SDK retries what S3 and SQS were processing when they were killed, and DynamoDB keeps its items",
  async () => {
    const { errors, put, get, upload, buckets, send, receive } = await share()
    await put("kept")
    // A long poll is a request in progress.
    const received = receive(20)
    process.kill(pidOf("s3-sqs"), "SIGKILL")
    expect(await buckets()).toEqual(["bucket"])
    await upload("b.txt")
    await send("hello")
    expect(await received).toBe("hello")
    expect(await get("kept")).toEqual({ id: { S: "kept" } })
    expect(errors).toEqual(["The stand-in for S3 and SQS has failed and is restarted"])
  },
)

test.skipIf(process.platform === "win32")("closing ends stand-ins that do not respond", async () => {
  const findAll = () => [...pidsOf("dynamodb"), ...pidsOf("s3-sqs")]
  const ofOthers = new Set(findAll())
  const { services, put, upload, buckets, send, receive } = await start()
  const pids = findAll().filter((pid) => !ofOthers.has(pid))
  expect(pids).toHaveLength(2)
  for (const pid of pids) process.kill(pid, "SIGSTOP")
  const inProgress = [put("1"), upload("a"), buckets(), send("hello"), receive(20)]
  const ended = Promise.allSettled(inProgress)
  await services.close()
  for (const { status } of await ended) expect(status).toBe("rejected")
  for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow("ESRCH")
})

test("a request for which DynamoDB's stand-in throws is rejected, and nothing is lost", async () => {
  const { services, errors, put, get } = await share()
  await put("kept")
  const poison = { TableName: "table", Item: { id: { S: "poison" }, value: null } }
  const response = await fetch(services.endpoints.dynamodb!, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": "DynamoDB_20120810.PutItem",
      "x-amz-date": "20261126T000000Z",
      authorization:
        "AWS4-HMAC-SHA256 Credential=A/20261126/eu-west-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0",
    },
    body: JSON.stringify(poison),
  })
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ __type: "com.amazon.coral.service#SerializationException" })
  expect(await get("kept")).toEqual({ id: { S: "kept" } })
  expect(errors).toEqual([])
})

test("a BatchWriteItem whose client goes away is written to its end, or not at all, and harms nothing", async () => {
  const { dynamodb, errors, put, get, services } = await share()
  await put("kept")
  for (const abortAfter of ["headers", "half of the body", "the body"] as const) await abortBatch(services, abortAfter)
  const batch = new ScanCommand({
    TableName: "table",
    FilterExpression: "begins_with(id, :batch)",
    ExpressionAttributeValues: { ":batch": { S: "batch" } },
  })
  // Its responses are sent in order.
  await vi.waitUntil(async () => (await dynamodb.send(batch)).Count === 25)
  expect(await get("kept")).toEqual({ id: { S: "kept" } })
  const request = { PutRequest: { Item: { id: { S: "after" } } } }
  await dynamodb.send(new BatchWriteItemCommand({ RequestItems: { table: [request] } }))
  expect(errors).toEqual([])
})

/** Of 25 items, the most that a batch has. */
async function abortBatch(services: Services, abortAfter: "headers" | "half of the body" | "the body"): Promise<void> {
  const value = { S: "x".repeat(20_000) }
  const items = Array.from({ length: 25 }, (_, n) => ({ PutRequest: { Item: { id: { S: `batch ${n}` }, value } } }))
  const body = JSON.stringify({ RequestItems: { table: items } })
  const headers = {
    "content-type": "application/x-amz-json-1.0",
    "content-length": Buffer.byteLength(body),
    "x-amz-target": "DynamoDB_20120810.BatchWriteItem",
    "x-amz-date": "20261126T000000Z",
    authorization:
      "AWS4-HMAC-SHA256 Credential=A/20261126/eu-west-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0",
  }
  const request = sendRequest(services.endpoints.dynamodb!, { method: "POST", headers })
  const gone = new Promise((resolve) => request.once("close", resolve))
  request.once("error", () => {})
  request.flushHeaders()
  const sent = { headers: 0, "half of the body": body.length / 2, "the body": body.length }[abortAfter]
  request.write(body.slice(0, sent) || "{", () => request.destroy())
  await gone
}
