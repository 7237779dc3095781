// Requests of integrations over real sockets: HTTP backends, and services with a signature.
import { createHash } from "node:crypto"
import { once } from "node:events"
import { createServer, type IncomingMessage, type RequestListener } from "node:http"
import type { AddressInfo } from "node:net"
import { describe, expect, onTestFinished, test } from "vitest"
import { ManualClock } from "../foundation/manual-clock.ts"
import { splitTarget } from "../foundation/request-target.ts"
import { CredentialStore } from "../iam/credentials.ts"
import { verifySignature } from "../iam/sigv4/verify-signature.ts"
import { type BackendClientOptions, createBackendClient } from "./backend-client.ts"

async function listen(respond: RequestListener): Promise<{ origin: string; port: number }> {
  const server = createServer(respond).listen(0, "127.0.0.1")
  await once(server, "listening")
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { origin: `http://127.0.0.1:${port}`, port }
}

function createClient(options: Partial<BackendClientOptions> = {}) {
  const clock = new ManualClock()
  const client = createBackendClient({
    clock,
    urlSuffix: "amazonaws.com",
    hosts: () => ({}),
    endpoint: () => undefined,
    credentialsOf: () => ({ allowed: false, message: "no role" }),
    ...options,
  })
  onTestFinished(client.close)
  return { clock, client }
}

const get = (url: string) => ({ method: "GET", url, headers: {}, body: Buffer.alloc(0), timeoutMs: 1_000 })

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks)
}

describe("a request to a backend", () => {
  test("has the method, the headers and the body, and its response is returned byte for byte", async () => {
    const { origin } = await listen(async (message, response) => {
      const body = await bodyOf(message)
      response.writeHead(201, { "x-method": message.method ?? "", "x-mine": message.headers["x-mine"] ?? "" }).end(body)
    })
    const body = Buffer.from([0, 255, 1])
    const result = await createClient().client.sendRequest({
      ...get(`${origin}/`),
      method: "PUT",
      headers: { "x-mine": "yes" },
      body,
    })
    expect(result).toMatchObject({
      outcome: "responded",
      status: 201,
      headers: { "x-method": "PUT", "x-mine": "yes" },
      body,
    })
  })

  test("ends after its timeout, and its connection is closed", async () => {
    const arrived = Promise.withResolvers<IncomingMessage>()
    const { origin } = await listen((message) => arrived.resolve(message))
    const { client, clock } = createClient()
    const result = client.sendRequest({ ...get(`${origin}/`), timeoutMs: 50 })
    const { socket } = await arrived.promise
    const closed = once(socket, "close")
    clock.advance(50)
    expect(await result).toEqual({ outcome: "timed-out" })
    await closed
  })

  test("ends when the response does", async () => {
    const { origin } = await listen((_message, response) => {
      response.writeHead(200, { "content-length": "10" }).write("half", () => response.destroy())
    })
    expect(await createClient().client.sendRequest(get(`${origin}/`))).toEqual({
      outcome: "unreachable",
      message: "aborted",
    })
  })

  test("a response of more than 10 MB is not kept", async () => {
    const { origin } = await listen((_message, response) => void response.end(Buffer.alloc(10 * 1024 * 1024 + 1)))
    expect(await createClient().client.sendRequest(get(`${origin}/`))).toEqual({
      outcome: "unreachable",
      message: "The response is larger than 10 MB.",
    })
  })

  test("is not sent with a header that HTTP does not allow", async () => {
    const { origin } = await listen((_message, response) => void response.end())
    const request = { ...get(`${origin}/`), headers: { "x-mine": "a\r\nb" } }
    expect(await createClient().client.sendRequest(request)).toMatchObject({ outcome: "unreachable" })
  })

  test("needs a server that speaks TLS when its address is https", async () => {
    const { origin } = await listen((_message, response) => void response.end())
    const result = await createClient().client.sendRequest(get(origin.replace("http:", "https:")))
    expect(result).toMatchObject({ outcome: "unreachable" })
  })

  test("reaches what is served here under its name on AWS, and no other host of AWS", async () => {
    const { port } = await listen((message, response) => void response.end(message.url))
    const hosts = () => ({ "api.execute-api.eu-west-1.amazonaws.com": port, "*.s3.eu-west-1.amazonaws.com": port })
    const { client } = createClient({ hosts })
    const api = await client.sendRequest(get("https://api.execute-api.eu-west-1.amazonaws.com/a?b=1"))
    expect(api).toMatchObject({ status: 200, body: Buffer.from("/a?b=1") })
    expect(await client.sendRequest(get("https://bucket.s3.eu-west-1.amazonaws.com/key"))).toMatchObject({
      status: 200,
    })
    expect(await client.sendRequest(get("https://sts.amazonaws.com/"))).toEqual({
      outcome: "not-sent",
      message: "sts.amazonaws.com is a host of AWS that is not served here",
    })
  })

  test("looks up a host whose name every object has", async () => {
    expect(await createClient().client.sendRequest(get("http://constructor/"))).toMatchObject({
      outcome: "unreachable",
      message: expect.stringMatching(/^getaddrinfo .+ constructor$/),
    })
  })
})

describe("a request to a service", () => {
  const call = {
    service: "dynamodb",
    region: "eu-west-1",
    method: "POST",
    path: "/?b=2&a=x%20y",
    headers: { "x-amz-target": "T" },
    body: Buffer.from("{}"),
    timeoutMs: 1_000,
  }

  test("is signed with the credentials of the role", async () => {
    const { clock } = createClient()
    const keys = new CredentialStore(clock)
    const principal = { arn: "arn:session", roleArn: "arn:role", accountId: "1", administrator: false } as const
    const credentials = keys.issue(principal)
    const outcomes: unknown[] = []
    const { origin } = await listen(async (message, response) => {
      const { method = "", url = "", headers } = message
      const bodySha256 = createHash("sha256")
        .update(await bodyOf(message))
        .digest("hex")
      const find = (id: string) => keys.find(id)
      const options = { service: "dynamodb", regions: ["eu-west-1"], now: clock.now(), find }
      outcomes.push(verifySignature({ method, ...splitTarget(url), headers, bodySha256 }, options))
      response.end("done")
    })
    const { client } = createClient({
      clock,
      endpoint: () => origin,
      credentialsOf: () => credentials,
    })
    expect(await client.callService({ ...call, roleArn: "arn:role" })).toMatchObject({
      outcome: "responded",
      body: Buffer.from("done"),
    })
    expect(outcomes).toEqual([{ outcome: "verified", principal }])
  })

  test("is not signed without a role", async () => {
    const { origin } = await listen((message, response) => void response.end(message.headers.authorization ?? "none"))
    const { client } = createClient({ endpoint: () => origin })
    expect(await client.callService({ ...call, roleArn: undefined })).toMatchObject({ body: Buffer.from("none") })
  })

  test("is not sent when the role may not be assumed, or when the service has no endpoint", async () => {
    const { client } = createClient({
      endpoint: (service) => (service === "dynamodb" ? "http://127.0.0.1:1" : undefined),
    })
    expect(await client.callService({ ...call, roleArn: "arn:role" })).toEqual({
      outcome: "not-sent",
      message: "no role",
    })
    expect(await client.callService({ ...call, service: "bedrock-runtime", roleArn: undefined })).toEqual({
      outcome: "not-sent",
      message: "bedrock-runtime is not served locally: set AWS_ENDPOINT_URL_BEDROCK_RUNTIME",
    })
  })
})
