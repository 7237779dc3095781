// What an open console costs the clients of a busy gateway: the median of the round trips with and without it.
import { get } from "node:http"
import { alternate, median } from "../alternate.ts"
import { type MixedLoad, startMixedLoad } from "../mixed-load.ts"
import { startServer } from "../program.ts"
import { type BenchOptions, judge, type Measured } from "../row.ts"

const LOAD = { connections: 100, messagesPerSecond: 1000, slowClients: 0, seed: 1 }

export async function* observe({ quick }: BenchOptions): AsyncGenerator<Measured> {
  const server = await startServer("gateway-server")
  const { siteUrl } = await server.request<{ siteUrl: string }>({ type: "address" })
  const load = await startMixedLoad(server, LOAD)
  const ms = quick ? 2000 : 5000
  const open = async () => {
    const close = await openConsole(siteUrl)
    const latency = await medianLatency(load, ms)
    close()
    return latency
  }
  await alternate(1, { floor: () => medianLatency(load, ms), ours: open })
  const latencies = await alternate(quick ? 3 : 7, { floor: () => medianLatency(load, ms), ours: open })
  await load.stop()
  await server.end()
  const about = { name: "observe", unit: "ms" }
  yield judge(about, latencies, { goal: 1.05, goalOf: "ratio", atMost: true }, load.errors.length === 0)
}

/** The first events, which are the history, are not a part of the measurement. */
async function medianLatency(load: MixedLoad, ms: number): Promise<number> {
  await wait(500)
  load.takeLatencies()
  await wait(ms)
  return median(load.takeLatencies())
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** Reads the stream of events as the page does. @returns a function that closes it */
function openConsole(siteUrl: string): Promise<() => void> {
  return new Promise((resolve, reject) => {
    const request = get(`${siteUrl}/_console/events`, (response) => {
      response.resume()
      resolve(() => request.destroy())
    })
    request.on("error", reject)
  })
}
