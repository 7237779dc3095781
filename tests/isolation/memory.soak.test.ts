// What clients and errors keep in the memory of the gateway's process: it is bounded meanwhile, and returns afterwards.
import type { Socket } from "node:net"
import { afterAll, beforeAll, expect, test } from "vitest"
import { frame, openRawSockets, type RawSocket } from "../bench/raw-socket.ts"
import { type Child, startChild } from "./child.ts"
import type { Closed, Memory, Opened, OpenOptions } from "./gateway-host.ts"

const MB = 2 ** 20
/** What the program still refers to afterwards. */
const MAX_USED_MB = 16
/** The allocator keeps some of what was freed. */
const MAX_RESIDENT_MB = 160
/** The limits are 64 MB for slow readers and for slow senders, and 1,000 waiting invocations; the rest is garbage. */
const MAX_PEAK_MB = 700
const TIMEOUT_MS = 120_000

let clients: Child

beforeAll(() => {
  clients = startChild("clients.ts")
})

afterAll(() => clients.end())

/** A gateway in a new process, because a process seldom returns memory to the operating system. */
async function open(options: OpenOptions) {
  const host = startChild("gateway-host.ts")
  const { id, url } = await host.ask<Opened>("open", options)
  // Allocates compiled code and buffers, which are not counted.
  await clients.ask("connectAnew", url)
  const before = await host.ask<Memory>("memory")
  let peak = before.resident
  const watching = setInterval(async () => {
    peak = Math.max(peak, await host.ask<number>("residentNow"))
  }, 50)
  const { port, pathname } = new URL(url)
  return {
    host,
    url,
    server: { port: Number(port), path: pathname },
    connections: () => host.ask<number>("openConnections", id),
    untilRecorded: (routeKey: string, count: number) => host.ask("untilRecorded", { id, routeKey, count }),
    /** Expects that a new client is served, and that the memory is bounded and returns. */
    async finish(sockets: RawSocket[] = []) {
      await clients.ask("connectAnew", url)
      for (const { socket } of sockets) socket.destroy()
      while ((await host.ask<number>("openConnections", id)) > 0) await new Promise(setImmediate)
      const after = await host.ask<Memory>("memory")
      clearInterval(watching)
      await host.ask<Closed>("close", id)
      await host.end()
      expect((after.used - before.used) / MB, "MB in use").toBeLessThan(MAX_USED_MB)
      expect((after.resident - before.resident) / MB, "MB resident").toBeLessThan(MAX_RESIDENT_MB)
      expect((peak - before.resident) / MB, "MB at most").toBeLessThan(MAX_PEAK_MB)
    },
  }
}

const large = {
  code: `const text = "x".repeat(100_000); export const handler = async () => ({ statusCode: 200, body: text })`,
  twoWay: true,
}
const unlimited = { accountRateLimit: 1e9, accountBurstLimit: 1e9, newConnectionsPerSecond: 1e9 }
const quiet = { code: "export const handler = async () => ({ statusCode: 200 })" }
const message = (body: object) => frame(Buffer.from(JSON.stringify(body)))

/** Fragments of a message that other fragments follow. */
function fragment(payload: Buffer, opcode: 0 | 1): Buffer {
  const bytes = frame(payload, opcode)
  bytes[0] = opcode
  return bytes
}

function onceClosed(socket: Socket): Promise<unknown> {
  return new Promise((resolve) => socket.on("error", () => {}).once("close", resolve))
}

test(
  "50 clients that never read their responses of 100 KB",
  async () => {
    const gateway = await open({ routes: { large }, quotas: { slowClientTimeoutMs: 3000, closeTimeoutMs: 500 } })
    const sockets = await openRawSockets(50, 20, gateway.server)
    for (const { socket } of sockets) socket.on("error", () => {}).pause()
    // Until all are disconnected: the buffers of the system are several megabytes for each.
    while ((await gateway.connections()) > 0) {
      for (const { socket } of sockets) if (socket.writable) socket.write(message({ action: "large" }))
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    await gateway.finish(sockets)
  },
  TIMEOUT_MS,
)

test(
  "1,000 messages of 128 KB at once",
  async () => {
    const gateway = await open({ routes: { quiet } })
    const sockets = await openRawSockets(50, 20, gateway.server)
    const text = Buffer.from(JSON.stringify({ action: "quiet", text: "x".repeat(128 * 1024 - 30) }))
    const [first, ...rest] = [0, 1, 2, 3].map((part) => text.subarray(part * 32_768, (part + 1) * 32_768))
    const whole = Buffer.concat([
      fragment(first as Buffer, 1),
      ...rest.slice(0, -1).map((part) => fragment(part, 0)),
      frame(rest.at(-1) as Buffer, 0),
    ])
    for (const { socket } of sockets) for (let count = 0; count < 20; count++) socket.write(whole)
    await gateway.untilRecorded("quiet", 1000)
    await gateway.finish(sockets)
  },
  TIMEOUT_MS,
)

test(
  "messages of 1,000 clients that are never completed",
  async () => {
    const gateway = await open({ routes: { quiet }, quotas: { ...unlimited, slowClientTimeoutMs: 3000 } })
    const sockets = await openRawSockets(1000, 50, gateway.server)
    const closed = sockets.map(({ socket }) => onceClosed(socket.resume()))
    const part = Buffer.alloc(30_000, "x")
    for (const { socket } of sockets)
      socket.write(Buffer.concat([fragment(part, 1), fragment(part, 0), fragment(part, 0)]))
    await Promise.all(closed)
    await gateway.finish(sockets)
  },
  TIMEOUT_MS,
)

test(
  "200 failed invocations with errors of 3 MB",
  async () => {
    const failing = {
      code: "export const handler = async () => { throw new Error('x'.repeat(3e6)) }",
      twoWay: true,
      functionProperties: { MemorySize: 512 },
    }
    const gateway = await open({ routes: { failing } })
    for (let count = 0; count < 200; count++) {
      const { frame: received } = await clients.ask<{ frame: string }>("ask", { url: gateway.url, action: "failing" })
      expect(received).toContain("Internal server error")
    }
    await gateway.finish()
  },
  TIMEOUT_MS,
)

test(
  "20,000 messages for routes that do not exist",
  async () => {
    const gateway = await open({ routes: { quiet }, quotas: unlimited })
    const sockets = await openRawSockets(20, 20, gateway.server)
    await Promise.all(
      sockets.map(async ({ socket }, client) => {
        for (let count = 0; count < 1000; count++) {
          const received = new Promise((resolve) => socket.once("data", resolve))
          socket.write(message({ action: `unknown ${client} ${count} ${"x".repeat(1000)}` }))
          await received
        }
      }),
    )
    await gateway.finish(sockets)
  },
  TIMEOUT_MS,
)
