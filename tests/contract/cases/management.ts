// The management API: what @connections answers, to the SDK and to hand-written requests.
import {
  DeleteConnectionCommand,
  GetConnectionCommand,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi"
import { expect } from "vitest"
import { openSocket } from "../../harness/open-socket.ts"
import { startLocal } from "../../harness/start-local.ts"
import { echoEvent } from "../../harness/template.ts"
import { shortensQuotas, type Topic } from "../case.ts"
import { opcodes, openRaw } from "../raw-frames.ts"
import { handshake } from "../raw-handshake.ts"
import { echo, manage, openEcho, type Target } from "../target.ts"

/** Well-formed, and nobody's. */
const nobody = "AAAAAAAAAAACAAA="

const pathOf = (connectionId: string, stage = "contract") =>
  `/${stage}/@connections/${encodeURIComponent(connectionId)}`

async function post({ management }: Target, connectionId: string, data: string | Uint8Array) {
  const { $metadata } = await management.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: data }))
  return $metadata.httpStatusCode
}

/** The name and status of what an SDK call throws. */
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

export const managementTopic: Topic = {
  title: "@connections",
  observer: [
    {
      id: "post-delivers",
      does: "POST is 200, and its body is the client's next message",
      async run(target) {
        const { socket, connectionId } = await openEcho(target.url)
        expect(await post(target, connectionId, "hello")).toBe(200)
        expect(await socket.next()).toBe("hello")
      },
    },
    {
      id: "post-empty-answer",
      does: "the answer to a POST has no body",
      async run(target) {
        const { connectionId } = await openEcho(target.url)
        const { status, body } = await target.manage({ method: "POST", path: pathOf(connectionId), body: "hello" })
        expect({ status, body }).toEqual({ status: 200, body: "" })
      },
    },
    {
      id: "post-empty-message",
      does: "an empty body is an empty message",
      async run(target) {
        const { socket, connectionId } = await openEcho(target.url)
        await target.manage({ method: "POST", path: pathOf(connectionId) })
        expect(await socket.next()).toBe("")
      },
    },
    {
      id: "post-order",
      does: "posts that were answered one after the other arrive in that order",
      async run(target) {
        const { socket, connectionId } = await openEcho(target.url)
        for (const text of ["one", "two", "three"]) await post(target, connectionId, text)
        expect([await socket.next(), await socket.next(), await socket.next()]).toEqual(["one", "two", "three"])
      },
    },
    {
      id: "post-text-frame",
      does: "what is posted arrives as a text frame, bytes that are no UTF-8 as U+FFFD",
      async run(target) {
        const { send, next } = await openRaw(target.url)
        send({ opcode: opcodes.text, payload: '{"action":"echo"}' })
        const { connectionId } = JSON.parse(String((await next())?.payload)).requestContext
        await post(target, connectionId, Uint8Array.of(0x61, 0xff, 0x62))
        expect(await next()).toEqual({ opcode: opcodes.text, payload: Buffer.from("a\ufffdb") })
      },
    },
    {
      id: "post-128-kb",
      does: "128 KB may be posted, and arrive as one message",
      async run(target) {
        const { socket, connectionId } = await openEcho(target.url)
        const data = "x".repeat(128 * 1024)
        expect(await post(target, connectionId, data)).toBe(200)
        expect(await socket.next()).toBe(data)
      },
    },
    {
      id: "post-too-large",
      does: "one byte more is 413 PayloadTooLargeException",
      async run(target) {
        const { connectionId } = await openEcho(target.url)
        const failure = await failureOf(post(target, connectionId, "x".repeat(128 * 1024 + 1)))
        expect(failure).toEqual({ name: "PayloadTooLargeException", status: 413 })
      },
    },
    {
      id: "post-too-large-answer",
      does: "that answer has no body and no x-amzn-RequestId",
      async run(target) {
        const { connectionId } = await openEcho(target.url)
        const body = "x".repeat(1024 * 1024)
        const answer = await target.manage({ method: "POST", path: pathOf(connectionId), body })
        expect(answer).toMatchObject({ status: 413, body: "" })
        expect(answer.headers.get("x-amzn-requestid")).toBeNull()
      },
    },
    {
      id: "post-fragmented",
      does: "what is larger than a frame arrives in several",
      async run(target) {
        const { send, next } = await openRaw(target.url)
        send({ opcode: opcodes.text, payload: '{"action":"echo"}' })
        const { connectionId } = JSON.parse(String((await next())?.payload)).requestContext
        await post(target, connectionId, "x".repeat(100_000))
        const first = await next()
        expect(first?.opcode).toBe(opcodes.text)
        expect(first?.payload.length).toBeLessThanOrEqual(32 * 1024)
        expect((await next())?.opcode).toBe(opcodes.continuation)
      },
    },
    {
      id: "post-closed",
      does: "who has left is gone: 410 GoneException",
      async run(target) {
        expect(await failureOf(post(target, await closedConnection(target), "hello"))).toEqual(gone)
      },
    },
    {
      id: "post-never-existed",
      does: "an id that never was is gone as well",
      async run(target) {
        expect(await failureOf(post(target, nobody, "hello"))).toEqual(gone)
      },
    },
    {
      id: "post-gone-answer",
      does: "410 has an empty body, and its name in x-amzn-ErrorType",
      async run(target) {
        const { status, headers, body } = await target.manage({ method: "POST", path: pathOf(nobody), body: "hello" })
        expect({ status, body }).toEqual({ status: 410, body: "" })
        expect(headers.get("x-amzn-errortype")).toMatch(/^GoneException/)
      },
    },
    {
      id: "post-malformed-id",
      does: "an id that is none is 400 BadRequestException, and the message names it",
      async run(target) {
        const answer = await target.manage({ method: "POST", path: pathOf("cjy8i"), body: "hello" })
        expect(answer.status).toBe(400)
        expect(answer.headers.get("x-amzn-errortype")).toMatch(/^BadRequestException/)
        expect(JSON.parse(answer.body)).toEqual({ message: "Invalid connectionId: cjy8i" })
      },
    },
    {
      id: "post-undecodable-id",
      does: "so is one that cannot be decoded",
      async run(target) {
        expect(
          (await target.manage({ method: "POST", path: "/contract/@connections/%E0%A4%A", body: "" })).status,
        ).toBe(400)
      },
    },
    {
      id: "post-inside-connect",
      does: "inside $connect the connection is not there yet: 410",
      async run(target) {
        const marker = `post-${Math.random()}`
        await openSocket(`${target.url}?post=1&marker=${marker}`)
        const [remembered] = await target.recall(marker, "CONNECT")
        expect(remembered?.posted).toEqual({ status: 410, name: "GoneException" })
      },
    },
    {
      id: "post-inside-disconnect",
      does: "inside $disconnect it is there no more: 410",
      async run(target) {
        const connectionId = await closedConnection(target)
        const [remembered] = await target.recall(connectionId, "DISCONNECT")
        expect(remembered?.posted).toEqual({ status: 410, name: "GoneException" })
      },
    },
    {
      id: "post-from-function",
      does: "a function reaches another connection with nothing but its event and its role",
      async run(target) {
        const receiver = await openEcho(target.url)
        const sender = await openSocket(target.url)
        sender.send({ action: "post", connectionId: receiver.connectionId, data: "from a function" })
        expect(await receiver.socket.next()).toBe("from a function")
        expect(await sender.nextJson()).toEqual({ status: 200 })
      },
    },
    {
      id: "post-to-self",
      does: "a function may post to the very connection whose message it answers",
      async run(target) {
        const { socket, connectionId } = await openEcho(target.url)
        socket.send({ action: "post", connectionId, data: "before the answer" })
        expect(await socket.next()).toBe("before the answer")
        expect(await socket.nextJson()).toEqual({ status: 200 })
      },
    },
    {
      id: "post-through-other-stage",
      does: "a connection is reached through any deployed stage of its API",
      async run(target) {
        const { socket, connectionId } = await openEcho(target.url)
        const answer = await target.manage({ method: "POST", path: pathOf(connectionId, "other"), body: "hello" })
        expect(answer.status).toBe(200)
        expect(await socket.next()).toBe("hello")
      },
    },
    {
      id: "post-wrong-stage",
      does: "a stage that is not there is 403 Forbidden",
      async run(target) {
        const { connectionId } = await openEcho(target.url)
        const answer = await target.manage({ method: "POST", path: pathOf(connectionId, "nowhere"), body: "hello" })
        expect(answer).toMatchObject({ status: 403, body: '{"message":"Forbidden"}' })
      },
    },
    {
      id: "post-without-stage",
      does: "so is an address without a stage",
      async run(target) {
        const answer = await target.manage({
          method: "POST",
          path: `/@connections/${encodeURIComponent(nobody)}`,
          body: "",
        })
        expect(answer).toMatchObject({ status: 403, body: '{"message":"Forbidden"}' })
      },
    },
    {
      id: "post-longer-path",
      does: "so is anything behind the id",
      async run(target) {
        const answer = await target.manage({ method: "POST", path: `${pathOf(nobody)}/more`, body: "" })
        expect(answer).toMatchObject({ status: 403, body: '{"message":"Forbidden"}' })
      },
    },
    {
      id: "management-plain-id",
      does: "the = of an id may stand as it is",
      async run(target) {
        const { socket, connectionId } = await openEcho(target.url)
        const path = `/contract/@connections/${connectionId}`
        expect((await target.manage({ method: "POST", path, body: "hello" })).status).toBe(200)
        expect(await socket.next()).toBe("hello")
      },
    },
    {
      id: "management-encoded-at",
      does: "%40connections is @connections",
      async run(target) {
        const { socket, connectionId } = await openEcho(target.url)
        const path = `/contract/%40connections/${encodeURIComponent(connectionId)}`
        expect((await target.manage({ method: "POST", path, body: "hello" })).status).toBe(200)
        expect(await socket.next()).toBe("hello")
      },
    },
    {
      id: "management-unsigned",
      does: "a request that nobody signed is 403 Missing Authentication Token",
      async run(target) {
        const answer = await target.manage({ method: "POST", path: pathOf(nobody), body: "hello", keys: null })
        expect(answer).toMatchObject({ status: 403, body: '{"message":"Missing Authentication Token"}' })
      },
    },
    {
      id: "management-wrong-secret",
      does: "a signature with another secret is 403",
      async run(target) {
        const { accessKeyId } = await target.management.config.credentials()
        const keys = { accessKeyId, secretAccessKey: "another" }
        expect((await target.manage({ method: "POST", path: pathOf(nobody), body: "", keys })).status).toBe(403)
      },
    },
    {
      id: "management-other-method",
      does: "a method that is none of the three is 403 Missing Authentication Token",
      async run(target) {
        const answer = await target.manage({ method: "PUT", path: pathOf(nobody), body: "hello" })
        expect(answer).toMatchObject({ status: 403, body: '{"message":"Missing Authentication Token"}' })
      },
    },
    {
      id: "management-request-id",
      does: "every answer has an x-amzn-RequestId of its own",
      async run(target) {
        const ask = async () =>
          (await target.manage({ method: "GET", path: pathOf(nobody) })).headers.get("x-amzn-requestid")
        const [first, second] = [await ask(), await ask()]
        expect(first).toBeTruthy()
        expect(second).not.toBe(first)
      },
    },
    {
      id: "get-connection",
      does: "GET tells since when, from where and with what somebody is connected, in JSON",
      async run(target) {
        const { event, connectionId } = await openEcho(target.url, { headers: { "User-Agent": "contract/1" } })
        const { headers, body } = await target.manage({ method: "GET", path: pathOf(connectionId) })
        expect(headers.get("content-type")).toMatch(/^application\/json/)
        const { connectedAt, lastActiveAt, identity } = JSON.parse(body)
        expect(identity).toEqual({ sourceIp: event.requestContext.identity.sourceIp, userAgent: "contract/1" })
        expect(Date.parse(connectedAt)).toBe(event.requestContext.connectedAt)
        expect(lastActiveAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/)
      },
    },
    {
      id: "get-connection-sdk",
      does: "the SDK reads both times as dates",
      async run({ url, management }) {
        const { connectionId } = await openEcho(url)
        const found = await management.send(new GetConnectionCommand({ ConnectionId: connectionId }))
        expect(found.ConnectedAt).toBeInstanceOf(Date)
        expect(found.LastActiveAt?.getTime()).toBeGreaterThanOrEqual(found.ConnectedAt?.getTime() ?? Number.NaN)
      },
    },
    {
      id: "get-last-active",
      does: "lastActiveAt moves with every message",
      async run({ url, management }) {
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
      },
    },
    {
      id: "get-gone",
      does: "of somebody who has left GET is 410",
      async run(target) {
        const ConnectionId = await closedConnection(target)
        expect(await failureOf(target.management.send(new GetConnectionCommand({ ConnectionId })))).toEqual(gone)
      },
    },
    {
      id: "delete-connection",
      does: "DELETE is 204 without a body, and closes with 1000",
      async run(target) {
        const { socket, connectionId } = await openEcho(target.url)
        const { status, body } = await target.manage({ method: "DELETE", path: pathOf(connectionId) })
        expect({ status, body }).toEqual({ status: 204, body: "" })
        expect((await socket.closed).code).toBe(1000)
      },
    },
    {
      id: "delete-then-gone",
      does: "from then on it is gone, for every method",
      async run({ url, management }) {
        const { connectionId: ConnectionId } = await openEcho(url)
        await management.send(new DeleteConnectionCommand({ ConnectionId }))
        expect(await failureOf(management.send(new DeleteConnectionCommand({ ConnectionId })))).toEqual(gone)
        expect(await failureOf(management.send(new GetConnectionCommand({ ConnectionId })))).toEqual(gone)
      },
    },
    {
      id: "management-other-upgrade",
      does: "a client that offers HTTP/2 with its request is answered in HTTP/1.1",
      async run({ url }) {
        const answer = await handshake(url.replace("/contract", pathOf(nobody)), { Upgrade: "h2c" })
        expect(answer.status).toBe(403)
        expect(JSON.parse(answer.body)).toEqual({ message: "Missing Authentication Token" })
      },
    },
  ],
  local: [
    {
      id: "post-buffer-full",
      does: "a client that does not read is 429 LimitExceededException, and stays connected",
      localOnly: shortensQuotas,
      async run() {
        const { url, callbackUrl, gateway } = await startLocal(
          { routes: { echo: { code: echoEvent, twoWay: true } } },
          { quotas: { maxSendBufferBytes: 256 * 1024 } },
        )
        const { socket, connectionId } = await openEcho(url)
        const { origin } = new URL(callbackUrl)
        const path = `/dev/@connections/${encodeURIComponent(connectionId)}`
        const send = () =>
          manage(origin, "us-east-1", { method: "POST", path, body: "x".repeat(128 * 1024), keys: gateway.credentials })
        socket.raw.pause()
        let answer = await send()
        let sent = 0
        for (; answer.status === 200; answer = await send()) sent++
        expect(answer).toMatchObject({ status: 429, body: '{"message":"Too Many Requests"}' })
        expect(answer.headers.get("x-amzn-errortype")).toBe("LimitExceededException")
        socket.raw.resume()
        for (let received = 0; received < sent; received++) expect(await socket.next()).toHaveLength(128 * 1024)
        await echo(socket)
      },
    },
  ],
}
