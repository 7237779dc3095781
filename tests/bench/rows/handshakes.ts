// Handshakes that wait for a `$connect` function.
import { alternate } from "../alternate.ts"
import { type Server, startServer } from "../program.ts"
import { closeRawSockets, openRawSockets } from "../raw-socket.ts"
import { type BenchOptions, judge, type Measured } from "../row.ts"

const CONCURRENCY = 50

export async function* handshakes({ quick }: BenchOptions): AsyncGenerator<Measured> {
  const floor = await startServer("floor-server")
  const ours = await startServer("gateway-server")
  const count = quick ? 1000 : 2000
  // V8 optimizes the code of a handshake only after several thousand of them.
  await alternate(5, { floor: () => handshakeRate(floor, count), ours: () => handshakeRate(ours, count) })
  const rates = await alternate(quick ? 3 : 7, {
    floor: () => handshakeRate(floor, count),
    ours: () => handshakeRate(ours, count),
  })
  yield judge({ name: "handshakes", unit: "handshakes/s" }, rates, { goal: 0.5, goalOf: "ratio" })
  await Promise.all([floor.end(), ours.end()])
}

/** The time excludes closing them. */
async function handshakeRate(server: Server, count: number): Promise<number> {
  const startedAt = performance.now()
  const sockets = await openRawSockets(count, CONCURRENCY, server)
  const seconds = (performance.now() - startedAt) / 1000
  await closeRawSockets(sockets)
  return count / seconds
}
