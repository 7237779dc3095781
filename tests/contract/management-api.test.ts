// The management API (@connections), called with the SDK and with hand-written requests.
import {
  DeleteConnectionCommand,
  GetConnectionCommand,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi"
import { expect } from "vitest"
import { openSocket } from "../testing/open-socket.ts"
import { startLocal } from "../testing/start-local.ts"
import { echoEvent } from "../testing/template.ts"
import { changesQuotas, contract } from "./testing/contract.ts"
import { opcodes, openRaw } from "./testing/raw-frames.ts"
import { handshake } from "./testing/raw-handshake.ts"
import { echo, manage, openEcho, type Target } from "./testing/target.ts"

/** A well-formed connection id that does not exist. */
const unknownId = "AAAAAAAAAAACAAA="

const pathOf = (connectionId: string, stage = "contract") =>
  `/${stage}/@connections/${encodeURIComponent(connectionId)}`

async function post({ management }: Target, connectionId: string, data: string | Uint8Array) {
  const { $metadata } = await management.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: data }))
  return $metadata.httpStatusCode
}

/** The name and status of the error that an SDK call throws. */
async function failureOf(call: Promise<unknown>): Promise<{ name: string; status: number | undefined }> {
  try {
    await call
  } catch (error) {
    const { name, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } }
    return { name, status: $metadata?.httpStatusCode }
  }
  throw new Error("the call succeeded")
}

const gone = { name: "GoneException", status: 410 }

async function closedConnection(target: Target): Promise<string> {
  const { socket, connectionId } = await openEcho(target.url)
  socket.close()
  await socket.closed
  await target.recall(connectionId, "DISCONNECT")
  return connectionId
}

contract("post-delivers", "POST is 200, and its body is the next message of the client", async (target) => {
  const { socket, connectionId } = await openEcho(target.url)
  expect(await post(target, connectionId, "hello")).toBe(200)
  expect(await socket.next()).toBe("hello")
})

contract("post-empty-answer", "the response to a POST has no body", async (target) => {
  const { connectionId } = await openEcho(target.url)
  const { status, body } = await target.manage({ method: "POST", path: pathOf(connectionId), body: "hello" })
  expect({ status, body }).toEqual({ status: 200, body: "" })
})

contract("post-empty-message", "a POST with an empty body sends an empty message", async (target) => {
  const { socket, connectionId } = await openEcho(target.url)
  await target.manage({ method: "POST", path: pathOf(connectionId) })
  expect(await socket.next()).toBe("")
})

contract("post-order", "POSTs that follow each other's responses arrive in that order", async (target) => {
  const { socket, connectionId } = await openEcho(target.url)
  for (const text of ["one", "two", "three"]) await post(target, connectionId, text)
  expect([await socket.next(), await socket.next(), await socket.next()]).toEqual(["one", "two", "three"])
})

contract(
  "post-text-frame",
  "a POST arrives as a text frame; bytes that are not UTF-8 become U+FFFD",
  async (target) => {
    const { send, next } = await openRaw(target.url)
    send({ opcode: opcodes.text, payload: '{"action":"echo"}' })
    const { connectionId } = JSON.parse(String((await next())?.payload)).requestContext
    await post(target, connectionId, Uint8Array.of(0x61, 0xff, 0x62))
    expect(await next()).toEqual({ opcode: opcodes.text, payload: Buffer.from("a\ufffdb") })
  },
)

contract("post-128-kb", "a POST of 128 KB is accepted, and arrives as one message", async (target) => {
  const { socket, connectionId } = await openEcho(target.url)
  const data = "x".repeat(128 * 1024)
  expect(await post(target, connectionId, data)).toBe(200)
  expect(await socket.next()).toBe(data)
})

contract("post-too-large", "a POST of 128 KB and one byte is 413 PayloadTooLargeException", async (target) => {
  const { connectionId } = await openEcho(target.url)
  const failure = await failureOf(post(target, connectionId, "x".repeat(128 * 1024 + 1)))
  expect(failure).toEqual({ name: "PayloadTooLargeException", status: 413 })
})

contract("post-too-large-answer", "a 413 response has no body and no x-amzn-RequestId", async (target) => {
  const { connectionId } = await openEcho(target.url)
  const body = "x".repeat(1024 * 1024)
  const response = await target.manage({ method: "POST", path: pathOf(connectionId), body })
  expect(response).toMatchObject({ status: 413, body: "" })
  expect(response.headers.get("x-amzn-requestid")).toBeNull()
})

contract("post-fragmented", "a POST over the size of a frame arrives in several frames", async (target) => {
  const { send, next } = await openRaw(target.url)
  send({ opcode: opcodes.text, payload: '{"action":"echo"}' })
  const { connectionId } = JSON.parse(String((await next())?.payload)).requestContext
  await post(target, connectionId, "x".repeat(100_000))
  const first = await next()
  expect(first?.opcode).toBe(opcodes.text)
  expect(first?.payload.length).toBeLessThanOrEqual(32 * 1024)
  expect((await next())?.opcode).toBe(opcodes.continuation)
})

contract("post-closed", "a POST to a closed connection is 410 GoneException", async (target) => {
  expect(await failureOf(post(target, await closedConnection(target), "hello"))).toEqual(gone)
})

contract("post-never-existed", "a POST to an id that never existed is 410 GoneException", async (target) => {
  expect(await failureOf(post(target, unknownId, "hello"))).toEqual(gone)
})

contract("post-gone-answer", "a 410 response has an empty body, and its name in x-amzn-ErrorType", async (target) => {
  const { status, headers, body } = await target.manage({ method: "POST", path: pathOf(unknownId), body: "hello" })
  expect({ status, body }).toEqual({ status: 410, body: "" })
  expect(headers.get("x-amzn-errortype")).toMatch(/^GoneException/)
})

contract(
  "post-malformed-id",
  "a POST to a malformed id is 400 BadRequestException, and the message names the id",
  async (target) => {
    const response = await target.manage({ method: "POST", path: pathOf("cjy8i"), body: "hello" })
    expect(response.status).toBe(400)
    expect(response.headers.get("x-amzn-errortype")).toMatch(/^BadRequestException/)
    expect(JSON.parse(response.body)).toEqual({ message: "Invalid connectionId: cjy8i" })
  },
)

contract("post-undecodable-id", "a POST to an id that cannot be decoded is 400", async (target) => {
  expect((await target.manage({ method: "POST", path: "/contract/@connections/%E0%A4%A", body: "" })).status).toBe(400)
})

contract("post-inside-connect", "a POST to the own connection inside $connect is 410", async (target) => {
  const marker = `post-${Math.random()}`
  await openSocket(`${target.url}?post=1&marker=${marker}`)
  const [remembered] = await target.recall(marker, "CONNECT")
  expect(remembered?.posted).toEqual({ status: 410, name: "GoneException" })
})

contract("post-inside-disconnect", "a POST to the own connection inside $disconnect is 410", async (target) => {
  const connectionId = await closedConnection(target)
  const [remembered] = await target.recall(connectionId, "DISCONNECT")
  expect(remembered?.posted).toEqual({ status: 410, name: "GoneException" })
})

contract(
  "post-from-function",
  "a function reaches another connection with its event and its role only",
  async (target) => {
    const receiver = await openEcho(target.url)
    const sender = await openSocket(target.url)
    sender.send({ action: "post", connectionId: receiver.connectionId, data: "from a function" })
    expect(await receiver.socket.next()).toBe("from a function")
    expect(await sender.nextJson()).toEqual({ status: 200 })
  },
)

contract("post-to-self", "a function can post to the connection whose message it processes", async (target) => {
  const { socket, connectionId } = await openEcho(target.url)
  socket.send({ action: "post", connectionId, data: "before the response" })
  expect(await socket.next()).toBe("before the response")
  expect(await socket.nextJson()).toEqual({ status: 200 })
})

contract(
  "post-through-other-stage",
  "a connection is reached through any deployed stage of its API",
  async (target) => {
    const { socket, connectionId } = await openEcho(target.url)
    const response = await target.manage({ method: "POST", path: pathOf(connectionId, "other"), body: "hello" })
    expect(response.status).toBe(200)
    expect(await socket.next()).toBe("hello")
  },
)

contract("post-wrong-stage", "a POST to a stage that does not exist is 403 Forbidden", async (target) => {
  const { connectionId } = await openEcho(target.url)
  const response = await target.manage({ method: "POST", path: pathOf(connectionId, "nowhere"), body: "hello" })
  expect(response).toMatchObject({ status: 403, body: '{"message":"Forbidden"}' })
})

contract("post-without-stage", "a POST to an address without a stage is 403 Forbidden", async (target) => {
  const response = await target.manage({
    method: "POST",
    path: `/@connections/${encodeURIComponent(unknownId)}`,
    body: "",
  })
  expect(response).toMatchObject({ status: 403, body: '{"message":"Forbidden"}' })
})

contract("post-longer-path", "a POST with a path after the id is 403 Forbidden", async (target) => {
  const response = await target.manage({ method: "POST", path: `${pathOf(unknownId)}/more`, body: "" })
  expect(response).toMatchObject({ status: 403, body: '{"message":"Forbidden"}' })
})

contract("management-doubled-slash", "a POST to an endpoint that ends in a slash is 403 Forbidden", async (target) => {
  const { connectionId } = await openEcho(target.url)
  const path = `/contract//@connections/${encodeURIComponent(connectionId)}`
  const response = await target.manage({ method: "POST", path, body: "hello" })
  expect(response).toMatchObject({ status: 403, body: '{"message":"Forbidden"}' })
})

contract("management-plain-id", "the = of a connection id may be sent unencoded", async (target) => {
  const { socket, connectionId } = await openEcho(target.url)
  const path = `/contract/@connections/${connectionId}`
  expect((await target.manage({ method: "POST", path, body: "hello" })).status).toBe(200)
  expect(await socket.next()).toBe("hello")
})

contract("management-encoded-at", "the path %40connections is the same as @connections", async (target) => {
  const { socket, connectionId } = await openEcho(target.url)
  const path = `/contract/%40connections/${encodeURIComponent(connectionId)}`
  expect((await target.manage({ method: "POST", path, body: "hello" })).status).toBe(200)
  expect(await socket.next()).toBe("hello")
})

contract(
  "management-unsigned",
  "an unsigned request to @connections is 403 Missing Authentication Token",
  async (target) => {
    const response = await target.manage({ method: "POST", path: pathOf(unknownId), body: "hello", keys: null })
    expect(response).toMatchObject({ status: 403, body: '{"message":"Missing Authentication Token"}' })
  },
)

contract("management-wrong-secret", "a request that is signed with another secret is 403", async (target) => {
  const { accessKeyId } = await target.management.config.credentials()
  const keys = { accessKeyId, secretAccessKey: "another" }
  expect((await target.manage({ method: "POST", path: pathOf(unknownId), body: "", keys })).status).toBe(403)
})

contract(
  "management-other-method",
  "a method other than GET, POST and DELETE is 403 Missing Authentication Token",
  async (target) => {
    const response = await target.manage({ method: "PUT", path: pathOf(unknownId), body: "hello" })
    expect(response).toMatchObject({ status: 403, body: '{"message":"Missing Authentication Token"}' })
  },
)

contract("management-request-id", "each response of @connections has its own x-amzn-RequestId", async (target) => {
  const ask = async () =>
    (await target.manage({ method: "GET", path: pathOf(unknownId) })).headers.get("x-amzn-requestid")
  const [first, second] = [await ask(), await ask()]
  expect(first).toBeTruthy()
  expect(second).not.toBe(first)
})

contract("get-connection", "GET returns the times, address and user agent of a connection as JSON", async (target) => {
  const { event, connectionId } = await openEcho(target.url, { headers: { "User-Agent": "contract/1" } })
  const { headers, body } = await target.manage({ method: "GET", path: pathOf(connectionId) })
  expect(headers.get("content-type")).toMatch(/^application\/json/)
  const { connectedAt, lastActiveAt, identity } = JSON.parse(body)
  expect(identity).toEqual({ sourceIp: event.requestContext.identity.sourceIp, userAgent: "contract/1" })
  expect(Date.parse(connectedAt)).toBe(event.requestContext.connectedAt)
  expect(lastActiveAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/)
})

contract("get-connection-sdk", "the SDK reads both times of a connection as dates", async ({ url, management }) => {
  const { connectionId } = await openEcho(url)
  const found = await management.send(new GetConnectionCommand({ ConnectionId: connectionId }))
  expect(found.ConnectedAt).toBeInstanceOf(Date)
  expect(found.LastActiveAt?.getTime()).toBeGreaterThanOrEqual(found.ConnectedAt?.getTime() ?? Number.NaN)
})

contract("get-last-active", "lastActiveAt changes with every message", async ({ url, management }) => {
  const { socket, connectionId } = await openEcho(url)
  const ask = async () => {
    const { LastActiveAt } = await management.send(new GetConnectionCommand({ ConnectionId: connectionId }))
    return LastActiveAt?.getTime() ?? Number.NaN
  }
  const before = await ask()
  let after = before
  while (after === before) {
    await echo(socket)
    after = await ask()
  }
  expect(after).toBeGreaterThan(before)
})

contract("get-gone", "GET of a closed connection is 410", async (target) => {
  const ConnectionId = await closedConnection(target)
  expect(await failureOf(target.management.send(new GetConnectionCommand({ ConnectionId })))).toEqual(gone)
})

contract("delete-connection", "DELETE is 204 without a body, and closes the connection with 1000", async (target) => {
  const { socket, connectionId } = await openEcho(target.url)
  const { status, body } = await target.manage({ method: "DELETE", path: pathOf(connectionId) })
  expect({ status, body }).toEqual({ status: 204, body: "" })
  expect((await socket.closed).code).toBe(1000)
})

contract("delete-then-gone", "after a DELETE every method is 410", async ({ url, management }) => {
  const { connectionId: ConnectionId } = await openEcho(url)
  await management.send(new DeleteConnectionCommand({ ConnectionId }))
  expect(await failureOf(management.send(new DeleteConnectionCommand({ ConnectionId })))).toEqual(gone)
  expect(await failureOf(management.send(new GetConnectionCommand({ ConnectionId })))).toEqual(gone)
})

contract(
  "management-other-upgrade",
  "a request to @connections that offers HTTP/2 is processed in HTTP/1.1",
  async ({ url }) => {
    const response = await handshake(url.replace("/contract", pathOf(unknownId)), { Upgrade: "h2c" })
    expect(response.status).toBe(403)
    expect(JSON.parse(response.body)).toEqual({ message: "Missing Authentication Token" })
  },
)

contract.local(
  "post-buffer-full",
  "a client that does not read is 429 LimitExceededException, and stays connected",
  changesQuotas,
  async () => {
    const { url, callbackUrl, gateway } = await startLocal(
      { routes: { echo: { code: echoEvent, twoWay: true } } },
      { quotas: { maxSendBufferBytes: 256 * 1024 } },
    )
    const { socket, connectionId } = await openEcho(url)
    const { origin } = new URL(callbackUrl)
    const path = `/dev/@connections/${encodeURIComponent(connectionId)}`
    const send = () =>
      manage(origin, "us-east-1", { method: "POST", path, body: "x".repeat(128 * 1024), keys: gateway.credentials })
    socket.pause()
    let response = await send()
    let sent = 0
    for (; response.status === 200; response = await send()) sent++
    expect(response).toMatchObject({ status: 429, body: '{"message":"Too Many Requests"}' })
    expect(response.headers.get("x-amzn-errortype")).toBe("LimitExceededException")
    socket.resume()
    for (let received = 0; received < sent; received++) expect(await socket.next()).toHaveLength(128 * 1024)
    await echo(socket)
  },
)
