// A mixed load for minutes: messages of random sizes over thousands of connections, next to slow readers and slow senders.
import { type MixedLoad, startMixedLoad } from "../mixed-load.ts"
import { type Server, startServer } from "../program.ts"
import { type BenchOptions, judge, type Measured } from "../row.ts"

const SLOW_CLIENTS = 10
const GOAL_P99_MS = 50
/** Memory is flat when it does not grow by more than this from the first third to the last one. */
const MAX_GROWTH = 0.2
const SAMPLES = 12
const FLOOR_SECONDS = 10
const SEED = 1

type Load = { connections: number; messagesPerSecond: number }

export async function* mixed({ quick, minutes = 1 }: BenchOptions): AsyncGenerator<Measured> {
  const load = quick ? { connections: 500, messagesPerSecond: 100 } : { connections: 5000, messagesPerSecond: 500 }
  const seconds = quick ? 10 : minutes * 60
  const floor = await measure(await startServer("floor-server"), { ...load, slowClients: 0 }, FLOOR_SECONDS)
  const ours = await measure(await startServer("gateway-server"), { ...load, slowClients: SLOW_CLIENTS }, seconds)
  const { errors, memory, disconnects } = ours
  const growth =
    medianOf(memory.slice(-Math.ceil(memory.length / 3))) / medianOf(memory.slice(0, Math.ceil(memory.length / 3)))
  yield judge(
    {
      name: "mixed",
      variant: `${load.connections} connections`,
      unit: "ms, p99",
      note: [
        `${errors.length} errors${errors[0] === undefined ? "" : `: ${errors[0]}`}`,
        `${ours.count} round trips in ${seconds} s`,
        `${disconnects} slow clients disconnected`,
        `memory in MB: ${memory.map((bytes) => Math.round(bytes / 2 ** 20)).join(" ")}`,
      ].join("; "),
    },
    { floor: floor.p99, ours: ours.p99 },
    { goal: GOAL_P99_MS, goalOf: "ours", atMost: true },
    errors.length === 0 && growth < 1 + MAX_GROWTH,
  )
}

async function measure(server: Server, load: Load & { slowClients: number }, seconds: number) {
  const running = await startMixedLoad(server, { ...load, seed: SEED })
  const { latencies, memory } = await sample(server, running, seconds)
  const disconnects = running.disconnects()
  await running.stop()
  await server.end()
  return { p99: quantile(latencies, 0.99), count: latencies.length, memory, errors: running.errors, disconnects }
}

/** The first of the samples is taken when compiled code and buffers have been allocated. */
async function sample(server: Server, load: MixedLoad, seconds: number) {
  const memory: number[] = []
  const latencies: number[] = []
  for (let count = 0; count < SAMPLES; count++) {
    await new Promise((resolve) => setTimeout(resolve, (seconds * 1000) / SAMPLES))
    latencies.push(...load.takeLatencies())
    memory.push(await server.residentNow())
  }
  return { latencies, memory }
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length * share)] ?? 0
}

function medianOf(values: readonly number[]): number {
  return quantile(values, 0.5)
}
