// Bytes that no client should send. Whatever comes, the process lives, and everybody else is answered as before.
// Two seconds by default; HOSTILE_SECONDS=60 for longer.
import { once } from "node:events"
import type { Socket } from "node:net"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import fc from "fast-check"
import { afterAll, expect, test } from "vitest"
import { openSocket, type TestSocket } from "../testing/open-socket.ts"
import { type LocalGateway, startLocal } from "../testing/start-local.ts"
import { echoEvent } from "../testing/template.ts"
import { type Frame, frame, opcodes, openTcp } from "./testing/raw-frames.ts"
import { exampleKey } from "./testing/raw-handshake.ts"
import { echo } from "./testing/target.ts"

const seconds = Number(process.env.HOSTILE_SECONDS ?? 2)
const routes = { echo: { code: echoEvent, twoWay: true }, $default: { code: echoEvent } }

const uncaught: unknown[] = []
const note = (error: unknown) => uncaught.push(error)
process.on("uncaughtException", note).on("unhandledRejection", note)
afterAll(() => {
  process.off("uncaughtException", note).off("unhandledRejection", note)
  expect(uncaught).toEqual([])
})

function upgrade(path: string, extra = ""): string {
  return [
    `GET ${path} HTTP/1.1`,
    "Host: localhost",
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    `Sec-WebSocket-Key: ${exampleKey}`,
    `${extra}\r\n`,
  ].join("\r\n")
}

/** Somebody else's connection, which must not notice. */
async function expectUnharmed(witness: TestSocket, local: LocalGateway): Promise<void> {
  expect((await echo(witness)).requestContext.routeKey).toBe("echo")
  expect(uncaught).toEqual([])
  const problems = local.events.flatMap((event) => (event.event === "problem" ? [event.message] : []))
  expect(problems.filter((message) => !message.startsWith("Handshake rejected with 403"))).toEqual([])
}

/** Waits until the server has ended the connection, or has at least taken everything in. */
async function settled(socket: Socket): Promise<void> {
  socket.resume()
  socket.end()
  await new Promise<void>((resolve) => (socket.closed ? resolve() : socket.once("close", () => resolve())))
}

const handshakes: [string, string][] = [
  ["half a request line", "GET /d"],
  ["half a header", "GET /dev HTTP/1.1\r\nHost: loc"],
  ["no HTTP at all", "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003"],
  ["a header without end", `GET /dev HTTP/1.1\r\nX: ${"x".repeat(100_000)}`],
  ["a thousand headers", upgrade("/dev", "X-A: b\r\n".repeat(1000))],
  ["a NUL in the path", upgrade("/dev\u0000")],
  ["a path of percent signs", upgrade("/%%%%/%E0%A4%A")],
  ["a path with dots", upgrade("/../../etc/passwd")],
  ["an absolute URL", upgrade("http://elsewhere/dev")],
  ["an empty path", upgrade("")],
  ["two keys", upgrade("/dev", `Sec-WebSocket-Key: ${exampleKey}\r\n`)],
  ["an offer that is none", upgrade("/dev", 'Sec-WebSocket-Extensions: permessage-deflate; a="\r\n')],
  [
    "windows out of range",
    upgrade("/dev", "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=99\r\n"),
  ],
  ["a body that never comes", "POST /dev/@connections/x HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\nabc"],
  ["a chunk that is none", "POST /dev/@connections/x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"],
  ["two lengths", "POST /dev/@connections/x HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"],
  ["a pipelined pair", "GET /dev HTTP/1.1\r\nHost: h\r\n\r\nGET /other HTTP/1.1\r\nHost: h\r\n\r\n"],
  ["CONNECT", "CONNECT localhost:80 HTTP/1.1\r\nHost: h\r\n\r\n"],
]

test("handshakes that are none", async () => {
  const local = await startLocal({ routes })
  const witness = await openSocket(local.url)
  for (const [, bytes] of handshakes) {
    const socket = await openTcp(local.url)
    socket.write(Buffer.from(bytes, "latin1"))
    await settled(socket)
    await expectUnharmed(witness, local)
  }
  expect(local.gateway.connections.size).toBe(1)
})

const frames: [string, Frame[] | Buffer][] = [
  ["a frame without a mask", [{ opcode: 1, payload: "{}", masked: false }]],
  ["every reserved bit", [{ opcode: 1, payload: "{}", reserved: 7 }]],
  ["compressed without having said so", [{ opcode: 1, payload: "{}", reserved: 4 }]],
  ["an opcode that does not exist", [{ opcode: 0xb, payload: "{}" }]],
  ["a length of 2^63", [{ opcode: 1, announcedLength: 1n << 63n }]],
  ["a length of 2^32", [{ opcode: 1, announcedLength: 1n << 32n }]],
  ["a ping that is too long", [{ opcode: 9, payload: "x".repeat(200) }]],
  ["a ping in fragments", [{ opcode: 9, payload: "x", fin: false }]],
  ["a continuation of nothing", [{ opcode: 0, payload: "x" }]],
  [
    "a message within a message",
    [
      { opcode: 1, payload: "x", fin: false },
      { opcode: 1, payload: "x" },
    ],
  ],
  ["a message that never ends", [{ opcode: 1, payload: "x", fin: false }]],
  [
    "a hundred thousand empty fragments",
    Buffer.concat([
      frame({ opcode: 1, fin: false }),
      ...Array.from({ length: 100_000 }, () => frame({ opcode: 0, fin: false })),
    ]),
  ],
  ["a close frame of one byte", [{ opcode: 8, payload: "x" }]],
  ["a close code that is none", [{ opcode: 8, payload: Buffer.from([0, 0]) }]],
  ["a close reason that is no UTF-8", [{ opcode: 8, payload: Buffer.from([0x03, 0xe8, 0xff]) }]],
  ["text after a close frame", [{ opcode: 8 }, { opcode: 1, payload: '{"action":"echo"}' }]],
  ["ten thousand pings at once", Array.from({ length: 10_000 }, () => ({ opcode: 9, payload: "x".repeat(125) }))],
  ["JSON thousands deep", [{ opcode: 1, payload: `{"action":${"[".repeat(30_000)}` }]],
  ["closed JSON thousands deep", [{ opcode: 1, payload: `{"action":${"[".repeat(16_000)}${"]".repeat(16_000)}}` }]],
  ["a key that is a prototype", [{ opcode: 1, payload: '{"__proto__":{"action":"echo"},"constructor":{}}' }]],
  ["half a header", Buffer.from([0x81])],
  ["half a mask", Buffer.from([0x81, 0xfe, 0x00])],
]

/** A WebSocket connection on a bare TCP socket, past its handshake. */
async function accepted(url: string, extra = ""): Promise<Socket> {
  const socket = await openTcp(url)
  socket.write(upgrade("/dev", extra))
  await once(socket, "data")
  return socket
}

test("frames that break the protocol", async () => {
  const local = await startLocal({ routes }, { quotas: { closeTimeoutMs: 100 } })
  const witness = await openSocket(local.url)
  for (const [, bytes] of frames) {
    const socket = await accepted(local.url)
    socket.write(Buffer.isBuffer(bytes) ? bytes : Buffer.concat(bytes.map(frame)))
    await settled(socket)
    await expectUnharmed(witness, local)
  }
})

test("a sender of single bytes is heard in the end", async () => {
  const local = await startLocal({ routes })
  const socket = await accepted(local.url)
  socket.setNoDelay(true)
  const answer = once(socket, "data")
  for (const byte of frame({ opcode: opcodes.text, payload: '{"action":"echo"}' })) {
    await new Promise((written) => socket.write(Buffer.from([byte]), written))
  }
  expect(String((await answer)[0])).toContain('"routeKey":"echo"')
})

// The WebSocket library does that, from 60 pongs on that are not sent yet.
test("a client that sends pings and does not read the pongs is disconnected", async () => {
  const local = await startLocal({ routes }, { quotas: { closeTimeoutMs: 100 } })
  const witness = await openSocket(local.url)
  const socket = await accepted(local.url)
  socket.pause()
  const flood = Buffer.concat(Array.from({ length: 5_000 }, () => frame({ opcode: 9, payload: "x".repeat(125) })))
  const before = process.memoryUsage()
  // 60 rounds are 40 MB of pings, more than both systems buffer.
  for (let round = 0; round < 60 && local.gateway.connections.size > 1; round++) {
    // Not drained: the server may have stopped reading.
    socket.write(flood)
    await echo(witness)
  }
  expect(local.gateway.connections.size).toBe(1)
  await expectUnharmed(witness, local)
  // What waits to be sent by this process counts too.
  expect(process.memoryUsage().external - before.external).toBeLessThan(100 * 2 ** 20)
})

/** Megabytes that are in use once everything else has been collected. */
function memoryInUse(): number {
  setFlagsFromString("--expose-gc")
  runInNewContext("gc")()
  const { heapUsed, external } = process.memoryUsage()
  return Math.round((heapUsed + external) / 2 ** 20)
}

/** Frames as they might be, most of them wrong in some way. */
const anyFrame: fc.Arbitrary<Frame> = fc.record(
  {
    opcode: fc.nat({ max: 15 }),
    payload: fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
      fc.json().map((text) => Buffer.from(text)),
      fc.constant(Buffer.from('{"action":"echo"}')),
    ),
    fin: fc.boolean(),
    reserved: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat({ max: 7 }) }),
    masked: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.boolean() }),
    announcedLength: fc.option(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), { nil: undefined, freq: 8 }),
  },
  { requiredKeys: ["opcode"] },
) as fc.Arbitrary<Frame>

/** What one attacker does: says something before or after the handshake, in pieces of any size, and leaves. */
const attack = fc.record({
  beforeHandshake: fc.option(fc.uint8Array({ maxLength: 300 }), { freq: 3 }),
  deflate: fc.boolean(),
  frames: fc.array(anyFrame, { maxLength: 8 }),
  garbage: fc.option(fc.uint8Array({ maxLength: 300 }), { freq: 2 }),
  cut: fc.nat({ max: 1000 }),
  leaves: fc.constantFrom("ends", "vanishes"),
})

test(
  `${seconds} seconds of anything`,
  async () => {
    const local = await startLocal({ routes }, { quotas: { closeTimeoutMs: 100 } })
    const witness = await openSocket(local.url)
    const endsAt = Date.now() + seconds * 1000
    let attacks = 0
    const before = memoryInUse()
    await fc.assert(
      fc.asyncProperty(fc.array(attack, { minLength: 1, maxLength: 6 }), async (attackers) => {
        attacks += attackers.length
        await Promise.all(
          attackers.map(async ({ beforeHandshake, deflate, frames, garbage, cut, leaves }) => {
            if (beforeHandshake) {
              const socket = await openTcp(local.url)
              socket.write(beforeHandshake)
              return leaves === "ends" ? settled(socket) : void socket.destroy()
            }
            const socket = await accepted(local.url, deflate ? "Sec-WebSocket-Extensions: permessage-deflate\r\n" : "")
            const bytes = Buffer.concat([...frames.map(frame), Buffer.from(garbage ?? [])])
            socket.write(bytes.subarray(0, cut))
            socket.write(bytes.subarray(cut))
            if (leaves === "ends") await settled(socket)
            else socket.destroy()
          }),
        )
        await expectUnharmed(witness, local)
        // What the functions wrote is kept by this test alone.
        local.events.length = 0
      }),
      {
        numRuns: Number.MAX_SAFE_INTEGER,
        interruptAfterTimeLimit: seconds * 1000,
        markInterruptAsFailure: false,
        // The short run is the same every time; the long one looks for news.
        ...(process.env.HOSTILE_SECONDS === undefined && { seed: 42 }),
      },
    )
    expect(Date.now()).toBeGreaterThanOrEqual(endsAt - 1000)
    const after = memoryInUse()
    if (seconds >= 10) console.log(`${attacks} attacks; ${before} MB in use before, ${after} MB after`)
    expect(after - before).toBeLessThan(50)
    expect(attacks).toBeGreaterThan(seconds * 5)
  },
  seconds * 1000 + 30_000,
)
