// A process with the clients of the gateways: neighbours whose round trips are measured, and clients that invoke programs.
import { openSocket, type TestSocket } from "@document-insight/gateway/testing"
import { answer } from "./child.ts"
import { type Latency, measureLatency, now } from "./latency.ts"

type Neighbour = { socket: TestSocket; latency: Latency }

/** Longer than any program runs. */
const options = { timeoutMs: 60_000 }

const neighbours = new Map<string, Neighbour>()
/** By URL and action. */
const callers = new Map<string, TestSocket>()

async function roundTrip(socket: TestSocket): Promise<void> {
  socket.send({ action: "neighbour" })
  const text = await socket.next()
  if (text !== "neighbour") throw new Error(`The neighbour received ${text}`)
}

/** Measures the round trips of a neighbour from now on, after its cold start. */
async function measure(url: string): Promise<void> {
  const socket = await openSocket(url, options)
  await roundTrip(socket)
  neighbours.set(url, { socket, latency: measureLatency(() => roundTrip(socket)) })
}

async function worst({ url, since }: { url: string; since: number }): Promise<number> {
  return (await neighbours.get(url)?.latency.worstSince(since)) ?? 0
}

async function stop(url: string): Promise<void> {
  const { socket, latency } = neighbours.get(url) ?? {}
  neighbours.delete(url)
  await latency?.stop()
  await socket?.close()
}

/** Connects, and invokes the program of a route without waiting for it. */
async function invoke({ url, action }: { url: string; action: string }): Promise<void> {
  const socket = await openSocket(url, options)
  callers.set(`${url} ${action}`, socket)
  socket.send({ action })
}

async function leave({ url, action }: { url: string; action: string }): Promise<void> {
  await callers.get(`${url} ${action}`)?.close()
  callers.delete(`${url} ${action}`)
}

/** How long a new client needs for a handshake and a message. */
async function connectAnew(url: string): Promise<number> {
  const startedAt = now()
  const socket = await openSocket(url, options)
  await roundTrip(socket)
  const ms = now() - startedAt
  await socket.close()
  return ms
}

/** What a new client receives for a message, and after how long. */
async function ask({ url, action }: { url: string; action: string }): Promise<{ frame: string; ms: number }> {
  const socket = await openSocket(url, options)
  const startedAt = now()
  socket.send({ action })
  const frame = await socket.next()
  const ms = now() - startedAt
  await socket.close()
  return { frame, ms }
}

answer({ measure, worst, stop, invoke, leave, connectAnew, ask }, async () => {
  for (const url of neighbours.keys()) await stop(url)
})
