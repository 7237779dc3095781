// Signed POSTs to `@connections` with the credentials of a function, until the client has received their data.
import { signedHeaders } from "../../testing/sign-handshake.ts"
import { alternate } from "../alternate.ts"
import { type Identity, message } from "../dialogue.ts"
import { type Server, startServer } from "../program.ts"
import { createRepeater, type Repeater } from "../raw-http.ts"
import { closeRawSockets, frame, openRawSockets, type RawSocket, serverFrame } from "../raw-socket.ts"
import { type BenchOptions, judge, type Measured } from "../row.ts"

const CONNECTIONS = 50

export async function* push({ quick }: BenchOptions): AsyncGenerator<Measured> {
  const floor = await Poster.open(await startServer("http-floor"))
  const ours = await Poster.open(await startServer("gateway-server", ["with-identify"]))
  const roundMs = quick ? 1000 : 3000
  await alternate(2, { floor: () => floor.rate(1500), ours: () => ours.rate(1500) })
  const rates = await alternate(quick ? 3 : 7, { floor: () => floor.rate(roundMs), ours: () => ours.rate(roundMs) })
  yield judge({ name: "push", unit: "POSTs/s" }, rates, { goal: 0.5, goalOf: "ratio" })
  await Promise.all([floor.end(), ours.end()])
}

/** Posts to each of its connections, one POST at a time for each. */
class Poster {
  readonly #server: Server
  readonly #sockets: RawSocket[]
  readonly #repeaters: Repeater[]

  private constructor(server: Server, sockets: RawSocket[], repeaters: Repeater[]) {
    this.#server = server
    this.#sockets = sockets
    this.#repeaters = repeaters
  }

  static async open(server: Server): Promise<Poster> {
    const sockets = await openRawSockets(CONNECTIONS, CONNECTIONS, server)
    const repeaters = await Promise.all(sockets.map((socket) => openRepeater(server, socket)))
    return new Poster(server, sockets, repeaters)
  }

  /** POSTs per second whose data has arrived. */
  async rate(ms: number): Promise<number> {
    const received = this.#sockets.map(({ socket }) => countBytes(socket))
    const startedAt = performance.now()
    const completed = await Promise.all(this.#repeaters.map((repeater) => repeater.repeatUntil(startedAt + ms)))
    await Promise.all(received.map((bytes, index) => bytes.until((completed[index] ?? 0) * pushed.length)))
    return completed.reduce((sum, count) => sum + count, 0) / ((performance.now() - startedAt) / 1000)
  }

  async end(): Promise<void> {
    for (const repeater of this.#repeaters) repeater.close()
    await closeRawSockets(this.#sockets)
    await this.#server.end()
  }
}

const pushed = serverFrame(message)

async function openRepeater({ port, path }: Server, { socket }: RawSocket): Promise<Repeater> {
  const { connectionId, keys } = await identify(socket)
  const url = `http://127.0.0.1:${port}${path.replace(/\/$/, "")}/@connections/${encodeURIComponent(connectionId)}`
  const headers = await signedHeaders(url, keys, { method: "POST", body: message })
  return createRepeater(port, { method: "POST", path: new URL(url).pathname, headers, body: message })
}

function identify(socket: RawSocket["socket"]): Promise<Identity> {
  return new Promise((resolve) => {
    let received = Buffer.alloc(0)
    socket.on("data", function onData(chunk: Buffer) {
      received = Buffer.concat([received, chunk])
      // The length of a frame with 126 to 65,535 bytes is in its third and fourth byte.
      if (received.length < 4 || received.length < 4 + received.readUInt16BE(2)) return
      socket.off("data", onData)
      resolve(JSON.parse(received.toString("utf8", 4)))
    })
    socket.write(frame(Buffer.from(JSON.stringify({ action: "identify" }))))
  })
}

/** Counts what arrives from now on. `until` resolves when that many bytes have arrived, and then stops counting. */
function countBytes(socket: RawSocket["socket"]): { until(bytes: number): Promise<void> } {
  let count = 0
  let check = () => {}
  const onData = (chunk: Buffer) => {
    count += chunk.length
    check()
  }
  socket.on("data", onData)
  return {
    until: (bytes) =>
      new Promise((resolve) => {
        check = () => {
          if (count < bytes) return
          socket.off("data", onData)
          resolve()
        }
        check()
      }),
  }
}
