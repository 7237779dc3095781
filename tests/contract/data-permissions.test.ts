// Handlers that use DynamoDB, S3 and SQS through the AWS SDK, without and with the permission that each call needs. Every
// suggested fix is applied as it is reported.
import type { GatewayEvent, GatewayOptions } from "@document-insight/gateway"
import { describe, expect, test } from "vitest"
import { openSocket, type TestSocket } from "../testing/open-socket.ts"
import { type LocalGateway, shareLocal, startLocal } from "../testing/start-local.ts"
import type { TestApi } from "../testing/template.ts"

/** Sends a command of an SDK client, and responds with its result or its error. */
const run = `
const load = {
  dynamodb: async () => { const sdk = await import("@aws-sdk/client-dynamodb"); return [sdk, new sdk.DynamoDBClient()] },
  s3: async () => { const sdk = await import("@aws-sdk/client-s3"); return [sdk, new sdk.S3Client()] },
  sqs: async () => { const sdk = await import("@aws-sdk/client-sqs"); return [sdk, new sdk.SQSClient()] },
}
export const handler = async ({ body }) => {
  const { service, command, input, presign } = JSON.parse(body)
  const [sdk, client] = await load[service]()
  const created = new sdk[command + "Command"](input)
  try {
    if (presign) {
      const { getSignedUrl } = await import("@aws-sdk/s3-request-presigner")
      return { statusCode: 200, body: JSON.stringify({ url: await getSignedUrl(client, created) }) }
    }
    const { Body, $metadata, ...result } = await client.send(created)
    return { statusCode: 200, body: JSON.stringify({ ...result, text: await Body?.transformToString() }) }
  } catch ({ name, message, $metadata }) {
    return { statusCode: 200, body: JSON.stringify({ error: name, message, status: $metadata?.httpStatusCode }) }
  }
}`

const QueueUrl = "https://sqs.us-east-1.amazonaws.com/000000000000/uploads"
const queueArn = "arn:aws:sqs:us-east-1:000000000000:uploads"
const tableArn = "arn:aws:dynamodb:us-east-1:000000000000:table/documents"

const bucketResource = (BucketName: string, NotificationConfiguration?: object) => ({
  Type: "AWS::S3::Bucket",
  Properties: { BucketName, ...(NotificationConfiguration && { NotificationConfiguration }) },
})

const queueResource = (QueueName: string) => ({ Type: "AWS::SQS::Queue", Properties: { QueueName } })

const resources = {
  Documents: {
    Type: "AWS::DynamoDB::Table",
    Properties: {
      TableName: "documents",
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: ["id", "state"].map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      GlobalSecondaryIndexes: [
        {
          IndexName: "by-state",
          KeySchema: [{ AttributeName: "state", KeyType: "HASH" }],
          Projection: { ProjectionType: "ALL" },
        },
      ],
    },
  },
  Bucket: bucketResource("bucket"),
  Queue: queueResource("uploads"),
}

type Statement = Record<string, unknown>

const apiWith = (statements: Statement[] = [], more: Record<string, unknown> = {}): TestApi => ({
  routes: { run: { code: run, twoWay: true } },
  statements,
  resources: { ...resources, ...more },
})

type Denied = GatewayEvent & { event: "denied" }
type Result = Record<string, unknown> & { error?: string; message?: string; status?: number; text?: string }

const deniedBy = ({ events }: LocalGateway) => events.filter((event): event is Denied => event.event === "denied")

/** The statement of a fix, ready for the policies of the role. */
const statementOf = (denial: Denied | undefined): Statement =>
  JSON.parse(denial?.cure.replace("Add to the policies of Role: ", "") ?? "")

const serve = shareLocal()

/** Serves another template with the gateway of all tests: what its bucket and its queue contain stays. */
async function start(api: TestApi) {
  const local = await serve(api)
  return { local, send: senderOf(await openSocket(local.url)) }
}

/** A gateway for one test. It has the table only, because each stand-in takes time to start. */
async function startWithTable(iam: NonNullable<GatewayOptions["iam"]>) {
  const { Documents } = resources
  const local = await startLocal({ ...apiWith(), resources: { Documents } }, { iam })
  return { local, send: senderOf(await openSocket(local.url)) }
}

const senderOf =
  (socket: TestSocket) =>
  (service: string, command: string, input: object, presign = false): Promise<Result> => {
    socket.send({ action: "run", service, command, input, presign })
    return socket.nextJson()
  }

type Call = [service: "dynamodb" | "s3" | "sqs", command: string, input: object]

const item = { id: { S: "1" }, state: { S: "new" } }
const names = {
  dynamodb: { error: "AccessDeniedException", status: 400 },
  s3: { error: "AccessDenied", status: 403 },
  sqs: { error: "AccessDenied", status: 403 },
}

describe("a handler without the permission gets the error of the service, and works with the suggested statement:", () => {
  test.each<[call: Call, action: string, resource: string, result: object]>([
    [["dynamodb", "PutItem", { TableName: "documents", Item: item }], "dynamodb:PutItem", tableArn, {}],
    [["dynamodb", "GetItem", { TableName: "documents", Key: { id: { S: "1" } } }], "dynamodb:GetItem", tableArn, {}],
    [
      [
        "dynamodb",
        "Query",
        {
          TableName: "documents",
          IndexName: "by-state",
          KeyConditionExpression: "#s = :new",
          ExpressionAttributeNames: { "#s": "state" },
          ExpressionAttributeValues: { ":new": { S: "new" } },
        },
      ],
      "dynamodb:Query",
      `${tableArn}/index/by-state`,
      { Count: expect.any(Number) },
    ],
    [
      ["dynamodb", "BatchWriteItem", { RequestItems: { documents: [{ PutRequest: { Item: item } }] } }],
      "dynamodb:BatchWriteItem",
      tableArn,
      { UnprocessedItems: {} },
    ],
    [
      ["s3", "PutObject", { Bucket: "bucket", Key: "a/b c.txt", Body: "text" }],
      "s3:PutObject",
      "arn:aws:s3:::bucket/a/b c.txt",
      { ETag: expect.any(String) },
    ],
    [
      ["s3", "ListObjectsV2", { Bucket: "bucket" }],
      "s3:ListBucket",
      "arn:aws:s3:::bucket",
      { KeyCount: expect.any(Number) },
    ],
    [
      ["s3", "CreateMultipartUpload", { Bucket: "bucket", Key: "a" }],
      "s3:PutObject",
      "arn:aws:s3:::bucket/a",
      { UploadId: expect.any(String) },
    ],
    [["s3", "DeleteObject", { Bucket: "bucket", Key: "a" }], "s3:DeleteObject", "arn:aws:s3:::bucket/a", {}],
    [
      ["sqs", "SendMessage", { QueueUrl, MessageBody: "text" }],
      "sqs:SendMessage",
      queueArn,
      { MessageId: expect.any(String) },
    ],
    [
      ["sqs", "SendMessageBatch", { QueueUrl, Entries: [{ Id: "1", MessageBody: "text" }] }],
      "sqs:SendMessage",
      queueArn,
      { Successful: [expect.objectContaining({ Id: "1" })] },
    ],
    [["sqs", "ReceiveMessage", { QueueUrl }], "sqs:ReceiveMessage", queueArn, {}],
    [
      ["sqs", "GetQueueUrl", { QueueName: "uploads" }],
      "sqs:GetQueueUrl",
      queueArn,
      { QueueUrl: expect.stringMatching(/\/uploads$/) },
    ],
  ])("%j", async (call, action, resource, result) => {
    const { local, send } = await start(apiWith())
    const [service] = call
    const { error, status, message } = await send(...call)
    expect({ error, status }).toEqual(names[service])
    const shown = service === "sqs" ? action.toLowerCase() : action
    const named = service === "s3" ? `"${resource}"` : resource
    expect(message).toMatch(/^User: arn:aws:sts::000000000000:assumed-role\//)
    expect(message).toContain(
      ` is not authorized to perform: ${shown} on resource: ${named} because no identity-based policy allows the ${shown} action`,
    )
    expect(deniedBy(local)).toMatchObject([{ action, resource, role: "Role" }])

    local.rewrite(apiWith([statementOf(deniedBy(local)[0])]))
    await local.gateway.reload()
    const granted = await send(...call)
    expect(granted.error).toBeUndefined()
    expect(granted).toMatchObject(result)
    expect(deniedBy(local)).toHaveLength(1)
  })
})

const objects = "arn:aws:s3:::bucket/*"
const allow = (Action: string | string[], Resource: string | string[]): Statement => ({
  Effect: "Allow",
  Action,
  Resource,
})

describe("S3", () => {
  test("reports a missing object as 403 to a handler that may not list the bucket, and as 404 to one that may", async () => {
    const { local, send } = await start(apiWith([allow("s3:GetObject", objects)]))
    const missing: Call = ["s3", "GetObject", { Bucket: "bucket", Key: "missing" }]
    expect(await send(...missing)).toMatchObject({
      error: "AccessDenied",
      status: 403,
      message: expect.stringContaining(`s3:ListBucket on resource: "arn:aws:s3:::bucket"`),
    })
    expect(deniedBy(local)).toEqual([])
    local.rewrite(apiWith([allow("s3:GetObject", objects), allow("s3:ListBucket", "arn:aws:s3:::bucket")]))
    await local.gateway.reload()
    expect(await send(...missing)).toMatchObject({ error: "NoSuchKey", status: 404 })
  })

  test("needs the permission to read the source and to write the target of a copy", async () => {
    const { local, send } = await start(apiWith([allow("s3:PutObject", objects)]))
    await send("s3", "PutObject", { Bucket: "bucket", Key: "source", Body: "text" })
    const copy: Call = ["s3", "CopyObject", { Bucket: "bucket", Key: "target", CopySource: "bucket/source" }]
    expect(await send(...copy)).toMatchObject({ error: "AccessDenied" })
    expect(deniedBy(local)).toMatchObject([{ action: "s3:GetObject", resource: "arn:aws:s3:::bucket/source" }])
    local.rewrite(apiWith([allow(["s3:PutObject", "s3:GetObject"], objects)]))
    await local.gateway.reload()
    expect((await send(...copy)).error).toBeUndefined()
    expect(await send("s3", "GetObject", { Bucket: "bucket", Key: "target" })).toMatchObject({ text: "text" })
  })

  test("deletes the allowed keys of a request, and reports an error for each other key", async () => {
    const Bucket = "deletions"
    const arn = `arn:aws:s3:::${Bucket}`
    const statements = [
      allow(["s3:PutObject", "s3:GetObject"], `${arn}/*`),
      allow("s3:ListBucket", arn),
      allow("s3:DeleteObject", `${arn}/mine/*`),
    ]
    const { send } = await start(apiWith(statements, { Deletions: bucketResource(Bucket) }))
    for (const Key of ["mine/a&b", "yours/c"]) await send("s3", "PutObject", { Bucket, Key, Body: "text" })
    const Objects = ["mine/a&b", "yours/c"].map((Key) => ({ Key }))
    expect(await send("s3", "DeleteObjects", { Bucket, Delete: { Objects } })).toMatchObject({
      Deleted: [{ Key: "mine/a&b" }],
      Errors: [
        { Key: "yours/c", Code: "AccessDenied", Message: expect.stringContaining("s3:DeleteObject on resource") },
      ],
    })
    const { Contents } = await send("s3", "ListObjectsV2", { Bucket })
    expect(Contents).toMatchObject([{ Key: "yours/c" }])
  })

  test("checks a presigned URL with the permissions that its signer has when it is used", async () => {
    const { local, send } = await start(apiWith())
    const { url = "" } = (await send("s3", "PutObject", { Bucket: "bucket", Key: "a" }, true)) as { url?: string }
    const upload = () => fetch(url, { method: "PUT", body: "text" })
    const denied = await upload()
    expect(denied.status).toBe(403)
    expect(await denied.text()).toContain("<Code>AccessDenied</Code>")
    local.rewrite(apiWith([statementOf(deniedBy(local)[0])]))
    await local.gateway.reload()
    expect((await upload()).status).toBe(200)
  })

  test("reports a bucket that does not exist, whatever the handler may do", async () => {
    const { local, send } = await start(apiWith())
    const result = await send("s3", "PutObject", { Bucket: "nowhere", Key: "a", Body: "text" })
    expect(result).toMatchObject({ error: "NoSuchBucket", status: 404 })
    expect(deniedBy(local)).toEqual([])
  })

  test("does not change an object by a request for its tags, which are not served", async () => {
    const { send } = await start(apiWith([allow("s3:*", "*")]))
    await send("s3", "PutObject", { Bucket: "bucket", Key: "a", Body: "text" })
    const input = { Bucket: "bucket", Key: "a" }
    expect(await send("s3", "PutObjectTagging", { ...input, Tagging: { TagSet: [] } })).toMatchObject({
      error: "NotImplemented",
    })
    expect(await send("s3", "DeleteObjectTagging", input)).toMatchObject({ error: "NotImplemented" })
    expect(await send("s3", "GetObject", input)).toMatchObject({ text: "text" })
  })
})

test("SQS reports a queue that does not exist, whatever the handler may do, and checks one that was created at run time", async () => {
  const { local, send } = await start(apiWith([allow("sqs:CreateQueue", "*")]))
  const created = QueueUrl.replace("uploads", "created")
  const call: Call = ["sqs", "SendMessage", { QueueUrl: created, MessageBody: "text" }]
  expect(await send(...call)).toMatchObject({ error: "QueueDoesNotExist", status: 400 })
  expect(deniedBy(local)).toEqual([])
  await send("sqs", "CreateQueue", { QueueName: "created" })
  expect(await send(...call)).toMatchObject({ error: "AccessDenied", status: 403 })
  expect(deniedBy(local)).toMatchObject([
    { action: "sqs:SendMessage", resource: queueArn.replace("uploads", "created") },
  ])
})

describe("the policy of a resource", () => {
  const self = { AWS: { "Fn::GetAtt": ["Role", "Arn"] } }
  const queuePolicy = (statement: Statement) => ({
    Type: "AWS::SQS::QueuePolicy",
    Properties: { Queues: [{ Ref: "Queue" }], PolicyDocument: { Version: "2012-10-17", Statement: [statement] } },
  })

  test("allows a role that has no policy of its own", async () => {
    const Policy = queuePolicy({ ...allow("sqs:SendMessage", queueArn), Principal: self })
    const { local, send } = await start(apiWith([], { Policy }))
    expect((await send("sqs", "SendMessage", { QueueUrl, MessageBody: "text" })).error).toBeUndefined()
    expect(await send("sqs", "ReceiveMessage", { QueueUrl })).toMatchObject({ error: "AccessDenied" })
    expect(deniedBy(local)).toHaveLength(1)
  })

  test("denies what the policies of the role allow", async () => {
    const Policy = {
      Type: "AWS::S3::BucketPolicy",
      Properties: {
        Bucket: { Ref: "Bucket" },
        PolicyDocument: {
          Version: "2012-10-17",
          Statement: [{ ...allow("s3:PutObject", objects), Sid: "ReadOnly", Effect: "Deny", Principal: "*" }],
        },
      },
    }
    const { local, send } = await start(apiWith([allow("s3:*", "*")], { Policy }))
    expect(await send("s3", "PutObject", { Bucket: "bucket", Key: "a", Body: "text" })).toMatchObject({
      error: "AccessDenied",
      message: expect.stringMatching(/with an explicit deny in a resource-based policy$/),
    })
    expect(deniedBy(local)).toMatchObject([
      {
        explanation: "statement ReadOnly of Policy denies it.",
        cure: "Change statement ReadOnly of the policy Policy.",
      },
    ])
  })
})

describe("--iam", () => {
  const call: Call = ["dynamodb", "PutItem", { TableName: "documents", Item: item }]

  test("warn lets the call pass and reports the fix, and off reports nothing", async () => {
    const warned = await startWithTable("warn")
    expect((await warned.send(...call)).error).toBeUndefined()
    expect(deniedBy(warned.local)).toMatchObject([{ action: "dynamodb:PutItem" }])
    const off = await startWithTable("off")
    expect((await off.send(...call)).error).toBeUndefined()
    expect(deniedBy(off.local)).toEqual([])
  })

  test("enforce lets the administrator of the run do everything", async () => {
    const { local } = await start(apiWith())
    const { DynamoDBClient, PutItemCommand } = await import("@aws-sdk/client-dynamodb")
    const { credentials, endpoints } = local.gateway
    const client = new DynamoDBClient({ region: "us-east-1", endpoint: endpoints.dynamodb ?? "", credentials })
    await client.send(new PutItemCommand({ TableName: "documents", Item: item }))
    client.destroy()
    expect(deniedBy(local)).toEqual([])
  })
})

describe("what a service does with the permissions of the template", () => {
  const report = "export const handler = async ({ Records }) => console.log('received', Records.length)"
  const received = ({ event, ...rest }: GatewayEvent) => event === "log" && JSON.stringify(rest).includes("received 1")

  test("a mapping polls with the role of its function: without the permission it is reported and does not poll", async () => {
    const Mapping = {
      Type: "AWS::Lambda::EventSourceMapping",
      Properties: { FunctionName: { Ref: "FunctionReceive" }, EventSourceArn: { "Fn::GetAtt": ["Polled", "Arn"] } },
    }
    const Polled = queueResource("polled")
    const polledArn = queueArn.replace("uploads", "polled")
    const api = (statements: Statement[]): TestApi => ({
      ...apiWith([allow("sqs:SendMessage", polledArn), ...statements], { Mapping, Polled }),
      routes: { run: { code: run, twoWay: true }, receive: { code: report } },
    })
    const { local, send } = await start(api([]))
    expect(deniedBy(local)).toMatchObject([{ action: "sqs:ReceiveMessage", resource: polledArn, role: "Role" }])
    await send("sqs", "SendMessage", { QueueUrl: QueueUrl.replace("uploads", "polled"), MessageBody: "text" })

    // AWS names one missing action at a time, and so do the reports.
    const statements: Statement[] = []
    for (let denials = 1; denials <= 3; denials++) {
      expect(deniedBy(local)).toHaveLength(denials)
      expect(local.events.some(received)).toBe(false)
      statements.push(statementOf(deniedBy(local).at(-1)))
      local.rewrite(api(statements))
      await local.gateway.reload()
    }
    expect(statements.map(({ Action }) => Action)).toEqual([
      "sqs:ReceiveMessage",
      "sqs:DeleteMessage",
      "sqs:GetQueueAttributes",
    ])
    await local.untilEvent(received)
  })

  test("S3 notifies a queue whose policy allows it: without the policy it is reported and does not notify", async () => {
    const Notified = queueResource("notified")
    const notifiedArn = queueArn.replace("uploads", "notified")
    const Notifying = bucketResource("notifying", {
      QueueConfigurations: [{ Event: "s3:ObjectCreated:*", Queue: { "Fn::GetAtt": ["Notified", "Arn"] } }],
    })
    const statements = [allow("s3:PutObject", "arn:aws:s3:::notifying/*"), allow("sqs:ReceiveMessage", notifiedArn)]
    const { local, send } = await start(apiWith(statements, { Notified, Notifying }))
    const receive = async () => {
      const { Messages = [] } = await send("sqs", "ReceiveMessage", {
        QueueUrl: QueueUrl.replace("uploads", "notified"),
      })
      return Messages as { Body: string }[]
    }
    expect(deniedBy(local)).toMatchObject([
      {
        action: "sqs:SendMessage",
        resource: notifiedArn,
        role: "s3.amazonaws.com",
        explanation: "S3 may not notify Notified of objects in notifying: no policy of Notified allows it.",
      },
    ])
    await send("s3", "PutObject", { Bucket: "notifying", Key: "a", Body: "text" })
    expect(await receive()).toEqual([])

    const Cure = JSON.parse(deniedBy(local)[0]?.cure.replace("Add to the Resources: ", "") ?? "")
    local.rewrite(apiWith(statements, { Notified, Notifying, Cure }))
    await local.gateway.reload()
    await send("s3", "PutObject", { Bucket: "notifying", Key: "b", Body: "text" })
    expect(JSON.parse((await receive())[0]?.Body ?? "")).toMatchObject({ Records: [{ s3: { object: { key: "b" } } }] })
    expect(deniedBy(local)).toHaveLength(1)
  })

  test("S3 invokes a function whose policy allows it: without the permission it is reported and does not invoke", async () => {
    const Invoking = bucketResource("invoking", {
      LambdaConfigurations: [{ Event: "s3:ObjectCreated:*", Function: { "Fn::GetAtt": ["FunctionReceive", "Arn"] } }],
    })
    const api = (more: Record<string, unknown> = {}): TestApi => ({
      ...apiWith([allow("s3:PutObject", "arn:aws:s3:::invoking/*")], { Invoking, ...more }),
      routes: { run: { code: run, twoWay: true }, receive: { code: report, withoutPermission: true } },
    })
    const { local, send } = await start(api())
    expect(deniedBy(local)).toMatchObject([{ action: "lambda:InvokeFunction", role: "s3.amazonaws.com" }])
    const Cure = JSON.parse(deniedBy(local)[0]?.cure.replace("Add to the Resources: ", "") ?? "")
    local.rewrite(api({ Cure }))
    await local.gateway.reload()
    await send("s3", "PutObject", { Bucket: "invoking", Key: "b", Body: "text" })
    await local.untilEvent(received)
    expect(deniedBy(local)).toHaveLength(1)
  })
})
