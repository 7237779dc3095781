// Requests to an HTTP API whose route has a Lambda function, over kept connections.
import { alternate } from "../alternate.ts"
import { message } from "../dialogue.ts"
import { type Server, startServer } from "../program.ts"
import { createRepeater } from "../raw-http.ts"
import { type BenchOptions, judge, type Measured } from "../row.ts"

const CONNECTIONS = 50

export async function* http({ quick }: BenchOptions): AsyncGenerator<Measured> {
  const floor = await startServer("http-floor")
  const ours = await startServer("gateway-server", ["with-http"])
  const roundMs = quick ? 1000 : 3000
  await alternate(2, { floor: () => requestRate(floor, 1500), ours: () => requestRate(ours, 1500) })
  const rates = await alternate(quick ? 3 : 7, {
    floor: () => requestRate(floor, roundMs),
    ours: () => requestRate(ours, roundMs),
  })
  yield judge({ name: "http", unit: "requests/s" }, rates, { goal: 0.45, goalOf: "ratio" })
  await Promise.all([floor.end(), ours.end()])
}

async function requestRate({ port }: Server, ms: number): Promise<number> {
  const request = { method: "POST", path: "/echo", headers: { "content-type": "application/json" }, body: message }
  const repeaters = Array.from({ length: CONNECTIONS }, () => createRepeater(port, request))
  const startedAt = performance.now()
  const completed = await Promise.all(repeaters.map((repeater) => repeater.repeatUntil(startedAt + ms)))
  const seconds = (performance.now() - startedAt) / 1000
  for (const repeater of repeaters) repeater.close()
  return completed.reduce((sum, count) => sum + count, 0) / seconds
}
