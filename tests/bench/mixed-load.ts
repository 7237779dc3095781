// A load of many connections: messages of random sizes at a steady rate, next to clients that read or send slowly.
import { createRandom } from "../testing/random.ts"
import { responseTo } from "./dialogue.ts"
import type { Server } from "./program.ts"
import { closeRawSockets, frame, openRawSocket, openRawSockets, type RawSocket, serverFrame } from "./raw-socket.ts"

export type MixedLoadOptions = {
  connections: number
  messagesPerSecond: number
  /** Of each kind. */
  slowClients: number
  seed: number
}

export type MixedLoad = {
  /** Milliseconds of the round trips that ended since the last call. */
  takeLatencies(): number[]
  /** What went wrong for clients that are not slow. */
  errors: string[]
  /** How often a slow client was disconnected, and connected again. */
  disconnects(): number
  stop(): Promise<void>
}

const TICK_MS = 10
/** Of each slow client. */
const SLOW_TICK_MS = 100
const CONCURRENCY = 50
/** Most messages are small; one in ten is as large as a frame. */
const SMALL_BYTES = 600
const LARGE_BYTES = 30_000
const LARGE_SHARE = 0.1

export async function startMixedLoad(server: Server, options: MixedLoadOptions): Promise<MixedLoad> {
  const random = createRandom(options.seed)
  const latencies: number[] = []
  const errors: string[] = []
  const sockets = await openRawSockets(options.connections, CONCURRENCY, server)
  const clients = sockets.map((socket) => new Client(socket, latencies, errors))
  const slow = Array.from({ length: 2 * options.slowClients }, (_, index) =>
    index % 2 === 0 ? new SlowReader(server) : new SlowSender(server),
  )
  let owed = 0
  const sending = setInterval(() => {
    owed += (options.messagesPerSecond * TICK_MS) / 1000
    for (; owed >= 1; owed--) clients[Math.floor(random() * clients.length)]?.send(randomSize(random))
  }, TICK_MS)
  let turn = 0
  const slowly = setInterval(() => slow[turn++ % slow.length]?.tick(), SLOW_TICK_MS / Math.max(1, slow.length))
  return {
    takeLatencies: () => latencies.splice(0),
    errors,
    disconnects: () => slow.reduce((sum, one) => sum + one.disconnects, 0),
    async stop() {
      clearInterval(sending)
      clearInterval(slowly)
      for (const one of slow) one.stop()
      await Promise.all(clients.map((client) => client.idle()))
      await closeRawSockets(sockets)
    },
  }
}

function randomSize(random: () => number): number {
  return Math.floor(random() * (random() < LARGE_SHARE ? LARGE_BYTES : SMALL_BYTES))
}

function messageOf(id: number, bytes: number): string {
  return JSON.stringify({ action: "echo", id, text: "x".repeat(bytes) })
}

/** Compares every response with the expected bytes. */
class Client {
  readonly #socket: RawSocket["socket"]
  readonly #waiting: { expected: Buffer; sentAt: number }[] = []
  #received: Buffer = Buffer.alloc(0)
  #count = 0
  #onIdle: (() => void) | undefined

  constructor({ socket }: RawSocket, latencies: number[], errors: string[]) {
    this.#socket = socket
    socket.on("error", (error) => errors.push(error.message))
    socket.on("close", () => this.#onIdle === undefined && errors.push("The server closed a connection."))
    socket.on("data", (chunk) => {
      this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk])
      for (
        let next = this.#waiting[0];
        next && this.#received.length >= next.expected.length;
        next = this.#waiting[0]
      ) {
        const response = this.#received.subarray(0, next.expected.length)
        if (!response.equals(next.expected)) errors.push(`Unexpected response: ${response.toString("latin1", 0, 100)}`)
        this.#received = this.#received.subarray(next.expected.length)
        this.#waiting.shift()
        latencies.push(performance.now() - next.sentAt)
      }
      if (this.#waiting.length === 0) this.#onIdle?.()
    })
  }

  send(bytes: number): void {
    // The responses of different invocations may change places.
    if (this.#waiting.length > 0) return
    const text = messageOf(++this.#count, bytes)
    this.#waiting.push({ expected: serverFrame(responseTo(text)), sentAt: performance.now() })
    this.#socket.write(frame(Buffer.from(text)))
  }

  /** Resolves when all responses have arrived. Further messages are an error. */
  async idle(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#onIdle = resolve
      if (this.#waiting.length === 0) resolve()
    })
  }
}

/** A client that the server may disconnect, and that connects again then. */
abstract class SlowClient {
  disconnects = 0
  readonly #server: Server
  #socket: RawSocket["socket"] | undefined
  #ticks = 0
  #isOpening = false
  #isStopped = false

  constructor(server: Server) {
    this.#server = server
  }

  /** Called every 100 ms. */
  tick(): void {
    if (this.#socket) this.act(this.#socket, this.#ticks++)
    else if (!this.#isOpening) void this.#open()
  }

  stop(): void {
    this.#isStopped = true
    this.#socket?.destroy()
  }

  /** @param tick counts from 0 for each connection */
  protected abstract act(socket: RawSocket["socket"], tick: number): void

  async #open(): Promise<void> {
    this.#isOpening = true
    const { socket } = await openRawSocket(this.#server).finally(() => {
      this.#isOpening = false
    })
    if (this.#isStopped) return void socket.destroy()
    socket.removeAllListeners("error").on("error", () => {})
    socket.once("close", () => {
      this.#socket = undefined
      if (!this.#isStopped) this.disconnects++
    })
    this.#socket = socket
    this.#ticks = 0
  }
}

/** Sends requests with large responses, and reads none of them. */
class SlowReader extends SlowClient {
  protected act(socket: RawSocket["socket"]): void {
    socket.pause()
    socket.write(frame(Buffer.from(messageOf(1, LARGE_BYTES))))
  }
}

/** Sends a large message, one byte at a time. */
class SlowSender extends SlowClient {
  protected act(socket: RawSocket["socket"], tick: number): void {
    socket.write(tick === 0 ? frame(Buffer.alloc(LARGE_BYTES, "x")).subarray(0, 8) : "x")
  }
}
