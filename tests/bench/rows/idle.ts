// Memory per idle connection. The API has no `$connect` function, because the memory of execution environments does not
// depend on the number of connections.
import { alternate } from "../alternate.ts"
import { startServer } from "../program.ts"
import { closeRawSockets, openRawSockets } from "../raw-socket.ts"
import { type BenchOptions, judge, type Measured } from "../row.ts"

const CONCURRENCY = 50
/** Few connections at a time, because a process seldom returns the memory of the most that it had. */
const WARM_UP_ROUNDS = 10

export async function* idle({ quick }: BenchOptions): AsyncGenerator<Measured> {
  const count = quick ? 2000 : 10_000
  const bytes = await alternate(quick ? 1 : 3, {
    floor: () => bytesPerConnection("floor-server", count),
    ours: () => bytesPerConnection("gateway-server", count),
  })
  const about = { name: "idle", variant: `${count} connections`, unit: "bytes/connection" }
  yield judge(about, bytes, { goal: 1.25, goalOf: "ratio", atMost: true })
}

/** In a new process, because a process seldom returns memory to the operating system. */
async function bytesPerConnection(name: "floor-server" | "gateway-server", count: number): Promise<number> {
  const server = await startServer(name, ["without-connect"])
  // The first connections also allocate compiled code and shared buffers, and fill the history of the console, which keeps
  // the latest records of all connections. That is not counted.
  for (let round = 0; round < WARM_UP_ROUNDS; round++) {
    await closeRawSockets(await openRawSockets(count / WARM_UP_ROUNDS, CONCURRENCY, server))
  }
  const before = await server.memory()
  const sockets = await openRawSockets(count, CONCURRENCY, server)
  const after = await server.memory()
  await closeRawSockets(sockets)
  await server.end()
  return (after - before) / count
}
