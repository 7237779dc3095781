// How connections end, who is told, and in which words. Every accepted one has its $disconnect, once.
import { DeleteConnectionCommand } from "@aws-sdk/client-apigatewaymanagementapi"
import { ManualClock } from "@document-insight/gateway"
import { expect } from "vitest"
import { openSocket, refusedSocket } from "../../harness/open-socket.ts"
import { startLocal } from "../../harness/start-local.ts"
import { accept, echoEvent } from "../../harness/template.ts"
import { movesTheClock, ownTemplate, type Topic } from "../case.ts"
import { type Frame, opcodes, openRaw } from "../raw-frames.ts"
import { beginHandshake } from "../raw-handshake.ts"
import { type Event, openEcho, type Target } from "../target.ts"

type Ended = { disconnectStatusCode: number; disconnectReason: string }

/** What $disconnect is told of a connection that has ended. */
async function told(target: Target, connectionId: string): Promise<Ended> {
  const [remembered] = await target.recall(connectionId, "DISCONNECT")
  const { disconnectStatusCode, disconnectReason } = remembered?.event.requestContext ?? {}
  return { disconnectStatusCode, disconnectReason }
}

/** What $disconnect is told when a client sends these frames. */
async function toldAfter(target: Target, ...frames: Frame[]): Promise<Ended> {
  const { send, next } = await openRaw(target.url)
  send({ opcode: opcodes.text, payload: '{"action":"echo"}' })
  const event: Event = JSON.parse(String((await next())?.payload))
  send(...frames)
  // Whoever is closed answers, or the other side would wait a while for it.
  const closing = await next()
  if (closing?.opcode === opcodes.close) send({ opcode: opcodes.close, payload: closing.payload })
  return told(target, event.requestContext.connectionId)
}

const ended = (disconnectStatusCode: number, disconnectReason: string): Ended => ({
  disconnectStatusCode,
  disconnectReason,
})

/** A stage whose access log is one line per event: what happened, and how it ended. */
const logged = {
  AccessLogSettings: {
    DestinationArn: "arn:aws:logs:us-east-1:000000000000:log-group:contract",
    Format: "$context.eventType $context.disconnectStatusCode $context.disconnectReason $context.requestId",
  },
}

export const disconnectTopic: Topic = {
  title: "Disconnect",
  observer: [
    {
      id: "disconnect-without-code",
      does: "a client that closes without a code is 1005, Client-side close frame status not set",
      async run(target) {
        const { socket, connectionId } = await openEcho(target.url)
        socket.close()
        expect(await told(target, connectionId)).toEqual(ended(1005, "Client-side close frame status not set"))
      },
    },
    {
      id: "disconnect-with-code",
      does: "a client's own code and reason are told as they are",
      async run(target) {
        const { socket, connectionId } = await openEcho(target.url)
        socket.close(4001, "had enough")
        expect(await told(target, connectionId)).toEqual(ended(4001, "had enough"))
      },
    },
    {
      id: "disconnect-browser-leaves",
      does: "a browser's 1001 without a reason has an empty one",
      async run(target) {
        const payload = Buffer.from([0x03, 0xe9])
        expect(await toldAfter(target, { opcode: opcodes.close, payload })).toEqual(ended(1001, ""))
      },
    },
    {
      id: "disconnect-network-lost",
      does: "a connection that breaks off is 1006, Connection closed abnormally",
      async run(target) {
        const { socket, connectionId } = await openEcho(target.url)
        socket.vanish()
        expect(await told(target, connectionId)).toEqual(ended(1006, "Connection closed abnormally"))
      },
    },
    {
      id: "disconnect-half-closed",
      does: "so is one whose client ends its side without a close frame",
      async run(target) {
        const { send, next, socket } = await openRaw(target.url)
        send({ opcode: opcodes.text, payload: '{"action":"echo"}' })
        const event: Event = JSON.parse(String((await next())?.payload))
        socket.end()
        expect((await told(target, event.requestContext.connectionId)).disconnectStatusCode).toBe(1006)
      },
    },
    {
      id: "disconnect-deleted",
      does: "DELETE is 1000, Connection Closed Normally",
      async run(target) {
        const { connectionId } = await openEcho(target.url)
        await target.management.send(new DeleteConnectionCommand({ ConnectionId: connectionId }))
        expect(await told(target, connectionId)).toEqual(ended(1000, "Connection Closed Normally"))
      },
    },
    {
      id: "disconnect-binary",
      does: "a binary message is 1003, Binary is not supported",
      async run(target) {
        expect(await toldAfter(target, { opcode: opcodes.binary, payload: "x" })).toEqual(
          ended(1003, "Binary is not supported"),
        )
      },
    },
    {
      id: "disconnect-too-big",
      does: "a frame that is too large is 1009, Message too big",
      async run(target) {
        expect(await toldAfter(target, { opcode: opcodes.text, payload: "x".repeat(32 * 1024 + 1) })).toEqual(
          ended(1009, "Message too big"),
        )
      },
    },
    {
      id: "disconnect-bad-utf8",
      does: "text that is not UTF-8 is 1007",
      async run(target) {
        const { disconnectStatusCode } = await toldAfter(target, { opcode: opcodes.text, payload: Buffer.from([0xff]) })
        expect(disconnectStatusCode).toBe(1007)
      },
    },
    {
      id: "disconnect-protocol-error",
      does: "a violation of the protocol is 1002",
      async run(target) {
        const { disconnectStatusCode } = await toldAfter(target, { opcode: opcodes.text, payload: "{}", masked: false })
        expect(disconnectStatusCode).toBe(1002)
      },
    },
    {
      id: "disconnect-echo",
      does: "the client's close frame is answered with its own code and reason",
      async run({ url }) {
        const { send, next } = await openRaw(url)
        const payload = Buffer.concat([Buffer.from([0x0f, 0xa1]), Buffer.from("had enough")])
        send({ opcode: opcodes.close, payload })
        expect(await next()).toEqual({ opcode: opcodes.close, payload })
      },
    },
    {
      id: "disconnect-after-close-unheard",
      does: "what a client sends after its close frame is not heard",
      async run(target) {
        const { send, next } = await openRaw(target.url)
        send(
          { opcode: opcodes.close },
          { opcode: opcodes.text, payload: '{"action":"result","result":{"body":"heard"}}' },
        )
        expect((await next())?.opcode).toBe(opcodes.close)
        expect(await next()).toBeUndefined()
      },
    },
    {
      id: "disconnect-once",
      does: "two ends at the same time are one $disconnect",
      async run(target) {
        const { socket, connectionId } = await openEcho(target.url)
        const deleted = target.management.send(new DeleteConnectionCommand({ ConnectionId: connectionId }))
        socket.close(4000, "me first")
        await deleted.catch((error: Error) => expect(error.name).toBe("GoneException"))
        await target.recall(connectionId, "DISCONNECT")
        // A second one would have been on its way by now: everything here happens in order.
        const { socket: other, connectionId: later } = await openEcho(target.url)
        other.close()
        await target.recall(later, "DISCONNECT")
        expect(await target.recallNow(connectionId, "DISCONNECT")).toHaveLength(1)
      },
    },
    {
      id: "disconnect-not-for-refused",
      does: "a refused handshake has no $disconnect",
      async run(target) {
        const marker = `refused-${Math.random()}`
        await refusedSocket(`${target.url}?marker=${marker}&result=${encodeURIComponent('{"statusCode":403}')}`)
        const [remembered] = await target.recall(marker, "CONNECT")
        const { connectionId } = remembered?.event.requestContext ?? {}
        const { socket, connectionId: later } = await openEcho(target.url)
        socket.close()
        await target.recall(later, "DISCONNECT")
        expect(await target.recallNow(connectionId, "DISCONNECT")).toEqual([])
      },
    },
    {
      id: "disconnect-late-leaver",
      does: "a client that leaves while $connect runs has been accepted: its $disconnect is 1006",
      async run(target) {
        const marker = `late-${Math.random()}`
        const { destroy } = await beginHandshake(`${target.url}?sleep=150&marker=${marker}`)
        destroy()
        const [remembered] = await target.recall(marker, "CONNECT")
        const { connectionId } = remembered?.event.requestContext ?? {}
        expect((await told(target, connectionId)).disconnectStatusCode).toBe(1006)
      },
    },
  ],
  local: [
    {
      id: "disconnect-idle",
      does: "ten idle minutes are 1001, Going away",
      localOnly: movesTheClock,
      async run() {
        const clock = new ManualClock(Date.now())
        const local = await startLocal({ routes: { $default: { code: echoEvent } }, stage: logged }, { clock })
        const socket = await openSocket(local.url)
        clock.advance(10 * 60_000)
        await socket.closed
        await local.gateway.close()
        expect(local.accessLines()[1]).toMatch(/^DISCONNECT 1001 Going away /)
      },
    },
    {
      id: "disconnect-result-ignored",
      does: "what $disconnect returns or throws is nobody's concern",
      localOnly: ownTemplate,
      async run() {
        const code = "export const handler = async () => { throw new Error('no') }"
        const local = await startLocal({ routes: { $disconnect: { code }, echo: { code: echoEvent, twoWay: true } } })
        const first = await openEcho(local.url)
        first.socket.close()
        await first.socket.closed
        await openEcho(local.url)
        await local.gateway.close()
        expect(local.events.filter((event) => event.event === "problem")).toEqual([])
      },
    },
    {
      id: "disconnect-without-route",
      does: "an API without a $disconnect route ends connections all the same",
      localOnly: ownTemplate,
      async run() {
        const local = await startLocal({ routes: { $connect: { code: accept } }, stage: logged })
        const socket = await openSocket(local.url)
        socket.close(1000, "bye")
        await socket.closed
        await local.gateway.close()
        expect(local.gateway.connections.size).toBe(0)
        expect(local.accessLines()[1]).toMatch(/^DISCONNECT 1000 bye /)
      },
    },
    {
      id: "disconnect-unanswered",
      does: "a client that never answers the close frame is let go after a while",
      localOnly: ownTemplate,
      async run() {
        const api = { routes: { echo: { code: echoEvent, twoWay: true } }, stage: logged }
        const local = await startLocal(api, { quotas: { closeTimeoutMs: 50 } })
        const { send, next } = await openRaw(local.url)
        send({ opcode: opcodes.binary, payload: "x" })
        expect((await next())?.opcode).toBe(opcodes.close)
        expect(await next()).toBeUndefined()
        await local.gateway.close()
        expect(local.accessLines()[1]).toMatch(/^DISCONNECT 1003 Binary is not supported /)
      },
    },
  ],
}
