// What an open console costs the clients of a busy gateway: the median of the round trips with and without it.
import { setTimeout as wait } from "node:timers/promises"
import { alternate, median } from "../alternate.ts"
import { type MixedLoad, startMixedLoad } from "../mixed-load.ts"
import { type Program, type Server, startProgram, startServer } from "../program.ts"
import { type BenchOptions, judge, type Measured } from "../row.ts"

const LOAD = { connections: 100, messagesPerSecond: 1000, slowClients: 0, seed: 1 }
/** The history, and what is sent whole before the rate is known to be high, are not a part of the measurement. */
const SETTLE_MS = 1500
/** Entries arrive a moment after their messages. A page that receives fewer would cost less. */
const MIN_SHARE_RECEIVED = 0.9

/** Of one round, in microseconds. */
type Round = { latency: number; cpuPerMessage: number }

export async function* observe({ quick }: BenchOptions): AsyncGenerator<Measured> {
  const server = await startServer("gateway-server")
  const reader = startProgram("console-reader")
  const { siteUrl } = await server.request<{ siteUrl: string }>({ type: "address" })
  const load = await startMixedLoad(server, LOAD)
  const ms = quick ? 1500 : 4000
  const rounds: Record<"open" | "closed", Round[]> = { open: [], closed: [] }
  const closed = async () => keep(rounds.closed, await measure({ load, server, ms }))
  const open = async () => {
    await reader.request({ type: "open", siteUrl })
    const round = await measure({ load, server, ms, reader })
    await reader.request({ type: "close" })
    return keep(rounds.open, round)
  }
  await alternate(1, { floor: closed, ours: open })
  for (const kept of [rounds.open, rounds.closed]) kept.length = 0
  const latencies = await alternate(quick ? 3 : 9, { floor: closed, ours: open })
  await load.stop()
  await Promise.all([server.end(), reader.end()])
  const cpu = (kept: Round[]) => Math.round(median(kept.map(({ cpuPerMessage }) => cpuPerMessage)))
  const note = `CPU time of the gateway per message: ${cpu(rounds.closed)} µs, with the console ${cpu(rounds.open)} µs`
  const about = { name: "observe", unit: "µs, median", note }
  yield judge(about, latencies, { goal: 1.05, goalOf: "ratio", atMost: true }, load.errors.length === 0)
}

function keep(kept: Round[], round: Round): number {
  kept.push(round)
  return round.latency
}

type Measurement = { load: MixedLoad; server: Server; ms: number; reader?: Program }

/** @param reader of an open console, which must have received the events of all messages */
async function measure({ load, server, ms, reader }: Measurement): Promise<Round> {
  await wait(SETTLE_MS)
  load.takeLatencies()
  await reader?.request({ type: "takeReceived" })
  const before = await server.cpuTime()
  await wait(ms)
  const latencies = load.takeLatencies()
  const cpuTime = (await server.cpuTime()) - before
  const received = await reader?.request<number>({ type: "takeReceived" })
  if (received !== undefined && received < MIN_SHARE_RECEIVED * latencies.length) {
    throw new Error(`The console received ${received} events of ${latencies.length} messages.`)
  }
  return { latency: median(latencies) * 1000, cpuPerMessage: cpuTime / latencies.length }
}
