// Opens every listening socket as a web page, under another host name and without a signature. SECURITY.md lists them.
import { readFileSync } from "node:fs"
import { type IncomingMessage, type RequestOptions, request as sendRequest } from "node:http"
import { type AddressInfo, Server } from "node:net"
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb"
import { ListBucketsCommand, S3Client } from "@aws-sdk/client-s3"
import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs"
import { afterAll, afterEach, expect, onTestFinished, test, vi } from "vitest"
import { openLocal } from "../testing/start-local.ts"
import { accept } from "../testing/template.ts"

afterEach(() => {
  vi.restoreAllMocks()
})

const page = { origin: "https://evil.example", "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" }
const json = { "content-type": "application/x-amz-json-1.0" }
const listTables = { ...json, "x-amz-target": "DynamoDB_20120810.ListTables" }
const listQueues = { ...json, "x-amz-target": "AmazonSQS.ListQueues" }
const deleteObjects = "<Delete><Object><Key>a</Key></Object></Delete>"

const resources = {
  Table: {
    Type: "AWS::DynamoDB::Table",
    Properties: {
      TableName: "table",
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      BillingMode: "PAY_PER_REQUEST",
    },
  },
  Bucket: {
    Type: "AWS::S3::Bucket",
    Properties: {
      BucketName: "bucket",
      CorsConfiguration: { CorsRules: [{ AllowedMethods: ["PUT"], AllowedOrigins: ["https://app.example"] }] },
    },
  },
  Pool: { Type: "AWS::Cognito::UserPool", Properties: {} },
  Domain: { Type: "AWS::Cognito::UserPoolDomain", Properties: { UserPoolId: { Ref: "Pool" }, Domain: "sign-in" } },
  Queue: { Type: "AWS::SQS::Queue", Properties: { QueueName: "queue" } },
}

type Socket = { name: string; port: number; send(options: RequestOptions, body?: string): Promise<Answer> }
type Answer = { status: number; headers: IncomingMessage["headers"]; body: string }

test("the listening sockets are those that SECURITY.md lists, and each is opened here", async () => {
  const { sockets, listening } = await start()
  const section = readFileSync("SECURITY.md", "utf8").split("### Listening sockets")[1]?.split("\n#")[0] ?? ""
  expect([...section.matchAll(/^\| `(\w+)` /gm)].map(([, name]) => name)).toEqual(sockets.map(({ name }) => name))
  const ports = listening.flatMap((address) => (typeof address === "object" && address ? [address.port] : []))
  expect(sockets.map(({ port }) => port).sort()).toEqual(ports.sort())
  // DynamoDB, and S3 with SQS, are other processes, which listen on private sockets.
  expect(listening.filter((address) => typeof address === "string")).toEqual([])
})

test("a form of a web page does nothing on any socket", async () => {
  const { sockets } = await start()
  const headers = { ...page, "content-type": "text/plain" }
  const statuses = await Promise.all(
    sockets.map(async ({ name, send }) => {
      const post = (path: string, body: string) => send({ method: "POST", path, headers }, body)
      const answers = await Promise.all([
        post("/", "x=1"),
        post("/bucket?delete", deleteObjects),
        post("/bucket/a?uploads", ""),
        post("/dev/@connections/L0SM9cOFvHcCIhw=", "x"),
      ])
      for (const { headers } of answers) expect(headers["access-control-allow-origin"]).toBeUndefined()
      return [name, answers.map(({ status }) => status)]
    }),
  )
  expect(Object.fromEntries(statuses)).toEqual({
    site: [405, 405, 405, 405],
    api: [403, 403, 403, 403],
    cognito: [403, 403, 403, 403],
    dynamodb: [403, 403, 403, 403],
    s3: [403, 403, 403, 403],
    sqs: [403, 403, 403, 403],
    local: [403, 403, 403, 403],
  })
})

test("a web page that sends what an SDK sends is rejected by every service", async () => {
  const { socket } = await start()
  for (const origin of [
    "https://evil.example",
    "null",
    "http://127.0.0.1.evil.example",
    "http://localhost.evil.example",
  ]) {
    const headers = { ...page, origin }
    const tables = await socket("dynamodb").send({ method: "POST", headers: { ...headers, ...listTables } }, "{}")
    expect(tables.status).toBe(403)
    expect(JSON.parse(tables.body).message).toContain("Only pages of this machine may call this service.")
    const queues = await socket("sqs").send({ method: "POST", headers: { ...headers, ...listQueues } }, "{}")
    expect(queues.status).toBe(403)
    expect((await socket("s3").send({ method: "PUT", path: "/bucket/a", headers }, "x")).body).toContain(
      "Only pages of this machine may call this service.",
    )
  }
  // A browser sends no Origin with the GET of an image.
  const { origin: _origin, ...image } = page
  expect((await socket("dynamodb").send({ headers: image })).status).toBe(403)
  expect((await socket("sqs").send({ headers: image })).status).toBe(403)
})

test("the console's requests that change something need its page: no other page can send one", async () => {
  const { socket, gateway } = await start()
  const { host } = new URL(gateway.siteUrl)
  const page = await socket("site").send({ path: "/_console", headers: { host } })
  const token = /name="console-token" content="([^"]+)"/.exec(page.body)?.[1] ?? ""
  expect(token).toMatch(/^[0-9a-f-]{36}$/)
  expect(page.headers["access-control-allow-origin"]).toBeUndefined()
  const own = { host, origin: `http://${host}`, "content-type": "application/json", "x-console-token": token }
  const close = async (headers: Record<string, string>) => {
    const body = JSON.stringify({ code: 1001 })
    return (await socket("site").send({ method: "POST", path: "/_console/api/connections/close", headers }, body))
      .status
  }
  expect(await close(own)).toBe(200)
  const others = [
    { ...own, origin: "https://evil.example" },
    { ...own, origin: "null" },
    { ...own, host: "evil.example" },
    { ...own, "sec-fetch-site": "cross-site" },
    { ...own, "content-type": "text/plain" },
    { ...own, "x-console-token": "" },
  ]
  expect(await Promise.all(others.map(close))).toEqual(others.map(() => 403))
  const preflight = { host, origin: "https://evil.example", "access-control-request-method": "POST" }
  const path = "/_console/api/connections/close"
  const asked = await socket("site").send({ method: "OPTIONS", path, headers: preflight })
  expect([asked.status, asked.headers["access-control-allow-origin"]]).toEqual([405, undefined])
})

test("a request under another host name is rejected, as after DNS rebinding", async () => {
  const { sockets, socket } = await start()
  for (const host of ["evil.example", "127.0.0.1.evil.example", "evil.amazonaws.com"]) {
    for (const { name, send } of sockets) {
      const { status, body } = await send({ headers: { host } })
      expect([name, status]).toEqual([name, 403])
      if (name === "dynamodb" || name === "s3" || name === "sqs") {
        expect(body).toContain("is neither a name of this machine nor")
      }
    }
  }
  const awsHost = { host: "dynamodb.us-east-1.amazonaws.com" }
  const known = await socket("dynamodb").send({ method: "POST", headers: { ...awsHost, ...listTables } }, "{}")
  expect(JSON.parse(known.body).__type).toBe("MissingAuthenticationTokenException")
})

test("a request without a signature, or with one of other keys, is rejected by every service", async () => {
  const { socket, clients } = await start()
  const tables = await socket("dynamodb").send({ method: "POST", headers: listTables }, "{}")
  expect([tables.status, JSON.parse(tables.body).__type]).toEqual([400, "MissingAuthenticationTokenException"])
  const queues = await socket("sqs").send({ method: "POST", headers: listQueues }, "{}")
  expect([queues.status, JSON.parse(queues.body).__type]).toEqual([403, "MissingAuthenticationTokenException"])
  expect(await socket("s3").send({ path: "/bucket/a" })).toMatchObject({ status: 403 })
  expect(await socket("api").send({ method: "POST", path: "/dev/@connections/L0SM9cOFvHcCIhw=" })).toMatchObject({
    status: 403,
  })

  const other = clients({ accessKeyId: "AKIAOTHER", secretAccessKey: "other" })
  await expect(other.tables()).rejects.toThrow("The security token included in the request is invalid.")
  await expect(other.queues()).rejects.toThrow("The security token included in the request is invalid.")
  await expect(other.buckets()).rejects.toThrow("The AWS Access Key Id you provided does not exist in our records.")
})

test("a signature of this run is accepted, and covers the body", async () => {
  const { gateway, clients, socket } = await start()
  const own = clients(gateway.credentials)
  expect(await own.tables()).toEqual(["table"])
  const { port } = new URL(gateway.endpoints.sqs ?? "")
  expect(await own.queues()).toEqual([`http://sqs.us-east-1.localhost:${port}/000000000000/queue`])
  expect(await own.buckets()).toEqual(["bucket"])

  const signed = await own.signedListTables()
  expect((await socket("dynamodb").send({ method: "POST", headers: signed }, "{}")).status).toBe(200)
  const changed = await socket("dynamodb").send({ method: "POST", headers: signed }, "[]")
  expect([changed.status, JSON.parse(changed.body).__type]).toEqual([400, "InvalidSignatureException"])
})

test("without permissions (iam: off) no signature is needed, and a web page is rejected all the same", async () => {
  const { socket, clients, close } = await open({ iam: "off" })
  onTestFinished(close)
  expect(await clients({ accessKeyId: "AKIAOTHER", secretAccessKey: "other" }).tables()).toEqual(["table"])
  const send = (headers: Record<string, string>) =>
    socket("sqs").send({ method: "POST", headers: { ...listQueues, ...headers } }, "{}")
  expect(JSON.parse((await send({})).body).QueueUrls).toHaveLength(1)
  expect((await send(page)).status).toBe(403)
  expect((await send({ host: "evil.example" })).status).toBe(403)
  expect((await send({ "content-type": "text/plain" })).status).toBe(400)
})

test("a page of this machine, and one that the CORS rules of a bucket allow, may call", async () => {
  const { socket } = await start()
  const put = async (origin: string) => {
    const { body } = await socket("s3").send({ method: "PUT", path: "/bucket/a", headers: { ...page, origin } }, "x")
    return /<Message>(.*)<\/Message>/.exec(body)?.[1]
  }
  // What is missing is only the signature.
  expect(await put("http://localhost:5173")).toBe("Access Denied")
  expect(await put("https://app.example")).toBe("Access Denied")
})

async function open(options: { iam?: "off" } = {}) {
  const listen = vi.spyOn(Server.prototype, "listen")
  const { gateway, callbackUrl, close } = await openLocal(
    {
      routes: { $connect: { code: accept } },
      resources,
      outputs: { Pool: { Value: { "Fn::GetAtt": ["Pool", "ProviderURL"] } } },
    },
    options,
  )
  const listening = (listen.mock.contexts as Server[]).map((server) => server.address() as AddressInfo | string | null)
  const { dynamodb = "", s3 = "", sqs = "", lambda: local = "" } = gateway.endpoints
  const { Pool: cognito = "" } = gateway.outputs()
  const urls = { site: gateway.siteUrl, api: callbackUrl, cognito, dynamodb, s3, sqs, local }
  const sockets = Object.entries(urls).map(([name, url]): Socket => {
    const port = Number(new URL(url).port)
    return { name, port, send: (options, body) => exchange({ hostname: "127.0.0.1", port, ...options }, body) }
  })
  const socket = (name: keyof typeof urls) => sockets.find((candidate) => candidate.name === name) as Socket

  function clients(credentials: { accessKeyId: string; secretAccessKey: string }) {
    const common = { region: "us-east-1", credentials, maxAttempts: 1 }
    const dynamodb = new DynamoDBClient({ ...common, endpoint: gateway.endpoints.dynamodb ?? "" })
    const sqs = new SQSClient({ ...common, endpoint: gateway.endpoints.sqs ?? "" })
    const s3 = new S3Client({ ...common, endpoint: gateway.endpoints.s3 ?? "", forcePathStyle: true })
    onTestFinished(() => {
      for (const client of [dynamodb, sqs, s3]) client.destroy()
    })
    return {
      tables: async () => (await dynamodb.send(new ListTablesCommand())).TableNames,
      queues: async () => (await sqs.send(new ListQueuesCommand())).QueueUrls,
      buckets: async () => (await s3.send(new ListBucketsCommand())).Buckets?.map(({ Name }) => Name),
      /** The headers of a signed ListTables with the body `{}`. */
      async signedListTables() {
        let headers: Record<string, string> = {}
        const observe = (next: (args: never) => Promise<never>) => (args: { request: { headers: typeof headers } }) => {
          headers = args.request.headers
          return next(args as never)
        }
        dynamodb.middlewareStack.add(observe as never, { step: "finalizeRequest", priority: "low" })
        await dynamodb.send(new ListTablesCommand())
        return headers
      },
    }
  }
  return { gateway, listening, sockets, socket, clients, close }
}

let shared: ReturnType<typeof open> | undefined
afterAll(async () => (await shared)?.close())

/** One gateway for all tests, which change nothing in it. */
function start() {
  shared ??= open()
  return shared
}

function exchange(options: RequestOptions, body?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const read = async (response: IncomingMessage) => {
      const chunks: Buffer[] = []
      for await (const chunk of response) chunks.push(chunk as Buffer)
      const { statusCode = 0, headers } = response
      resolve({ status: statusCode, headers, body: Buffer.concat(chunks).toString() })
    }
    sendRequest(options, read).once("error", reject).end(body)
  })
}
