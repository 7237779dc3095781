// Limits of a connection (sizes, frame types, lifetimes) and the close codes for exceeding them.
import { once } from "node:events"
import { ManualClock } from "@document-insight/gateway"
import { expect } from "vitest"
import { openSocket } from "../testing/open-socket.ts"
import { startLocal } from "../testing/start-local.ts"
import { echoEvent } from "../testing/template.ts"
import { changesQuotas, contract, movesTheClock, ownTemplate } from "./testing/contract.ts"
import { closeCodeOf, type Frame, opcodes, openRaw, openTcp } from "./testing/raw-frames.ts"
import { echo, manage, type Target } from "./testing/target.ts"

const { text, binary, continuation, close, ping, pong } = opcodes
const FRAME = 32 * 1024
const MESSAGE = 128 * 1024
const MINUTE = 60_000

/** A message of exactly this many bytes, for the one-way route. */
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

/** After these frames a message still gets its response. */
async function expectStillOpen({ url }: Target, ...frames: Frame[]): Promise<void> {
  const { send, next } = await openRaw(url)
  send(...frames, { opcode: text, payload: '{"action":"result","result":{"body":"still here"}}' })
  for (let received = await next(); ; received = await next()) {
    expect(received, "the connection is open").toBeDefined()
    if (received?.opcode === text && received.payload.toString() === "still here") return
  }
}

/** A connection to a gateway with a manual clock. */
async function openWithManualClock(options: Parameters<typeof startLocal>[1] = {}) {
  const clock = new ManualClock(Date.now())
  const routes = { echo: { mock: "{}" }, quiet: {} }
  const local = await startLocal({ routes }, { clock, ...options })
  const socket = await openSocket(local.url)
  const [connection] = local.gateway.connections.all()
  const connectionId = connection?.facts.connectionId ?? ""
  const send = (request: { method: string; body?: string }) => {
    const path = `/dev/@connections/${encodeURIComponent(connectionId)}`
    const { origin } = new URL(local.callbackUrl)
    return manage(origin, "us-east-1", { keys: local.gateway.credentials, path, ...request }, clock.now())
  }
  return { clock, socket, connectionId, send, gateway: local.gateway }
}

const goingAway = { code: 1001, reason: "Going away" }

/** Checks after every turn of the event loop, for a state of this process that no event reports. */
async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setImmediate(resolve))
}

contract("limit-frame", "a frame of 32 KB is accepted", (target) =>
  expectStillOpen(target, { opcode: text, payload: ofSize(FRAME) }),
)

contract("limit-frame-exceeded", "a frame of 32 KB and one byte closes with 1009", async ({ url }) => {
  expect(await closeCodeOf(url, { opcode: text, payload: ofSize(FRAME + 1) })).toBe(1009)
})

contract(
  "limit-frame-announced",
  "the header of a frame that is too large closes with 1009 before any payload",
  async ({ url }) => {
    expect(await closeCodeOf(url, { opcode: text, announcedLength: 1n << 40n })).toBe(1009)
  },
)

contract("limit-message", "a message of 128 KB in frames of 32 KB is accepted", (target) =>
  expectStillOpen(target, ...inFrames(ofSize(MESSAGE), FRAME)),
)

contract("limit-message-exceeded", "a message of 128 KB and one byte closes with 1009", async ({ url }) => {
  expect(await closeCodeOf(url, ...inFrames(ofSize(MESSAGE + 1), FRAME))).toBe(1009)
})

contract("limit-fragments", "fragments of any size are assembled before a route is selected", async ({ url }) => {
  const { send, next } = await openRaw(url)
  send(...inFrames('{"action":"result","result":{"body":"in one piece"}}', 3))
  expect((await next())?.payload.toString()).toBe("in one piece")
})

contract(
  "limit-control-between-fragments",
  "a ping between two fragments gets its pong, and the message arrives",
  async ({ url }) => {
    const { send, next } = await openRaw(url)
    const [first, ...rest] = inFrames('{"action":"result","result":{"body":"whole"}}', 20)
    send(first!, { opcode: ping, payload: "now" }, ...rest)
    expect(await next()).toEqual({ opcode: pong, payload: Buffer.from("now") })
    expect((await next())?.payload.toString()).toBe("whole")
  },
)

contract(
  "limit-compressed-message",
  "a compressed message over 128 KB after decompression closes with 1009",
  async ({ url }) => {
    const socket = await openSocket(url, { perMessageDeflate: true })
    socket.send(ofSize(MESSAGE + 1))
    expect((await socket.closed).code).toBe(1009)
  },
)

contract("limit-compressed-frame", "the size of a compressed frame is its size on the wire", async ({ url }) => {
  const socket = await openSocket(url, { perMessageDeflate: true })
  socket.send(ofSize(MESSAGE))
  await echo(socket)
})

contract("limit-binary", "a binary message closes with 1003", async ({ url }) => {
  const socket = await openSocket(url)
  socket.send(Buffer.from('{"action":"echo"}'))
  expect((await socket.closed).code).toBe(1003)
})

contract("limit-binary-empty", "an empty binary message closes with 1003", async ({ url }) => {
  expect(await closeCodeOf(url, { opcode: binary })).toBe(1003)
})

contract("limit-utf8", "text that is not UTF-8 closes with 1007", async ({ url }) => {
  expect(await closeCodeOf(url, { opcode: text, payload: Buffer.from([0x7b, 0xc3, 0x28]) })).toBe(1007)
})

contract("limit-utf8-across-fragments", "a character may be split between fragments", async ({ url }) => {
  const { send, next } = await openRaw(url)
  const bytes = Buffer.from('{"action":"result","result":{"body":"€"}}')
  const middle = bytes.indexOf(0xe2) + 1
  send(
    { opcode: text, payload: bytes.subarray(0, middle), fin: false },
    { opcode: continuation, payload: bytes.subarray(middle) },
  )
  expect((await next())?.payload.toString()).toBe("€")
})

contract("limit-unmasked", "a frame without a mask closes with 1002", async ({ url }) => {
  expect(await closeCodeOf(url, { opcode: text, payload: "{}", masked: false })).toBe(1002)
})

contract("limit-reserved-bits", "a frame with reserved bits closes with 1002", async ({ url }) => {
  expect(await closeCodeOf(url, { opcode: text, payload: "{}", reserved: 1 })).toBe(1002)
})

contract("limit-unknown-opcode", "a frame with an unknown opcode closes with 1002", async ({ url }) => {
  expect(await closeCodeOf(url, { opcode: 3, payload: "{}" })).toBe(1002)
})

contract("limit-lone-continuation", "a continuation frame without a first frame closes with 1002", async ({ url }) => {
  expect(await closeCodeOf(url, { opcode: continuation, payload: "{}" })).toBe(1002)
})

contract("limit-long-control", "a ping of more than 125 bytes closes with 1002", async ({ url }) => {
  expect(await closeCodeOf(url, { opcode: ping, payload: "x".repeat(126) })).toBe(1002)
})

contract("limit-bad-close-code", "a close frame with an invalid code closes with 1002", async ({ url }) => {
  expect(await closeCodeOf(url, { opcode: close, payload: Buffer.from([0x03, 0xed]) })).toBe(1002)
})

contract("limit-ping", "a ping gets a pong with its payload", async ({ url }) => {
  const { send, next } = await openRaw(url)
  send({ opcode: ping, payload: "are you there" })
  expect(await next()).toEqual({ opcode: pong, payload: Buffer.from("are you there") })
})

contract("limit-unasked-pong", "an unsolicited pong is ignored", (target) =>
  expectStillOpen(target, { opcode: pong, payload: "hello" }),
)

contract.local(
  "limit-idle",
  "ten minutes without a message close with 1001 Going away, and not a millisecond earlier",
  movesTheClock,
  async () => {
    const { clock, socket } = await openWithManualClock()
    clock.advance(10 * MINUTE - 1)
    await echo(socket)
    clock.advance(10 * MINUTE)
    expect(await socket.closed).toEqual(goingAway)
  },
)

contract.local(
  "limit-idle-reset-by-message",
  "a message from the client restarts the ten minutes of the idle timeout, also when nothing is sent back",
  movesTheClock,
  async () => {
    const { clock, socket, gateway } = await openWithManualClock()
    clock.advance(9 * MINUTE)
    socket.send({ action: "quiet" })
    await until(() => [...gateway.connections.all()][0]?.lastActiveAt === clock.now())
    clock.advance(10 * MINUTE - 1)
    await echo(socket)
  },
)

contract.local(
  "limit-idle-reset-by-post",
  "a message to the client restarts the ten minutes of the idle timeout",
  movesTheClock,
  async () => {
    const { clock, socket, send } = await openWithManualClock()
    clock.advance(9 * MINUTE)
    expect((await send({ method: "POST", body: "hello" })).status).toBe(200)
    expect(await socket.next()).toBe("hello")
    clock.advance(10 * MINUTE - 1)
    await echo(socket)
  },
)

contract.local(
  "limit-idle-not-reset-by-get",
  "GET @connections does not restart the ten minutes of the idle timeout",
  movesTheClock,
  async () => {
    const { clock, socket, send } = await openWithManualClock()
    clock.advance(9 * MINUTE)
    expect((await send({ method: "GET" })).status).toBe(200)
    clock.advance(1 * MINUTE)
    expect(await socket.closed).toEqual(goingAway)
  },
)

contract.local(
  "limit-idle-not-reset-by-ping",
  "a ping does not restart the ten minutes of the idle timeout, unless the assumption is set",
  movesTheClock,
  async () => {
    const strict = await openWithManualClock()
    strict.clock.advance(9 * MINUTE)
    await strict.socket.ping()
    strict.clock.advance(1 * MINUTE)
    expect(await strict.socket.closed).toEqual(goingAway)

    const lenient = await openWithManualClock({ assumptions: { pingResetsIdleTimeout: true } })
    lenient.clock.advance(9 * MINUTE)
    await lenient.socket.ping()
    lenient.clock.advance(9 * MINUTE)
    await echo(lenient.socket)
  },
)

contract.local("limit-lifetime", "two hours end every connection, with 1001 Going away", movesTheClock, async () => {
  const { clock, socket, send } = await openWithManualClock()
  for (let minute = 9; minute < 120; minute += 9) {
    clock.advance(9 * MINUTE)
    // Not a message to the function, whose execution environment has ended meanwhile and would start again.
    expect((await send({ method: "POST", body: "used" })).status).toBe(200)
    expect(await socket.next()).toBe("used")
  }
  clock.advance(3 * MINUTE - 1)
  await echo(socket)
  clock.advance(1)
  expect(await socket.closed).toEqual(goingAway)
})

contract.local(
  "limit-quotas-are-values",
  "a test can lower the limits of frames, messages and URLs",
  changesQuotas,
  async () => {
    const quotas = { maxFrameBytes: 50, maxMessageBytes: 100, maxUrlLength: 20 }
    const { url } = await startLocal({ routes: { echo: { code: echoEvent } } }, { quotas })
    expect(await closeCodeOf(url, { opcode: text, payload: "x".repeat(51) })).toBe(1009)
    expect(await closeCodeOf(url, ...inFrames("x".repeat(101), 50))).toBe(1009)
    await expect(openSocket(`${url}?${"x".repeat(20)}`)).rejects.toThrow("rejected with 414")
  },
)

contract.local(
  "limit-integration-timeout",
  "29 seconds end an integration without its own timeout",
  movesTheClock,
  async () => {
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
    await socket.ping()
    clock.advance(28_999)
    await socket.ping()
    clock.advance(1)
    expect((await socket.nextJson()).message).toBe("Endpoint request timed out")
    // The function's own timeout ends it. Otherwise the gateway would wait for it when it closes.
    clock.advance(1_000)
  },
)

contract.local(
  "limit-integration-timeout-range",
  "a template with a timeout below 50 ms or above 29 s is rejected",
  ownTemplate,
  async () => {
    const withTimeout = (timeoutMs: number) => startLocal({ routes: { echo: { code: echoEvent, timeoutMs } } })
    await expect(withTimeout(49)).rejects.toThrow("between 50 and 29000")
    await expect(withTimeout(29_001)).rejects.toThrow("between 50 and 29000")
    await withTimeout(50)
  },
)

contract.local(
  "limit-slow-request",
  "a handshake whose head, and a POST whose body arrives too slowly are a 408",
  changesQuotas,
  async () => {
    const quotas = { requestHeadTimeoutMs: 100, requestTimeoutMs: 200 }
    const { url, gateway } = await startLocal({ routes: { quiet: {} } }, { quotas })
    const waiting = await openSocket(url)
    for (const head of [
      "GET /dev HTTP/1.1\r\nHost: localhost\r\nUpgr",
      "POST /dev/@connections/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n",
    ]) {
      const socket = await openTcp(url)
      socket.write(head)
      const sending = setInterval(() => socket.write("x"), 10)
      let response = ""
      socket.on("data", (chunk) => {
        response += chunk
      })
      // The gateway closes the socket while bytes are on their way, which is an error for the sender.
      socket.on("error", () => {})
      await new Promise((resolve) => socket.once("close", resolve))
      clearInterval(sending)
      expect(response).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/)
    }
    expect(gateway.connections.size).toBe(1)
    await waiting.ping()
  },
)

contract.local(
  "limit-pending-requests",
  "the connection that waits longest without a request is closed when too many do, and open ones are not",
  changesQuotas,
  async () => {
    const { url } = await startLocal({ routes: { quiet: {} } }, { quotas: { maxPendingRequests: 3 } })
    const open = await Promise.all([openSocket(url), openSocket(url), openSocket(url), openSocket(url)])
    const first = await openTcp(url)
    const closed = once(first.resume(), "close")
    for (let count = 0; count < 3; count++) await openTcp(url)
    await closed
    for (const socket of open) await socket.ping()
    await openSocket(url)
  },
)
