// Turns an accepted handshake into an open WebSocket: frames in, frames out, close codes. The only file that uses `ws`.
import type { IncomingMessage } from "node:http"
import type { Socket as TcpSocket } from "node:net"
import type { Duplex } from "node:stream"
import { WebSocket, WebSocketServer } from "ws"
import { Connection, type ConnectionFacts, type Ending, type Socket } from "../connections/connection.ts"
import { type SlowClient, SlowClients } from "../connections/slow-clients.ts"
import type { Assumptions } from "../foundation/assumptions.ts"
import type { Clock } from "../foundation/clock.ts"
import type { Log } from "../foundation/log.ts"
import type { Quotas } from "../foundation/quotas.ts"
import { coalesceWrites } from "./coalesce-writes.ts"
import { FrameMonitor } from "./frame-monitor.ts"
import { withoutLineBreaks } from "./handshake.ts"
import { encodeTextFrame, MAX_CHARACTERS, MAX_UNIT_BYTES } from "./text-frame.ts"

export type WebSocketPorts = {
  clock: Clock
  /** Not moved forward by users: for what is measured of the network. */
  steadyClock: Clock
  quotas: Quotas
  assumptions: Assumptions
  log: Log
  /** Handles a text message; resolves to the text frame to send back, if any. Rejects after a bug. */
  onMessage(connection: Connection, text: string): Promise<string | undefined>
}

// AWS: a binary message closes with 1003 and this reason (disconnect-binary)
const BINARY: Ending = { code: 1003, reason: "Binary is not supported" }
const TOO_BIG: Ending = { code: 1009, reason: "Message too big" }
// AWS?: a client that sends requests and does not read the responses has sent too many (disconnect-unread-responses)
const UNREAD: Ending = { code: 1008, reason: "Too many requests" }
// AWS?: a client that stopped reading or sending is reported as a lost connection (disconnect-slow-reader,
// disconnect-slow-sender)
const LOST: Ending = { code: 1006, reason: "Connection closed abnormally" }
// AWS: an internal error closes with 1011 (disconnect-codes)
const INTERNAL_ERROR: Ending = { code: 1011, reason: "Internal server error" }

/** How much a client that reads can be behind: about the responses of one turn of the event loop. */
const SLOW_BYTES = 16 * 1024

export type AcceptedHandshake = {
  request: IncomingMessage
  socket: Duplex
  /** What the client has sent after the handshake. */
  head: Buffer
  facts: ConnectionFacts
  protocol: string | undefined
}

export type Upgrade = (handshake: AcceptedHandshake) => Connection

/** Creates the function that responds to a handshake with 101 and returns the open connection. */
export function createUpgrade(ports: WebSocketPorts): Upgrade {
  const protocols = new WeakMap<IncomingMessage, string>()
  // An option that the library's type definitions lack.
  const closeTimeout: object = { closeTimeout: ports.quotas.closeTimeoutMs }
  const server = new WebSocketServer<typeof OpenSocket>({
    WebSocket: OpenSocket,
    noServer: true,
    clientTracking: false,
    maxPayload: ports.quotas.maxMessageBytes,
    // AWS: permessage-deflate is negotiated (handshake-deflate)
    perMessageDeflate: { threshold: 1024, serverNoContextTakeover: true, clientNoContextTakeover: true },
    ...closeTimeout,
  })
  server.on("headers", (headers, request) => {
    const protocol = protocols.get(request)
    if (protocol !== undefined) headers.push(`Sec-WebSocket-Protocol: ${withoutLineBreaks(protocol)}`)
  })
  const { steadyClock, quotas } = ports
  const limits = { clock: steadyClock, maxBytes: quotas.maxSlowClientBytes, timeoutMs: quotas.slowClientTimeoutMs }
  const shared: Shared = {
    ...ports,
    listeners: createListeners(ports),
    slowReaders: new SlowClients(limits),
    slowSenders: new SlowClients(limits),
  }
  // With a listener, the library leaves the response to this file.
  server.on("wsClientError", () => {})

  return ({ request, socket, head, facts, protocol }) => {
    if (protocol !== undefined) protocols.set(request, protocol)
    // AWS: only the function chooses a subprotocol, so the library must not (handshake-subprotocol-not-echoed)
    delete request.headers["sec-websocket-protocol"]
    let connection: Connection | undefined
    coalesceWrites(socket)
    const accept = () =>
      server.handleUpgrade(request, socket, head, (webSocket) => {
        connection = open({ webSocket, socket, facts }, shared)
      })
    accept()
    if (!connection && socket.writable) {
      // AWS?: a malformed offer of extensions is declined, as RFC 7692 requires (handshake-malformed-extension)
      delete request.headers["sec-websocket-extensions"]
      accept()
    }
    return connection ?? abandoned(facts, ports)
  }
}

/** A socket with a reference to its connection, so that thousands of sockets share the same listeners. */
class OpenSocket extends WebSocket {
  connection!: Connection
}

const connectionOf = (webSocket: WebSocket) => (webSocket as OpenSocket).connection

/** What all connections of the gateway share. */
type Shared = WebSocketPorts & {
  listeners: ReturnType<typeof createListeners>
  slowReaders: SlowClients
  slowSenders: SlowClients
}

function createListeners({ assumptions, log, onMessage }: WebSocketPorts) {
  return {
    message(this: WebSocket, data: Buffer, isBinary: boolean): void {
      const connection = connectionOf(this)
      if (!connection.isOpen) return
      if (isBinary) {
        connection.close(BINARY.code, BINARY.reason)
        return
      }
      connection.received(data.length)
      onMessage(connection, data.toString("utf8")).then(
        (response) => {
          if (response !== undefined && connection.send(response) === "buffer-full") {
            disconnectSlow(connection, UNREAD, "It does not read the responses to its messages.", log)
          }
        },
        () => connection.close(INTERNAL_ERROR.code, INTERNAL_ERROR.reason),
      )
    },
    ping(this: WebSocket): void {
      if (assumptions.pingResetsIdleTimeout) connectionOf(this).touch()
    },
    error(this: WebSocket, error: Error & { code?: string }): void {
      const { code, reason } = endingOf(error)
      connectionOf(this).close(code, reason)
    },
    close(this: WebSocket, code: number, reason: Buffer): void {
      connectionOf(this).socketClosed(code, reasonOf(code, reason.toString("utf8")))
    },
  }
}

function open(
  { webSocket, socket, facts }: { webSocket: OpenSocket; socket: Duplex; facts: ConnectionFacts },
  shared: Shared,
): Connection {
  const { listeners } = shared
  const connection = new Connection(facts, new FrameSocket(webSocket, socket, shared), shared)
  webSocket.connection = connection
  new Sender(connection, socket, shared)
  webSocket
    .on("message", listeners.message)
    .on("ping", listeners.ping)
    .on("error", listeners.error)
    .on("close", listeners.close)
  // Paused since `$connect` ended; now the listeners are in place.
  socket.resume()
  return connection
}

function disconnectSlow(connection: Connection, ending: Ending, message: string, log: Log): void {
  if (!connection.isOpen) return
  const { apiId, connectionId } = connection.facts
  log.warn("Slow client disconnected", { message, apiId, connectionId })
  connection.close(ending.code, ending.reason)
}

/** Sends frames to the client, and measures what it has not read. */
class FrameSocket implements Socket, SlowClient {
  readonly #webSocket: OpenSocket
  readonly #socket: Duplex
  readonly #shared: Shared
  /** Whether no extension changes what is sent, such as a compression. */
  readonly #isPlain: boolean

  constructor(webSocket: OpenSocket, socket: Duplex, shared: Shared) {
    this.#webSocket = webSocket
    this.#socket = socket
    this.#shared = shared
    this.#isPlain = webSocket.extensions === ""
  }

  send(text: string): void {
    // After the close frame of the client nothing may be sent.
    if (this.#webSocket.readyState !== WebSocket.OPEN) return
    coalesceWrites(this.#socket)
    const { maxFrameBytes } = this.#shared.quotas
    if (!this.#isPlain || text.length > MAX_CHARACTERS || text.length * MAX_UNIT_BYTES > maxFrameBytes) {
      sendText(this.#webSocket, text, maxFrameBytes)
    } else this.#socket.write(encodeTextFrame(text))
    if (this.#webSocket.bufferedAmount > SLOW_BYTES) this.#shared.slowReaders.watch(this)
  }

  close(code: number, reason: string): void {
    // A lost connection: no close frame could reach the client.
    if (code === LOST.code) this.#webSocket.terminate()
    else this.#webSocket.close(code, reason)
  }

  bufferedBytes(): number {
    return this.#webSocket.bufferedAmount
  }

  measure(): { bytes: number; progress: number } {
    const { bytesWritten, writableLength } = this.#socket as TcpSocket
    return { bytes: this.#webSocket.bufferedAmount, progress: bytesWritten - writableLength }
  }

  drop(reason: string): void {
    const { connection } = this.#webSocket
    disconnectSlow(connection, LOST, `It does not read what it is sent. ${reason}`, this.#shared.log)
  }
}

/** Monitors the frames of the client: their size, and messages that it does not complete. */
class Sender extends FrameMonitor implements SlowClient {
  readonly #connection: Connection
  readonly #shared: Shared

  constructor(connection: Connection, socket: Duplex, shared: Shared) {
    super(socket, shared.quotas.maxFrameBytes)
    this.#connection = connection
    this.#shared = shared
  }

  protected frameTooLarge(): void {
    this.#connection.close(TOO_BIG.code, TOO_BIG.reason)
  }

  protected messageIncomplete(): void {
    this.#shared.slowSenders.watch(this)
  }

  drop(reason: string): void {
    disconnectSlow(this.#connection, LOST, `It does not complete a message. ${reason}`, this.#shared.log)
  }
}

/** The client disconnected while `$connect` ran: a connection that has already ended. */
function abandoned(facts: ConnectionFacts, ports: WebSocketPorts): Connection {
  // mutants: equivalent, nothing is sent over a connection that has ended
  const connection = new Connection(facts, { send() {}, close() {}, bufferedBytes: () => 0 }, ports)
  connection.socketClosed(LOST.code, LOST.reason)
  return connection
}

/** AWS: a message over one frame arrives in several (answer-larger-than-a-frame) */
function sendText(webSocket: WebSocket, text: string, maxFrameBytes: number): void {
  if (text.length * MAX_UNIT_BYTES <= maxFrameBytes) {
    webSocket.send(text)
    return
  }
  const bytes = Buffer.from(text)
  for (let start = 0; start < bytes.length; start += maxFrameBytes) {
    const end = start + maxFrameBytes
    webSocket.send(bytes.subarray(start, end), { binary: false, fin: end >= bytes.length })
  }
}

// The close codes of the library's errors.
// AWS: invalid UTF-8 is 1007, a protocol error 1002 (limit-utf8, limit-unmasked)
const endings = new Map<string, Ending>([
  ["WS_ERR_UNSUPPORTED_MESSAGE_LENGTH", TOO_BIG],
  ["WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH", TOO_BIG],
  ["WS_ERR_TOO_MANY_BUFFERED_PARTS", { code: 1008, reason: "Too many fragments" }],
  ["WS_ERR_INVALID_UTF8", { code: 1007, reason: "Invalid UTF-8" }],
])

/** Errors of the library are protocol violations of the client. */
function endingOf({ code }: Error & { code?: string }): Ending {
  if (!code?.startsWith("WS_ERR_")) return LOST
  return endings.get(code) ?? { code: 1002, reason: "Protocol error" }
}

/**
 * The reason in the DISCONNECT event.
 * AWS: 1005 without a code, 1006 without a close frame, else the client's own (disconnect-without-code,
 * disconnect-network-lost, disconnect-with-code)
 */
function reasonOf(code: number, reason: string): string {
  if (code === 1005) return "Client-side close frame status not set"
  if (code === LOST.code) return LOST.reason
  return reason
}
