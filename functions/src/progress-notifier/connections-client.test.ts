// Tests of posting to @connections: the signature beside the SDK's own signer, and renewed credentials.
import { once } from "node:events"
import { createServer, type IncomingHttpHeaders, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { text } from "node:stream/consumers"
import { ApiGatewayManagementApiClient } from "@aws-sdk/client-apigatewaymanagementapi"
import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { createConnectionsClient, preparePost } from "./connections-client.ts"

type Received = { url: string; body: string; headers: IncomingHttpHeaders; port: number | undefined }
type Signer = { sign(request: object, options: object): Promise<{ headers: Record<string, string> }> }

let server: Server
let endpoint: string
let received: Received[]
let respond: (connectionId: string) => number | undefined
let responseBody: string

beforeEach(async () => {
  received = []
  respond = () => 200
  responseBody = "{}"
  server = createServer(async (request, response) => {
    const { url = "", headers, socket } = request
    received.push({ url, headers, body: await text(request), port: socket.remotePort })
    const status = respond(decodeURIComponent(url.split("/").at(-1) ?? ""))
    if (status === undefined) socket.destroy()
    else response.writeHead(status).end(responseBody)
  }).listen(0, "127.0.0.1")
  await once(server, "listening")
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/dev`
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
  vi.unstubAllEnvs()
  vi.useRealTimers()
})

const keys = { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "secret", sessionToken: "token/+=" }

test.each([["L0SM9cOFvHcCIhw="], ["a-b_c+d/e="]])(
  "signs a post to %s as the SDK's signer does",
  async (connectionId) => {
    const sdk = new ApiGatewayManagementApiClient({ endpoint, region: "eu-west-1", credentials: keys })
    const client = createConnectionsClient(endpoint, sdk)
    expect(await client.post(connectionId, preparePost(`{"text":"Grüße"}`))).toEqual({ status: 200 })
    const [{ url, headers, body } = expect.unreachable("nothing was received")] = received
    expect(url).toBe(`/dev/@connections/${encodeURIComponent(connectionId)}`)
    expect(body).toBe(`{"text":"Grüße"}`)
    const scheme = { name: "sigv4", signingName: "execute-api", signingRegion: "eu-west-1", properties: {} }
    const signer = (await (sdk.config as unknown as { signer(scheme: object): Promise<Signer> }).signer(
      scheme,
    )) as Signer
    const date = String(headers["x-amz-date"])
    const signed = await signer.sign(
      {
        method: "POST",
        protocol: "http:",
        hostname: "127.0.0.1",
        path: url,
        query: {},
        body,
        headers: { host: headers.host },
      },
      {
        signingDate: new Date(date.replace(/^(....)(..)(..T..)(..)(..Z)$/, "$1-$2-$3:$4:$5")),
        unsignableHeaders: new Set(["x-amz-content-sha256"]),
      },
    )
    expect(headers.authorization).toBe(signed.headers.authorization)
    expect(headers["x-amz-security-token"]).toBe(keys.sessionToken)
  },
)

test("keeps its connection between posts", async () => {
  const sdk = new ApiGatewayManagementApiClient({ endpoint, region: "eu-west-1", credentials: keys })
  const client = createConnectionsClient(endpoint, sdk)
  for (let n = 0; n < 3; n += 1) await client.post(`${n}=`, preparePost("{}"))
  expect(new Set(received.map(({ port }) => port)).size).toBe(1)
})

test("repeats a post on another connection when an idle one was closed", async () => {
  const sdk = new ApiGatewayManagementApiClient({ endpoint, region: "eu-west-1", credentials: keys })
  const client = createConnectionsClient(endpoint, sdk)
  await client.post("a=", preparePost("{}"))
  respond = () => (received.length === 2 ? undefined : 200)
  expect(await client.post("a=", preparePost("{}"))).toEqual({ status: 200 })
  expect(received).toHaveLength(3)
  expect(received[2]?.port).not.toBe(received[1]?.port)
})

test("takes region and credentials from the environment, and signs with renewed ones within a second", async () => {
  vi.useFakeTimers({ toFake: ["Date"] })
  let renewals = 0
  const credentials = async () => {
    renewals += 1
    return { ...keys, accessKeyId: `KEY${renewals}`, expiration: new Date(Date.now() + 1_000) }
  }
  const client = createConnectionsClient(
    endpoint,
    new ApiGatewayManagementApiClient({ endpoint, region: "r", credentials }),
  )
  await client.post("a=", preparePost("{}"))
  vi.setSystemTime(Date.now() + 2_000)
  await client.post("a=", preparePost("{}"))
  const used = received.map(({ headers }) => /Credential=(\w+)/.exec(headers.authorization ?? "")?.[1])
  expect(new Set(used).size).toBe(2)

  vi.stubEnv("AWS_REGION", "ap-south-1")
  vi.stubEnv("AWS_ACCESS_KEY_ID", "FROMENVIRONMENT")
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret")
  await createConnectionsClient(endpoint).post("a=", preparePost("{}"))
  expect(received.at(-1)?.headers.authorization).toMatch(/Credential=FROMENVIRONMENT\/\d+\/ap-south-1\/execute-api\//)
})

test("returns the status of a response, and the error where there is none", async () => {
  const sdk = new ApiGatewayManagementApiClient({ endpoint, region: "eu-west-1", credentials: keys })
  const client = createConnectionsClient(endpoint, sdk)
  for (const status of [410, 429, 500]) {
    respond = () => status
    expect(await client.post("a=", preparePost("{}"))).toEqual({ status })
  }
  respond = () => undefined
  expect(await client.post("a=", preparePost("{}"))).toMatchObject({ status: undefined, error: expect.any(Error) })
  const broken = { ...sdk, config: { ...sdk.config, credentials: () => Promise.reject(new Error("no role")) } }
  const failed = await createConnectionsClient(endpoint, broken as unknown as typeof sdk).post("a=", preparePost("{}"))
  expect(failed).toMatchObject({ status: undefined, error: { message: "no role" } })
})

test.each([
  ['{"message":"User: x is not authorized"}', { status: 403, reason: "User: x is not authorized" }],
  ["<html>", { status: 403, reason: "<html>" }],
  ["", { status: 403 }],
  ['{"other":1}', { status: 403 }],
])("has the reason of a response that is an error: %s", async (body, expected) => {
  respond = () => 403
  responseBody = body
  const sdk = new ApiGatewayManagementApiClient({ endpoint, region: "eu-west-1", credentials: keys })
  expect(await createConnectionsClient(endpoint, sdk).post("a=", preparePost("{}"))).toEqual(expected)
})
