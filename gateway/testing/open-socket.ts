// A WebSocket client for tests: send a message, await the next one, await the close.
import type { IncomingHttpHeaders } from "node:http"
import { WebSocket } from "ws"

export type OpenSocketOptions = {
  protocols?: string[]
  headers?: Record<string, string>
  /** How long `next` waits for a message. Default: 5000. */
  timeoutMs?: number
  /** Offers compression, as browsers do. Default: false. */
  perMessageDeflate?: boolean
}

export type TestSocket = AsyncDisposable & {
  /** Sends a text or binary message; an object is sent as JSON. */
  send(message: string | Buffer | object): void
  /**
   * Resolves with the next text message, in the order of arrival.
   * @throws when the connection closes or nothing arrives in time; the message lists what did arrive before
   */
  next(): Promise<string>
  /** The next text message, parsed as JSON. */
  nextJson<Value = Record<string, unknown>>(): Promise<Value>
  /** Resolves when the connection has closed. */
  closed: Promise<{ code: number; reason: string }>
  /** The subprotocol that `$connect` chose. */
  readonly protocol: string
  /** The extensions that were negotiated, such as `permessage-deflate`. */
  readonly extensions: string
  /** Closes the connection and waits until it has closed. */
  close(code?: number, reason?: string): Promise<void>
  /** Ends the connection without a close frame, as when a network fails. */
  terminate(): void
  /**
   * Sends a ping and resolves with its pong, when all messages before it have arrived at the gateway.
   * @throws when the connection closes first
   */
  ping(): Promise<void>
  /** Stops reading, as a slow client does, until `resume`. */
  pause(): void
  resume(): void
}

/** A handshake that was rejected with an HTTP response. */
export class HandshakeRejectedError extends Error {
  override readonly name = "HandshakeRejectedError"
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string

  constructor(url: string, response: { status: number; headers: IncomingHttpHeaders; body: string }) {
    super(`The handshake with ${url} was rejected with ${response.status} ${response.body}`)
    this.status = response.status
    this.headers = response.headers
    this.body = response.body
  }
}

/**
 * Opens a WebSocket connection.
 * @throws HandshakeRejectedError when the handshake is rejected
 */
export async function openSocket(url: string, options: OpenSocketOptions = {}): Promise<TestSocket> {
  const { protocols = [], headers = {}, timeoutMs = 5000, perMessageDeflate = false } = options
  const socket = new WebSocket(url, protocols, { headers, perMessageDeflate })
  const test = wrap(socket, timeoutMs)
  await opened(socket, url)
  return test
}

function opened(socket: WebSocket, url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.on("open", () => resolve())
    socket.on("error", reject)
    socket.on("unexpected-response", (_, response) => {
      const chunks: Buffer[] = []
      response.on("data", (chunk) => chunks.push(chunk))
      response.on("end", () => {
        const { statusCode: status = 0, headers } = response
        reject(new HandshakeRejectedError(url, { status, headers, body: Buffer.concat(chunks).toString() }))
      })
    })
  })
}

type Waiter = { resolve(text: string): void; reject(error: Error): void; timer: NodeJS.Timeout }

function wrap(socket: WebSocket, timeoutMs: number): TestSocket {
  const received: string[] = []
  const unread: string[] = []
  const waiters: Waiter[] = []
  let isClosed = false

  function failed(why: string): Error {
    const list = received.length === 0 ? "Nothing has arrived." : `Arrived before:\n${received.join("\n")}`
    return new Error(`${why} ${list}`)
  }

  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on("close", (code, buffer) => {
      isClosed = true
      const reason = buffer.toString()
      for (const { reject, timer } of waiters.splice(0)) {
        clearTimeout(timer)
        reject(failed(`The connection closed with ${code} "${reason}" while a message was awaited.`))
      }
      resolve({ code, reason })
    })
  })
  socket.on("message", (data) => {
    const text = data.toString()
    received.push(text)
    const waiter = waiters.shift()
    if (waiter) {
      clearTimeout(waiter.timer)
      waiter.resolve(text)
    } else unread.push(text)
  })

  async function next(): Promise<string> {
    const first = unread.shift()
    if (first !== undefined) return first
    if (isClosed) throw failed("The connection is closed.")
    return new Promise<string>((resolve, reject) => {
      const timer = setTimeout(() => {
        waiters.splice(waiters.indexOf(waiter), 1)
        reject(failed(`No message arrived within ${timeoutMs} ms.`))
      }, timeoutMs)
      const waiter: Waiter = { resolve, reject, timer }
      waiters.push(waiter)
    })
  }

  async function close(code?: number, reason?: string): Promise<void> {
    socket.close(code, reason)
    await closed
  }

  function ping(): Promise<void> {
    return new Promise((resolve, reject) => {
      socket.once("pong", () => resolve())
      void closed.then(({ code }) => reject(failed(`The connection closed with ${code} before the pong arrived.`)))
      if (!isClosed) socket.ping()
    })
  }

  return {
    send: (message) =>
      socket.send(typeof message === "string" || Buffer.isBuffer(message) ? message : JSON.stringify(message)),
    next,
    nextJson: async () => JSON.parse(await next()),
    closed,
    get protocol() {
      return socket.protocol
    },
    get extensions() {
      return socket.extensions
    },
    close,
    terminate: () => socket.terminate(),
    ping,
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    [Symbol.asyncDispose]: () => close(),
  }
}
