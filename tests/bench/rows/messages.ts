// Round trips on a two-way route: with a function in an execution environment, or with a mock and its templates.
import { alternate } from "../alternate.ts"
import { message, responseTo } from "../dialogue.ts"
import { type Server, startServer } from "../program.ts"
import { closeRawSockets, frame, openRawSockets, type RawSocket, serverFrame } from "../raw-socket.ts"
import { type BenchOptions, judge, type Measured } from "../row.ts"

const CONNECTIONS = 50

export function messages(options: BenchOptions): AsyncGenerator<Measured> {
  return measure({ name: "messages", gatewayArgs: [], goals: { 1: 0.45, 10: 0.6 } }, options)
}

export function templates(options: BenchOptions): AsyncGenerator<Measured> {
  return measure({ name: "templates", gatewayArgs: ["with-templates"], goals: { 1: 0.35, 10: 0.35 } }, options)
}

async function* measure(
  { name, gatewayArgs, goals }: { name: string; gatewayArgs: string[]; goals: { 1: number; 10: number } },
  { quick }: BenchOptions,
): AsyncGenerator<Measured> {
  const floor = await startServer("floor-server")
  const ours = await startServer("gateway-server", gatewayArgs)
  const roundMs = quick ? 1000 : 3000
  for (const depth of [1, 10] as const) {
    // Warms up, so that optimized code is measured.
    await alternate(1, { floor: () => roundTrips(floor, depth, 1500), ours: () => roundTrips(ours, depth, 1500) })
    const rates = await alternate(quick ? 3 : 5, {
      floor: () => roundTrips(floor, depth, roundMs),
      ours: () => roundTrips(ours, depth, roundMs),
    })
    const about = { name, variant: `depth ${depth}`, unit: "round trips/s" }
    yield judge(about, rates, { goal: goals[depth], goalOf: "ratio" })
  }
  await Promise.all([floor.end(), ours.end()])
}

/** Round trips per second, with `depth` messages in flight on each connection. */
export async function roundTrips(
  server: Server,
  depth: number,
  ms: number,
  connections = CONNECTIONS,
): Promise<number> {
  const sockets = await openRawSockets(connections, CONNECTIONS, server)
  const startedAt = performance.now()
  const endsAt = startedAt + ms
  const completed = await Promise.all(sockets.map((socket) => talk(socket, depth, endsAt)))
  const seconds = (performance.now() - startedAt) / 1000
  await closeRawSockets(sockets)
  return completed.reduce((sum, count) => sum + count, 0) / seconds
}

const question = frame(Buffer.from(message))
const answer = serverFrame(responseTo(message))

/** Sends a message for every response until the time is over, then waits for the responses in flight. */
function talk({ socket }: RawSocket, depth: number, endsAt: number): Promise<number> {
  return new Promise((resolve, reject) => {
    let completed = 0
    let underWay = depth
    let rest: Buffer = Buffer.alloc(0)
    socket.on("error", reject).on("close", () => reject(new Error("The server closed a connection.")))
    socket.on("data", (chunk) => {
      const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
      let offset = 0
      for (; offset + answer.length <= bytes.length; offset += answer.length) {
        if (bytes.compare(answer, 0, answer.length, offset, offset + answer.length) !== 0) {
          reject(new Error(`Unexpected response: ${bytes.subarray(offset, offset + answer.length)}`))
        }
      }
      rest = bytes.subarray(offset)
      const count = offset / answer.length
      completed += count
      underWay -= count
      if (performance.now() < endsAt) {
        underWay += count
        send(socket, count)
      } else if (underWay === 0) {
        socket.removeAllListeners()
        resolve(completed)
      }
    })
    send(socket, depth)
  })
}

const questions = Array.from({ length: 16 }, (_, count) => Buffer.concat(Array.from({ length: count }, () => question)))

/** Sends the messages of one tick in one write. */
function send(socket: RawSocket["socket"], count: number): void {
  if (count > 0) socket.write(questions[count] ?? Buffer.concat(Array.from({ length: count }, () => question)))
}
