// The time from a change to the code of a function until a client receives the response of the new code.
import { alternate } from "../alternate.ts"
import { responseTo } from "../dialogue.ts"
import { type Server, startServer } from "../program.ts"
import { closeRawSockets, frame, openRawSockets, type RawSocket, serverFrame } from "../raw-socket.ts"
import { type BenchOptions, judge, type Measured } from "../row.ts"
import { servedTemplate } from "../served-template.ts"

export async function* reload({ quick }: BenchOptions): AsyncGenerator<Measured> {
  const server = await startServer("gateway-server")
  const sockets = await openRawSockets(1, 1, server)
  const [socket] = sockets as [RawSocket]
  let version = 0
  const measured = { floor: restartOfFloor, ours: () => reloadOf(server, socket, ++version) }
  await alternate(2, measured)
  const times = await alternate(quick ? 3 : 9, measured)
  await closeRawSockets(sockets)
  await server.end()
  const about = { name: "reload", unit: "ms", note: "the floor is a new process with a WebSocket server" }
  yield judge(about, times, { goal: 300, goalOf: "ours", atMost: true })
}

/** The connection stays open. */
async function reloadOf(server: Server, { socket }: RawSocket, version: number): Promise<number> {
  const answer = `version ${version}`
  const startedAt = performance.now()
  await server.request({
    type: "reload",
    template: servedTemplate(undefined).replace("id, text })", `id, text: '${answer}' })`),
  })
  const expected = serverFrame(responseTo(JSON.stringify({ id: version, text: answer })))
  const response = new Promise<Buffer>((resolve) => socket.once("data", resolve))
  socket.write(frame(Buffer.from(JSON.stringify({ action: "echo", id: version, text: "" }))))
  const received = await response
  if (!received.equals(expected)) throw new Error(`Unexpected response: ${received.toString("latin1")}`)
  return performance.now() - startedAt
}

async function restartOfFloor(): Promise<number> {
  const startedAt = performance.now()
  const server = await startServer("floor-server")
  const sockets = await openRawSockets(1, 1, server)
  const ms = performance.now() - startedAt
  await closeRawSockets(sockets)
  await server.end()
  return ms
}
