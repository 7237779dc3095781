// A WebSocket client for tests: sends messages, waits for the next one, and reports how the connection ended.
import { onTestFinished } from "vitest"
import { WebSocket } from "ws"

export type Closed = { code: number; reason: string }

export type TestSocket = {
  /** An object is sent as JSON. */
  send(message: string | Buffer | object): void
  /** The next text frame; waits for it. */
  next(): Promise<string>
  /** The next text frame, parsed. */
  nextJson<Value = Record<string, unknown>>(): Promise<Value>
  /** Resolves when the connection is closed. */
  closed: Promise<Closed>
  close(code?: number, reason?: string): void
  /** Ends the TCP connection without a close frame. */
  vanish(): void
  /** Sends a ping and resolves with the pong, before which all earlier messages have arrived. */
  pinged(): Promise<void>
  readonly protocol: string
  readonly extensions: string
  readonly raw: WebSocket
}

export type Refused = { status: number; headers: Record<string, string | string[] | undefined>; body: string }

/** How long to wait for a message before the test fails. */
const TIMEOUT_MS = 10_000

type Options = {
  protocols?: string[]
  headers?: Record<string, string>
  perMessageDeflate?: boolean
  autoPong?: boolean
  /** For a socket that several tests use. The caller closes it. */
  outlivesTest?: boolean
}

/** Resolves when connected. Rejects with `Refused` as its cause when the handshake is rejected. */
export async function openSocket(url: string, options: Options = {}): Promise<TestSocket> {
  const outcome = await tryToOpen(url, options)
  if ("status" in outcome)
    throw new Error(`The handshake was rejected with ${outcome.status} ${outcome.body}`, { cause: outcome })
  return outcome
}

/** The response to a handshake that is expected to be rejected. */
export async function refusedSocket(url: string, options: Options = {}): Promise<Refused> {
  const outcome = await tryToOpen(url, options)
  if ("status" in outcome) return outcome
  throw new Error("The handshake was accepted.")
}

function tryToOpen(url: string, options: Options): Promise<TestSocket | Refused> {
  const { protocols = [], outlivesTest = false, ...rest } = options
  const socket = new WebSocket(url, protocols, { perMessageDeflate: false, ...rest })
  const arrived: string[] = []
  const waiting: { resolve(text: string): void; reject(error: Error): void; late: NodeJS.Timeout }[] = []
  let over: Error | undefined
  const closed = new Promise<Closed>((resolve) => {
    socket.on("close", (code, buffer) => {
      const reason = buffer.toString()
      over = new Error(`The connection closed with ${code} "${reason}" while a message was expected.`)
      for (const { reject, late } of waiting.splice(0)) {
        clearTimeout(late)
        reject(over)
      }
      resolve({ code, reason })
    })
  })
  socket.on("message", (data) => {
    const text = data.toString()
    const waiter = waiting.shift()
    if (!waiter) return arrived.push(text)
    clearTimeout(waiter.late)
    return waiter.resolve(text)
  })
  if (!outlivesTest) onTestFinished(() => socket.terminate())

  const test: TestSocket = {
    send: (message) =>
      socket.send(typeof message === "string" || Buffer.isBuffer(message) ? message : JSON.stringify(message)),
    next() {
      const first = arrived.shift()
      if (first !== undefined) return Promise.resolve(first)
      return new Promise((resolve, reject) => {
        if (over) return reject(over)
        const late = setTimeout(() => reject(new Error(`No message arrived within ${TIMEOUT_MS} ms.`)), TIMEOUT_MS)
        waiting.push({ resolve, reject, late })
      })
    },
    nextJson: async () => JSON.parse(await test.next()),
    closed,
    close: (code, reason) => socket.close(code, reason),
    vanish: () => socket.terminate(),
    pinged: () =>
      new Promise((resolve) => {
        socket.once("pong", () => resolve())
        socket.ping()
      }),
    get protocol() {
      return socket.protocol
    },
    get extensions() {
      return socket.extensions
    },
    raw: socket,
  }
  return new Promise((resolve, reject) => {
    socket.on("open", () => resolve(test))
    socket.on("error", reject)
    socket.on("unexpected-response", (_, response) => {
      const chunks: Buffer[] = []
      response.on("data", (chunk) => chunks.push(chunk))
      response.on("end", () => {
        const { statusCode = 0, headers } = response
        resolve({ status: statusCode, headers, body: Buffer.concat(chunks).toString() })
      })
    })
  })
}
