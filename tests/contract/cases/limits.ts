// Sizes, kinds and lifetimes: what a connection may not do, and how it ends if it does.
import { ManualClock } from "@document-insight/gateway"
import { expect } from "vitest"
import { openSocket } from "../../harness/open-socket.ts"
import { startLocal } from "../../harness/start-local.ts"
import { echoEvent } from "../../harness/template.ts"
import { movesTheClock, ownTemplate, shortensQuotas, type Topic } from "../case.ts"
import { closeCodeOf, type Frame, opcodes, openRaw } from "../raw-frames.ts"
import { echo, manage, openEcho, type Target } from "../target.ts"

const { text, binary, continuation, close, ping, pong } = opcodes
const FRAME = 32 * 1024
const MESSAGE = 128 * 1024
const MINUTE = 60_000

/** A message of exactly this many bytes, for the route that sends nothing back. */
function ofSize(bytes: number): string {
  const shell = JSON.stringify({ action: "quiet", text: "" })
  return JSON.stringify({ action: "quiet", text: "x".repeat(bytes - shell.length) })
}

/** The same message in several frames. */
function inFrames(message: string, size: number): Frame[] {
  const pieces: Frame[] = []
  for (let start = 0; start < message.length; start += size) {
    const opcode = start === 0 ? text : continuation
    pieces.push({ opcode, payload: message.slice(start, start + size), fin: start + size >= message.length })
  }
  return pieces
}

/** After these frames a message is still answered. */
async function expectStillOpen({ url }: Target, ...frames: Frame[]): Promise<void> {
  const { send, next } = await openRaw(url)
  send(...frames, { opcode: text, payload: '{"action":"result","result":{"body":"still here"}}' })
  for (let received = await next(); ; received = await next()) {
    expect(received, "the connection ended").toBeDefined()
    if (received?.opcode === text && received.payload.toString() === "still here") return
  }
}

/** A connection whose clock stands still. */
async function atRest(options: Parameters<typeof startLocal>[1] = {}) {
  const clock = new ManualClock(Date.now())
  const routes = { echo: { code: echoEvent, twoWay: true }, quiet: { code: echoEvent } }
  const local = await startLocal({ routes }, { clock, ...options })
  const { socket, connectionId } = await openEcho(local.url)
  const send = (request: { method: string; body?: string }) => {
    const path = `/dev/@connections/${encodeURIComponent(connectionId)}`
    const { origin } = new URL(local.callbackUrl)
    return manage(origin, "us-east-1", { keys: local.gateway.credentials, path, ...request }, clock.now())
  }
  return { clock, socket, connectionId, send, gateway: local.gateway }
}

const goingAway = { code: 1001, reason: "Going away" }

export const limitsTopic: Topic = {
  title: "Limits",
  observer: [
    {
      id: "limit-frame",
      does: "a frame of 32 KB passes",
      run: (target) => expectStillOpen(target, { opcode: text, payload: ofSize(FRAME) }),
    },
    {
      id: "limit-frame-exceeded",
      does: "a frame of one byte more closes with 1009",
      async run({ url }) {
        expect(await closeCodeOf(url, { opcode: text, payload: ofSize(FRAME + 1) })).toBe(1009)
      },
    },
    {
      id: "limit-frame-announced",
      does: "the header alone is enough to be closed with 1009",
      async run({ url }) {
        expect(await closeCodeOf(url, { opcode: text, announcedLength: 1n << 40n })).toBe(1009)
      },
    },
    {
      id: "limit-message",
      does: "a message of 128 KB in frames of 32 KB passes",
      run: (target) => expectStillOpen(target, ...inFrames(ofSize(MESSAGE), FRAME)),
    },
    {
      id: "limit-message-exceeded",
      does: "a message of one byte more closes with 1009",
      async run({ url }) {
        expect(await closeCodeOf(url, ...inFrames(ofSize(MESSAGE + 1), FRAME))).toBe(1009)
      },
    },
    {
      id: "limit-fragments",
      does: "fragments are put together before a route is selected, however small they are",
      async run({ url }) {
        const { send, next } = await openRaw(url)
        send(...inFrames('{"action":"result","result":{"body":"in one piece"}}', 3))
        expect((await next())?.payload.toString()).toBe("in one piece")
      },
    },
    {
      id: "limit-control-between-fragments",
      does: "a ping between two fragments is answered, and the message still arrives",
      async run({ url }) {
        const { send, next } = await openRaw(url)
        const [first, ...rest] = inFrames('{"action":"result","result":{"body":"whole"}}', 20)
        send(first!, { opcode: ping, payload: "now" }, ...rest)
        expect(await next()).toEqual({ opcode: pong, payload: Buffer.from("now") })
        expect((await next())?.payload.toString()).toBe("whole")
      },
    },
    {
      id: "limit-compressed-message",
      does: "a compressed message counts with its size once inflated: above 128 KB it closes with 1009",
      async run({ url }) {
        const socket = await openSocket(url, { perMessageDeflate: true })
        socket.send(ofSize(MESSAGE + 1))
        expect((await socket.closed).code).toBe(1009)
      },
    },
    {
      id: "limit-compressed-frame",
      does: "a compressed frame counts with its size on the wire",
      async run({ url }) {
        const socket = await openSocket(url, { perMessageDeflate: true })
        socket.send(ofSize(MESSAGE))
        await echo(socket)
      },
    },
    {
      id: "limit-binary",
      does: "a binary message closes with 1003",
      async run({ url }) {
        const socket = await openSocket(url)
        socket.send(Buffer.from('{"action":"echo"}'))
        expect((await socket.closed).code).toBe(1003)
      },
    },
    {
      id: "limit-binary-empty",
      does: "so does an empty one",
      async run({ url }) {
        expect(await closeCodeOf(url, { opcode: binary })).toBe(1003)
      },
    },
    {
      id: "limit-utf8",
      does: "text that is not UTF-8 closes with 1007",
      async run({ url }) {
        expect(await closeCodeOf(url, { opcode: text, payload: Buffer.from([0x7b, 0xc3, 0x28]) })).toBe(1007)
      },
    },
    {
      id: "limit-utf8-across-fragments",
      does: "a character may be split between fragments",
      async run({ url }) {
        const { send, next } = await openRaw(url)
        const bytes = Buffer.from('{"action":"result","result":{"body":"€"}}')
        const middle = bytes.indexOf(0xe2) + 1
        send(
          { opcode: text, payload: bytes.subarray(0, middle), fin: false },
          { opcode: continuation, payload: bytes.subarray(middle) },
        )
        expect((await next())?.payload.toString()).toBe("€")
      },
    },
    {
      id: "limit-unmasked",
      does: "a frame without a mask closes with 1002",
      async run({ url }) {
        expect(await closeCodeOf(url, { opcode: text, payload: "{}", masked: false })).toBe(1002)
      },
    },
    {
      id: "limit-reserved-bits",
      does: "so does one with reserved bits",
      async run({ url }) {
        expect(await closeCodeOf(url, { opcode: text, payload: "{}", reserved: 1 })).toBe(1002)
      },
    },
    {
      id: "limit-unknown-opcode",
      does: "so does one of a kind that does not exist",
      async run({ url }) {
        expect(await closeCodeOf(url, { opcode: 3, payload: "{}" })).toBe(1002)
      },
    },
    {
      id: "limit-lone-continuation",
      does: "so does a continuation of nothing",
      async run({ url }) {
        expect(await closeCodeOf(url, { opcode: continuation, payload: "{}" })).toBe(1002)
      },
    },
    {
      id: "limit-long-control",
      does: "so does a ping of more than 125 bytes",
      async run({ url }) {
        expect(await closeCodeOf(url, { opcode: ping, payload: "x".repeat(126) })).toBe(1002)
      },
    },
    {
      id: "limit-bad-close-code",
      does: "so does a close frame with a code that may not be sent",
      async run({ url }) {
        expect(await closeCodeOf(url, { opcode: close, payload: Buffer.from([0x03, 0xed]) })).toBe(1002)
      },
    },
    {
      id: "limit-ping",
      does: "a ping is answered with its own payload",
      async run({ url }) {
        const { send, next } = await openRaw(url)
        send({ opcode: ping, payload: "are you there" })
        expect(await next()).toEqual({ opcode: pong, payload: Buffer.from("are you there") })
      },
    },
    {
      id: "limit-unasked-pong",
      does: "a pong that nobody asked for is ignored",
      run: (target) => expectStillOpen(target, { opcode: pong, payload: "hello" }),
    },
  ],
  local: [
    {
      id: "limit-idle",
      does: "ten minutes without a message close with 1001 Going away, and not a moment earlier",
      localOnly: movesTheClock,
      async run() {
        const { clock, socket } = await atRest()
        clock.advance(10 * MINUTE - 1)
        await echo(socket)
        clock.advance(10 * MINUTE)
        expect(await socket.closed).toEqual(goingAway)
      },
    },
    {
      id: "limit-idle-reset-by-message",
      does: "a message from the client starts the ten minutes anew, though nothing is sent back",
      localOnly: movesTheClock,
      async run() {
        const { clock, socket, gateway } = await atRest()
        clock.advance(9 * MINUTE)
        socket.send({ action: "quiet" })
        await until(() => [...gateway.connections.all()][0]?.lastActiveAt === clock.now())
        clock.advance(10 * MINUTE - 1)
        await echo(socket)
      },
    },
    {
      id: "limit-idle-reset-by-post",
      does: "so does a message to the client",
      localOnly: movesTheClock,
      async run() {
        const { clock, socket, send } = await atRest()
        clock.advance(9 * MINUTE)
        expect((await send({ method: "POST", body: "hello" })).status).toBe(200)
        expect(await socket.next()).toBe("hello")
        clock.advance(10 * MINUTE - 1)
        await echo(socket)
      },
    },
    {
      id: "limit-idle-not-reset-by-get",
      does: "to ask for a connection's state does not",
      localOnly: movesTheClock,
      async run() {
        const { clock, socket, send } = await atRest()
        clock.advance(9 * MINUTE)
        expect((await send({ method: "GET" })).status).toBe(200)
        clock.advance(1 * MINUTE)
        expect(await socket.closed).toEqual(goingAway)
      },
    },
    {
      id: "limit-idle-not-reset-by-ping",
      does: "a ping does not, unless the choice is made that it does",
      localOnly: movesTheClock,
      async run() {
        const strict = await atRest()
        strict.clock.advance(9 * MINUTE)
        await strict.socket.pinged()
        strict.clock.advance(1 * MINUTE)
        expect(await strict.socket.closed).toEqual(goingAway)

        const lenient = await atRest({ assumptions: { pingResetsIdleTimeout: true } })
        lenient.clock.advance(9 * MINUTE)
        await lenient.socket.pinged()
        lenient.clock.advance(9 * MINUTE)
        await echo(lenient.socket)
      },
    },
    {
      id: "limit-lifetime",
      does: "two hours end even the busiest connection, with 1001 Going away",
      localOnly: movesTheClock,
      async run() {
        const { clock, socket } = await atRest()
        for (let minute = 9; minute < 120; minute += 9) {
          clock.advance(9 * MINUTE)
          await echo(socket)
        }
        clock.advance(3 * MINUTE - 1)
        await echo(socket)
        clock.advance(1)
        expect(await socket.closed).toEqual(goingAway)
      },
    },
    {
      id: "limit-quotas-are-values",
      does: "every one of these numbers may be shortened",
      localOnly: shortensQuotas,
      async run() {
        const quotas = { maxFrameBytes: 50, maxMessageBytes: 100, maxUrlLength: 20 }
        const { url } = await startLocal({ routes: { echo: { code: echoEvent } } }, { quotas })
        expect(await closeCodeOf(url, { opcode: text, payload: "x".repeat(51) })).toBe(1009)
        expect(await closeCodeOf(url, ...inFrames("x".repeat(101), 50))).toBe(1009)
        await expect(openSocket(`${url}?${"x".repeat(20)}`)).rejects.toThrow("rejected with 414")
      },
    },
    {
      id: "limit-integration-timeout",
      does: "29 seconds end an integration that has no timeout of its own",
      localOnly: movesTheClock,
      async run() {
        const clock = new ManualClock(Date.now())
        const code = `export const handler = async (event) => {
          if (JSON.parse(event.body).hang) await new Promise(() => {})
          return { body: "warm" }
        }`
        const routes = { hang: { code, twoWay: true, functionTimeoutSeconds: 30 } }
        const { url } = await startLocal({ routes }, { clock })
        const socket = await openSocket(url)
        socket.send({ action: "hang" })
        expect(await socket.next()).toBe("warm")
        socket.send({ action: "hang", hang: true })
        await socket.pinged()
        clock.advance(28_999)
        await socket.pinged()
        clock.advance(1)
        expect((await socket.nextJson()).message).toBe("Endpoint request timed out")
        // The function's own timeout ends it, or the gateway would wait for it as it closes.
        clock.advance(1_000)
      },
    },
    {
      id: "limit-integration-timeout-range",
      does: "a template with a timeout below 50 ms or above 29 s is refused",
      localOnly: ownTemplate,
      async run() {
        const withTimeout = (timeoutMs: number) => startLocal({ routes: { echo: { code: echoEvent, timeoutMs } } })
        await expect(withTimeout(49)).rejects.toThrow("between 50 and 29000")
        await expect(withTimeout(29_001)).rejects.toThrow("between 50 and 29000")
        await withTimeout(50)
      },
    },
  ],
}

/** For what happens in this process and announces itself nowhere: looks after every turn of the event loop. */
async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setImmediate(resolve))
}
