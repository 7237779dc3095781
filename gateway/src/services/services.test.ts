// The stand-ins through the AWS SDK and fetch, as functions and browsers use them.
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import {
  DeleteItemCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb"
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3"
import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs"
import { afterAll, afterEach, describe, expect, test } from "vitest"
import type { Definition } from "../definition/definition.ts"
import type { DataCaller, NeededPermission, Permission } from "../definition/permission.ts"
import type { ServiceCallRecord } from "../definition/record.ts"
import { systemClock } from "../foundation/clock.ts"
import { silentLog } from "../foundation/log.ts"
import { createServiceCalls } from "./front/service-calls.ts"
import { startS3Front } from "./s3/front.ts"
import { createServices, type Services, type ServicesOptions } from "./services.ts"
import { acceptAll, unrestricted } from "./testing/accept-all.ts"
import { definitionOf } from "./testing/definition-of.ts"

const region = "eu-west-1"
const queueArn = (name: string) => `arn:aws:sqs:${region}:123456789012:${name}`
const origin = { logicalId: "It", stackName: "Stack" }

const closers: (() => Promise<unknown> | unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

let shared: Services | undefined
afterAll(() => shared?.close())
/** What a test replaces in the shared services. */
let replaced: ReplaceableOptions = {}
afterEach(() => {
  replaced = {}
})

/**
 * Services of this file, with these resources in addition to those of earlier tests: starting a stand-in takes longer than
 * most tests. What services contain stays, so each test uses its own tables and queues, and keys or buckets.
 */
async function share(parts: Partial<Definition>, options: ReplaceableOptions = {}): Promise<Services> {
  replaced = options
  shared ??= create({
    authenticate: (...request) => (replaced.authenticate ?? acceptAll)(...request),
    onCall: (call) => replaced.onCall?.(call),
    invokeAsync: async (...invocation) => replaced.invokeAsync?.(...invocation),
  })
  const services = shared
  await services.createResources(definition(parts))
  services.use(definition(parts))
  return services
}

describe("the services of a template", () => {
  test("are none when it has no tables, buckets and queues", async () => {
    const { endpoints, environment, network } = await start({})
    expect([endpoints, environment(), network()]).toEqual([{}, {}, {}])
  })

  test("are only those that it needs, on loopback", async () => {
    const services = await start({ tables: [table("documents")] })
    const { dynamodb: endpoint } = services.endpoints
    expect(services.endpoints).toEqual({ dynamodb: endpoint, "dynamodb-streams": endpoint })
    const variables = ["AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL_DYNAMODB_STREAMS"]
    expect(services.environment()).toEqual(Object.fromEntries(variables.map((name) => [name, endpoint])))
    expect(services.endpoints.dynamodb).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    const host = `dynamodb.${region}.amazonaws.com`
    expect(Object.keys(services.network())).toEqual([host, `streams.${host}`])
  })

  test("include those of this process when a route calls a service, without any function", async () => {
    const integration = { type: "AWS", uri: "arn:aws:apigateway:eu-west-1:sns:action/Publish" }
    const ofLambda = { ...integration, functionArn: "arn:aws:lambda:eu-west-1:123456789012:function:f" }
    const apiWith = (one: object) => ({ deployments: { d: { routes: { send: { integration: one } } } } }) as never
    expect((await start({ webSocketApis: [apiWith(integration)] })).endpoint("sns")).toMatch(/^http:/)
    expect((await start({ restApis: [{ methods: [{ integration }] } as never] })).endpoint("sns")).toMatch(/^http:/)
    expect((await start({ webSocketApis: [apiWith(ofLambda)] })).endpoint("sns")).toBe(undefined)
  })

  test("are not started for endpoints that the user chose", async () => {
    const externalEndpoints = { dynamodb: "http://127.0.0.1:8000" }
    const services = await start({ tables: [table("documents")] }, { externalEndpoints })
    expect(services.endpoints).toEqual(externalEndpoints)
  })

  test("have the host names of AWS for their loopback ports, with a wildcard for buckets", async () => {
    const externalEndpoints = { dynamodb: "https://dynamodb.example:8000" }
    const services = await start({ buckets: [bucket("documents")], queues: [queue("uploads")] }, { externalEndpoints })
    const portOf = (url = "") => Number(new URL(url).port)
    expect(services.network()).toEqual({
      [`s3.${region}.amazonaws.com`]: portOf(services.endpoints.s3),
      [`*.s3.${region}.amazonaws.com`]: portOf(services.endpoints.s3),
      [`sqs.${region}.amazonaws.com`]: portOf(services.endpoints.sqs),
    })
    expect(services.credentials).toMatchObject({ accessKeyId: "AKIA", secretAccessKey: "secret" })
    expect(services.environment()).toEqual({
      AWS_ENDPOINT_URL_DYNAMODB: "https://dynamodb.example:8000",
      AWS_ENDPOINT_URL_S3: services.endpoints.s3,
      AWS_ENDPOINT_URL_SQS: services.endpoints.sqs,
    })
  })

  test("have the host of S3 without a region in us-east-1, and only there", async () => {
    const services = await start({ buckets: [bucket("documents")] }, { region: "us-east-1" })
    const port = Number(new URL(services.endpoints.s3!).port)
    expect(services.network()).toMatchObject({ "s3.amazonaws.com": port, "*.s3.amazonaws.com": port })
    await s3(services).send(new PutObjectCommand({ Bucket: "documents", Key: "a.txt", Body: "hello" }))
    const inPath = await rawGet(services.endpoints.s3!, "/documents/a.txt", "s3.amazonaws.com")
    const inHost = await rawGet(services.endpoints.s3!, "/a.txt", "documents.s3.amazonaws.com")
    expect([inPath, inHost]).toMatchObject([
      { status: 200, body: "hello" },
      { status: 200, body: "hello" },
    ])
    const elsewhere = await share({ buckets: [bucket("documents")] })
    expect((await rawGet(elsewhere.endpoints.s3!, "/documents/a.txt", "s3.amazonaws.com")).status).toBe(403)
  })

  test("are started once, also when an update adds resources, and accept no connections after they were closed", async () => {
    const services = await start({ buckets: [bucket("documents")], queues: [queue("uploads")], tables: [table("one")] })
    const before = { ...services.endpoints }
    const more = { buckets: [bucket("more")], queues: [queue("more")], tables: [table("two")] }
    await services.createResources(definition(more))
    expect(services.endpoints).toEqual(before)
    await services.deliver(queueArn("more"), "hello")
    expect(await receive(services, "more")).toEqual(["hello"])
    const urls = Object.values(services.environment())
    expect(new Set(urls).size).toBe(3)
    await services.close()
    for (const url of urls) await expect(fetch(url)).rejects.toThrow("fetch failed")
  })
})

describe("tables", () => {
  test("are active at once and store items", async () => {
    const services = await share({ tables: [table("active")] })
    const client = dynamodb(services)
    const { Table } = await client.send(new DescribeTableCommand({ TableName: "active" }))
    expect(Table?.TableStatus).toBe("ACTIVE")
    await client.send(new PutItemCommand({ TableName: "active", Item: { id: { S: "1" }, pages: { N: "40" } } }))
    const { Item } = await client.send(new GetItemCommand({ TableName: "active", Key: { id: { S: "1" } } }))
    expect(Item?.pages).toEqual({ N: "40" })
  })

  test("are added by an update, and existing ones keep their items", async () => {
    const services = await share({ tables: [table("first")] })
    await dynamodb(services).send(new PutItemCommand({ TableName: "first", Item: { id: { S: "1" } } }))
    await services.createResources(definition({ tables: [table("first"), table("added")] }))
    const key = { TableName: "first", Key: { id: { S: "1" } } }
    expect((await dynamodb(services).send(new GetItemCommand(key))).Item).toEqual({ id: { S: "1" } })
    const { Table } = await dynamodb(services).send(new DescribeTableCommand({ TableName: "added" }))
    expect(Table?.TableStatus).toBe("ACTIVE")
  })
})

describe("queues", () => {
  test("move a message to the dead-letter queue after it was received too often", async () => {
    const redrive = { deadLetterTargetArn: queueArn("dead"), maxReceiveCount: 2 }
    // The queue is before its dead-letter queue in the template.
    const services = await share({
      queues: [queue("redriven", { VisibilityTimeout: "0", RedrivePolicy: JSON.stringify(redrive) }), queue("dead")],
    })
    await services.deliver(queueArn("redriven"), "poison")
    expect(await receive(services, "redriven")).toEqual(["poison"])
    expect(await receive(services, "redriven")).toEqual(["poison"])
    expect(await receive(services, "redriven")).toEqual([])
    expect(await receive(services, "dead")).toEqual(["poison"])
  })

  test("do not deliver a deleted message", async () => {
    const services = await share({ queues: [queue("deleted", { VisibilityTimeout: "0" })] })
    const client = sqs(services)
    const QueueUrl = services.queueUrl(queueArn("deleted"))
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: "once" }))
    const { Messages } = await client.send(new ReceiveMessageCommand({ QueueUrl }))
    await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: Messages?.[0]?.ReceiptHandle }))
    expect(await receive(services, "deleted")).toEqual([])
  })

  test("reject a message when no SQS is served", async () => {
    const services = await start({})
    await expect(services.deliver(queueArn("uploads"), "x")).rejects.toThrow(
      `${queueArn("uploads")} cannot be reached: no SQS is served`,
    )
  })

  test("are reached at the endpoint that the user chose", async () => {
    const own = await start({ queues: [queue("uploads")] })
    const services = await start({ queues: [queue("other")] }, { externalEndpoints: { sqs: own.endpoints.sqs! } })
    await services.deliver(queueArn("uploads"), "hello")
    expect(await receive(own, "uploads")).toEqual(["hello"])
    await expect(services.deliver(queueArn("other"), "x")).rejects.toThrow(/queue/i)
  })

  test("reject a message for a queue that does not exist", async () => {
    const services = await share({ queues: [queue("uploads")] })
    await expect(services.deliver(queueArn("other"), "x")).rejects.toThrow(/queue/i)
  })
})

describe("buckets", () => {
  test("store the exact bytes that the SDK streams, also more than 11 MB", async () => {
    const services = await share({ buckets: [bucket("documents")] })
    const body = Buffer.alloc(12 * 1024 * 1024, "page ")
    await s3(services).send(new PutObjectCommand({ Bucket: "documents", Key: "a/b c.pdf", Body: body }))
    const { Body } = await s3(services).send(new GetObjectCommand({ Bucket: "documents", Key: "a/b c.pdf" }))
    expect(Buffer.from(await Body!.transformToByteArray()).equals(body)).toBe(true)
  })

  test("reject a request that fails the signature check, and store nothing", async () => {
    const expired = { status: 403, errorType: "AccessDenied", message: "Request has expired" }
    const services = await share(
      { buckets: [bucket("rejecting")] },
      {
        authenticate: (request) =>
          request.method === "PUT" ? { outcome: "rejected", ...expired } : acceptAll(request, "s3"),
      },
    )
    const rejected = await fetch(`${services.endpoints.s3}/rejecting/a.pdf`, { method: "PUT", body: "x" })
    expect(rejected.status).toBe(403)
    expect(await rejected.text()).toContain("<Code>AccessDenied</Code><Message>Request has expired</Message>")
    expect((await fetch(`${services.endpoints.s3}/rejecting/a.pdf`)).status).toBe(404)
  })

  test("report a missing object as 403 to a caller that may not list the bucket, and as 404 to one that may", async () => {
    const asked: string[] = []
    const services = await share(
      { buckets: [bucket("missing")] },
      {
        authenticate: ({ headers }) => {
          const hasPermission: DataCaller["hasPermission"] = ({ action, resource }) => {
            asked.push(`${action} ${resource}`)
            return headers["x-may-list"] === "true" ? { allowed: true } : { allowed: false, message: "Ask for it." }
          }
          return { outcome: "verified", caller: { ...unrestricted, hasPermission } }
        },
      },
    )
    await s3(services).send(new PutObjectCommand({ Bucket: "missing", Key: "there", Body: "x" }))
    const get = (path: string, mayList: boolean, method = "GET") =>
      fetch(`${services.endpoints.s3}/${path}`, { method, headers: { "x-may-list": String(mayList) } })
    const missing = await get("missing/missing", false)
    expect(missing.status).toBe(403)
    expect(await missing.text()).toContain("<Code>AccessDenied</Code><Message>Ask for it.</Message>")
    expect((await get("missing/missing", false, "HEAD")).status).toBe(403)
    expect((await get("missing/missing", true)).status).toBe(404)
    expect((await get("missing/there", false)).status).toBe(200)
    expect((await get("elsewhere/missing", false)).status).toBe(404)
    expect(asked).toEqual(Array(3).fill("s3:ListBucket missing"))
  })

  test("pass the request to the signature check as it was sent", async () => {
    const seen: unknown[] = []
    const services = await share(
      { buckets: [bucket("documents")] },
      {
        authenticate: (request, service) => {
          const { method, path, query, headers } = request
          seen.push({ method, path, query, host: headers.host })
          return acceptAll(request, service)
        },
      },
    )
    await fetch(`${services.endpoints.s3}/documents/a%20b.pdf?X-Amz-Expires=900&x-id=PutObject`, { method: "PUT" })
    const host = services.endpoints.s3?.slice("http://".length)
    const query = "X-Amz-Expires=900&x-id=PutObject"
    expect(seen).toEqual([{ method: "PUT", path: "/documents/a%20b.pdf", query, host }])
  })

  test("respond with the error of S3 to a path that cannot be decoded", async () => {
    const services = await share({ buckets: [bucket("documents")] })
    const response = await fetch(`${services.endpoints.s3}/documents/%GG`)
    expect(response.status).toBe(400)
    expect(response.headers.get("content-type")).toBe("application/xml")
    const requestId = response.headers.get("x-amz-request-id")
    expect(requestId).toMatch(/^[0-9A-F]{16}$/)
    expect(await response.text()).toBe(
      `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>InvalidURI</Code><Message>Couldn&apos;t parse the specified URI.</Message><RequestId>${requestId}</RequestId></Error>`,
    )
  })

  test("respond with 503, which the SDK retries, when the stand-in is not reached", async () => {
    const front = await startS3Front({
      calls: createServiceCalls(systemClock, undefined),
      standIn: { socketPath: join(tmpdir(), "no-stand-in", "socket"), available: async () => {} },
      awsHost: `s3.${region}.amazonaws.com`,
      region,
      buckets: () => [],
      notifications: () => [],
      authenticate: acceptAll,
      targets: { deliver: async () => {}, invokeAsync: async () => {}, putServiceEvent: () => {} },
      clock: systemClock,
      log: silentLog,
    })
    closers.push(front.close)
    const response = await fetch(`${front.endpoint}/documents/a.pdf`)
    expect(response.status).toBe(503)
    expect(await response.text()).toContain("<Code>ServiceUnavailable</Code>")
  })

  test("are reached by virtual-hosted names of AWS as well", async () => {
    const services = await share({ buckets: [bucket("documents")] })
    await s3(services).send(new PutObjectCommand({ Bucket: "documents", Key: "a.txt", Body: "hello" }))
    const { status, body } = await rawGet(services.endpoints.s3!, "/a.txt", `documents.s3.${region}.amazonaws.com`)
    expect([status, body]).toEqual([200, "hello"])
  })
})

describe("bucket CORS", () => {
  const rule = {
    allowedOrigins: ["http://localhost:*"],
    allowedMethods: ["PUT"],
    allowedHeaders: ["content-type"],
    exposedHeaders: ["ETag"],
    maxAgeSeconds: 3000,
  }
  const preflight = (services: Services, headers: Record<string, string>) =>
    fetch(`${services.endpoints.s3}/documents/a.pdf`, { method: "OPTIONS", headers })

  test("responds to an allowed preflight with the rule", async () => {
    const services = await share({ buckets: [{ ...bucket("documents"), cors: [rule] }] })
    const response = await preflight(services, {
      origin: "http://localhost:4000",
      "access-control-request-method": "PUT",
      "access-control-request-headers": "Content-Type",
    })
    expect(response.status).toBe(200)
    expect(response.headers.get("access-control-allow-origin")).toBe("http://localhost:4000")
    expect(response.headers.get("access-control-allow-headers")).toBe("content-type")
    expect(response.headers.get("access-control-max-age")).toBe("3000")
    expect(response.headers.get("content-length")).toBe("0")
  })

  test.each([
    ["origin", { origin: "https://evil.example", "access-control-request-method": "PUT" }],
    ["method", { origin: "http://localhost:4000", "access-control-request-method": "DELETE" }],
  ])("rejects a preflight for another %s with 403", async (_what, headers) => {
    const services = await share({ buckets: [{ ...bucket("documents"), cors: [rule] }] })
    const response = await preflight(services, headers)
    expect(response.status).toBe(403)
    expect(await response.text()).toContain("CORSResponse: This CORS request is not allowed")
  })

  test("rejects a preflight for a bucket without rules, and names the reason", async () => {
    const services = await share({ buckets: [bucket("documents")] })
    const response = await preflight(services, { origin: "http://a", "access-control-request-method": "PUT" })
    expect(await response.text()).toContain("CORS is not enabled for this bucket")
  })

  test("adds its headers to the response to the upload", async () => {
    const services = await share({ buckets: [{ ...bucket("documents"), cors: [rule] }] })
    const headers = { origin: "http://localhost:4000" }
    const put = await fetch(`${services.endpoints.s3}/documents/a.pdf`, { method: "PUT", body: "x", headers })
    expect(put.headers.get("access-control-allow-origin")).toBe("http://localhost:4000")
    expect(put.headers.get("access-control-expose-headers")).toBe("ETag")
    const otherOrigin = { origin: "https://evil.example" }
    const other = await fetch(`${services.endpoints.s3}/documents/a.pdf`, {
      method: "PUT",
      body: "x",
      headers: otherOrigin,
    })
    expect(other.headers.get("access-control-allow-origin")).toBe(null)
  })
})

describe("bucket notifications", () => {
  const notification = {
    ...origin,
    bucketName: "documents",
    events: ["s3:ObjectCreated:*"],
    prefix: "uploads/",
    targetArn: queueArn("uploads"),
    configurationId: "Uploads",
  }
  const resources = { buckets: [bucket("documents")], queues: [queue("uploads")] }

  test("send the record of a new object to a queue, in the format of S3", async () => {
    const services = await share({ ...resources, bucketNotifications: [notification] })
    const put = { Bucket: "documents", Key: "uploads/my report+1.pdf", Body: "twelve bytes" }
    await s3(services).send(new PutObjectCommand(put))
    const [body] = await waitFor(services, "uploads")
    const [record] = JSON.parse(body!).Records
    expect(record).toMatchObject({
      eventVersion: "2.1",
      eventSource: "aws:s3",
      awsRegion: region,
      eventName: "ObjectCreated:Put",
      requestParameters: { sourceIPAddress: "127.0.0.1" },
      s3: {
        s3SchemaVersion: "1.0",
        configurationId: "Uploads",
        bucket: { name: "documents", arn: "arn:aws:s3:::documents" },
        object: { key: "uploads/my+report%2B1.pdf", size: 12, eTag: "c91fa94e14cf2fa5474beceff788c0dc" },
      },
    })
    expect(record.eventTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    expect(record.s3.object.sequencer).toMatch(/^[0-9A-F]{20}$/)
  })

  test("invoke a function for copies, multipart uploads, forms and removals, within prefix and suffix only", async () => {
    const received = recordList()
    const targetArn = `arn:aws:lambda:${region}:123456789012:function:f`
    const services = await share(
      {
        ...resources,
        bucketNotifications: [
          { ...notification, targetArn, suffix: ".pdf", events: ["s3:ObjectCreated:*", "s3:ObjectRemoved:Delete"] },
        ],
      },
      { invokeAsync: async (_arn, payload) => received.add(JSON.parse(payload).Records[0]) },
    )
    const client = s3(services)
    const Bucket = "documents"
    await client.send(new PutObjectCommand({ Bucket, Key: "other/a.pdf", Body: "x" }))
    await client.send(new PutObjectCommand({ Bucket, Key: "uploads/a.txt", Body: "x" }))
    await client.send(new CopyObjectCommand({ Bucket, Key: "uploads/b.pdf", CopySource: "documents/other/a.pdf" }))
    const Key = "uploads/c.pdf"
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }))
    const { ETag } = await client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body: "part" }))
    const MultipartUpload = { Parts: [{ ETag, PartNumber: 1 }] }
    await client.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload }))
    await client.send(new DeleteObjectCommand({ Bucket, Key: "uploads/b.pdf" }))
    await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Quiet: true, Objects: [{ Key }] } }))
    const form = new FormData()
    form.set("key", "uploads/d.pdf")
    form.set("success_action_status", "201")
    form.set("file", new Blob(["form"]), "d.pdf")
    expect((await fetch(`${services.endpoints.s3}/documents`, { method: "POST", body: form })).status).toBe(201)
    const records = await received.next(5)
    expect(records.map(({ eventName, s3 }) => [eventName, s3.object.key, s3.object.size]).sort()).toEqual([
      ["ObjectCreated:CompleteMultipartUpload", "uploads/c.pdf", 4],
      ["ObjectCreated:Copy", "uploads/b.pdf", 1],
      ["ObjectCreated:Post", "uploads/d.pdf", 4],
      ["ObjectRemoved:Delete", "uploads/b.pdf", undefined],
      ["ObjectRemoved:Delete", "uploads/c.pdf", undefined],
    ])
  })

  test("are not sent for an upload that failed", async () => {
    const received = recordList()
    const targetArn = `arn:aws:lambda:${region}:123456789012:function:f`
    const services = await share(
      { ...resources, bucketNotifications: [{ ...notification, targetArn }] },
      { invokeAsync: async (_arn, payload) => received.add(JSON.parse(payload).Records[0]) },
    )
    const headers = { "x-amz-copy-source": "documents/missing.pdf" }
    const copy = await fetch(`${services.endpoints.s3}/documents/uploads/a.pdf`, { method: "PUT", headers })
    expect(copy.status).toBe(404)
    await s3(services).send(new PutObjectCommand({ Bucket: "documents", Key: "uploads/after.pdf", Body: "x" }))
    const [first] = await received.next(1)
    expect(first?.s3.object.key).toBe("uploads/after.pdf")
  })
})

describe("the stand-ins' own paths", () => {
  test("are buckets and keys like others for S3", async () => {
    const services = await share({ buckets: [bucket("health")], queues: [queue("secret")] })
    const get = (path: string) => rawGet(services.endpoints.s3!, path, "localhost")
    for (const path of ["/_fauxqs/queues", "/%5Ffauxqs/queues", "/_fauxqs/queues/secret", "//_fauxqs/queues"]) {
      const { status, body } = await get(path)
      expect([path, status >= 400 && !body.includes("secret")]).toEqual([path, true])
    }
    expect((await get("/health")).body).toContain("<ListBucketResult")
    const listQueues = { "content-type": "application/x-amz-json-1.0", "x-amz-target": "AmazonSQS.ListQueues" }
    const listed = await fetch(services.endpoints.s3!, { method: "POST", headers: listQueues, body: "{}" })
    expect([listed.status, (await listed.text()).includes("secret")]).toEqual([405, false])
  })

  test("are not reached through SQS, and neither are the other services of the stand-in", async () => {
    const services = await share({ buckets: [bucket("documents")], queues: [queue("uploads")] })
    const post = async (path: string, headers: Record<string, string>, body: string) =>
      (await fetch(services.endpoints.sqs! + path, { method: "POST", headers, body })).status
    const json = { "content-type": "application/x-amz-json-1.0" }
    expect(await post("/", { ...json, "x-amz-target": "AmazonSQS.ListQueues" }, "{}")).toBe(200)
    expect(await post("/", { ...json, "x-amz-target": "ListQueues" }, "{}")).toBe(400)
    expect(await post("/", { ...json, "x-amz-target": "AmazonSNS.ListTopics" }, "{}")).toBe(400)
    const form = { "content-type": "application/x-www-form-urlencoded" }
    expect(await post("/", form, "Action=ListTopics")).toBe(400)
    expect(await post("/", form, "Action=GetCallerIdentity")).toBe(400)
    expect((await rawGet(services.endpoints.sqs!, "/_fauxqs/queues", "localhost")).status).toBe(400)
  })

  test("are not recognized by the content type of an object", async () => {
    const services = await share({ buckets: [bucket("documents")] })
    for (const type of ["application/x-amz-json-1.0", "application/x-www-form-urlencoded", "text/plain"]) {
      const url = `${services.endpoints.s3}/documents/a`
      const headers = { "content-type": type }
      expect((await fetch(url, { method: "PUT", headers, body: "a=1" })).status).toBe(200)
      const stored = await fetch(url)
      expect([stored.headers.get("content-type"), await stored.text()]).toEqual([type, "a=1"])
    }
  })
})

test("keeps tables, objects and messages between runs in the data folder", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "services-"))
  closers.push(() => rmSync(dataDir, { recursive: true }))
  const resources = { tables: [table("kept")], buckets: [bucket("kept")], queues: [queue("kept")] }
  const before = await start(resources, { dataDir })
  await dynamodb(before).send(new PutItemCommand({ TableName: "kept", Item: { id: { S: "1" } } }))
  await s3(before).send(new PutObjectCommand({ Bucket: "kept", Key: "a.txt", Body: "kept" }))
  await before.deliver(queueArn("kept"), "kept")
  await before.close()

  const after = await start(resources, { dataDir })
  const { Item } = await dynamodb(after).send(new GetItemCommand({ TableName: "kept", Key: { id: { S: "1" } } }))
  expect(Item).toEqual({ id: { S: "1" } })
  const { Body } = await s3(after).send(new GetObjectCommand({ Bucket: "kept", Key: "a.txt" }))
  expect(await Body!.transformToString()).toBe("kept")
  expect(await receive(after, "kept")).toEqual(["kept"])
})

test("an upload whose function had not processed it is notified again in the next run, and then no more", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "services-"))
  closers.push(() => rmSync(dataDir, { recursive: true }))
  const targetArn = `arn:aws:lambda:${region}:123456789012:function:f`
  const notification = { ...origin, bucketName: "kept", configurationId: "c", events: ["s3:*"], targetArn }
  const resources = { buckets: [bucket("kept")], bucketNotifications: [notification] }
  const run = async (invokeAsync: InvokeAsync) => {
    const received: string[] = []
    const services = await start(resources, {
      dataDir,
      invokeAsync: (arn, payload) => {
        received.push(JSON.parse(payload).Records[0].s3.object.key)
        return invokeAsync(arn, payload)
      },
    })
    return { services, received }
  }
  const first = await run(() => new Promise(() => {}))
  await s3(first.services).send(new PutObjectCommand({ Bucket: "kept", Key: "a.pdf", Body: "x" }))
  await s3(first.services).send(new PutObjectCommand({ Bucket: "kept", Key: "b.pdf", Body: "x" }))
  await first.services.close()
  expect(first.received).toEqual(["a.pdf", "b.pdf"])

  const second = await run(async () => {})
  await second.services.close()
  expect(second.received).toEqual(["a.pdf", "b.pdf"])

  const third = await run(async () => {})
  await third.services.close()
  expect(third.received).toEqual([])
})

type InvokeAsync = Parameters<Services["bindFunctions"]>[0]["invokeAsync"]

type Options = Partial<ServicesOptions> & { invokeAsync?: InvokeAsync }

type ReplaceableOptions = Pick<Options, "authenticate" | "onCall" | "invokeAsync">

async function start(parts: Partial<Definition>, options: Options = {}): Promise<Services> {
  const services = create(options)
  closers.push(services.close)
  await services.createResources(definition(parts))
  services.use(definition(parts))
  return services
}

function create({ invokeAsync = async () => {}, ...options }: Options): Services {
  const services = createServices({
    region,
    urlSuffix: "amazonaws.com",
    clock: systemClock,
    log: silentLog,
    authenticate: acceptAll,
    administrator: { accessKeyId: "AKIA", secretAccessKey: "secret" },
    ...options,
  })
  services.bindFunctions({ invokeAsync, invoke: async () => ({ outcome: "throttled", requestId: "" }) })
  return services
}

function definition(parts: Partial<Definition>): Definition {
  return definitionOf({ region, ...parts })
}

function table(tableName: string) {
  const createTable = {
    TableName: tableName,
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    BillingMode: "PAY_PER_REQUEST",
  }
  return { ...origin, tableName, arn: `arn:aws:dynamodb:::table/${tableName}`, createTable }
}

function bucket(bucketName: string) {
  return { ...origin, bucketName, arn: `arn:aws:s3:::${bucketName}`, cors: [] }
}

function queue(queueName: string, attributes: Record<string, string> = {}) {
  return { ...origin, queueName, arn: queueArn(queueName), attributes }
}

function dynamodb({ endpoints, credentials }: Services) {
  return closing(new DynamoDBClient({ region, endpoint: endpoints.dynamodb!, credentials }))
}

function s3({ endpoints, credentials }: Services) {
  return closing(new S3Client({ region, endpoint: endpoints.s3!, credentials, forcePathStyle: true }))
}

function sqs({ endpoints, credentials }: Services) {
  return closing(new SQSClient({ region, endpoint: endpoints.sqs!, credentials }))
}

function closing<T extends { destroy(): void }>(client: T): T {
  closers.push(() => client.destroy())
  return client
}

async function receive(services: Services, name: string, waitSeconds = 0): Promise<(string | undefined)[]> {
  const QueueUrl = services.queueUrl(queueArn(name))
  const command = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: waitSeconds })
  const { Messages = [] } = await sqs(services).send(command)
  return Messages.map(({ Body }) => Body)
}

// A long poll ends with the first message.
function waitFor(services: Services, name: string) {
  return receive(services, name, 10)
}

type S3Record = { eventName: string; s3: { object: { key: string; size?: number } } }

function recordList() {
  const records: S3Record[] = []
  let wake = () => {}
  return {
    add(record: S3Record) {
      records.push(record)
      wake()
    },
    async next(count: number): Promise<S3Record[]> {
      while (records.length < count) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      return records
    },
  }
}

async function rawGet(endpoint: string, path: string, host: string): Promise<{ status: number; body: string }> {
  const { request } = await import("node:http")
  return new Promise((resolve, reject) => {
    const sent = request(endpoint + path, { headers: { host } }, async (response) => {
      const chunks: Buffer[] = []
      for await (const chunk of response) chunks.push(chunk as Buffer)
      resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() })
    })
    sent.once("error", reject).end()
  })
}

describe("stored data", () => {
  test("of a table is read in pages, and found by words", async () => {
    const services = await share({ tables: [table("paged")] })
    const client = dynamodb(services)
    for (let count = 0; count < 120; count++) {
      const Item = { id: { S: `d${count}` }, state: { S: count % 50 === 0 ? "failed" : "done" } }
      await client.send(new PutItemCommand({ TableName: "paged", Item }))
    }
    const { storedData } = services
    const first = await storedData.items("paged", { filter: "" })
    const second = await storedData.items("paged", { filter: "", next: first.next })
    expect([first.items.length, second.items.length, second.next]).toEqual([100, 20, undefined])
    expect(new Set([...first.items, ...second.items].map(({ key }) => key)).size).toBe(120)
    const found = await storedData.items("paged", { filter: "state:failed" })
    expect(found.items.map(({ key }) => key).toSorted()).toEqual(["d0", "d100", "d50"])
    expect(found.scanned).toBe(120)
    const many = await storedData.items("paged", { filter: "done" })
    const rest = await storedData.items("paged", { filter: "done", next: many.next })
    expect(new Set([...many.items, ...rest.items].map(({ key }) => key)).size).toBe(117)
  })

  test("of a queue is shown without receiving it, moved and purged", async () => {
    const services = await share({ queues: [queue("target"), queue("shown")] })
    const { storedData } = services
    const [uploads, dead] = [queueArn("target"), queueArn("shown")]
    await services.deliver(dead, "one", { attributes: { trace: { DataType: "String", StringValue: "t" } } })
    await services.deliver(dead, "two")
    for (let count = 0; count < 2; count++) {
      expect(await storedData.messages(dead)).toMatchObject([
        { body: "one", state: "visible", receiveCount: 0, attributes: { trace: "t" } },
        { body: "two", state: "visible", receiveCount: 0 },
      ])
    }
    expect(await storedData.depth(dead)).toEqual({ visible: 2, inFlight: 0, delayed: 0 })
    expect(await storedData.redrive(dead, uploads)).toBe(2)
    expect(await storedData.messages(dead)).toEqual([])
    expect(await storedData.messages(uploads)).toMatchObject([
      { body: "one", attributes: { trace: "t" } },
      { body: "two" },
    ])
    expect((await receive(services, "target")).length).toBeGreaterThan(0)
    expect((await storedData.depth(uploads)).inFlight).toBeGreaterThan(0)
    await storedData.purge(uploads)
    expect(await storedData.depth(uploads)).toEqual({ visible: 0, inFlight: 0, delayed: 0 })
    await expect(storedData.messages(queueArn("other"))).rejects.toThrow("The queue other does not exist.")
  })

  test("of a FIFO queue keeps its group when it is moved", async () => {
    const fifo = (name: string) => ({
      ...queue(name),
      attributes: { FifoQueue: "true", ContentBasedDeduplication: "true" },
    })
    const services = await share({ queues: [fifo("uploads.fifo"), fifo("dead.fifo")] })
    const { storedData, endpoints } = services
    const client = new SQSClient({ region, endpoint: endpoints.sqs!, credentials: services.credentials })
    const QueueUrl = services.queueUrl(queueArn("dead.fifo"))
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: "one", MessageGroupId: "g" }))
    expect(await storedData.redrive(queueArn("dead.fifo"), queueArn("uploads.fifo"))).toBe(1)
    expect(await storedData.messages(queueArn("uploads.fifo"))).toMatchObject([{ body: "one", groupId: "g" }])
    client.destroy()
  })

  test("of a bucket is listed by prefix and downloaded", async () => {
    const services = await share({ buckets: [bucket("listed")] })
    const client = s3(services)
    for (const Key of ["a/1.txt", "a/2 ü.txt", "b/3.txt"]) {
      await client.send(new PutObjectCommand({ Bucket: "listed", Key, Body: `content of ${Key}` }))
    }
    const { storedData } = services
    const { objects, next } = await storedData.objects("listed", { prefix: "a/" })
    expect(objects).toMatchObject([{ key: "a/1.txt", size: 18 }, { key: "a/2 ü.txt" }])
    expect(next).toBeUndefined()
    const { size, content } = await storedData.object("listed", "a/2 ü.txt")
    const chunks: Uint8Array[] = []
    for await (const chunk of content) chunks.push(chunk)
    expect(Buffer.concat(chunks).toString()).toBe("content of a/2 ü.txt")
    expect(size).toBe(Buffer.byteLength("content of a/2 ü.txt"))
    await expect(storedData.object("listed", "missing")).rejects.toThrow("does not exist")
  })

  test("of a service that the user chose is not shown", async () => {
    const { storedData } = await start(
      { tables: [table("one")] },
      { externalEndpoints: { dynamodb: "http://127.0.0.1:8000" } },
    )
    await expect(storedData.items("one", { filter: "" })).rejects.toThrow("DynamoDB is not served by this gateway")
  })
})

describe("calls of functions", () => {
  const arn = "arn:aws:sts::123456789012:assumed-role/role/f"
  const statement = { policyName: "own", index: 1, policyType: "identity-based" } as const
  const may = ({ action }: NeededPermission): Permission =>
    action === "dynamodb:DeleteItem" ? { allowed: false, message: "no" } : { allowed: true, statement }

  async function startRecorded(caller: DataCaller) {
    const calls: ServiceCallRecord[] = []
    const services = await share(
      { tables: [table("recorded")], buckets: [bucket("files")], queues: [queue("jobs")] },
      { authenticate: () => ({ outcome: "verified", caller }), onCall: (call) => calls.push(call) },
    )
    return { services, calls }
  }

  test("are recorded with their operation, statement, status and input", async () => {
    const { services, calls } = await startRecorded({ arn, isRestricted: true, may, hasPermission: may })
    const client = dynamodb(services)
    const Item = { id: { S: "1" } }
    await client.send(new PutItemCommand({ TableName: "recorded", Item }))
    await expect(client.send(new DeleteItemCommand({ TableName: "recorded", Key: Item }))).rejects.toThrow("no")
    await expect(
      client.send(new PutItemCommand({ TableName: "recorded", Item, ConditionExpression: "attribute_not_exists(id)" })),
    ).rejects.toThrow("conditional request failed")
    await s3(services).send(new PutObjectCommand({ Bucket: "files", Key: "a.txt", Body: "secret" }))
    await services.deliver(queueArn("jobs"), "hello")
    await expect.poll(() => calls.length).toBe(5)
    expect(calls).toMatchObject([
      {
        service: "dynamodb",
        operation: "PutItem",
        status: 200,
        signer: arn,
        decisions: [{ action: "dynamodb:PutItem", allowed: true, statement }],
        input: JSON.stringify({ TableName: "recorded", Item }),
      },
      { operation: "DeleteItem", status: 400, failure: "no", decisions: [{ allowed: false }] },
      { operation: "PutItem", status: 400, failure: expect.stringContaining("ConditionalCheckFailedException") },
      { service: "s3", operation: "PutObject", resource: "files/a.txt", status: 200 },
      { service: "sqs", operation: "SendMessage", resource: "jobs", status: 200 },
    ])
    expect(JSON.stringify(calls[3])).not.toContain("secret")
  })

  test("name the invocation by the trace header; those of the administrator are not recorded", async () => {
    const { services, calls } = await startRecorded({ ...unrestricted, arn: "arn:aws:iam::1:user/administrator" })
    const url = services.endpoints.dynamodb ?? ""
    const headers = { "content-type": "application/x-amz-json-1.0", "x-amz-target": "DynamoDB_20120810.ListTables" }
    const traced = {
      ...headers,
      "x-amzn-trace-id": "Root=1-65000000-0123456789abcdef01234567;Parent=0000000089abcdef;Sampled=0",
    }
    await (await fetch(url, { method: "POST", headers, body: "{}" })).text()
    await (await fetch(url, { method: "POST", headers: traced, body: "{}" })).text()
    await expect.poll(() => calls.length).toBe(1)
    expect(calls[0]).toMatchObject({ operation: "ListTables", callerRequestId: "01234567-89ab-cdef-0123-456789abcdef" })
  })
})
