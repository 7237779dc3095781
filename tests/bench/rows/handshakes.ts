// Handshakes that wait for a `$connect` function, and for an authorizer before it.
import { alternate } from "../alternate.ts"
import { type Server, startServer } from "../program.ts"
import { closeRawSockets, openRawSockets } from "../raw-socket.ts"
import { type BenchOptions, judge, type Measured } from "../row.ts"

const CONCURRENCY = 50

export async function* handshakes({ quick }: BenchOptions): AsyncGenerator<Measured> {
  const floor = await startServer("floor-server")
  const ours = await startServer("gateway-server")
  const authorized = await startServer("gateway-server", ["with-authorizer"])
  const count = quick ? 1000 : 2000
  // V8 optimizes the code of a handshake only after several thousand of them.
  const servers = {
    floor: () => handshakeRate(floor, count),
    ours: () => handshakeRate(ours, count),
    authorized: () => handshakeRate(authorized, count),
  }
  await alternate(5, servers)
  const rates = await alternate(quick ? 3 : 7, servers)
  const about = { name: "handshakes", unit: "handshakes/s" }
  yield judge(about, rates, { goal: 0.5, goalOf: "ratio" })
  const withAuthorizer = { floor: rates.floor, ours: rates.authorized }
  yield judge({ ...about, variant: "authorizer" }, withAuthorizer, { goal: 0.25, goalOf: "ratio" })
  await Promise.all([floor.end(), ours.end(), authorized.end()])
}

/** The time excludes closing them. */
async function handshakeRate(server: Server, count: number): Promise<number> {
  const startedAt = performance.now()
  const sockets = await openRawSockets(count, CONCURRENCY, server)
  const seconds = (performance.now() - startedAt) / 1000
  await closeRawSockets(sockets)
  return count / seconds
}
