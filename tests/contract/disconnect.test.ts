// The end of a connection: its close code and reason, and its one $disconnect event.
import { DeleteConnectionCommand } from "@aws-sdk/client-apigatewaymanagementapi"
import { ManualClock } from "@document-insight/gateway"
import { expect } from "vitest"
import { openSocket, rejectedHandshake } from "../testing/open-socket.ts"
import { startLocal } from "../testing/start-local.ts"
import { accept, echoEvent } from "../testing/template.ts"
import { contract, movesTheClock, ownTemplate } from "./testing/contract.ts"
import { type Frame, opcodes, openRaw } from "./testing/raw-frames.ts"
import { beginHandshake } from "./testing/raw-handshake.ts"
import { type Event, openEcho, type Target } from "./testing/target.ts"

type Closure = { disconnectStatusCode: number; disconnectReason: string }

/** The code and reason in the DISCONNECT event of a connection. */
async function closureOf(target: Target, connectionId: string): Promise<Closure> {
  const [remembered] = await target.recall(connectionId, "DISCONNECT")
  const { disconnectStatusCode, disconnectReason } = remembered?.event.requestContext ?? {}
  return { disconnectStatusCode, disconnectReason }
}

/** The code and reason in the DISCONNECT event after a client sent these frames. */
async function closureAfter(target: Target, ...frames: Frame[]): Promise<Closure> {
  const { send, next } = await openRaw(target.url)
  send({ opcode: opcodes.text, payload: '{"action":"echo"}' })
  const event: Event = JSON.parse(String((await next())?.payload))
  send(...frames)
  // Without this confirmation the server would wait for the close timeout.
  const closing = await next()
  if (closing?.opcode === opcodes.close) send({ opcode: opcodes.close, payload: closing.payload })
  return closureOf(target, event.requestContext.connectionId)
}

const closure = (disconnectStatusCode: number, disconnectReason: string): Closure => ({
  disconnectStatusCode,
  disconnectReason,
})

/** A stage that logs the code and reason of every disconnect. */
const logged = {
  AccessLogSettings: {
    DestinationArn: "arn:aws:logs:us-east-1:000000000000:log-group:contract",
    Format: "$context.eventType $context.disconnectStatusCode $context.disconnectReason $context.requestId",
  },
}

contract(
  "disconnect-without-code",
  "a client that closes without a code is 1005, Client-side close frame status not set",
  async (target) => {
    const { socket, connectionId } = await openEcho(target.url)
    socket.close()
    expect(await closureOf(target, connectionId)).toEqual(closure(1005, "Client-side close frame status not set"))
  },
)

contract("disconnect-with-code", "the code and reason of the client are reported unchanged", async (target) => {
  const { socket, connectionId } = await openEcho(target.url)
  socket.close(4001, "had enough")
  expect(await closureOf(target, connectionId)).toEqual(closure(4001, "had enough"))
})

contract(
  "disconnect-browser-leaves",
  "a close frame with 1001 and without a reason, as browsers send it, has an empty reason",
  async (target) => {
    const payload = Buffer.from([0x03, 0xe9])
    expect(await closureAfter(target, { opcode: opcodes.close, payload })).toEqual(closure(1001, ""))
  },
)

contract(
  "disconnect-network-lost",
  "a connection that breaks off is 1006, Connection closed abnormally",
  async (target) => {
    const { socket, connectionId } = await openEcho(target.url)
    socket.terminate()
    expect(await closureOf(target, connectionId)).toEqual(closure(1006, "Connection closed abnormally"))
  },
)

contract(
  "disconnect-half-closed",
  "a client that ends its side of TCP without a close frame is 1006",
  async (target) => {
    const { send, next, socket } = await openRaw(target.url)
    send({ opcode: opcodes.text, payload: '{"action":"echo"}' })
    const event: Event = JSON.parse(String((await next())?.payload))
    socket.end()
    expect((await closureOf(target, event.requestContext.connectionId)).disconnectStatusCode).toBe(1006)
  },
)

contract("disconnect-deleted", "DELETE is 1000, Connection Closed Normally", async (target) => {
  const { connectionId } = await openEcho(target.url)
  await target.management.send(new DeleteConnectionCommand({ ConnectionId: connectionId }))
  expect(await closureOf(target, connectionId)).toEqual(closure(1000, "Connection Closed Normally"))
})

contract("disconnect-binary", "a binary message is 1003, Binary is not supported", async (target) => {
  expect(await closureAfter(target, { opcode: opcodes.binary, payload: "x" })).toEqual(
    closure(1003, "Binary is not supported"),
  )
})

contract("disconnect-too-big", "a frame that is too large is 1009, Message too big", async (target) => {
  expect(await closureAfter(target, { opcode: opcodes.text, payload: "x".repeat(32 * 1024 + 1) })).toEqual(
    closure(1009, "Message too big"),
  )
})

contract("disconnect-bad-utf8", "text that is not UTF-8 is 1007", async (target) => {
  const { disconnectStatusCode } = await closureAfter(target, { opcode: opcodes.text, payload: Buffer.from([0xff]) })
  expect(disconnectStatusCode).toBe(1007)
})

contract("disconnect-protocol-error", "a violation of the protocol is 1002", async (target) => {
  const { disconnectStatusCode } = await closureAfter(target, { opcode: opcodes.text, payload: "{}", masked: false })
  expect(disconnectStatusCode).toBe(1002)
})

contract(
  "disconnect-echo",
  "the close frame of the client is confirmed with its own code and reason",
  async ({ url }) => {
    const { send, next } = await openRaw(url)
    const payload = Buffer.concat([Buffer.from([0x0f, 0xa1]), Buffer.from("had enough")])
    send({ opcode: opcodes.close, payload })
    expect(await next()).toEqual({ opcode: opcodes.close, payload })
  },
)

contract("disconnect-after-close-unheard", "frames after a close frame are ignored", async (target) => {
  const { send, next } = await openRaw(target.url)
  send({ opcode: opcodes.close }, { opcode: opcodes.text, payload: '{"action":"result","result":{"body":"heard"}}' })
  expect((await next())?.opcode).toBe(opcodes.close)
  expect(await next()).toBeUndefined()
})

contract("disconnect-once", "two ends at the same time lead to one $disconnect", async (target) => {
  const { socket, connectionId } = await openEcho(target.url)
  const deleted = target.management.send(new DeleteConnectionCommand({ ConnectionId: connectionId }))
  socket.close(4000, "me first")
  await deleted.catch((error: Error) => expect(error.name).toBe("GoneException"))
  await target.recall(connectionId, "DISCONNECT")
  // Events are processed in order, so a second $disconnect would have run before this one.
  const { socket: other, connectionId: later } = await openEcho(target.url)
  other.close()
  await target.recall(later, "DISCONNECT")
  expect(await target.recallNow(connectionId, "DISCONNECT")).toHaveLength(1)
})

contract("disconnect-not-for-refused", "a rejected handshake has no $disconnect", async (target) => {
  const marker = `refused-${Math.random()}`
  await rejectedHandshake(`${target.url}?marker=${marker}&result=${encodeURIComponent('{"statusCode":403}')}`)
  const [remembered] = await target.recall(marker, "CONNECT")
  const { connectionId } = remembered?.event.requestContext ?? {}
  const { socket, connectionId: later } = await openEcho(target.url)
  socket.close()
  await target.recall(later, "DISCONNECT")
  expect(await target.recallNow(connectionId, "DISCONNECT")).toEqual([])
})

contract(
  "disconnect-late-leaver",
  "a client that leaves while $connect runs is accepted, and its $disconnect is 1006",
  async (target) => {
    const marker = `late-${Math.random()}`
    const { destroy } = await beginHandshake(`${target.url}?sleep=150&marker=${marker}`)
    destroy()
    const [remembered] = await target.recall(marker, "CONNECT")
    const { connectionId } = remembered?.event.requestContext ?? {}
    expect((await closureOf(target, connectionId)).disconnectStatusCode).toBe(1006)
  },
)

contract.local("disconnect-idle", "ten idle minutes are 1001, Going away", movesTheClock, async () => {
  const clock = new ManualClock(Date.now())
  const local = await startLocal({ routes: { $default: { code: echoEvent } }, stage: logged }, { clock })
  const socket = await openSocket(local.url)
  clock.advance(10 * 60_000)
  await socket.closed
  await local.gateway.close()
  expect(local.accessLines()[1]).toMatch(/^DISCONNECT 1001 Going away /)
})

contract.local(
  "disconnect-result-ignored",
  "the result of $disconnect, or its error, has no effect",
  ownTemplate,
  async () => {
    const code = "export const handler = async () => { throw new Error('no') }"
    const local = await startLocal({ routes: { $disconnect: { code }, echo: { code: echoEvent, twoWay: true } } })
    const first = await openEcho(local.url)
    first.socket.close()
    await first.socket.closed
    await openEcho(local.url)
    await local.gateway.close()
    expect(local.events.filter((event) => event.event === "problem")).toEqual([])
  },
)

contract.local(
  "disconnect-without-route",
  "an API without a $disconnect route closes connections in the same way",
  ownTemplate,
  async () => {
    const local = await startLocal({ routes: { $connect: { code: accept } }, stage: logged })
    const socket = await openSocket(local.url)
    socket.close(1000, "bye")
    await socket.closed
    await local.gateway.close()
    expect(local.gateway.connections.size).toBe(0)
    expect(local.accessLines()[1]).toMatch(/^DISCONNECT 1000 bye /)
  },
)

contract.local(
  "disconnect-unanswered",
  "a client that never confirms the close frame is dropped after the close timeout",
  ownTemplate,
  async () => {
    const api = { routes: { echo: { code: echoEvent, twoWay: true } }, stage: logged }
    const local = await startLocal(api, { quotas: { closeTimeoutMs: 50 } })
    const { send, next } = await openRaw(local.url)
    send({ opcode: opcodes.binary, payload: "x" })
    expect((await next())?.opcode).toBe(opcodes.close)
    expect(await next()).toBeUndefined()
    await local.gateway.close()
    expect(local.accessLines()[1]).toMatch(/^DISCONNECT 1003 Binary is not supported /)
  },
)
