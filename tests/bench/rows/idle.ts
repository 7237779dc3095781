// Memory that a connection costs while nobody says anything. The API has no `$connect` function: what execution
// environments need is theirs, however many connections there are.
import { alternate } from "../alternate.ts"
import { startServer } from "../program.ts"
import { closeRawSockets, openRawSockets } from "../raw-socket.ts"
import { type BenchOptions, judge, type Measured } from "../row.ts"

const CONCURRENCY = 50

export async function* idle({ quick }: BenchOptions): AsyncGenerator<Measured> {
  const count = quick ? 2000 : 10_000
  const bytes = await alternate(quick ? 1 : 3, {
    floor: () => bytesPerConnection("floor-server", count),
    ours: () => bytesPerConnection("gateway-server", count),
  })
  const about = { name: "idle", variant: `${count} connections`, unit: "bytes/connection" }
  yield judge(about, bytes, { goal: 1.4, goalOf: "ratio", atMost: true })
}

/** In a process of its own, since memory once taken is seldom given back. */
async function bytesPerConnection(name: "floor-server" | "gateway-server", count: number): Promise<number> {
  const server = await startServer(name, ["without-connect"])
  // What the first connections bring about (compiled code, first buffers) is not a connection's own.
  await closeRawSockets(await openRawSockets(count / 10, CONCURRENCY, server))
  const before = await server.memory()
  const sockets = await openRawSockets(count, CONCURRENCY, server)
  const after = await server.memory()
  await closeRawSockets(sockets)
  await server.end()
  return (after - before) / count
}
