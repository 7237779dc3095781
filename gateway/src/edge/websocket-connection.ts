// A WebSocket, once it is open: frames in, frames out, and how it ended. Knows the library, so that nobody else must.
import type { IncomingMessage } from "node:http"
import type { Duplex } from "node:stream"
import { WebSocket, WebSocketServer } from "ws"
import { Connection, type ConnectionFacts, type Socket } from "../connections/connection.ts"
import type { Choices } from "../foundation/choices.ts"
import type { Clock } from "../foundation/clock.ts"
import type { Quotas } from "../foundation/quotas.ts"
import { leaveTogether } from "./coalesce-writes.ts"
import { watchFrameSize } from "./frame-size.ts"
import { oneLine } from "./handshake.ts"

export type WebSocketPorts = {
  clock: Clock
  quotas: Quotas
  choices: Choices
  /** A text message arrived; what it resolves to, if anything, is sent back. */
  onMessage(connection: Connection, text: string): Promise<string | undefined>
}

// AWS: a binary message closes with 1003 and this reason (disconnect-binary)
const BINARY = { code: 1003, reason: "Binary is not supported" }
// AWS: a message or frame that is too large closes with 1009 and this reason (disconnect-too-big)
const TOO_BIG = { code: 1009, reason: "Message too big" }
// AWS: 1011 is an internal server error (disconnect-codes)
const INTERNAL_ERROR = { code: 1011, reason: "Internal server error" }

export type Upgrade = (
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  facts: ConnectionFacts,
  protocol: string | undefined,
) => Connection

/** Makes the function that turns an accepted handshake into an open connection. It answers 101 at once. */
export function createUpgrade(ports: WebSocketPorts): Upgrade {
  const protocols = new WeakMap<IncomingMessage, string>()
  // An option that the library's typings lack.
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
    if (protocol !== undefined) headers.push(`Sec-WebSocket-Protocol: ${oneLine(protocol)}`)
  })
  const listeners = createListeners(ports)
  // Listened to, so that the library leaves the answer to us.
  server.on("wsClientError", () => {})

  return (request, socket, head, facts, protocol) => {
    if (protocol !== undefined) protocols.set(request, protocol)
    // AWS: only the function chooses a subprotocol, so the library must not (handshake-subprotocol-not-echoed)
    delete request.headers["sec-websocket-protocol"]
    let connection: Connection | undefined
    // Answers of one turn leave back to back, and find whoever waits for them awake.
    leaveTogether(socket)
    const accept = () =>
      server.handleUpgrade(request, socket, head, (webSocket) => {
        connection = open(webSocket, socket, facts, listeners, ports)
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

/** The library's socket, which knows the connection it carries: listeners are then shared by all, as thousands lie idle. */
class OpenSocket extends WebSocket {
  connection!: Connection
}

const connectionOf = (webSocket: WebSocket) => (webSocket as OpenSocket).connection

type Listeners = ReturnType<typeof createListeners>

function createListeners({ choices, onMessage }: WebSocketPorts) {
  return {
    message(this: WebSocket, data: Buffer, isBinary: boolean): void {
      const connection = connectionOf(this)
      if (!connection.isOpen) return
      if (isBinary) {
        connection.close(BINARY.code, BINARY.reason)
        return
      }
      connection.touch()
      onMessage(connection, data.toString("utf8")).then(
        (answer) => {
          if (answer !== undefined) connection.send(answer)
        },
        () => connection.close(INTERNAL_ERROR.code, INTERNAL_ERROR.reason),
      )
    },
    ping(this: WebSocket): void {
      if (choices.pingResetsIdleTimeout) connectionOf(this).touch()
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
  webSocket: OpenSocket,
  socket: Duplex,
  facts: ConnectionFacts,
  listeners: Listeners,
  ports: WebSocketPorts,
): Connection {
  const { maxFrameBytes } = ports.quotas
  const connection = new Connection(facts, new FrameSocket(webSocket, socket, maxFrameBytes), ports)
  webSocket.connection = connection
  watchFrameSize(socket, maxFrameBytes, () => connection.close(TOO_BIG.code, TOO_BIG.reason))
  webSocket
    .on("message", listeners.message)
    .on("ping", listeners.ping)
    .on("error", listeners.error)
    .on("close", listeners.close)
  // It was paused while `$connect` ran; now everybody listens.
  socket.resume()
  return connection
}

class FrameSocket implements Socket {
  readonly #webSocket: WebSocket
  readonly #socket: Duplex
  readonly #maxFrameBytes: number

  constructor(webSocket: WebSocket, socket: Duplex, maxFrameBytes: number) {
    this.#webSocket = webSocket
    this.#socket = socket
    this.#maxFrameBytes = maxFrameBytes
  }

  send(text: string): void {
    leaveTogether(this.#socket)
    sendText(this.#webSocket, text, this.#maxFrameBytes)
  }

  close(code: number, reason: string): void {
    this.#webSocket.close(code, reason)
  }

  bufferedBytes(): number {
    return this.#webSocket.bufferedAmount
  }
}

/** Accepted, but the client left while `$connect` ran: a connection that is over as it begins. */
function abandoned(facts: ConnectionFacts, ports: WebSocketPorts): Connection {
  const connection = new Connection(facts, { send() {}, close() {}, bufferedBytes: () => 0 }, ports)
  connection.socketClosed(1006, reasonOf(1006, ""))
  return connection
}

/** AWS: a message over one frame arrives in several (answer-larger-than-a-frame) */
function sendText(webSocket: WebSocket, text: string, maxFrameBytes: number): void {
  if (text.length * 3 <= maxFrameBytes) {
    webSocket.send(text)
    return
  }
  const bytes = Buffer.from(text)
  for (let start = 0; start < bytes.length; start += maxFrameBytes) {
    const end = start + maxFrameBytes
    webSocket.send(bytes.subarray(start, end), { binary: false, fin: end >= bytes.length })
  }
}

// The codes that the library closes with.
// AWS: invalid UTF-8 is 1007, a protocol error 1002 (limit-utf8, limit-unmasked)
const endings: Readonly<Record<string, { code: number; reason: string }>> = {
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: TOO_BIG,
  WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH: TOO_BIG,
  WS_ERR_TOO_MANY_BUFFERED_PARTS: { code: 1008, reason: "Too many fragments" },
  WS_ERR_INVALID_UTF8: { code: 1007, reason: "Invalid UTF-8" },
}

/** The library's errors are violations of the protocol by the client. */
function endingOf({ code = "" }: Error & { code?: string }): { code: number; reason: string } {
  if (!code.startsWith("WS_ERR_")) return { code: 1006, reason: reasonOf(1006, "") }
  return endings[code] ?? { code: 1002, reason: "Protocol error" }
}

/**
 * The code and reason of the DISCONNECT event.
 * AWS: 1005 without a code, 1006 without a close frame, else the client's own (disconnect-without-code,
 * disconnect-network-lost, disconnect-with-code)
 */
function reasonOf(code: number, reason: string): string {
  if (code === 1005) return "Client-side close frame status not set"
  if (code === 1006) return "Connection closed abnormally"
  return reason
}
