// Requests from other machines, host names and web pages, and searches for keys in logs and events.
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs"
import { type AddressInfo, Server } from "node:net"
import { tmpdir } from "node:os"
import { basename, dirname, join } from "node:path"
import type { GatewayEvent } from "@document-insight/gateway"
import { afterAll, beforeAll, expect, test, vi } from "vitest"
import { openSocket, rejectedHandshake } from "../testing/open-socket.ts"
import { presignedUrl, signedHeaders } from "../testing/sign-handshake.ts"
import { shareLocal, startLocal } from "../testing/start-local.ts"
import { accept, manageConnections } from "../testing/template.ts"

const storage = {
  Table: {
    Type: "AWS::DynamoDB::Table",
    Properties: {
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      BillingMode: "PAY_PER_REQUEST",
    },
  },
  Bucket: { Type: "AWS::S3::Bucket" },
  Queue: { Type: "AWS::SQS::Queue" },
  HttpApi: { Type: "AWS::ApiGatewayV2::Api", Properties: { Name: "http", ProtocolType: "HTTP" } },
}

/** Where the start of the gateway creates its sockets. */
const folder = mkdtempSync(join(tmpdir(), "stand-ins-"))
// After the gateway is closed: hooks run in the reverse order.
afterAll(() => rmSync(folder, { recursive: true }))

const serve = shareLocal()
/** What listens. */
let servers: Server[] = []

beforeAll(async () => {
  const listen = vi.spyOn(Server.prototype, "listen")
  vi.stubEnv("TMPDIR", folder)
  await serve({ routes: { $connect: { code: accept } }, resources: storage })
  servers = listen.mock.contexts as Server[]
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
})

test("every server listens on loopback only", () => {
  const addresses = servers.map((server) => server.address() as AddressInfo)
  // The site, both APIs, DynamoDB, S3, SQS, and the services that share one port.
  expect(addresses).toHaveLength(7)
  for (const { address } of addresses) expect(address).toBe("127.0.0.1")
})

// Named pipes of Windows have no folder.
test.skipIf(process.platform === "win32")("no other user can open the sockets of the stand-ins", () => {
  // DynamoDB, and S3 with SQS.
  const sockets = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (path) => basename(path) === "socket",
  )
  expect(sockets).toHaveLength(2)
  for (const path of sockets) expect(statSync(join(folder, dirname(path))).mode & 0o777).toBe(0o700)
})

/** Returns the keys of its role, so that the test knows what to search for. */
const tellKeys = `
const { AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_ACCESS_KEY_ID } = process.env
export const handler = async () => ({ statusCode: 200, body: JSON.stringify({ AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_ACCESS_KEY_ID }) })`

const pushThenFail = `
import { ApiGatewayManagementApiClient, PostToConnectionCommand } from "@aws-sdk/client-apigatewaymanagementapi"
import { S3Client, ListObjectsV2Command } from "@aws-sdk/client-s3"
export const handler = async ({ body, requestContext: { domainName, stage, connectionId } }) => {
  const client = new ApiGatewayManagementApiClient({ endpoint: "https://" + domainName + "/" + stage })
  await client.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: "pushed" }))
  const gone = new PostToConnectionCommand({ ConnectionId: "L0SM9cOFvHcCIhw=", Data: "x" })
  await client.send(gone).catch((error) => console.error(error))
  await new S3Client().send(new ListObjectsV2Command({ Bucket: "nobodys" }))
}`

test("no log and no event contains a secret key or a session token", async () => {
  const format = "$context.requestId $context.connectionId $context.error.message $context.identity.userAgent"
  const { url, gateway, events } = await serve({
    routes: {
      $connect: { code: accept, authorization: "AWS_IAM" },
      keys: { code: tellKeys, twoWay: true },
      push: { code: pushThenFail, timeoutMs: 20_000 },
    },
    statements: [manageConnections],
    resources: storage,
    stage: {
      DefaultRouteSettings: { LoggingLevel: "INFO" },
      // Payloads are logged because the template enables data trace: what a function returns is its own concern.
      RouteSettings: { $connect: { LoggingLevel: "INFO", DataTraceEnabled: true } },
      AccessLogSettings: { DestinationArn: "arn:aws:logs:us-east-1:000000000000:log-group:access", Format: format },
    },
  })
  const { credentials } = gateway
  const socket = await openSocket(url, { headers: await signedHeaders(url, credentials) })
  socket.send({ action: "keys" })
  const role = await socket.nextJson<Record<string, string>>()
  socket.send({ action: "push" })
  expect(await socket.next()).toBe("pushed")
  expect(await socket.nextJson()).toMatchObject({ message: "Internal server error" })

  const keys = {
    accessKeyId: role.AWS_ACCESS_KEY_ID ?? "",
    secretAccessKey: role.AWS_SECRET_ACCESS_KEY ?? "",
    sessionToken: role.AWS_SESSION_TOKEN ?? "",
  }
  expect(await rejectedHandshake(url, { headers: await signedHeaders(url, keys) })).toMatchObject({ status: 403 })
  expect(await rejectedHandshake(await presignedUrl(url, keys))).toMatchObject({ status: 403 })
  socket.close()
  await socket.closed
  await gateway.reload()

  const kinds = new Set(events.map(({ event }) => event))
  expect([...kinds].sort()).toEqual(expect.arrayContaining(["access", "denied", "log"]))
  expect(keys.sessionToken.length).toBeGreaterThan(100)
  for (const secret of [credentials.secretAccessKey, keys.secretAccessKey, keys.sessionToken]) {
    const forms = [secret, encodeURIComponent(secret)]
    const telling = events.filter((event) => forms.some((form) => JSON.stringify(event).includes(form)))
    expect(telling).toEqual([])
  }
})

test("the credentials of a handshake are hidden in the execution log, as on AWS", async () => {
  const { url, gateway, events } = await startLocal({
    routes: { $connect: { code: accept, authorization: "AWS_IAM" } },
    stage: { DefaultRouteSettings: { LoggingLevel: "INFO", DataTraceEnabled: true } },
  })
  const signed = await presignedUrl(url, gateway.credentials)
  await openSocket(signed, { headers: { "x-api-key": "0123456789abcdefghij", "x-other": "told" } })
  const { "X-Amz-Signature": signature = "" } = Object.fromEntries(new URL(signed).searchParams)
  const log = textOf(events)
  expect(log).toContain(`"X-Amz-Signature":"****${signature.slice(-6)}"`)
  expect(log).not.toContain(signature)
  expect(log).not.toContain("0123456789abcdefghij")
  expect(log).toContain('"x-other":"told"')
})

const textOf = (events: GatewayEvent[]) =>
  events.flatMap((event) => (event.event === "log" ? event.message : [])).join("\n")
